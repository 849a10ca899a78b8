/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to pointers, in an arena. Keys are copied; NULL is not a value. The
 * hash is seeded per process, so that nobody outside can choose collisions.
 * Any thread; not shared while it changes.
 */
#ifndef GANTRY_BASE_MAP_H
#define GANTRY_BASE_MAP_H

#include "base/base.h"

struct arena;
struct list;

struct map {
	struct map_slot *slots;
	size_t count, room;
};

struct map_slot {
	const char *key;
	size_t len;
	void *value;
};

/* Adds or replaces. Zero is an empty map. A const value must be read as one. */
void map_set(struct arena *a, struct map *m, const char *key, const void *value);

/* The same for a key that may hold NULs. */
void map_set_n(struct arena *a, struct map *m, const char *key, size_t len,
	       const void *value);

/* The value, or NULL. */
void *map_get(const struct map *m, const char *key);
void *map_get_n(const struct map *m, const char *key, size_t len);

/* The struct list that is the value; an empty one is made where there is none. */
struct list *map_list(struct arena *a, struct map *m, const char *key);

#endif
