/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose turn it is in a stage, and what it promotes by itself (doc/kargo-rules.md 3.5
 * to 3.8). Pure. Any thread.
 */
#ifndef GANTRY_MODEL_ADMISSION_H
#define GANTRY_MODEL_ADMISSION_H

#include "base/base.h"
#include "base/list.h"
#include "model/stage.h"

struct arena;
struct freight;
struct promotion;
struct value;
struct world;

/* Kargo's order: running, then waiting by age, then ended ones, newest first; as strcmp() answers. */
int promotion_order(const struct promotion *a, const struct promotion *b);

/*
 * The promotion (of those in the list, const struct promotion *; other stages' and aborted ones are skipped)
 * whose turn it is: the current one, or else the first in Kargo's order, if the next may begin: what runs
 * here has no verification under way, and is verified or known to be ill (3.6). health: as 7.5 has it, NONE
 * when not known. NULL: none.
 */
const struct promotion *stage_next(const struct stage *s, const struct list *promotions,
				   enum health health);

/*
 * Holds in effect: the durable ones of s->status, overlaid with what promotions (of
 * this stage; others are skipped) that are newer than the last recorded one ask for.
 * None while auto-promotion is off. Returns how many.
 */
size_t holds_in_effect(struct arena *a, const struct stage *s,
		       struct promotion *const *promotions, size_t count, struct hold **out);

/*
 * Freight that the stage promotes by itself now (const struct freight *), one an
 * origin at most. s->holds must be those in effect. Returns when one that failed is tried
 * again, in ms; 0: none is.
 */
int64_t stage_auto_promotes(struct arena *a, const struct world *w, const struct stage *s,
			    int64_t now, struct list *out);

#endif
