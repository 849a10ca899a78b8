/* SPDX-License-Identifier: Apache-2.0 */
/* A project's promotions that ended since the last export, by a cursor beside the ledger. One thread. */
#ifndef GANTRY_TRACES_FINISHED_H
#define GANTRY_TRACES_FINISHED_H

#include "base/base.h"

struct arena;
struct err;
struct ledger;
struct list;

/* One that ended. */
struct finished_promotion {
	const char *name, *commit;      /* commit: of its end */
	int64_t at;                     /* ms */
};

struct finished_place {
	const char *ledger, *project;   /* path of the repository */
	int64_t since;                  /* ms: where a project begins that was never exported */
	size_t most;                    /* so many at once */
	const bool *cancelled;
};

/*
 * Those after the cursor, oldest first: struct finished_promotion *, in the arena.
 */
bool finished_read(struct arena *a, struct ledger *l, const struct finished_place *place,
		   struct list *out, struct err *e) MUST_USE;

/* All up to this event are exported. */
bool finished_advance(const struct finished_place *place, const char *commit, int64_t at,
		      struct err *e) MUST_USE;

#endif
