/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What events mean for a stage's status: what runs, what ran, holds and
 * verifications (doc/kargo-rules.md 3.6, 3.8, 7.2). Pure.
 */
#ifndef GANTRY_MODEL_STAGE_STATUS_H
#define GANTRY_MODEL_STAGE_STATUS_H

#include "base/base.h"

struct arena;
struct err;
struct event;
struct state;
struct value;

enum { STAGE_HISTORY_MAX = 10 };        /* entries of a stage's freightHistory, as Kargo keeps them */

/* The map with key set (item copied), or taken out when item is NULL. */
struct value *status_with(struct arena *a, const struct value *map, const char *key,
			  const struct value *item);

/* The stage's object, or a new one without status. */
const struct value *stage_object(struct arena *a, const struct state *s, const char *name);

/* The promotion became the one that runs. */
const struct state *stage_started(struct arena *a, const struct state *s, const struct event *ev,
				  const struct value *promotion);

/* It came to its end: history, freight's places, holds. */
const struct state *stage_finished(struct arena *a, const struct state *s, const struct event *ev,
				   const struct value *promotion);

struct stage_verified {
	const struct state *after;
	const struct value *freight;    /* names of what is verified by it; NULL: none */
};

/* Records the VerificationInfo. ERR_CONFLICT when other freight runs there by now. */
bool stage_verification(struct arena *a, const struct state *s, const struct event *ev,
			struct stage_verified *out, struct err *e) MUST_USE;

/*
 * stage.verify-requested: noted on the Stage as Kargo's annotation (1.14.3). ERR_CONFLICT: the verification
 * that it names is not the newest of what runs.
 */
bool stage_reverify(struct arena *a, const struct state *s, const struct event *ev,
		    const struct state **after, struct err *e) MUST_USE;

/* stage.held and stage.resumed. */
const struct state *stage_held(struct arena *a, const struct state *s, const struct event *ev);

#endif
