/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification by a Kubernetes Job, through kubectl and the current kubeconfig: it
 * knows every way of logging in to a cluster, and gantry need not.
 */
#include "verify/provider.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

enum { SHOWN = 300, KEPT_S = 3600, OUTPUT_MAX = 4 << 20 };

/* Runs kubectl with these words; ERR_NET with what it said when it fails. */
static bool kubectl(struct measure *m, const char *const *words, const char *input,
		    struct str *out, struct err *e)
{
	const char *config = getenv("KUBECONFIG");
	const char *env[] = { config ? str_format(m->arena, "KUBECONFIG=%s", config) : NULL, NULL };
	struct process p = { .argv = words, .env = env, .input = str_of(input), .timeout_ms = 30000,
			     .max_output = OUTPUT_MAX };
	struct process_result result;

	if (!process_run(m->arena, &p, &result, e)) {
		if (e->code == ERR_NOT_FOUND)
			return err_set(e, ERR_CONFIG, "the job provider needs kubectl in the PATH");
		return false;
	}
	if (result.status != 0)
		return err_set(e, ERR_NET, "kubectl: %s",
			       str_clean(m->arena, result.error.at, result.error.len, SHOWN));
	*out = result.out;
	return true;
}

static struct value *manifest(struct measure *m, const struct value *spec)
{
	struct arena *a = m->arena;
	struct value *job = value_map(a), *inner = value_copy(a, value_get(spec, "spec"));
	struct value *meta = value_copy(a, value_get(spec, "metadata")), *labels;

	meta = meta ? meta : value_map(a);
	labels = value_get(meta, "labels");
	if (!value_is(labels, VALUE_MAP)) {
		labels = value_map(a);
		value_set(a, meta, "labels", labels);
	}
	value_set(a, labels, "app.kubernetes.io/managed-by", value_string(a, "gantry"));
	value_set(a, meta, "name", value_string(a, m->name));
	value_set(a, meta, "namespace", value_string(a, m->namespace));
	if (!value_get(inner, "ttlSecondsAfterFinished"))
		value_set(a, inner, "ttlSecondsAfterFinished", value_int(a, KEPT_S));
	value_set(a, job, "apiVersion", value_string(a, "batch/v1"));
	value_set(a, job, "kind", value_string(a, "Job"));
	value_set(a, job, "metadata", meta);
	value_set(a, job, "spec", inner);
	return job;
}

static bool has_condition(const struct value *job, const char *type)
{
	const struct value *list = value_path(job, "status.conditions");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(value_text(value_get(value_at(list, i), "type"), ""), type) == 0 &&
		    strcmp(value_text(value_get(value_at(list, i), "status"), ""), "True") == 0)
			return true;
	return false;
}

/* A job of this name that is there already was begun before a crash: it is looked at. */
static bool job_begin(struct measure *m, const struct value *spec, struct err *e)
{
	const char *words[] = { "kubectl", "create", "-f", "-", NULL };
	struct str out;

	if (!value_is(value_get(spec, "spec"), VALUE_MAP))
		return err_set(e, ERR_CONFIG, "job needs spec");
	if (!kubectl(m, words, json_text(m->arena, manifest(m, spec), 0), &out, e) &&
	    !strstr(e->message, "AlreadyExists"))
		return err_wrap(e, "starting the job");
	m->goes_on = true;
	return true;
}

static bool measure_job(struct measure *m, const struct value *spec, struct err *e)
{
	const char *words[] = { "kubectl", "get", "job", m->name, "-n", m->namespace, "-o", "json",
				NULL };
	struct value *job;
	struct str out;

	if (!m->started)
		return job_begin(m, spec, e);
	if (!kubectl(m, words, "", &out, e) || !json_parse(m->arena, out.at, out.len, &job, e))
		return err_wrap(e, "looking at the job");
	if (has_condition(job, "Failed"))
		m->outcome = OUTCOME_FAILED;
	else if (has_condition(job, "Complete"))
		m->outcome = OUTCOME_SUCCESSFUL;
	else
		m->goes_on = true;
	return true;
}

static void stop_job(struct measure *m)
{
	const char *words[] = { "kubectl", "delete", "job", m->name, "-n", m->namespace,
				"--ignore-not-found", "--wait=false", NULL };
	struct str out;
	struct err e;

	(void)!kubectl(m, words, "", &out, &e);
}

const struct provider provider_job = { .name = "job", .measure = measure_job, .stop = stop_job };
