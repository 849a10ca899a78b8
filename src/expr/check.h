/* SPDX-License-Identifier: Apache-2.0 */
/* What can be known to be wrong before running. Any thread. */
#ifndef GANTRY_EXPR_CHECK_H
#define GANTRY_EXPR_CHECK_H

#include "expr/node.h"

struct err;
struct expr_env;

/* Types the tree. */
bool check(struct arena *a, struct expr_program *program, const struct expr_env *env,
	   struct err *e) MUST_USE;

#endif
