/* SPDX-License-Identifier: Apache-2.0 */
/* A growing array of pointers in an arena. Zero is an empty list. Any thread. */
#ifndef GANTRY_BASE_LIST_H
#define GANTRY_BASE_LIST_H

#include "base/base.h"

struct arena;

struct list {
	void **items;
	size_t count, room;
};

/* Adds one pointer; the array may move, the pointers do not. A const item must be read as one. */
void list_add(struct arena *a, struct list *l, const void *item);

#endif
