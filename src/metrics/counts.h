/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has happened in one project since its ledger began, counted. Grows with stages, warehouses
 * and kinds of steps, never with events. One thread at a time.
 */
#ifndef GANTRY_METRICS_COUNTS_H
#define GANTRY_METRICS_COUNTS_H

#include "base/base.h"

struct counts;
struct exposition;
struct fact;
struct world;

/* Nothing counted yet. */
struct counts *counts_new(const char *project);
void counts_free(struct counts *c);

/* Counts one more event, newer than all before. */
void counts_add(struct counts *c, const struct fact *f);

/* The commit up to which events are counted; "" at first. */
void counts_set_head(struct counts *c, const char *commit);
const char *counts_head(const struct counts *c);

/* Writes the family's samples, if it is a counted one; only of what the world's manifests name. */
void counts_write(const struct counts *c, const struct world *w, struct exposition *x);

#endif
