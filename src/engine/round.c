/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every part of the engine does with the ledger: look at the world as it is now, append
 * to it, take in what others appended. Nothing here knows who asks.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/world.h"

bool engine_look(struct engine *en)
{
	struct err e;

	if (en->world)
		return true;
	en->project = en->options.borrow(en->options.context);
	if (!en->project)
		return false;
	en->round = arena_new();
	en->world = arena_alloc(en->round, sizeof(*en->world));
	en->world->ledger_head = ledger_head(en->ledger);
	if (!state_world(en->round, ledger_state(en->ledger), en->project, en->world, &e)) {
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
	en->project = NULL;
	en->round = NULL;
	en->world = NULL;
}

static void engine_tell(void *context, const char *commit, const struct event *ev)
{
	struct engine *en = context;

	en->dirty = true;
	if (en->options.on_event)
		en->options.on_event(en->options.context, commit, ev, ledger_state(en->ledger));
}

bool engine_append(struct engine *en, const struct event *ev, enum ledger_push push, struct err *e)
{
	bool done;

	engine_look_away(en);
	done = ledger_append(en->ledger, ev, push, e);
	if (!done && e->code == ERR_CONFLICT)
		en->dirty = true;
	if (!done)
		return false;
	engine_tell(en, ledger_head(en->ledger), ev);
	return true;
}

bool engine_sync(struct engine *en, bool remote, struct err *e)
{
	bool moved = false;

	engine_look_away(en);
	return ledger_sync(en->ledger, remote, engine_tell, en, &moved, e);
}

bool engine_may_act(const struct engine *en)
{
	return clock_ticks() < moment_get(&en->lease_until);
}
