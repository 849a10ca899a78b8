/* SPDX-License-Identifier: Apache-2.0 */
/* What the process has asked of the outside, as samples. Pure. Any thread. */
#ifndef GANTRY_METRICS_OUTSIDE_H
#define GANTRY_METRICS_OUTSIDE_H

#include "base/base.h"

struct arena;
struct exposition;
struct traffic_count;

/* The family's samples, when it is one of these; counts: TRAFFIC_KINDS. Who was never asked is absent. */
void outside_write(struct arena *a, const struct traffic_count *counts, struct exposition *x);

#endif
