/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over a promotion's steps. The surprise: a failure ends nothing. Every
 * later step is still visited and decides for itself by its "if"; the promotion
 * is as bad as its worst step.
 */
#include "engine/orchestrate.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"

/* What became of one visit. */
enum visit { VISIT_NEXT, VISIT_WAIT };

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

static enum visit orchestrate_finish(const struct orchestrator *r, struct step_meta *meta,
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

/* A step that ran once, and how that went. */
struct attempt {
	const struct value *step;
	const struct step_traits *traits;
	struct step_meta *meta;
	const struct step_result *result;
	const struct err *error;        /* NULL: none */
	bool failed;
};

/* The step ran and said nothing of an end: too many errors, too late, or asked again later. */
static enum visit orchestrate_retry(const struct orchestrator *r, struct orchestration *o,
				    const struct attempt *t)
{
	struct arena *a = o->arena;
	struct step_meta *meta = t->meta;
	unsigned threshold = threshold_of(t->step, t->traits);
	int64_t timeout = orchestrate_timeout_of(t->step, t->traits);
	int64_t now = r->now(r->context), passed;

	if (now < meta->started_at)     /* the clock was set back: the time counts from here */
		meta->started_at = now;
	passed = now - meta->started_at;
	if (t->failed && ++meta->error_count >= threshold)
		return orchestrate_finish(r, meta,
					  meta->status == STEP_FAILED ? STEP_FAILED : STEP_ERRORED,
					  str_format(a, "step \"%s\" met error threshold of %u: %s",
						     meta->alias, threshold, meta->message));
	if (timeout > 0 && passed > timeout / 1000000)
		return orchestrate_finish(r, meta, STEP_ERRORED,
					  str_format(a, "step \"%s\" timed out after %s",
						     meta->alias, duration_text(a, timeout)));
	o->waits = true;
	o->failing = t->failed;
	o->retry_after = t->result->retry_after;
	if (t->failed) {
		err_set(&o->error, ERR_NET, "%s", meta->message);
		meta->message = str_format(a, "%s; step will be retried", meta->message);
	}
	return VISIT_WAIT;
}

static enum visit orchestrate_judge(const struct orchestrator *r, struct orchestration *o,
				    struct attempt *t)
{
	struct arena *a = o->arena;
	struct step_meta *meta = t->meta;
	const struct step_result *result = t->result;
	const struct err *e = t->error;
	const char *said = result->message ? result->message : "";

	t->failed = e || result->status == STEP_ERRORED;

	if (!orchestrate_is_known(result->status))
		return orchestrate_finish(
			r, meta, STEP_ERRORED,
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
	if (!t->failed && (result->status == STEP_SUCCEEDED || result->status == STEP_SKIPPED)) {
		if (result->status == STEP_SUCCEEDED && result->health_check)
			value_append(a, o->health_checks, result->health_check);
		return orchestrate_finish(r, meta, result->status, said);
	}
	if (e && !e->again && meta->status == STEP_FAILED)
		return orchestrate_finish(r, meta, STEP_FAILED, meta->message);
	if (e && !e->again)
		return orchestrate_finish(
			r, meta, STEP_ERRORED,
			str_format(a, "an unrecoverable error occurred: %s", meta->message));
	return orchestrate_retry(r, o, t);
}

static enum visit orchestrate_visit(const struct orchestrator *r, struct orchestration *o,
				    size_t index)
{
	const struct value *step = value_at(o->steps, index);
	const char *uses = value_text(value_get(step, "uses"), "");
	struct step_meta *meta = entry_of(o, step);
	struct step_traits traits = { 0 };
	struct step_result result = { .status = STEP_SUCCEEDED, .message = "" };
	struct value *config;
	struct err e;

	o->current = index;
	if (!meta->started_at && !orchestrate_is_wanted(r, o, step, meta))
		return VISIT_NEXT;
	if (!r->traits(r->context, uses, &traits)) {
		meta->status = STEP_ERRORED;
		meta->message = str_format(o->arena, "there is no step kind \"%s\"", uses);
		return VISIT_NEXT;
	}
	if (r->hold && r->hold(r->context, index, step)) {
		o->held = true;
		return VISIT_WAIT;
	}
	if (!meta->started_at)
		meta->started_at = r->now(r->context);
	if (!r->config(r->context, o, step, &config, &e)) {
		meta->status = STEP_ERRORED;
		meta->message = str_format(o->arena, "the configuration of step \"%s\": %s",
					   meta->alias, e.message);
		return VISIT_NEXT;
	}
	bool fine = r->run(r->context, o, step, config, &result, &e);
	keep_output(o, &traits, meta, result.output);
	struct attempt attempt = { .step = step, .traits = &traits, .meta = meta, .result = &result,
				   .error = fine ? NULL : &e };
	return orchestrate_judge(r, o, &attempt);
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

	o->waits = o->held = o->failing = false;
	o->retry_after = 0;
	o->phase = PHASE_RUNNING;
	for (size_t i = o->current; i < count; i++) {
		if (orchestrate_visit(r, o, i) == VISIT_WAIT)
			return;
		if (r->stop && i + 1 < count && r->stop(r->context, i)) {
			o->current = i + 1;
			return;
		}
	}
	orchestrate_conclude(o);
}

void orchestration_abort(struct orchestration *o, const char *message, int64_t now)
{
	for (size_t i = 0; i < o->nmetas; i++) {
		if (o->metas[i].status != STEP_RUNNING)
			continue;
		o->metas[i].status = STEP_ABORTED;
		o->metas[i].finished_at = now;
	}
	o->phase = PHASE_ABORTED;
	o->message = message;
}
