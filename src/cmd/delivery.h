/* SPDX-License-Identifier: Apache-2.0 */
/* Delivery performance as rows, for gantry get delivery. Main thread. */
#ifndef GANTRY_CMD_DELIVERY_H
#define GANTRY_CMD_DELIVERY_H

#include "base/base.h"
#include "cmd/out.h"

struct arena;
struct value;
struct world;

/* A row for the project's production stages together, then one a stage; only: a stage's name, or NULL. */
void delivery_rows(struct arena *a, const struct world *w, const char *only, struct value *rows);

/* The rows as a table has them: ratios in percent. */
struct value *delivery_tabulate(struct arena *a, const struct value *rows);

extern const struct out_column delivery_columns[];

#endif
