/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotions under way, as the engine's thread sees them: prepared for a worker with
 * copies of all they need, and recorded when they come back.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/basis.h"
#include "engine/engine_inner.h"
#include "engine/round.h"
#include "engine/worker.h"
#include "engine/writing.h"
#include "ledger/crash.h"
#include "model/freight.h"
#include "model/state.h"
#include "model/world.h"

/* In ms: between looks at a step that waits, after errors, after trouble with the ledger. */
enum { POLL_MIN = 1000, POLL_DEFAULT = 30000, BACKOFF_FIRST = 2000, BACKOFF_MAX = 300000,
       LEDGER_RETRY = 5000 };

struct promotion_run *run_find(const struct engine *en, const char *promotion)
{
	for (size_t i = 0; i < en->runs.count; i++) {
		struct promotion_run *r = en->runs.items[i];
		if (strcmp(r->promotion, promotion) == 0)
			return r;
	}
	return NULL;
}

void run_free(struct engine *en, struct promotion_run *run)
{
	for (size_t i = 0; i < en->runs.count; i++)
		if (en->runs.items[i] == run)
			en->runs.items[i] = en->runs.items[--en->runs.count];
	turns_leave(en->turns, run->promotion);
	worker_forget(en, run->promotion);
	if (run->project)
		en->options.give_back(en->options.context, run->project);
	arena_free(run->pass);
	arena_free(run->arena);
}

bool run_begin(struct engine *en, const char *promotion, bool resumed)
{
	struct arena *a = arena_new();
	struct promotion_run *r = arena_alloc(a, sizeof(*r));
	const struct state_object *o = state_promotion(ledger_state(en->ledger), promotion);

	assert(promotion && *promotion);
	if (!o || !o->object) {
		arena_free(a);
		return false;
	}
	r->arena = a;
	r->engine = en;
	r->announced = r->touched = SIZE_MAX;
	r->promotion = str_copy(a, promotion);
	r->ui_base_url = en->options.ui_base_url;
	r->project_name = str_copy(a, value_path_text(o->object, "metadata.namespace", ""));
	r->stage = str_copy(a, value_path_text(o->object, "spec.stage", ""));
	r->actor = str_copy(a, value_text(value_get(value_path(o->object, "metadata.annotations"),
						    "kargo.akuity.io/create-actor"), ""));
	r->label = str_format(a, "%.7s", value_path_text(o->object, "spec.freight", ""));
	r->work = str_format(a, "%s/%s/%s", en->work, r->project_name, r->promotion);
	if (resumed)
		r->record = value_copy(a, value_get(o->object, "status"));
	list_add(en->own, &en->runs, r);
	return true;
}

/* A new work directory; there may be one of an earlier process. */
static bool clean_work(const struct promotion_run *r, struct err *e)
{
	return folder_remove(r->work, e) && folder_make(r->work, 0700, e);
}

static void collect_freight(struct engine *en, struct promotion_run *r, struct arena *a)
{
	const struct value *items = value_path(r->object, "status.freightCollection.items");
	struct value *objects = value_list(a), *references = value_list(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++) {
		const struct value *item = items->map.members[i].value;
		const struct value *f = state_freight(engine_state(en),
						      value_text(value_get(item, "name"), ""));
		value_append(a, references, value_copy(a, item));
		if (f)
			value_append(a, objects, value_copy(a, f));
	}
	r->freight = objects;
	r->references = references;
}

/* What steps wrote on stages, for stageMetadata(). */
static void collect_stages(struct engine *en, struct promotion_run *r, struct arena *a)
{
	const struct state *s = engine_state(en);
	struct value *stages = value_map(a);

	for (size_t i = 0; i < s->nstages; i++)
		if (value_count(value_path(s->stages[i]->object, "status.metadata")) > 0)
			value_set(a, stages, s->stages[i]->name, value_copy(a, s->stages[i]->object));
	r->stages = stages;
}

void run_collect(struct engine *en, struct promotion_run *run, struct arena *a)
{
	const struct stage *s = world_stage(en->world, run->stage);

	run->stage_object = basis_stage(a, run->object, s ? s->object : NULL);
	run->warehouses = basis_warehouses(a, run->object, run->stage_object, en->project);
	collect_freight(en, run, a);
	collect_stages(en, run, a);
}

/* Copies of what the steps see. The promotion itself, steps and all, is the ledger's. */
static void runs_copy_basis(struct engine *en, struct promotion_run *r, struct arena *a)
{
	const struct freight *f = world_freight(en->world, value_path_text(r->object, "spec.freight", ""));

	r->target_freight = f ? value_copy(a, f->object) : basis_freight(a, r->object);
	if (f)
		r->label = str_copy(r->arena, wording_freight(a, f));
	run_collect(en, r, a);
}

static bool runs_prepare(struct engine *en, struct promotion_run *r, struct err *e)
{
	struct arena *a, *old = r->pass;
	const struct state_object *o = state_promotion(ledger_state(en->ledger), r->promotion);

	if (!o || !o->object)
		return err_set(e, ERR_NOT_FOUND, "it is no longer in the ledger");
	if (!engine_look(en))
		return err_again(e, ERR_CONFIG, "it waits: no good manifests have been read yet");
	if (!old && !clean_work(r, e))
		return err_wrap(e, "the work directory");
	a = arena_new();
	r->object = value_copy(a, o->object);
	runs_copy_basis(en, r, a);
	struct orchestration before = r->o;
	if (old)
		orchestration_copy(a, &before, r->object, &r->o);
	else
		orchestration_read(a, r->object, true, &r->o);
	r->pass = a;
	r->sets = value_list(a);
	r->touched = SIZE_MAX;
	arena_free(old);
	return true;
}

static bool finish_run(struct engine *en, struct promotion_run *r, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *data = progress_data(a, r->object, &r->o, r->sets);
	const char *phase = phase_name(r->o.phase), *said = wording_outcome(a, &r->o);

	value_set(a, data, "phase", value_string(a, phase));
	value_set(a, data, "message", value_string(a, r->o.message));
	struct event ev = {
		.kind = EVENT_PROMOTION_FINISHED, .stage = r->stage, .promotion = r->promotion,
		.freight = value_path_text(r->object, "spec.freight", NULL), .at = clock_now(),
		.data = data, .subject = wording_end(a, r->stage, r->label, phase, said),
	};
	if (!engine_may_act(en))
		return err_again(e, ERR_IO, "the lease has run out");
	if (!engine_append_fact(en, &ev, LEDGER_PUSH_NOW, e))
		return false;
	worker_discard(en, r->work);
	return true;
}

static struct log_about runs_about(const struct promotion_run *r)
{
	return (struct log_about){ r->project_name, r->stage, r->promotion };
}

/* Ends it, now or as soon as the ledger can be written again. */
static bool runs_end(struct engine *en, struct promotion_run *r)
{
	AUTO(log_about) struct log_about before = log_about(runs_about(r));
	struct err e;

	r->ended = true;
	if (finish_run(en, r, &e)) {
		run_free(en, r);
		return true;
	}
	const struct state_object *o = state_promotion(ledger_state(en->ledger), r->promotion);
	if (e.code == ERR_CONFLICT && (!o || !o->object || state_promotion_over(o->object))) {
		run_free(en, r);
		return false;
	}
	log_line(LOG_WARN, "engine", "recording the end of %s: %s", r->promotion, e.message);
	r->due = clock_ticks() + LEDGER_RETRY;
	return false;
}

bool run_finish(struct engine *en, const char *promotion, const char *phase, const char *message)
{
	assert(promotion && *promotion && phase && *phase);
	if (!run_find(en, promotion) && !run_begin(en, promotion, true))
		return false;
	struct promotion_run *r = run_find(en, promotion);
	if (!r)
		return false;
	if (!r->pass) {
		const struct state_object *o = state_promotion(ledger_state(en->ledger), promotion);
		r->pass = arena_new();
		r->object = value_copy(r->pass, o->object);
		r->sets = value_list(r->pass);
		orchestration_read(r->pass, r->object, false, &r->o);
	}
	message = str_copy(r->arena, message);  /* the end may have to be recorded again, much later */
	if (strcmp(phase, "Aborted") == 0) {
		orchestration_abort(&r->o, message, clock_now());
	} else {
		r->o.phase = PHASE_ERRORED;
		r->o.message = message;
	}
	return runs_end(en, r);
}

/* Said once, though it is tried again and again. */
static void runs_complain(struct promotion_run *r, const char *message)
{
	if (!same_text(r->said, message))
		log_line(LOG_WARN, "engine", "promotion %s: %s", r->promotion, message);
	r->said = str_copy(r->arena, message);
}

static void dispatch_run(struct engine *en, struct promotion_run *r)
{
	AUTO(log_about) struct log_about before = log_about(runs_about(r));
	struct err e;

	if (r->ended) {
		runs_end(en, r);
		return;
	}
	if (!runs_prepare(en, r, &e)) {
		runs_complain(r, e.message);
		r->due = clock_ticks() + LEDGER_RETRY;
		return;
	}
	worker_give(en, r, NULL);
}

void engine_dispatch(struct engine *en)
{
	int64_t now = clock_ticks();

	for (size_t i = en->runs.count; i-- > 0;) {
		struct promotion_run *r = en->runs.items[i];
		if (!r->busy && (r->due <= now || turns_has(en->turns, r->promotion)))
			dispatch_run(en, r);
	}
	for (size_t i = 0; i < en->checks.count; i++) {
		struct verification_look *c = en->checks.items[i];
		if (!c->busy && c->due <= now)
			worker_give(en, NULL, c);
	}
}

/* The step that just worked, for a subject. */
static const char *step_sentence(struct arena *a, const struct promotion_run *r, bool announces)
{
	size_t index = announces ? r->o.current : r->touched != SIZE_MAX ? r->touched : r->o.current;
	const struct value *step = value_at(r->o.steps, index);
	const char *alias = value_text(value_get(step, "as"), "");
	const struct step_meta *m = orchestration_meta(&r->o, alias);
	const char *word = announces ? "begins" : m && m->status == STEP_RUNNING ? "goes on"
		: m ? step_status_name(m->status) : "is done";

	return str_format(a, "%s: %s (step %zu of %zu) %s", r->stage,
			  value_text(value_get(step, "uses"), ""), index + 1,
			  value_count(r->o.steps), word);
}

static bool record_step(struct engine *en, struct promotion_run *r, bool announces)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(log_about) struct log_about before = log_about(runs_about(r));
	struct value *data = progress_data(a, r->object, &r->o, r->sets);
	struct err e;

	if (announces)
		value_set(a, data, "announces",
			  value_get(value_at(r->o.steps, r->o.current), "as"));
	else if (value_count(data) == 0)
		return true;
	struct event ev = {
		.kind = EVENT_PROMOTION_STEP, .stage = r->stage, .promotion = r->promotion,
		.at = clock_now(), .data = data, .subject = step_sentence(a, r, announces),
	};
	if (!engine_may_act(en)) {
		log_line(LOG_WARN, "engine", "%s: the lease has run out", r->promotion);
		return false;
	}
	if (engine_append_fact(en, &ev, announces ? LEDGER_PUSH_NOW : LEDGER_PUSH_LATER, &e))
		return true;
	log_line(LOG_WARN, "engine", "%s: %s", r->promotion, e.message);
	return false;
}

static int64_t wait_of(struct promotion_run *r)
{
	int64_t wait = r->o.retry_after > 0 ? r->o.retry_after : POLL_DEFAULT;

	if (r->o.outage)
		return wait;
	if (r->o.failing) {
		unsigned shift = r->failures < 8 ? r->failures : 8;
		wait = (int64_t)BACKOFF_FIRST << shift;
		r->failures++;
		return wait < BACKOFF_MAX ? wait : BACKOFF_MAX;
	}
	r->failures = 0;
	return wait < POLL_MIN ? POLL_MIN : wait;
}

/* The index of the step of that alias, from 1. */
static size_t runs_step_number(const struct promotion_run *r, const char *alias)
{
	size_t i = 0;

	while (i < value_count(r->o.steps) &&
	       strcmp(value_text(value_get(value_at(r->o.steps, i), "as"), ""), alias) != 0)
		i++;
	return i + 1;
}

/* "uat: step 5 of 6, argocd-update (update): STATE": a step as the log names it. */
static const char *runs_step_line(struct arena *a, const struct promotion_run *r, const struct step_meta *m,
				  const char *state)
{
	size_t number = runs_step_number(r, m->alias);
	const struct value *step = value_at(r->o.steps, number - 1);

	return str_format(a, "%s: step %zu of %zu, %s (%s): %s: promotion %s", r->stage, number,
			  value_count(r->o.steps), value_text(value_get(step, "uses"), ""), m->alias, state,
			  r->promotion);
}

/* An outage is logged once and not at every look; another reason is news. */
static void runs_log_wait(struct promotion_run *r)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(log_about) struct log_about before = log_about(runs_about(r));
	const struct step_meta *m = r->o.nmetas ? &r->o.metas[r->o.nmetas - 1] : NULL;

	if (!r->o.outage || !m) {
		if (!r->o.held)
			r->waiting = NULL;
		return;
	}
	if (same_text(r->waiting, m->message))
		return;
	r->waiting = str_copy(r->arena, m->message);
	log_line(LOG_WARN, "engine", "%s",
		 runs_step_line(a, r, m, orchestration_waiting(&r->o, m, clock_now())));
}

/* What the step waits for, until when it is not asked, and when it gives up: for the promotion's screen. */
static void runs_tell_wait(const struct promotion_run *r, int64_t wait)
{
	const struct engine_options *o = &r->engine->options;
	const struct step_meta *m = orchestration_meta(
		&r->o, value_text(value_get(value_at(r->o.steps, r->o.current), "as"), ""));
	int64_t now = clock_now();

	if (!m || !o->on_progress)
		return;
	o->on_progress(o->context, &(struct step_progress){
		.promotion = r->promotion,
		.alias = m->alias,
		.status = step_status_name(STEP_RUNNING),
		.line = m->message,
		.wait = { .next_look = now + wait, .gives_up = r->o.gives_up, .errors = m->error_count,
			  .errors_allowed = r->o.errors_allowed },
	});
}

/* One line for each step that came to its end in this pass. */
static void runs_log_steps(struct promotion_run *r)
{
	AUTO(arena) struct arena *a = arena_new();

	for (; r->logged < r->o.nmetas; r->logged++) {
		const struct step_meta *m = &r->o.metas[r->logged];
		int64_t ms = m->finished_at && m->started_at ? m->finished_at - m->started_at : 0;
		const char *state = str_format(a, "%s after %s%s%s", step_status_name(m->status),
					       duration_text(a, ms * 1000000), *m->message ? ": " : "",
					       m->message);

		if (m->status == STEP_PENDING || m->status == STEP_RUNNING)
			return;
		log_line(m->status == STEP_FAILED || m->status == STEP_ERRORED ? LOG_WARN : LOG_INFO,
			 "engine", "%s", runs_step_line(a, r, m, state));
	}
}

void engine_ran(struct engine *en, struct promotion_run *r)
{
	bool recorded;
	int64_t wait;

	r->busy = false;
	if (r->project)
		en->options.give_back(en->options.context, r->project);
	r->project = NULL;
	crash_point("after steps ran");
	if (!en->leads || r->lost) {
		run_free(en, r);
		en->dirty = true;
		return;
	}
	if (r->abandoned) {
		r->abandoned = false;
		r->due = clock_ticks();
		en->dirty = true;
		return;
	}
	runs_log_steps(r);
	runs_log_wait(r);
	r->said = NULL;
	if (r->o.phase != PHASE_RUNNING) {
		runs_end(en, r);
		return;
	}
	recorded = record_step(en, r, r->o.held);
	if (recorded && r->o.held)
		r->announced = r->o.current;
	wait = !recorded ? LEDGER_RETRY : r->o.waits ? wait_of(r) : 0;
	r->due = clock_ticks() + wait;
	if (r->o.waits)
		runs_tell_wait(r, wait);
	en->dirty = true;
}

void verification_forget(struct engine *en, struct verification_look *c)
{
	for (size_t i = 0; i < en->checks.count; i++)
		if (en->checks.items[i] == c)
			en->checks.items[i] = en->checks.items[--en->checks.count];
	arena_free(c->info_arena);
	arena_free(c->arena);
}

/* One line of the log for a verification that has ended. */
static void log_verified(const char *stage, const char *phase, const char *message)
{
	bool good = strcmp(phase, "Successful") == 0;

	log_line(good ? LOG_INFO : LOG_WARN, "engine", "verification of %s: %s%s%s", stage, phase,
		 *message ? ": " : "", message);
}

void engine_checked(struct engine *en, struct verification_look *c)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(log_about) struct log_about before = log_about((struct log_about){ .stage = c->stage });
	struct value *info = value_copy(a, c->info);
	const char *phase = value_text(value_get(info, "phase"), "");
	const char *message = value_text(value_get(info, "message"), "");
	bool over = phase[0] && strcmp(phase, "Pending") != 0 && strcmp(phase, "Running") != 0;
	struct err e = { .message = "" };

	c->busy = false;
	en->options.give_back(en->options.context, c->project);
	c->project = NULL;
	c->due = clock_ticks() + POLL_MIN * 5;
	if (c->failed && c->error.code == ERR_CANCELLED)
		return;
	if (c->failed || !info) {
		log_line(LOG_WARN, "engine", "verifying %s: %s", c->stage, c->error.message);
		return;
	}
	value_set(a, info, "collection", value_string(a, c->collection));
	if (c->actor)
		value_set(a, info, "actor", value_string(a, c->actor));
	struct event ev = {
		.kind = over ? EVENT_STAGE_VERIFIED : EVENT_STAGE_VERIFYING, .stage = c->stage,
		.at = clock_now(), .data = info,
		.subject = str_format(a, over ? "verification of %s: %s" : "begin to verify %s%.0s",
				      c->stage, phase),
		.reason = *message ? message : NULL,
	};
	if (!over && *message && !same_text(c->said, message))
		log_line(LOG_WARN, "engine", "verification of %s: %s", c->stage, message);
	c->said = over || !*message ? NULL : str_copy(c->arena, message);
	if (!over && c->begun)
		return;
	if (!engine_may_act(en))
		return;
	c->begun = true;
	if (!engine_append_fact(en, &ev, over ? LEDGER_PUSH_NOW : LEDGER_PUSH_LATER, &e) &&
	    e.code != ERR_CONFLICT) {
		log_line(LOG_WARN, "engine", "verifying %s: %s", c->stage, e.message);
		return;
	}
	if (over && e.code != ERR_CONFLICT)
		log_verified(c->stage, phase, message);
	if (over || e.code == ERR_CONFLICT)
		verification_forget(en, c);
}
