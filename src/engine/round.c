/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every part of the engine does with the ledger: look at the world as it is now, append
 * to it, take in what others appended. Nothing here knows who asks.
 */
#include "engine/round.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/part.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/writing.h"
#include "ledger/history.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/world.h"

/* In ms: between answers of the remote that are told; for readers to let go of what they read. */
enum { CONTACT_MS = 15000, LET_GO_MS = 1000 };

/* Whoever looks at the state, here or in a record, finds its objects read already. */
static bool round_parse(struct engine *en, struct err *e)
{
	if (!en->ledger)
		return true;
	return state_parse(part_arena(ledger_part(en->ledger)), ledger_state(en->ledger), e);
}

const struct state *engine_state(const struct engine *en)
{
	assert(en->ledger || en->seen);
	return en->ledger ? ledger_state(en->ledger) : en->seen->state;
}

bool engine_look(struct engine *en)
{
	struct err e;

	if (en->world)
		return true;
	en->project = en->options.borrow(en->options.context);
	if (en->project && !en->ledger)
		en->seen = en->options.record(en->options.context);
	if (!en->project || (!en->ledger && !en->seen)) {
		engine_look_away(en);
		return false;
	}
	en->round = arena_new();
	en->world = arena_alloc(en->round, sizeof(*en->world));
	en->world->ledger_head = en->ledger ? ledger_head(en->ledger) : "";
	if (!round_parse(en, &e) ||
	    !state_world(en->round, engine_state(en), en->project, en->world, &e)) {
		log_line(LOG_ERROR, "engine", "%s", e.message);
		engine_look_away(en);
		return false;
	}
	for (size_t i = 0; i < en->world->nstages; i++) {
		struct stage *s = en->world->stages[i];
		const struct value *checks = value_path(s->status, "lastPromotion.status.healthChecks");
		s->health = HEALTH_HEALTHY;
		if (en->options.health && value_count(checks) > 0)
			s->health = en->options.health(en->options.context, en->round, s->name,
						       checks).health;
	}
	return true;
}

void engine_look_away(struct engine *en)
{
	if (en->project)
		en->options.give_back(en->options.context, en->project);
	arena_free(en->round);
	record_release(en->seen);
	en->seen = NULL;
	en->project = NULL;
	en->round = NULL;
	en->world = NULL;
}

static void round_recorded(void *context, const char *commit, const struct event *ev)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(log_about) struct log_about before =
		log_about((struct log_about){ .stage = ev->stage, .promotion = ev->promotion });
	const char *phase = value_text(value_get(ev->data, "phase"), "");
	struct engine *en = context;
	bool is_bad = (ev->kind == EVENT_PROMOTION_FINISHED && strcmp(phase, "Succeeded") != 0) ||
		      (ev->kind == EVENT_STAGE_VERIFIED && strcmp(phase, "Successful") != 0);

	en->dirty = en->unpublished = true;
	if (!en->rest_due)
		en->rest_latest = clock_ticks() + REST_LATEST_MS;
	en->rest_due = clock_ticks() + REST_MS;
	event_tail_add(&en->tail, commit, ev);
	if (ev->kind != EVENT_PROMOTION_STEP)   /* told by the step's end, where it runs */
		log_line(is_bad ? LOG_WARN : LOG_INFO, "engine", "%s", wording_log(a, ev));
}

/* The newest events have other commits than the ones reported to us. */
static void round_rewritten(void *context)
{
	struct engine *en = context;
	struct err e;

	en->dirty = en->unpublished = true;
	event_tail_release(&en->tail);
	if (!ledger_tail(en->ledger, NULL, &en->tail, &e))
		log_line(LOG_ERROR, "engine", "reading the newest events: %s", e.message);
}

void engine_listen(struct engine *en)
{
	const struct ledger_listener listener = { .context = en, .recorded = round_recorded,
						  .rewritten = round_rewritten };

	ledger_listen(en->ledger, &listener);
	round_rewritten(en);
}

/* Each answer is news only after a while: the header counts in minutes. */
static void round_tell_contact(struct engine *en)
{
	bool is_shared = ledger_is_shared(en->ledger);
	struct ledger_contact now;
	int64_t age;

	ledger_contact(en->ledger, &now);
	age = now.reached_at - en->contact.reached_at;
	if (!en->options.on_remote || (!is_shared && !now.failing_since && !en->contact.failing_since) ||
	    (now.failing_since == en->contact.failing_since && age < CONTACT_MS && en->contact_told))
		return;
	const struct source s = { .kind = SOURCE_LEDGER, .name = "ledger", .address = "",
				  .seen_at = now.reached_at, .failing_since = now.failing_since,
				  .error = now.error, .unwritten = now.unwritten };
	en->options.on_remote(en->options.context, is_shared || now.failing_since ? &s : NULL);
	en->contact = now;
	en->contact.error = NULL;
	en->contact_told = true;
}

void engine_publish(struct engine *en)
{
	const struct record *r;
	struct err e;

	if (!en->ledger)
		return;
	round_tell_contact(en);
	if (!en->unpublished || !en->options.on_record)
		return;
	en->unpublished = false;
	if (!round_parse(en, &e))
		log_line(LOG_ERROR, "engine", "%s", e.message);
	r = record_new(ledger_state(en->ledger), ledger_part(en->ledger), ledger_head(en->ledger),
		       &en->tail);
	en->options.on_record(en->options.context, r);
	record_release(r);
}

int64_t engine_rest_due(const struct engine *en)
{
	bool is_busy = en->runs.count > 0 || en->plans.count > 0;

	return en->rest_due && is_busy ? en->rest_latest : en->rest_due;
}

void engine_rest(struct engine *en)
{
	int64_t now = clock_ticks(), due = engine_rest_due(en);

	if (!due || (now < due && now < en->rest_latest))
		return;
	en->rest_due = 0;
	engine_look_away(en);
	if (ledger_rest(en->ledger)) {
		en->unpublished = true; /* readers of the old state get the new one, and let that go */
		engine_publish(en);
		en->rest_due = now + LET_GO_MS;
		return;
	}
	if (en->options.on_rest)
		en->options.on_rest(en->options.context);
	else
		memory_give_back();
}

static bool round_append(struct engine *en, struct ledger_race *race, const struct event *ev,
			 enum ledger_push push, struct err *e)
{
	engine_look_away(en);
	if (ledger_append_in(en->ledger, race, ev, push, e))
		return true;
	en->dirty = en->dirty || e->code == ERR_CONFLICT;
	return false;
}

bool engine_append(struct engine *en, const struct event *ev, enum ledger_push push, struct err *e)
{
	engine_look_away(en);
	if (ledger_append(en->ledger, ev, push, e))
		return true;
	en->dirty = en->dirty || e->code == ERR_CONFLICT;
	return false;
}

bool engine_append_in(struct engine *en, struct ledger_race *race, const struct event *ev, struct err *e)
{
	return round_append(en, race, ev, LEDGER_PUSH_NOW, e);
}

bool engine_race_again(struct engine *en, struct ledger_race *race, const struct err *e)
{
	engine_look_away(en);
	return !flag_is_set(&en->stop) && ledger_race_again(en->ledger, race, e);
}

bool engine_append_fact(struct engine *en, const struct event *ev, enum ledger_push push,
			struct err *e)
{
	struct ledger_race race = { 0 };

	do
		if (round_append(en, &race, ev, push, e))
			return true;
	while (engine_race_again(en, &race, e));
	return false;
}

bool engine_sync(struct engine *en, bool remote, struct err *e)
{
	bool moved;

	engine_look_away(en);
	return ledger_sync(en->ledger, remote, &moved, e);
}

bool engine_may_act(const struct engine *en)
{
	int64_t now = clock_ticks(), life = moment_get(&en->lease_life);

	return now < moment_get(&en->lease_until) ||
	       (life && now < ledger_life_until(en->ledger, (unsigned)life));
}
