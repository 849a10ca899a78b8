/* SPDX-License-Identifier: Apache-2.0 */
/* tests/expr: an expression, variables as JSON, the result as JSON or "error"; then a blank line. */
#ifndef GANTRY_TESTS_UNIT_EXPR_TRIPLETS_H
#define GANTRY_TESTS_UNIT_EXPR_TRIPLETS_H

#include "base/base.h"

struct arena;
struct expr_env;
struct value;

struct triplet {
	const char *expression, *variables, *result;
};

/* Calls each for every triplet of every file. */
void triplets_each(void (*each)(const struct triplet *t, void *context), void *context);

/* An environment with these variables, as expressions in manifests have it. */
struct expr_env triplets_env(const struct value *variables);

#endif
