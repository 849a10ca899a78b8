/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage would take now, of one warehouse or of all. Main thread. */
#ifndef GANTRY_CMD_OUTLOOK_H
#define GANTRY_CMD_OUTLOOK_H

#include "base/base.h"

struct arena;
struct command;
struct freight;
struct promotion;
struct stage;
struct world;

struct outlook {
	const struct freight *take;     /* nothing binding is in its way; NULL: there is none */
	const struct freight *next;     /* the newest that waits; NULL: nothing newer has been found */
	const char *next_label;         /* what people call it */
	const char *why;                /* what next waits for */
	int64_t not_before;             /* ms: next cannot enter earlier; 0: unknown */
	const char *choices;            /* of take, when several warehouses have one: for a message */
	size_t ntake;
	const struct freight *backed_out; /* newer than what runs, and not taken again; NULL: none */
};

/* Of the warehouse that --warehouse names, or of all. */
void outlook_of(const struct command *c, struct arena *a, const struct world *w, const struct stage *s,
		struct outlook *out);

/* The stage's newest promotion that began at that time (ms) or later; NULL: none did. */
const struct promotion *promotion_begun_since(const struct world *w, const struct stage *s, int64_t since);

/* A promotion of the freight into the stage that is not over; NULL: there is none, or f is NULL. */
const struct promotion *promotion_under_way(const struct world *w, const struct stage *s,
					    const struct freight *f);

#endif
