/* SPDX-License-Identifier: Apache-2.0 */
/* What only the evaluator needs of values: maps by key, and numbers. Any thread. */
#ifndef GANTRY_EXPR_VALUES_H
#define GANTRY_EXPR_VALUES_H

#include "expr/value.h"

/* A list of items, which become part of it. */
struct expr_value expr_own_list(struct arena *a, struct expr_value *items, size_t count,
				enum expr_form form);

/* The member, or NULL; m may be NULL. */
struct expr_member *expr_map_find(const struct expr_map *m, const struct expr_value *key);

/* The member of a map of any form; index must be below expr_count. */
struct expr_member expr_member_at(const struct expr_value *map, size_t index);

#endif
