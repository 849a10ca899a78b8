/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carrying out decisions. Each is recorded; when recording is refused because the world
 * has changed, the next round decides again.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/decide.h"
#include "engine/engine_inner.h"
#include "engine/request.h"
#include "engine/round.h"
#include "engine/writing.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/world.h"

enum { ROUNDS = 100, PRUNE_EVERY = 3600000, SLICE_MS = 250 };

/* One action with copies of what it needs: the world is gone after the first event. */
struct operation {
	struct engine *en;
	struct arena *arena;
	enum action_kind kind;
	struct event ev;
	const char *promotion, *stage, *stop;
};

/* All that was verified together: "soft-squirrel (1.29.5) and wise-otter (2.1.0)". */
static const char *current_label(struct arena *a, const struct world *w, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const char *all = "";

	for (size_t i = 0; i < runs->nitems; i++) {
		const struct freight *f = world_freight(w, runs->items[i].freight);

		all = str_format(a, "%s%s%s", all, i ? " and " : "",
				 f ? wording_freight(a, f)
				   : str_format(a, "%.7s", runs->items[i].freight));
	}
	return all;
}

static void act_note_verified(struct operation *d, const struct stage *s)
{
	struct value *v = value_map(d->arena);
	const char *now = clock_rfc3339(d->arena, d->ev.at);

	value_set(d->arena, v, "id", value_string(d->arena, uuid_make(d->arena)));
	value_set(d->arena, v, "collection", value_string(d->arena, s->history[0].id));
	value_set(d->arena, v, "startTime", value_string(d->arena, now));
	value_set(d->arena, v, "finishTime", value_string(d->arena, now));
	value_set(d->arena, v, "phase", value_string(d->arena, "Successful"));
	if (s->reverify && s->reverify_by)
		value_set(d->arena, v, "actor", value_string(d->arena, s->reverify_by));
	d->ev.kind = EVENT_STAGE_VERIFIED;
	d->ev.data = v;
	d->ev.freight = s->history[0].nitems == 1 ? str_copy(d->arena, s->history[0].items[0].freight)
						  : NULL;
	d->ev.subject = str_format(d->arena, "%s is verified with %s", s->name,
				   current_label(d->arena, d->en->world, s));
}

static bool act_start_promotion(struct operation *d, const struct action *act)
{
	unsigned char dice[10];
	struct value *object;
	struct err e;

	random_bytes(dice, sizeof(dice));
	struct request r = { .world = d->en->world, .stage = act->stage, .freight = act->freight,
			     .now = d->ev.at, .dice = dice };
	if (!request_make(d->arena, &r, &object, &e)) {
		log_line(LOG_ERROR, "engine", "promoting %s: %s", act->stage->name, e.message);
		return false;
	}
	d->ev.kind = EVENT_PROMOTION_REQUESTED;
	d->ev.freight = str_copy(d->arena, act->freight->name);
	d->ev.promotion = value_path_text(object, "metadata.name", "");
	d->ev.data = value_copy(d->arena, object);
	d->ev.subject = wording_promote(d->arena, "promote", act->stage->name, act->freight, true);
	return true;
}

/* Its freight may still come; a promotion that may not starts nothing and ends in error. */
static void act_start(struct operation *d, const struct action *act)
{
	const struct freight *f = world_freight(d->en->world, act->promotion->freight);
	struct value *data = value_map(d->arena);

	d->ev.kind = EVENT_PROMOTION_STARTED;
	d->ev.freight = str_copy(d->arena, act->promotion->freight);
	d->ev.promotion = d->promotion;
	if (!f)
		d->stop = "the freight is gone";
	else if (!freight_is_available(act->stage, f, clock_now()))
		d->stop = "the freight is not available to the stage any more";
	if (d->stop)
		return;
	value_set(d->arena, data, "freight", freight_reference(d->arena, f->object));
	value_set(d->arena, data, "freightCollection", collection_with(d->arena, act->stage, f));
	d->ev.data = value_copy(d->arena, data);
	d->ev.subject = str_format(d->arena, "begin to promote %s to %s", act->stage->name,
				   wording_freight(d->arena, f));
}

static bool act_prepare(struct operation *d, const struct action *act)
{
	d->ev = (struct event){ .at = clock_now() };
	d->stage = act->stage ? str_copy(d->arena, act->stage->name) : NULL;
	d->promotion = act->promotion ? str_copy(d->arena, act->promotion->name) : NULL;
	d->ev.stage = d->stage;
	d->ev.data = value_copy(d->arena, act->data);
	switch (act->kind) {
	case ACTION_START:
		act_start(d, act);
		break;
	case ACTION_PROMOTE:
		return act_start_promotion(d, act);
	case ACTION_VERIFIED:
		act_note_verified(d, act->stage);
		break;
	case ACTION_PASS:
		d->ev.kind = EVENT_FREIGHT_VERIFIED;
		d->ev.subject = str_format(d->arena, "%s lets %zu freight pass", d->stage,
					   value_count(value_get(act->data, "freight")));
		break;
	case ACTION_RESUME:
		d->ev.kind = EVENT_STAGE_RESUMED;
		d->ev.subject = str_format(d->arena, "drop holds of %s: it no longer promotes by itself",
					   d->stage);
		break;
	case ACTION_PRUNE:
		d->ev.kind = EVENT_LEDGER_PRUNED;
		d->ev.subject = "drop old promotions and freight from the present";
		break;
	case ACTION_ABORT:
	case ACTION_RUN:
	case ACTION_VERIFY:
		break;
	}
	return true;
}

static bool act_record(struct operation *d)
{
	enum ledger_push push = d->kind == ACTION_START || d->kind == ACTION_PROMOTE ? LEDGER_PUSH_NOW
										      : LEDGER_PUSH_LATER;
	struct err e;

	if (!engine_may_act(d->en))
		return false;
	if (engine_append(d->en, &d->ev, push, &e))
		return true;
	log_line(e.code == ERR_CONFLICT ? LOG_INFO : LOG_WARN, "engine", "%s: %s", d->ev.subject,
		 e.message);
	return false;
}

/* Whether whoever aborts it wants the pull request closed that it waits for. */
static bool wants_closing(const struct promotion *p)
{
	const struct value *notes = p ? value_path(p->object, "metadata.annotations") : NULL;

	return same_text(value_text(value_get(notes, PROMOTION_PULL_REQUEST_WISH), NULL), "abort");
}

/* The step that waits closes it, at one look more, with its own credentials. */
static bool closes_first(struct operation *d, struct promotion_run *r)
{
	const struct promotion *p;
	int64_t number;

	/* What this round has carried out before may have changed the ledger, and the world with it. */
	if (!r || r->closing || !engine_look(d->en))
		return false;
	p = world_promotion(d->en->world, d->promotion);
	if (!wants_closing(p) || !promotion_pull_request(p, &number))
		return false;
	r->closing = true;
	r->cancelled = false;
	r->due = clock_ticks();
	return true;
}

/* What became of the pull request that was to be closed is part of the end. */
static const char *abort_message(struct operation *d, const struct promotion_run *r)
{
	static const char by_user[] = "Promotion terminated per user request";
	const struct step_meta *m = r && r->closing && r->o.nmetas ? &r->o.metas[r->o.nmetas - 1] : NULL;

	return m && m->message && *m->message ? str_format(d->arena, "%s; %s", by_user, m->message) : by_user;
}

static bool abort_run(struct operation *d)
{
	struct promotion_run *r = run_find(d->en, d->promotion);

	if (r && r->busy) {
		if (!r->closing)
			flag_set(&r->cancelled);
		return false;
	}
	if (closes_first(d, r))
		return false;
	return run_finish(d->en, d->promotion, "Aborted", abort_message(d, r));
}

static bool has_check(const struct engine *en, const char *stage)
{
	for (size_t i = 0; i < en->checks.count; i++)
		if (strcmp(((struct verification_look *)en->checks.items[i])->stage, stage) == 0)
			return true;
	return false;
}

static void begin_check(struct operation *d)
{
	struct engine *en = d->en;
	struct verification_look *c;
	struct arena *a;

	if (!en->options.verify || has_check(en, d->stage) || !engine_look(en))
		return;
	const struct stage *s = world_stage(en->world, d->stage);
	if (!s || s->nhistory == 0)
		return;
	a = arena_new();
	c = arena_alloc(a, sizeof(*c));
	c->arena = a;
	c->engine = en;
	c->stage = str_copy(a, s->name);
	c->collection = str_copy(a, s->history[0].id);
	c->object = value_copy(a, s->history[0].object);
	c->actor = s->reverify ? str_copy(a, s->reverify_by) : NULL;
	if (s->history[0].verification && !s->reverify)
		c->info = value_at(value_get(c->object, "verificationHistory"), 0);
	c->begun = c->info != NULL;
	list_add(en->own, &en->checks, c);
}

/* True when the ledger has changed by it. */
static bool carry_out(struct operation *d)
{
	switch (d->kind) {
	case ACTION_ABORT:
		return abort_run(d);
	case ACTION_RUN:
		if (!run_find(d->en, d->promotion))
			run_begin(d->en, d->promotion, true);
		return false;
	case ACTION_VERIFY:
		begin_check(d);
		return false;
	case ACTION_START:
		if (d->stop)
			return run_finish(d->en, d->promotion, "Errored", d->stop);
		return act_record(d) && run_begin(d->en, d->promotion, false);
	case ACTION_PASS:
	case ACTION_VERIFIED:
	case ACTION_PROMOTE:
	case ACTION_RESUME:
	case ACTION_PRUNE:
		return act_record(d);
	}
	return false;
}

/* True when all was carried out, false when the time was up first. */
static bool round_of(struct engine *en, bool prune, int64_t end, bool *changed)
{
	AUTO(arena) struct arena *a = arena_new();
	struct decision decision;

	*changed = false;
	if (!engine_look(en))
		return true;
	decide(a, en->world, clock_now(), prune, &decision);
	en->decide_at = decision.next;
	struct operation *operations = arena_array(a, decision.actions.count + 1, sizeof(*operations));
	size_t count = 0;
	for (size_t i = 0; i < decision.actions.count; i++) {
		const struct action *act = decision.actions.items[i];
		operations[count] = (struct operation){ .en = en, .arena = a, .kind = act->kind };
		count += act_prepare(&operations[count], act);
	}
	for (size_t i = 0; i < count; i++) {
		if (i && clock_ticks() > end)
			return false;
		*changed |= carry_out(&operations[i]);
	}
	return true;
}

/*
 * A thousand stages may have something to begin, each with an event that must reach the
 * disk: between slices steps are handed out and operators answered.
 */
void engine_act(struct engine *en)
{
	bool prune = clock_ticks() >= en->prune_due, changed;
	int64_t end = clock_ticks() + SLICE_MS;

	for (int i = 0; i < ROUNDS; i++) {
		en->dirty = false;
		bool whole = round_of(en, prune, end, &changed);
		if (prune && whole)
			en->prune_due = clock_ticks() + PRUNE_EVERY;
		prune = prune && !whole;
		if (whole && !changed)
			return;
		if (!whole || clock_ticks() > end)
			break;
	}
	en->dirty = true;
}
