/* SPDX-License-Identifier: Apache-2.0 */
/* Maps of values, by key. Any thread. */
#ifndef GANTRY_EXPR_VALUES_H
#define GANTRY_EXPR_VALUES_H

#include "expr/value.h"

/* An empty map, and setting a member of one that is being built. */
struct expr_map *expr_map_new(struct arena *a);
void expr_map_set(struct arena *a, struct expr_map *m, struct expr_value key,
		  struct expr_value value);

/* Whether v can be a key of map[any]any: Go cannot hash lists and maps. */
bool expr_can_be_key(const struct expr_value *v);

/* The member of a map that is being built; NULL when it has none. */
struct expr_member *expr_map_find(const struct expr_map *m, const struct expr_value *key);

/* The value at a key of a map of any form; a nil key counts as "" where keys are strings. */
bool expr_lookup(const struct expr_value *map, const struct expr_value *key,
		 struct expr_value *out);

/* Whether a key may be looked up at all: string maps take strings and nil. */
bool expr_takes_key(const struct expr_value *map, const struct expr_value *key);

/* What an absent key gives. */
struct expr_value expr_absent(const struct expr_value *map);

/* The member of a map of any form; index must be below expr_count. */
struct expr_member expr_member_at(const struct expr_value *map, size_t index);

#endif
