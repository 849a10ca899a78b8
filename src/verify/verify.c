/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's verification. Templates are read again at each look, what was measured is carried in the
 * VerificationInfo: a look needs nothing else, and any process can go on.
 */
#include "verify/verify.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "net/http.h"
#include "verify/analysis_run.h"
#include "verify/patience.h"
#include "verify/provider.h"
#include "verify/sentence.h"

enum { PASSES_MAX = 10 };

struct look {
	struct arena *a;
	const struct verify_request *rq;
	struct value *info;             /* being made */
	struct analysis run;
};

static const char *verify_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

static void set_info(struct look *k, const char *key, const char *text)
{
	value_set(k->a, k->info, key, value_string(k->a, text));
}

/* The run's name stays that of the first look. */
static void name_run(struct look *k, const struct value *run)
{
	const char *before = value_path_text(k->info, "analysisRun.name", "");
	struct value *ref = value_map(k->a);

	value_set(k->a, ref, "name",
		  value_string(k->a, *before ? before : value_path_text(run, "metadata.name", "")));
	value_set(k->a, ref, "namespace", value_string(k->a, k->rq->of.project->name));
	value_set(k->a, k->info, "analysisRun", ref);
}

/* The metrics with their arguments put in, and what was measured so far. */
static bool read_run(struct look *k, struct err *e)
{
	const struct value *before = value_get(k->rq->of.collection, "verificationHistory");
	const struct analysis_run_request rq = { .of = k->rq->of, .now = k->rq->now,
						 .again = value_count(before) > 0 };
	struct value *run, *args, *metrics;

	if (!analysis_run_build(k->a, &rq, &run, e))
		return false;
	name_run(k, run);
	if (!arguments_values(k->a, k->rq->of.project, value_path(run, "spec.args"), &args, e) ||
	    !arguments_apply(k->a, value_path(run, "spec.metrics"), args, &metrics, e))
		return false;
	value_set(k->a, value_get(run, "spec"), "metrics", metrics);
	return analysis_init(k->a, &k->run, value_get(run, "spec"), value_get(k->info, "run"), e);
}

static void measure_due(struct look *k)
{
	AUTO(http) struct http *http = http_new();
	struct provider_run run = {
		.http = http,
		.cancelled = k->rq->cancelled,
		.namespace = k->rq->of.project->name,
		.name = value_path_text(k->info, "analysisRun.name", ""),
		.uid = verify_text(k->info, "id"),
		.now = k->rq->now,
	};
	const struct measurer measurer = { patient_measure, &run };

	http_count(http, k->rq->traffic);

	for (int i = 0; i < PASSES_MAX; i++)
		if (!analysis_pass(k->a, &k->run, &measurer, k->rq->now))
			return;
}

static void verify_finish(struct look *k, enum analysis_phase phase, const char *message)
{
	set_info(k, "phase", analysis_phase_name(phase));
	set_info(k, "finishTime", clock_rfc3339(k->a, k->rq->now));
	if (*message)
		set_info(k, "message", message);
}

static void verify_look_at(struct look *k)
{
	const char *message;
	struct err wrong;

	if (!read_run(k, &wrong)) {
		verify_finish(k, ANALYSIS_ERROR, wrong.message);
		return;
	}
	measure_due(k);
	message = patience_sentence(k->a, &k->run);
	if (!*message)
		message = analysis_sentence(k->a, &k->run);
	value_remove(k->info, "message");
	if (analysis_phase_is_over(k->run.phase))
		verify_finish(k, k->run.phase, analysis_sentence(k->a, &k->run));
	else if (*message)
		set_info(k, "message", message);
	value_set(k->a, k->info, "run", analysis_status(k->a, &k->run));
	value_set(k->a, value_get(k->info, "analysisRun"), "phase",
		  value_string(k->a, analysis_phase_name(k->run.phase)));
}

struct value *verify_look(struct arena *a, const struct verify_request *rq)
{
	AUTO(arena) struct arena *inner = arena_new();
	struct look k = { .a = inner, .rq = rq };

	assert(rq->of.project && rq->of.stage && rq->of.collection);
	k.info = rq->info ? value_copy(inner, rq->info) : value_map(inner);
	if (!rq->info) {
		set_info(&k, "id", uuid_make(inner));
		set_info(&k, "startTime", clock_rfc3339(inner, rq->now));
	}
	set_info(&k, "phase", "Running");
	verify_look_at(&k);
	return value_copy(a, k.info);
}
