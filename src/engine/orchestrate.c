/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a promotion's steps. The surprise: a failure ends nothing. Every
 * later step is still visited and decides for itself by its "if"; the promotion
 * is as bad as its worst step.
 */
#include "engine/orchestrate.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"

/* What became of one visit. */
enum visit_outcome { VISIT_NEXT, VISIT_WAIT };

struct step_meta *orchestration_meta(const struct orchestration *o, const char *alias)
{
	for (size_t i = 0; i < o->nmetas; i++)
		if (strcmp(o->metas[i].alias, alias) == 0)
			return &o->metas[i];
	return NULL;
}

static struct step_meta *entry_of(struct orchestration *o, const struct value *step)
{
	const char *alias = value_text(value_get(step, "as"), "");
	struct step_meta *meta = orchestration_meta(o, alias);

	if (!meta) {
		meta = &o->metas[o->nmetas++];
		meta->alias = alias;
		meta->message = "";
	}
	meta->continue_on_error = value_truth(value_get(step, "continueOnError"), false);
	return meta;
}

static bool is_bad(enum step_status s)
{
	return s == STEP_FAILED || s == STEP_ERRORED;
}

static bool earlier_failed(const struct orchestration *o, const struct step_meta *self)
{
	for (const struct step_meta *m = o->metas; m < self; m++)
		if (!m->continue_on_error && is_bad(m->status))
			return true;
	return false;
}

static enum visit_outcome orchestrate_finish(const struct orchestrator *r, struct step_meta *meta,
					     enum step_status status, const char *message)
{
	meta->status = status;
	meta->message = message;
	meta->finished_at = r->now(r->context);
	return VISIT_NEXT;
}

/* Whether the step is to run at all; asked once, before its first attempt. */
static bool orchestrate_is_wanted(const struct orchestrator *r, struct orchestration *o,
				  const struct value *step, struct step_meta *meta)
{
	bool run;
	struct err e;

	if (value_text(value_get(step, "if"), "")[0] == '\0') {
		run = !earlier_failed(o, meta);
	} else if (!r->condition(r->context, o, step, &run, &e)) {
		meta->status = STEP_ERRORED;
		meta->message = str_format(o->arena, "the if of step \"%s\": %s", meta->alias,
					   e.message);
		return false;
	}
	if (!run)
		meta->status = STEP_SKIPPED;
	return run;
}

static void keep_output(struct orchestration *o, const struct step_traits *t,
			const struct step_meta *meta, struct value *output)
{
	struct arena *a = o->arena;
	const char *inner = strstr(meta->alias, "::");

	value_set(a, o->state, meta->alias, output ? output : value_nil_map(a));
	if (!t->composes || !inner || (output && !value_is(output, VALUE_MAP)))
		return;
	const char *task = str_copy_n(a, meta->alias, (size_t)(inner - meta->alias));
	struct value *merged = value_map(a);
	const struct value *old = value_get(o->state, task);
	for (size_t i = 0; i < value_count(old) && value_is(old, VALUE_MAP); i++)
		value_set_n(a, merged, old->map.members[i].key, old->map.members[i].value);
	for (size_t i = 0; i < value_count(output); i++)
		value_set_n(a, merged, output->map.members[i].key, output->map.members[i].value);
	value_set(a, o->state, task, merged);
}

static unsigned threshold_of(const struct value *step, const struct step_traits *t)
{
	int64_t n;

	if (value_integer(value_path(step, "retry.errorThreshold"), &n) && n > 0)
		return n > UINT32_MAX ? UINT32_MAX : (unsigned)n;
	return t->error_threshold ? t->error_threshold : 1;
}

/* Nanoseconds; 0: none. */
static int64_t orchestrate_timeout_of(const struct value *step, const struct step_traits *t)
{
	int64_t ns;

	if (duration_parse(value_text(value_path(step, "retry.timeout"), ""), &ns))
		return ns;
	return (int64_t)t->timeout_s * 1000000000;
}

static bool orchestrate_is_known(enum step_status s)
{
	return s > STEP_PENDING && s <= STEP_ERRORED;
}

/* One visit to a step that runs. */
struct step_visit {
	const struct orchestrator *r;
	struct orchestration *o;
	const struct value *step;
	struct step_traits traits;
	struct step_meta *meta;
	struct step_result result;
};

/* How long the step has been at it, in ms. */
static int64_t time_passed(const struct step_visit *v)
{
	int64_t now = v->r->now(v->r->context);

	if (now < v->meta->started_at)  /* the clock was set back: the time counts from here */
		v->meta->started_at = now;
	return now - v->meta->started_at;
}

/* Too late. What it waited for is worth more than how long it did. */
static enum visit_outcome time_out(const struct step_visit *v, int64_t timeout, const char *awaited)
{
	struct arena *a = v->o->arena;
	const char *message = str_format(a, "step \"%s\" timed out after %s%s%s", v->meta->alias,
					 duration_text(a, timeout), *awaited ? ": " : "", awaited);

	return orchestrate_finish(v->r, v->meta, STEP_ERRORED, message);
}

/*
 * The outside is down, which is not the step's error: it waits, and says for what and until when it
 * does not look. A step without a timeout, which may have waited for days for something else, waits
 * no longer than base/outage.h has patience with one outage.
 */
static enum visit_outcome wait_out(const struct step_visit *v, const struct err *e)
{
	struct orchestration *o = v->o;
	int64_t timeout = orchestrate_timeout_of(v->step, &v->traits), left;
	int64_t now = v->r->now(v->r->context);

	if (!o->outages || now < o->outage_since)
		o->outage_since = now;
	left = timeout / 1000000 - time_passed(v);
	if (timeout <= 0) {
		timeout = (int64_t)OUTAGE_PATIENCE_MS * 1000000;
		left = OUTAGE_PATIENCE_MS - (now - o->outage_since);
	}
	v->meta->may_pass = true;
	if (left < 0)
		return time_out(v, timeout, e->message);
	o->waits = o->outage = true;
	o->gives_up = now + left;
	o->errors_allowed = threshold_of(v->step, &v->traits);
	o->retry_after = outage_pause(++o->outages, e);
	if (o->retry_after > left)
		o->retry_after = left + 1;
	v->meta->status = STEP_RUNNING;
	v->meta->message = outage_sentence(o->arena, e);
	return VISIT_WAIT;
}

/* The step ran and said nothing of an end: too many errors, too late, or asked again later. */
static enum visit_outcome orchestrate_retry(const struct step_visit *v, bool failed)
{
	struct step_meta *meta = v->meta;
	struct orchestration *o = v->o;
	unsigned threshold = threshold_of(v->step, &v->traits);
	int64_t timeout = orchestrate_timeout_of(v->step, &v->traits), passed = time_passed(v);

	if (failed && ++meta->error_count >= threshold)
		return orchestrate_finish(v->r, meta,
					  meta->status == STEP_FAILED ? STEP_FAILED : STEP_ERRORED,
					  str_format(o->arena, "step \"%s\" met error threshold of %u: %s",
						     meta->alias, threshold, meta->message));
	if (timeout > 0 && passed > timeout / 1000000)
		return time_out(v, timeout, meta->message);
	o->waits = true;
	o->gives_up = timeout > 0 ? meta->started_at + timeout / 1000000 : 0;
	o->errors_allowed = threshold;
	o->failing = failed;
	o->retry_after = v->result.retry_after;
	if (failed) {
		err_set(&o->error, ERR_NET, "%s", meta->message);
		meta->message = str_format(o->arena, "%s; step will be retried", meta->message);
	}
	return VISIT_WAIT;
}

/* e: why it failed; NULL: it did not. */
static enum visit_outcome orchestrate_judge(const struct step_visit *v, const struct err *e)
{
	const struct step_result *result = &v->result;
	struct arena *a = v->o->arena;
	struct step_meta *meta = v->meta;
	const char *said = result->message ? result->message : "";
	bool failed = e || result->status == STEP_ERRORED;

	if (e && e->passes)
		return wait_out(v, e);
	v->o->outages = 0;
	if (!orchestrate_is_known(result->status))
		return orchestrate_finish(
			v->r, meta, STEP_ERRORED,
			str_format(a, "step \"%s\" returned an invalid status", meta->alias));
	meta->status = result->status;
	meta->message = said;
	meta->may_pass = e && e->again;
	if (e) {
		meta->status = result->status == STEP_FAILED ? STEP_FAILED : STEP_ERRORED;
		meta->message = str_format(a, result->status == STEP_ERRORED
					   ? "error running step \"%s\": %s" : "step \"%s\": %s",
					   meta->alias, e->message);
	}
	if (!failed && (result->status == STEP_SUCCEEDED || result->status == STEP_SKIPPED)) {
		if (result->status == STEP_SUCCEEDED && result->health_check)
			value_append(a, v->o->health_checks, result->health_check);
		return orchestrate_finish(v->r, meta, result->status, said);
	}
	if (e && !e->again && meta->status == STEP_FAILED)
		return orchestrate_finish(v->r, meta, STEP_FAILED, meta->message);
	if (e && !e->again)
		return orchestrate_finish(
			v->r, meta, STEP_ERRORED,
			str_format(a, "an unrecoverable error occurred: %s", meta->message));
	return orchestrate_retry(v, failed);
}

static enum visit_outcome orchestrate_visit(const struct orchestrator *r, struct orchestration *o,
					    size_t index)
{
	struct step_visit v = { .r = r, .o = o, .step = value_at(o->steps, index),
				.result = { .status = STEP_SUCCEEDED, .message = "",
					    .memory = o->memory } };
	const char *uses = value_text(value_get(v.step, "uses"), "");
	struct step_meta *meta = v.meta = entry_of(o, v.step);
	struct value *config;
	struct err e;

	o->current = index;
	if (!meta->started_at && !orchestrate_is_wanted(r, o, v.step, meta))
		return VISIT_NEXT;
	if (!r->traits(r->context, uses, &v.traits)) {
		meta->status = STEP_ERRORED;
		meta->message = str_format(o->arena, "there is no step kind \"%s\"", uses);
		return VISIT_NEXT;
	}
	if (r->hold && r->hold(r->context, index, v.step)) {
		o->held = true;
		return VISIT_WAIT;
	}
	if (!meta->started_at)
		meta->started_at = r->now(r->context);
	if (!r->config(r->context, o, v.step, &config, &e)) {
		meta->status = STEP_ERRORED;
		meta->message = str_format(o->arena, "the configuration of step \"%s\": %s",
					   meta->alias, e.message);
		return VISIT_NEXT;
	}
	bool fine = r->run(r->context, o, &(struct step_call){ v.step, config }, &v.result, &e);
	if (fine || !e.passes)          /* in an outage the output of the last look stays */
		keep_output(o, &v.traits, meta, v.result.output);
	o->memory = v.result.memory;
	return orchestrate_judge(&v, fine ? NULL : &e);
}

static void orchestrate_conclude(struct orchestration *o)
{
	struct step_end *ends = arena_array(o->arena, o->nmetas, sizeof(*ends));

	for (size_t i = 0; i < o->nmetas; i++)
		ends[i] = (struct step_end){ .status = o->metas[i].status,
					     .continue_on_error = o->metas[i].continue_on_error,
					     .message = o->metas[i].message };
	o->phase = promotion_final_phase(ends, o->nmetas, &o->message);
}

void orchestrate(const struct orchestrator *r, struct orchestration *o)
{
	size_t count = value_count(o->steps);

	assert(r->traits && r->condition && r->config && r->run && r->now);
	o->waits = o->held = o->failing = o->outage = false;
	o->retry_after = o->gives_up = 0;
	o->errors_allowed = 0;
	o->phase = PHASE_RUNNING;
	for (size_t i = o->current; i < count; i++) {
		if (orchestrate_visit(r, o, i) == VISIT_WAIT)
			return;
		o->memory = NULL;
		o->outages = 0;
		if (r->stop && i + 1 < count && r->stop(r->context, i)) {
			o->current = i + 1;
			return;
		}
	}
	orchestrate_conclude(o);
}

const char *orchestration_waiting(const struct orchestration *o, const struct step_meta *current, int64_t now)
{
	if (!o->waits || !*current->message)
		return NULL;
	return o->retry_after ? outage_until(o->arena, current->message, now + o->retry_after)
			      : current->message;
}

void orchestration_abort(struct orchestration *o, const char *message, int64_t now)
{
	assert(message);
	for (size_t i = 0; i < o->nmetas; i++) {
		if (o->metas[i].status != STEP_RUNNING)
			continue;
		o->metas[i].status = STEP_ABORTED;
		o->metas[i].finished_at = now;
	}
	o->phase = PHASE_ABORTED;
	o->message = message;
}
