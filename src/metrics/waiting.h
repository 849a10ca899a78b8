/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage waits for, and since when. Pure: a function of the world and the clock. Any thread. */
#ifndef GANTRY_METRICS_WAITING_H
#define GANTRY_METRICS_WAITING_H

#include "base/base.h"

struct arena;
struct freight;
struct promotion;
struct stage;
struct world;

/* Freight of the stage's warehouses that is newer than what it runs, newest first. */
struct newer {
	const struct freight *const *items;
	size_t count;
};

struct waiting {
	const char *reason;     /* "person", "pull_request", "window", "hold"; NULL: it does not wait */
	int64_t since;          /* ms */
};

/* active: the stage's running promotion, else its oldest pending one, or NULL. */
struct waiting waiting_of(const struct world *w, const struct stage *s, const struct newer *newer,
			  const struct promotion *active, int64_t now);

#endif
