/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people ask for: checked against the present, recorded, answered. An intent is refused when
 * its stage has changed since the person looked at it, and the answer names who changed it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/request.h"
#include "engine/round.h"
#include "engine/writing.h"
#include "ledger/history.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/intent.h"
#include "model/window.h"
#include "model/world.h"

enum { LOOK_BACK = 2000 };

/* One intent being looked at. */
struct asked {
	struct engine *en;
	struct arena *arena;
	const struct intent *i;
	struct event ev;                /* what will be recorded */
	const char *done;               /* the sentence of the reply */
};

static const struct stage *intents_stage_of(struct asked *q, struct err *e)
{
	const struct stage *s = world_stage(q->en->world, q->i->stage);

	if (!s || !s->object)
		err_set(e, ERR_NOT_FOUND, "there is no stage \"%s\"", q->i->stage ? q->i->stage : "");
	return s && s->object ? s : NULL;
}

static const struct freight *intents_freight_of(struct asked *q, struct err *e)
{
	const struct freight *f = q->i->freight ? world_find_freight(q->en->world, q->i->freight) : NULL;

	if (!f)
		err_set(e, ERR_NOT_FOUND, "there is no freight \"%s\"", q->i->freight ? q->i->freight : "");
	return f;
}

/* What others asked of this stage since the person looked; NULL: nothing. */
static const char *intents_news(struct asked *q, const char *stage)
{
	struct ledger_filter f = { .until = q->i->seen_head, .stage = stage, .max = 50,
				   .max_read = LOOK_BACK };
	struct ledger_page page;
	struct err e;

	if (!q->i->seen_head || !q->i->seen_head[0] ||
	    !ledger_history(q->en->ledger, q->arena, &f, &page, &e))
		return NULL;
	for (size_t i = 0; i < page.count; i++) {
		const struct event *ev = page.entries[i].event;
		if (ev->kind == EVENT_PROMOTION_REQUESTED)
			return str_format(q->arena, "%s: \"%s\", %s ago",
					  ev->actor ? ev->actor : "gantry", ev->subject,
					  clock_age(q->arena, clock_now() - ev->at));
	}
	return NULL;
}

static bool is_still_so(struct asked *q, const struct stage *s, const char *warehouse, struct err *e)
{
	const char *now = stage_freight(s, warehouse);
	const char *what = intents_news(q, s->name);
	const struct freight *f = world_freight(q->en->world, now);

	if (what)
		return err_set(e, ERR_CONFLICT, "%s has changed; %s; look again", s->name, what);
	if (q->i->seen_freight && q->i->seen_freight[0] && !same_text(q->i->seen_freight, now))
		return err_set(e, ERR_CONFLICT, "%s runs %s by now; look again", s->name,
			       f ? wording_freight(q->arena, f) : "nothing");
	return true;
}

static bool is_under_way(struct asked *q, const struct stage *s, const struct freight *f,
			 struct err *e)
{
	const struct world *w = q->en->world;

	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];
		if (strcmp(p->stage, s->name) == 0 && strcmp(p->freight, f->name) == 0 &&
		    !promotion_is_over(p))
			return !err_set(e, ERR_CONFLICT,
					"%s is on its way to %s already, asked for by %s %s ago",
					freight_label(q->arena, f), s->name,
					p->actor && p->actor[0] ? p->actor : "gantry",
					clock_age(q->arena, clock_now() - p->created_at));
	}
	return false;
}

/* Going back is not a new risk, and is what a freeze must not prevent at night. */
static bool is_window_open(const struct asked *q, const struct stage *s, struct err *e)
{
	int64_t now = clock_now();
	struct window_state state;

	window_state(q->en->world->project, s, now, &state);
	if (!state.closed)
		return true;
	return err_set(e, ERR_REFUSED, "%s is closed%s%s%s%s", s->name, state.because ? " by window " : "",
		       state.because ? state.because->name : ": no window is open",
		       state.opens_at ? " until " : "",
		       state.opens_at ? clock_rfc3339(q->arena, state.opens_at) : "");
}

static bool intents_promote(struct asked *q, const struct stage *s, const struct freight *f,
			    bool rollback, struct err *e)
{
	unsigned char dice[10];
	struct value *object;
	struct gates gates;

	if (s->nsteps == 0)
		return err_set(e, ERR_REFUSED,
			       "%s has no steps: freight passes through it by itself", s->name);
	if (!is_still_so(q, s, f->warehouse, e) || is_under_way(q, s, f, e))
		return false;
	if (!freight_is_available(s, f, clock_now())) {
		gates_of(q->arena, &(struct gate_question){ q->en->world, s, f, clock_now() }, &gates);
		return err_set(e, ERR_REFUSED, "%s may not enter %s: %s", freight_label(q->arena, f),
			       s->name, gates.summary ? gates.summary : "it is not available");
	}
	if (!rollback && !is_window_open(q, s, e))
		return false;
	random_bytes(dice, sizeof(dice));
	struct request r = { .world = q->en->world, .stage = s, .freight = f, .actor = q->i->actor,
			     .from = q->i->from, .reason = q->i->reason, .plan = q->i->seen_plan,
			     .rollback = rollback, .now = q->ev.at, .dice = dice };
	if (!request_make(q->arena, &r, &object, e))
		return err_wrap(e, "promoting %s", s->name);
	q->ev.kind = EVENT_PROMOTION_REQUESTED;
	q->ev.stage = str_copy(q->arena, s->name);
	q->ev.freight = str_copy(q->arena, f->name);
	q->ev.promotion = value_path_text(object, "metadata.name", "");
	q->ev.subject = wording_promote(q->arena, rollback ? "roll back" : "promote", s->name, f, false);
	q->ev.data = value_copy(q->arena, object);
	q->done = str_format(q->arena, "%s %s to %s", rollback ? "rolling back" : "promoting", s->name,
			     wording_freight(q->arena, f));
	return true;
}

static bool ask_promote(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);
	const struct freight *f = s ? intents_freight_of(q, e) : NULL;

	return f && intents_promote(q, s, f, false, e);
}

static bool ask_rollback(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);
	const struct freight *f;

	if (!s)
		return false;
	f = q->i->freight ? intents_freight_of(q, e)
			  : world_rollback_target(q->en->world, s, q->i->warehouse);
	if (!f && !q->i->freight)
		return err_set(e, ERR_REFUSED, "nothing was verified in %s before what runs there now",
			       s->name);
	return f && intents_promote(q, s, f, true, e);
}

static bool ask_approve(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);
	const struct freight *f = s ? intents_freight_of(q, e) : NULL;

	if (!f)
		return false;
	if (!stage_request(s, f->warehouse))
		return err_set(e, ERR_REFUSED, "%s does not ask for freight of %s", s->name, f->warehouse);
	if (freight_mark(&f->approved_for, s->name))
		return err_set(e, ERR_CONFLICT, "%s is approved for %s already",
			       freight_label(q->arena, f), s->name);
	q->ev.kind = EVENT_FREIGHT_APPROVED;
	q->ev.stage = str_copy(q->arena, s->name);
	q->ev.freight = str_copy(q->arena, f->name);
	q->ev.subject = str_format(q->arena, "approve %s for %s", wording_freight(q->arena, f), s->name);
	q->done = str_format(q->arena, "approved %s for %s", wording_freight(q->arena, f), s->name);
	return true;
}

static void put_who_and_why(struct arena *a, const struct intent *i, struct value *data)
{
	if (i->actor && *i->actor)
		value_set(a, data, "by", value_string(a, i->actor));
	if (i->reason && *i->reason)
		value_set(a, data, "reason", value_string(a, i->reason));
}

/* The promotion then shows who stopped it, and why, for as long as it is kept. */
static const struct value *abort_data(struct arena *a, const struct intent *i, bool closes)
{
	struct value *data = value_map(a);

	put_who_and_why(a, i, data);
	if (closes)
		value_set(a, data, "wish", value_string(a, "abort"));
	return value_count(data) ? data : NULL;
}

static bool ask_abort(struct asked *q, struct err *e)
{
	const struct promotion *p = world_promotion(q->en->world, q->i->promotion);
	int64_t number = 0;
	bool closes;

	if (!p && !q->i->promotion && q->i->stage)
		p = world_promotion_in(q->en->world, q->i->stage);
	if (!p)
		return err_set(e, ERR_NOT_FOUND, "there is no promotion \"%s\"",
			       q->i->promotion ? q->i->promotion : "");
	if (promotion_is_over(p))
		return err_set(e, ERR_CONFLICT, "%s is over: it %s", p->name, phase_name(p->phase));
	q->ev.kind = EVENT_PROMOTION_ABORT_REQUESTED;
	q->ev.stage = str_copy(q->arena, p->stage);
	q->ev.freight = str_copy(q->arena, p->freight);
	q->ev.promotion = str_copy(q->arena, p->name);
	closes = q->i->close_pull_request && promotion_pull_request(p, &number);
	q->ev.subject = str_format(q->arena, "abort promotion %s", p->name);
	q->ev.data = abort_data(q->arena, q->i, closes);
	q->done = closes ? str_format(q->arena, "closing pull request %lld and aborting %s",
				      (long long)number, p->name)
			 : str_format(q->arena, "aborting %s", p->name);
	return true;
}

/* The step that waits does it, with its own credentials, and tells how it went. */
static bool ask_pull_request(struct asked *q, struct err *e)
{
	const struct promotion *p = world_promotion(q->en->world, q->i->promotion);
	const char *verb = intent_verb(q->i->kind);
	struct value *data = value_map(q->arena);
	struct promotion_run *run;
	int64_t number;

	if (!p || !promotion_pull_request(p, &number))
		return err_set(e, ERR_CONFLICT, "the promotion waits for no open pull request now");
	q->ev.kind = EVENT_PROMOTION_PULL_REQUEST;
	q->ev.stage = str_copy(q->arena, p->stage);
	q->ev.freight = str_copy(q->arena, p->freight);
	q->ev.promotion = str_copy(q->arena, p->name);
	value_set(q->arena, data, "wish", value_string(q->arena, verb));
	value_set(q->arena, data, "asked", value_string(q->arena, clock_rfc3339(q->arena, clock_now())));
	put_who_and_why(q->arena, q->i, data);
	q->ev.data = data;
	q->ev.subject = str_format(q->arena, "%s pull request %lld of %s", verb, (long long)number,
				   p->name);
	q->done = str_format(q->arena, "asking the forge to %s pull request %lld", verb,
			     (long long)number);
	run = run_find(q->en, p->name);
	if (run)
		run->due = clock_ticks();
	return true;
}

static const struct hold *intents_hold_of(const struct stage *s, const char *warehouse)
{
	for (size_t i = 0; i < s->nholds; i++)
		if (strcmp(s->holds[i].warehouse, warehouse) == 0)
			return &s->holds[i];
	return NULL;
}

/* What of the stage is not held yet: its freight by origin. Says of one that it is the only one. */
static struct value *intents_to_hold(struct asked *q, const struct stage *s)
{
	struct value *holds = value_map(q->arena);

	for (size_t i = 0; i < s->nrequests; i++) {
		const char *warehouse = s->requests[i].warehouse, *runs = stage_freight(s, warehouse);

		if ((q->i->warehouse && strcmp(q->i->warehouse, warehouse) != 0) ||
		    intents_hold_of(s, warehouse))
			continue;
		q->ev.warehouse = str_copy(q->arena, warehouse);
		q->ev.freight = runs ? str_copy(q->arena, runs) : NULL;
		value_set(q->arena, holds, str_format(q->arena, "Warehouse/%s", warehouse),
			  value_string(q->arena, runs ? runs : ""));
	}
	return holds;
}

static bool ask_hold(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);
	struct value *data = value_map(q->arena), *holds;

	if (!s)
		return false;
	if (!s->auto_promotion)
		return err_set(e, ERR_REFUSED, "%s has no auto-promotion that could be held", s->name);
	if (q->i->warehouse && !stage_request(s, q->i->warehouse))
		return err_set(e, ERR_NOT_FOUND, "%s does not ask for freight of %s", s->name,
			       q->i->warehouse);
	holds = intents_to_hold(q, s);
	if (!value_count(holds))
		return err_set(e, ERR_CONFLICT, "auto-promotion of %s is held already, for %s by %s", s->name,
			       clock_age(q->arena, clock_now() - s->holds[0].created_at),
			       *s->holds[0].actor ? s->holds[0].actor : "gantry");
	if (value_count(holds) > 1) {
		q->ev.warehouse = q->ev.freight = NULL;
		value_set(q->arena, data, "holds", holds);
		q->ev.data = data;
	}
	q->ev.kind = EVENT_STAGE_HELD;
	q->ev.stage = str_copy(q->arena, s->name);
	q->ev.subject = str_format(q->arena, "hold auto-promotion of %s", s->name);
	q->done = str_format(q->arena, "auto-promotion of %s is held until somebody resumes it", s->name);
	return true;
}

/* Health is not asked: another process may know it. The engine verifies once it is good. */
static bool ask_verify(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);
	const struct collection *runs = s ? stage_runs(s) : NULL;
	const struct value *newest = NULL;
	struct value *data = value_map(q->arena);

	if (!s)
		return false;
	if (stage_is_empty(s))
		return err_set(e, ERR_REFUSED, "nothing runs in %s that could be verified", s->name);
	if (world_promotion_in(q->en->world, s->name))
		return err_set(e, ERR_REFUSED, "%s is promoting; what it will run is verified after that",
			       s->name);
	newest = value_at(value_get(runs->object, "verificationHistory"), 0);
	if (s->reverify || !runs->verification || strcmp(runs->verification, "Pending") == 0 ||
	    strcmp(runs->verification, "Running") == 0)
		return err_set(e, ERR_CONFLICT, "%s is %s", s->name,
			       newest && !s->reverify ? "being verified"
						      : "to be verified as soon as it is healthy");
	value_set(q->arena, data, "verification",
		  value_string(q->arena, value_text(value_get(newest, "id"), "")));
	q->ev.kind = EVENT_STAGE_VERIFY_REQUESTED;
	q->ev.stage = str_copy(q->arena, s->name);
	q->ev.data = data;
	q->ev.subject = str_format(q->arena, "verify %s again", s->name);
	q->done = str_format(q->arena, "%s will be verified again; the last time: %s", s->name,
			     runs->verification);
	return true;
}

static bool ask_resume(struct asked *q, struct err *e)
{
	const struct stage *s = intents_stage_of(q, e);

	if (!s)
		return false;
	if (s->nholds == 0)
		return err_set(e, ERR_REFUSED, "auto-promotion of %s is not held", s->name);
	q->ev.kind = EVENT_STAGE_RESUMED;
	q->ev.stage = str_copy(q->arena, s->name);
	q->ev.warehouse = str_copy(q->arena, q->i->warehouse);
	q->ev.subject = str_format(q->arena, "let auto-promotion of %s go on", s->name);
	q->done = str_format(q->arena, "auto-promotion of %s goes on", s->name);
	return true;
}

/* Looking again is nothing to record. */
static bool ask_refresh(struct asked *q, struct err *e)
{
	(void)e;
	q->en->sync_due = q->en->remote_due = 0;
	q->en->dirty = true;
	q->done = "looking again";
	return true;
}

static bool intents_consider(struct asked *q, struct err *e)
{
	static bool (*const rules[])(struct asked *q, struct err *e) = {
		[INTENT_PROMOTE] = ask_promote, [INTENT_ROLLBACK] = ask_rollback,
		[INTENT_APPROVE] = ask_approve, [INTENT_ABORT] = ask_abort,
		[INTENT_MERGE] = ask_pull_request, [INTENT_CLOSE] = ask_pull_request,
		[INTENT_REFRESH] = ask_refresh, [INTENT_RESUME] = ask_resume,
		[INTENT_HOLD] = ask_hold, [INTENT_VERIFY] = ask_verify,
	};

	if (q->en->options.read_only && q->i->kind != INTENT_REFRESH)
		return err_set(e, ERR_REFUSED, "gantry was started read-only");
	if (!intent_check(q->i, e))
		return false;
	if ((size_t)q->i->kind >= COUNTOF(rules) || !rules[q->i->kind])
		return err_set(e, ERR_USAGE, "this version can't do that");
	if (!engine_look(q->en))
		return err_again(e, ERR_CONFIG, "no good manifests have been read yet");
	return rules[q->i->kind](q, e);
}

/* What others recorded meanwhile, unless the remote is known not to answer. */
static bool intents_look_again(struct asked *q)
{
	struct err ignored;

	return engine_sync(q->en, !q->en->contact.failing_since, &ignored);
}

/*
 * Considered again whenever somebody else was faster, and once before it is refused: what we know
 * may be older than what the person who asks has seen.
 */
static bool intents_settle(struct asked *q, struct err *e)
{
	struct ledger_race race = { 0 };
	bool looked = q->en->options.read_only;

	do {
		q->ev = (struct event){ .reason = q->i->reason, .actor = q->i->actor,
					.from = q->i->from, .seen = q->i->seen_head,
					.at = clock_now() };
		if (!intents_consider(q, e)) {
			if (looked || !intents_look_again(q) || !intents_consider(q, e))
				return false;
			looked = true;
		}
		if (q->i->kind == INTENT_REFRESH)
			return true;
		if (engine_append_in(q->en, &race, &q->ev, e))
			return true;
	} while (engine_race_again(q->en, &race, e));
	return race.lost && e->code == ERR_CONFLICT
		? err_wrap(e, "nothing was recorded in %u attempts; ask again", race.lost + 1) : false;
}

void engine_intent(struct engine *en, const struct intent *i)
{
	AUTO(arena) struct arena *a = arena_new();
	struct asked q = { .en = en, .arena = a, .i = i };
	struct reply r = { .id = i->id };
	struct err e;

	r.done = intents_settle(&q, &e);
	engine_look_away(en);
	r.code = r.done ? ERR_NONE : (int)e.code;
	r.message = r.done ? q.done : e.message;
	r.promotion = r.done && q.ev.kind == EVENT_PROMOTION_REQUESTED ? q.ev.promotion : NULL;
	if (!r.done)                            /* what was done is told by its event */
		log_line(LOG_WARN, "engine", "refused to %s %s for %s: %s", intent_verb(i->kind),
			 i->stage ? i->stage : i->promotion ? i->promotion : "anything",
			 i->actor ? i->actor : "somebody", r.message);
	engine_publish(en);
	if (en->options.on_reply)
		en->options.on_reply(en->options.context, &r);
}
