/* SPDX-License-Identifier: Apache-2.0 */
/* What every part of the engine does with the ledger. The engine's thread. */
#ifndef GANTRY_ENGINE_ROUND_H
#define GANTRY_ENGINE_ROUND_H

#include "base/base.h"
#include "ledger/append.h"

struct engine;
struct err;
struct event;
struct state;

/* What is known of the project's objects; without a ledger only within a look. */
const struct state *engine_state(const struct engine *en);

/* Reads the world as it is now into the round; false without configuration. */
bool engine_look(struct engine *en);
void engine_look_away(struct engine *en);

/* Whether we execute, and our lease has not run out unnoticed. Any thread. */
bool engine_may_act(const struct engine *en);

/* Listens to the ledger and reads its newest events. */
void engine_listen(struct engine *en);

/* Hands on_record() a record of the ledger when it has changed since the last one. */
void engine_publish(struct engine *en);

/*
 * Gives memory back once nothing has been recorded for REST_MS after the last event and nothing is
 * under way; an agent that is never idle spends a few ms on it every REST_LATEST_MS.
 */
enum { REST_MS = 5000, REST_LATEST_MS = 30000 };
void engine_rest(struct engine *en);
int64_t engine_rest_due(const struct engine *en);       /* when it will; ticks; 0: there is nothing to give */

/* Appends. On ERR_CONFLICT the world has changed. */
bool engine_append(struct engine *en, const struct event *ev, enum ledger_push push,
		   struct err *e) MUST_USE;

/* The same and pushes, as part of a race. */
bool engine_append_in(struct engine *en, struct ledger_race *race, const struct event *ev,
		      struct err *e) MUST_USE;

/* ledger_race_again(), unless the engine is to stop. */
bool engine_race_again(struct engine *en, struct ledger_race *race, const struct err *e) MUST_USE;

/*
 * Appends a fact, which stays true whatever others did meanwhile: after a lost race it tries again
 * at once. ERR_CONFLICT: it can't follow from what they did, or others won every time.
 */
bool engine_append_fact(struct engine *en, const struct event *ev, enum ledger_push push,
			struct err *e) MUST_USE;

/* Takes in others' events. */
bool engine_sync(struct engine *en, bool remote, struct err *e) MUST_USE;

#endif
