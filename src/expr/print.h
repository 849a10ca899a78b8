/* SPDX-License-Identifier: Apache-2.0 */
/* Run-time values to JSON and to text. Any thread. */
#ifndef GANTRY_EXPR_PRINT_H
#define GANTRY_EXPR_PRINT_H

#include "expr/value.h"

struct err;

/*
 * The value as encoding/json would write it, as a tree (map keys in no order: write
 * it with JSON_SORT_KEYS). Fails (ERR_CONFIG) for what JSON cannot hold: NaN, infinities,
 * functions, maps whose keys are not strings, times out of range.
 */
bool expr_to_tree(struct arena *a, const struct expr_value *v, struct value **out,
		  struct err *e) MUST_USE;

/* As fmt's %v prints it, which is what string(x) gives. */
struct str expr_print(struct arena *a, const struct expr_value *v);

#endif
