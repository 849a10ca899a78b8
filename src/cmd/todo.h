/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get todo. Main thread. */
#ifndef GANTRY_CMD_TODO_H
#define GANTRY_CMD_TODO_H

#include "base/base.h"

struct command;
struct err;
struct world;

/* The list behind "!" on the board; only: of this stage, NULL: all. */
bool get_todo(struct command *c, const struct world *w, const char *only, struct err *e) MUST_USE;

#endif
