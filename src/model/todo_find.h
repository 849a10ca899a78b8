/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what needs a person. Pure. Any thread. */
#ifndef GANTRY_MODEL_TODO_FIND_H
#define GANTRY_MODEL_TODO_FIND_H

#include "model/todo.h"

/* All of one world, at now (ms). Pointers into the world and the arena. */
void todo_find(struct arena *a, const struct world *w, int64_t now, struct todos *out);

#endif
