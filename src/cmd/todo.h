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

struct todo_wish {
	const char *only;               /* of this stage; NULL: all */
	bool names_project;             /* the commands must say which project they mean */
};

/* Appends the project's part of the list behind "!" on the board. */
void todo_rows(struct arena *a, const struct world *w, const struct todo_wish *wish, struct value *rows);

/* The rows of all projects, oldest first; what began at an unknown time before all. */
struct value *todo_arrange(struct arena *a, const struct value *rows);

#endif
