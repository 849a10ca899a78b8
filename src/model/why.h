/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why freight is not in a stage: the answer behind "w" on the board and of gantry why. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_WHY_H
#define GANTRY_MODEL_WHY_H

#include "base/base.h"
#include "model/gate.h"
#include "model/setback.h"

struct arena;
struct freight;
struct stage;
struct world;

enum why_outlook {
	WHY_RUNS,               /* it runs there */
	WHY_ON_ITS_WAY,         /* its promotion is under way */
	WHY_BY_ITSELF,          /* it can start now, and auto-promotion starts it */
	WHY_NOW,                /* it can start now, when somebody promotes it */
	WHY_AT,                 /* it can start at .at, no sooner */
	WHY_NOT_BEFORE,         /* not before .at; when is unknown */
	WHY_UNKNOWN,            /* when is unknown: it waits for what the gates say */
};

struct why {
	const struct stage *stage;
	const struct freight *freight;
	struct gates gates;
	struct setback setback;         /* what speaks against it though no gate binds */
	enum why_outlook outlook;
	int64_t at;                     /* ms; 0 where the outlook needs none */
};

/*
 * The freight that is meant when a stage alone is named: the newest that may enter and is newer than what
 * runs; else the newest that waits; else what runs. NULL: there is none at all.
 * now: ms.
 */
const struct freight *why_freight(struct arena *a, const struct world *w, const struct stage *s, int64_t now);

/* Answers for out->stage and out->freight, which the caller has set. now: ms. */
void why_of(struct arena *a, const struct world *w, int64_t now, struct why *out);

#endif
