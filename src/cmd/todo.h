/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person, for gantry get. Main thread. */
#ifndef GANTRY_CMD_TODO_H
#define GANTRY_CMD_TODO_H

#include "base/base.h"
#include "cmd/out.h"

struct arena;
struct value;
struct world;

extern const struct out_column todo_columns[];

/* Appends the list behind "!" on the board; only: of this stage, NULL: all. */
void todo_rows(struct arena *a, const struct world *w, const char *only, struct value *rows);

#endif
