/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification by a Kubernetes Job, through kubectl and the current kubeconfig: it knows every way
 * of logging in to a cluster, and gantry need not. There is no AnalysisRun in the cluster that
 * could own the Job, so that it goes by its own time to live.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/process.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "verify/provider.h"

enum { SHOWN = 300, KEPT_S = 3600, OUTPUT_MAX = 4 << 20, FIRST_LOOK_MS = 1000 };

#define JOB_NAME "job-name"
#define JOB_NAMESPACE "job-namespace"

/* Runs kubectl with these words; ERR_NET with what it said when it fails, marked when its cluster is down. */
static bool kubectl_run(struct measuring *m, const char *const *words, const char *input,
			struct str *out, struct err *e)
{
	const char *config = getenv("KUBECONFIG");
	const char *env[] = { config ? str_format(m->arena, "KUBECONFIG=%s", config) : NULL, NULL };
	struct process p = { .argv = words, .env = env, .input = str_of(input), .timeout_ms = 30000,
			     .max_output = OUTPUT_MAX, .cancelled = m->run->cancelled };
	struct process_result result;

	if (!process_run(m->arena, &p, &result, e)) {
		if (e->code == ERR_NOT_FOUND)
			return err_set(e, ERR_CONFIG, "the job provider needs kubectl in the PATH");
		return e->code == ERR_TIMEOUT ? outage_mark(e, 0) : false;
	}
	if (result.status != 0) {
		err_set(e, ERR_NET, "kubectl: %s",
			str_clean(m->arena, result.error.at, result.error.len, SHOWN));
		return outage_words(e->message) ? outage_mark(e, 0) : false;
	}
	*out = result.out;
	return true;
}

/* The map at key of the map, made when it is not there. */
static struct value *job_submap(struct arena *a, struct value *map, const char *key)
{
	struct value *v = value_get(map, key);

	if (!value_is(v, VALUE_MAP)) {
		v = value_map(a);
		value_set(a, map, key, v);
	}
	return v;
}

static void set_text(struct arena *a, struct value *map, const char *key, const char *text)
{
	value_set(a, map, key, value_string(a, text));
}

/* Unique to this measurement: so many were made before. */
static const char *job_name(const struct measuring *m)
{
	return str_format(m->arena, "%s.%s.%lld", m->run->uid, m->metric->name,
			  (long long)(m->metric->measured + m->metric->errors + 1));
}

static struct value *job_manifest(struct measuring *m, const struct value *spec, const char *name)
{
	struct arena *a = m->arena;
	struct value *job = value_map(a), *inner = value_copy(a, value_get(spec, "spec"));
	struct value *meta, *notes;

	set_text(a, job, "apiVersion", "batch/v1");
	set_text(a, job, "kind", "Job");
	value_set(a, job, "metadata", value_get(spec, "metadata")
		  ? value_copy(a, value_get(spec, "metadata")) : value_map(a));
	meta = job_submap(a, job, "metadata");
	set_text(a, meta, "name", name);
	set_text(a, meta, "namespace", m->run->namespace);
	notes = job_submap(a, meta, "annotations");
	set_text(a, notes, "analysisrun.argoproj.io/name", m->run->name);
	set_text(a, notes, "analysisrun.argoproj.io/namespace", m->run->namespace);
	set_text(a, notes, "analysisrun.argoproj.io/metric-name", m->metric->name);
	set_text(a, job_submap(a, meta, "labels"), "analysisrun.argoproj.io/uid", m->run->uid);
	if (value_is(value_get(inner, "template"), VALUE_MAP))
		set_text(a,
			 job_submap(a, job_submap(a, value_get(inner, "template"), "metadata"),
				    "labels"),
			 "analysisrun.argoproj.io/uid", m->run->uid);
	if (!value_get(inner, "ttlSecondsAfterFinished"))
		value_set(a, inner, "ttlSecondsAfterFinished", value_int(a, KEPT_S));
	value_set(a, job, "spec", inner);
	return job;
}

/* A job of this name that is there already was begun before a crash: it is looked at. */
static bool job_begin(struct measuring *m, const struct value *spec, struct err *e)
{
	const char *words[] = { "kubectl", "create", "-f", "-", NULL }, *name = job_name(m);
	struct str out;

	if (!value_is(value_get(spec, "spec"), VALUE_MAP))
		return err_set(e, ERR_CONFIG, "job.spec is missing");
	if (!kubectl_run(m, words, json_text(m->arena, job_manifest(m, spec, name), 0), &out, e) &&
	    !strstr(e->message, "AlreadyExists"))
		return err_wrap(e, "starting the job");
	measurement_note(m->arena, m->one, JOB_NAME, name);
	measurement_note(m->arena, m->one, JOB_NAMESPACE, m->run->namespace);
	m->one->resume_at = m->run->now + FIRST_LOOK_MS;
	return true;
}

static const char *job_noted(const struct measuring *m)
{
	return value_text(value_get(m->one->metadata, JOB_NAME), job_name(m));
}

/* "Complete" or "Failed", the last of them that is true; NULL: it goes on. */
static const char *job_end(const struct value *job)
{
	const struct value *list = value_path(job, "status.conditions");
	const char *end = NULL;

	for (size_t i = 0; i < value_count(list); i++) {
		const char *type = value_path_text(value_at(list, i), "type", "");

		if (strcmp(value_path_text(value_at(list, i), "status", ""), "True") == 0 &&
		    (strcmp(type, "Complete") == 0 || strcmp(type, "Failed") == 0))
			end = type;
	}
	return end;
}

/* What keeps a container from starting for good; "" when nothing does. */
static const char *container_trouble(struct arena *a, const struct value *pod, const char *key)
{
	static const char *const reasons[] = { "ErrImagePull", "ImagePullBackOff", "InvalidImageName" };
	const struct value *list = value_path(pod, key);

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *waiting = value_path(value_at(list, i), "state.waiting");
		const char *reason = value_path_text(waiting, "reason", "");

		for (size_t j = 0; j < COUNTOF(reasons); j++)
			if (strcmp(reason, reasons[j]) == 0)
				return str_format(a, "Pod %s, container %s has terminal error (%s): %s",
						  value_path_text(pod, "metadata.name", ""),
						  value_path_text(value_at(list, i), "name", ""), reason,
						  value_path_text(waiting, "message", ""));
	}
	return "";
}

/* A Job whose image cannot be pulled would wait for ever. */
static bool pods_look(struct measuring *m, const struct value *job, struct err *e)
{
	const struct value *labels = value_path(job, "spec.selector.matchLabels"), *list;
	const char *selector = "", *trouble = "";
	struct value *pods;
	struct str out;

	for (size_t i = 0; value_is(labels, VALUE_MAP) && i < labels->map.count; i++)
		selector = str_format(m->arena, "%s%s%s=%s", selector, *selector ? "," : "",
				      labels->map.members[i].key.at,
				      value_text(labels->map.members[i].value, ""));
	if (!*selector)
		return true;
	const char *words[] = { "kubectl", "get", "pods", "-l", selector, "-n", m->run->namespace, "-o",
				"json", NULL };
	if (!kubectl_run(m, words, "", &out, e) || !json_parse(m->arena, out.at, out.len, &pods, e))
		return err_wrap(e, "looking at the job's pods");
	list = value_get(pods, "items");
	for (size_t i = 0; i < value_count(list) && !*trouble; i++) {
		trouble = container_trouble(m->arena, value_at(list, i), "status.initContainerStatuses");
		if (!*trouble)
			trouble = container_trouble(m->arena, value_at(list, i),
						    "status.containerStatuses");
	}
	if (!*trouble)
		return true;
	m->one->phase = ANALYSIS_INCONCLUSIVE;
	m->one->message = trouble;
	return true;
}

static bool job_go_on(struct measuring *m, const struct value *spec, struct err *e)
{
	const char *words[] = { "kubectl", "get", "job", job_noted(m), "-n", m->run->namespace, "-o",
				"json", NULL };
	double age = (double)(m->run->now - m->one->started_at) / 1000;
	const char *end;
	struct value *job;
	struct str out;

	(void)spec;
	if (!kubectl_run(m, words, "", &out, e) || !json_parse(m->arena, out.at, out.len, &job, e))
		return err_wrap(e, "looking at the job");
	end = job_end(job);
	if (end)
		m->one->phase = strcmp(end, "Complete") == 0 ? ANALYSIS_SUCCESSFUL : ANALYSIS_FAILED;
	else if (!pods_look(m, job, e))
		return false;
	/* The older it is, the less often: after an hour, each minute and a half. */
	if (m->one->phase == ANALYSIS_RUNNING)
		m->one->resume_at = m->run->now + llround(sqrt(2 * age) * 1000);
	return true;
}

static bool job_terminate(struct measuring *m, const struct value *spec, struct err *e)
{
	const char *words[] = { "kubectl", "delete", "job", job_noted(m), "-n", m->run->namespace,
				"--ignore-not-found", "--wait=false", NULL };
	struct str out;

	(void)spec;
	if (!kubectl_run(m, words, "", &out, e))
		return err_wrap(e, "ending the job");
	m->one->phase = ANALYSIS_INCONCLUSIVE;
	return true;
}

const struct provider provider_job = { .name = "job", .begin = job_begin, .go_on = job_go_on,
				       .terminate = job_terminate };
