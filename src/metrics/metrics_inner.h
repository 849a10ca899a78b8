/* SPDX-License-Identifier: Apache-2.0 */
/* What a page of metrics is made of. This folder only. */
#ifndef GANTRY_METRICS_METRICS_INNER_H
#define GANTRY_METRICS_METRICS_INNER_H

#include "base/base.h"

struct arena;
struct exposition;
struct freight;
struct gauges;
struct promotion;
struct stage;
struct traffic_count;
struct world;

/* gauges.c: the present of a world: what is read from it at the scrape. Pure. Any thread. */

/* Goes through the world once. In the arena; borrows the world. now: ms. */
struct gauges *gauges_of(struct arena *a, const struct world *w, int64_t now);

/* The family's samples, when it is one of a world. */
void gauges_write(const struct gauges *g, struct exposition *x);

/*
 * waiting.c: what a stage waits for, and since when. Pure: a function of the world and the clock.
 * Any thread.
 */

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

/* outside.c: what the process has asked of the outside, as samples. Pure. Any thread. */

/* The family's samples, when it is one of these; counts: TRAFFIC_KINDS. Who was never asked is absent. */
void outside_write(struct arena *a, const struct traffic_count *counts, struct exposition *x);

#endif
