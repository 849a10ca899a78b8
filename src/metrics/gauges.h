/* SPDX-License-Identifier: Apache-2.0 */
/* The present of a world: what is read from it at the scrape. Pure. Any thread. */
#ifndef GANTRY_METRICS_GAUGES_H
#define GANTRY_METRICS_GAUGES_H

#include "base/base.h"

struct arena;
struct exposition;
struct gauges;
struct world;

/* Goes through the world once. In the arena; borrows the world. now: ms. */
struct gauges *gauges_of(struct arena *a, const struct world *w, int64_t now);

/* The family's samples, when it is one of a world. */
void gauges_write(const struct gauges *g, struct exposition *x);

#endif
