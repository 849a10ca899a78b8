/* SPDX-License-Identifier: Apache-2.0 */
/* New events of a world, as facts: what the engine publishes keeps counters up to date. One thread. */
#ifndef GANTRY_METRICS_FOLLOW_H
#define GANTRY_METRICS_FOLLOW_H

#include "base/base.h"

struct arena;
struct counts;
struct world;

/*
 * Counts the world's events that are newer than counts_head(), which moves to the world's head.
 * False, with nothing counted: events in between are missing here, so read the ledger again.
 */
bool follow_world(struct arena *a, const struct world *w, struct counts *c) MUST_USE;

#endif
