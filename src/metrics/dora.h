/* SPDX-License-Identifier: Apache-2.0 */
/* DORA's figures of production stages, as the terminal has them (model/performance.h). Pure. Any thread. */
#ifndef GANTRY_METRICS_DORA_H
#define GANTRY_METRICS_DORA_H

#include "base/base.h"

struct arena;
struct dora;
struct exposition;
struct world;

/* Goes through the world once. In the arena; borrows the world. now: ms. */
struct dora *dora_of(struct arena *a, const struct world *w, int64_t now);

/*
 * The family's samples, when it is one of these. What nothing is known of is absent: a rate of no
 * deployments, a time that nothing took.
 */
void dora_write(const struct dora *d, struct exposition *x);

#endif
