/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's verification. Templates are read anew at each look, what was measured is
 * carried in the VerificationInfo: a look needs nothing else, and any process can go on.
 */
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "net/http.h"
#include "verify/arguments.h"
#include "verify/metric.h"

struct verify_look {
	struct arena *a;
	const struct project *p;
	const struct stage *s;
	const struct value *collection;
	struct value *info;             /* being made */
	int64_t now;
	struct list templates;          /* const struct value * */
	struct metric *metrics;
	size_t nmetrics;
};

static const char *verify_text_of(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

static void verify_set(struct verify_look *k, const char *key, const char *text)
{
	value_set(k->a, k->info, key, value_string(k->a, text));
}

/* A random UUID, as Kargo's ids of verifications are. */
static const char *make_id(struct arena *a)
{
	unsigned char b[16];

	random_bytes(b, sizeof(b));
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	return str_format(a, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			  b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
			  b[13], b[14], b[15]);
}

static bool find_templates(struct verify_look *k, struct err *e)
{
	const struct value *list = value_path(k->s->object, "spec.verification.analysisTemplates");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *ref = value_at(list, i);
		const char *name = verify_text_of(ref, "name");
		bool cluster = strcmp(verify_text_of(ref, "kind"), "ClusterAnalysisTemplate") == 0;
		struct value *t = value_get(cluster ? k->p->cluster_analysis_templates
						    : k->p->analysis_templates, name);

		if (!t)
			return err_set(e, ERR_CONFIG, "there is no %s \"%s\"",
				       cluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate", name);
		list_add(k->a, &k->templates, t);
	}
	return true;
}

static const struct value *checkout_cache_of(const struct verify_look *k, const char *name)
{
	const struct value *list = value_path(k->info, "run.metricResults");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(verify_text_of(value_at(list, i), "name"), name) == 0)
			return value_at(list, i);
	return NULL;
}

static bool is_dry_run(const struct value *template, const char *metric)
{
	const struct value *list = value_path(template, "spec.dryRun");

	for (size_t i = 0; i < value_count(list); i++)
		if (strcmp(verify_text_of(value_at(list, i), "metricName"), metric) == 0)
			return true;
	return false;
}

static bool add_metric(struct verify_look *k, const struct value *template, const struct value *raw,
		       const struct value *args, struct err *e)
{
	struct metric *m = &k->metrics[k->nmetrics];
	struct value *spec;
	int64_t started = k->now;

	clock_parse(verify_text_of(k->info, "startTime"), &started);
	if (!arguments_apply(k->a, raw, args, &spec, e))
		return err_wrap(e, "metric %s", verify_text_of(raw, "name"));
	for (size_t i = 0; i < k->nmetrics; i++)
		if (strcmp(k->metrics[i].name, verify_text_of(spec, "name")) == 0)
			return err_set(e, ERR_CONFIG, "two metrics are called %s", k->metrics[i].name);
	if (!metric_read(k->a, spec, checkout_cache_of(k, verify_text_of(spec, "name")), started, m,
			 e))
		return false;
	m->dry_run = is_dry_run(template, m->name);
	k->nmetrics++;
	return true;
}

static bool read_metrics(struct verify_look *k, struct err *e)
{
	const struct value *args;
	size_t room = 0;

	if (!find_templates(k, e) ||
	    !arguments_resolve(k->a, k->p, k->s, k->collection, &k->templates, &args, e))
		return false;
	for (size_t i = 0; i < k->templates.count; i++)
		room += value_count(value_path(k->templates.items[i], "spec.metrics"));
	if (room == 0)
		return err_set(e, ERR_CONFIG, "the templates measure nothing");
	k->metrics = arena_array(k->a, room, sizeof(*k->metrics));
	for (size_t i = 0; i < k->templates.count; i++) {
		const struct value *list = value_path(k->templates.items[i], "spec.metrics");

		for (size_t j = 0; j < value_count(list); j++)
			if (!add_metric(k, k->templates.items[i], value_at(list, j), args, e))
				return false;
	}
	return true;
}

/* Jobs are called by the verification's id and the metric's place. */
static const char *job_prefix(struct verify_look *k, size_t metric)
{
	return str_format(k->a, "gantry-%.8s-%zu", verify_text_of(k->info, "id"), metric + 1);
}

static void verify_measure(struct verify_look *k)
{
	AUTO(http) struct http *http = http_new();

	for (size_t i = 0; i < k->nmetrics; i++)
		if (k->metrics[i].outcome == OUTCOME_NONE && k->metrics[i].due <= k->now)
			metric_measure(k->a, &k->metrics[i], http, k->p->name, job_prefix(k, i), k->now);
}

/* The worst of those that count; NONE while one goes on and none has failed. */
static enum outcome verify_conclude(struct verify_look *k, const char **message)
{
	enum outcome worst = OUTCOME_SUCCESSFUL;
	bool goes_on = false;

	*message = "";
	for (size_t i = 0; i < k->nmetrics; i++) {
		const struct metric *m = &k->metrics[i];

		goes_on = goes_on || m->outcome == OUTCOME_NONE;
		if (!m->dry_run && m->outcome > worst) {
			worst = m->outcome;
			*message = m->message;
		}
	}
	return worst == OUTCOME_SUCCESSFUL && goes_on ? OUTCOME_NONE : worst;
}

static void write_results(struct verify_look *k, enum outcome outcome)
{
	struct value *run = value_map(k->a), *results = value_list(k->a), *ref = value_map(k->a);

	for (size_t i = 0; i < k->nmetrics; i++)
		value_append(k->a, results, metric_write(k->a, &k->metrics[i]));
	value_set(k->a, run, "metricResults", results);
	value_set(k->a, k->info, "run", run);
	value_set(
		k->a, ref, "name",
		value_string(k->a, str_format(k->a, "gantry-%.8s", verify_text_of(k->info, "id"))));
	value_set(k->a, ref, "namespace", value_string(k->a, k->p->name));
	value_set(k->a, ref, "phase", value_string(k->a, outcome_name(outcome)));
	value_set(k->a, k->info, "analysisRun", ref);
}

static void verify_finish(struct verify_look *k, enum outcome outcome, const char *message)
{
	for (size_t i = 0; i < k->nmetrics; i++)
		metric_stop(k->a, &k->metrics[i], k->p->name, job_prefix(k, i));
	verify_set(k, "phase", outcome_name(outcome));
	verify_set(k, "finishTime", clock_rfc3339(k->a, k->now));
	if (*message)
		verify_set(k, "message", message);
}

bool verify_look(struct arena *a, const struct project *p, const char *stage,
		 const struct value *collection, const struct value *info, int64_t now,
		 const struct value **out, struct err *e)
{
	struct verify_look k = {
		.a = a, .p = p, .s = project_stage(p, stage), .collection = collection, .now = now
	};
	const char *message;
	enum outcome outcome;
	struct err wrong;

	if (!k.s)
		return err_set(e, ERR_CONFIG, "there is no stage \"%s\"", stage);
	k.info = info ? value_copy(a, info) : value_map(a);
	if (!info) {
		verify_set(&k, "id", make_id(a));
		verify_set(&k, "startTime", clock_rfc3339(a, now));
	}
	verify_set(&k, "phase", "Running");
	*out = k.info;
	if (!read_metrics(&k, &wrong)) {
		k.nmetrics = 0;
		verify_finish(&k, OUTCOME_ERROR, wrong.message);
		return true;
	}
	verify_measure(&k);
	outcome = verify_conclude(&k, &message);
	if (outcome != OUTCOME_NONE)
		verify_finish(&k, outcome, message);
	write_results(&k, outcome);
	return true;
}
