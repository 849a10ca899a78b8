/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting by the language's order. Any thread. */
#ifndef GANTRY_EXPR_SORT_H
#define GANTRY_EXPR_SORT_H

#include "expr/value.h"

struct evaluation;

/* "asc" or "desc". */
bool sort_order(struct evaluation *r, const struct expr_value *way, bool *down) MUST_USE;

/* Sorts items by their keys (which may be items), stably; keys of mixed types fail. */
bool sort_values(struct evaluation *r, struct expr_value *items, struct expr_value *keys,
		 size_t count, bool down) MUST_USE;

#endif
