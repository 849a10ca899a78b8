/* SPDX-License-Identifier: Apache-2.0 */
/* What is appended together: facts as events, each of which follows from those before it. Pure. */
#ifndef GANTRY_RECORDER_BATCH_H
#define GANTRY_RECORDER_BATCH_H

#include "base/base.h"
#include "base/map.h"
#include "model/event.h"

struct arena;
struct list;
struct state;

enum { BATCH = 500 };                   /* events, so that memory stays bounded */

struct batch {
	struct arena *a;
	const char *name;               /* of the ledger, for the log */
	int64_t now;                    /* ms */
	struct event events[BATCH];
	size_t count;
	const struct state *state;      /* what the ledger has; then with the events */
	bool waits;                     /* facts were left for the next batch: they may follow from others */
};

/* Facts that can't follow, and changes that were told a moment ago: they are not taken again. */
struct refused {
	struct arena *arena;
	struct map keys;
	size_t count;
};

void refused_forget(struct refused *r);

/*
 * Fills an empty batch. What follows from other facts as a rule is only taken when there are no others.
 * Facts that are taken are replaced with NULL in the list.
 */
void batch_choose(struct batch *b, struct refused *r, struct list *facts);

#endif
