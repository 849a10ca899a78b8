/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must happen next: a pure function of the world and the clock
 * (doc/kargo-rules.md 3.5, 3.7, 3.9, 7.2, 1.15). The engine's thread.
 */
#ifndef GANTRY_ENGINE_DECIDE_H
#define GANTRY_ENGINE_DECIDE_H

#include "base/base.h"
#include "base/list.h"
#include "model/stage.h"

struct arena;
struct freight;
struct promotion;
struct value;
struct world;

enum action_kind {
	ACTION_ABORT,           /* promotion: somebody asked for it */
	ACTION_START,           /* promotion: the head of its stage's queue */
	ACTION_RUN,             /* promotion: it is running and continues */
	ACTION_PASS,            /* stage, freight names: a control-flow stage lets it through */
	ACTION_VERIFY,          /* stage: start or look at its verification */
	ACTION_VERIFIED,        /* stage: it asks for no verification, so it counts as verified */
	ACTION_PROMOTE,         /* stage, freight: by itself */
	ACTION_RESUME,          /* stage: holds that no longer mean anything */
	ACTION_PRUNE,           /* data: what leaves the tree */
};

struct action {
	enum action_kind kind;
	const struct stage *stage;
	const struct promotion *promotion;
	const struct freight *freight;
	const struct value *data;       /* event data: ACTION_PASS, ACTION_PRUNE */
};

struct decision {
	struct list actions;            /* struct action * */
	int64_t next;                   /* ms: when something is due even if nothing happens; 0: never */
};

/*
 * Health in w counts as observed by the last promotion's checks; what Kargo derives
 * from promotions is added. prune: consider retention as well.
 */
void decide(struct arena *a, const struct world *w, int64_t now, bool prune,
	    struct decision *out);

#endif
