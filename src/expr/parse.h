/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens to a tree. Any thread. */
#ifndef GANTRY_EXPR_PARSE_H
#define GANTRY_EXPR_PARSE_H

#include "expr/expr.h"

/* Nodes and depth are bounded: 10,000 and 500. */
bool parse(struct arena *a, struct str text, const struct expr_env *env,
	   struct expr_program *out, struct err *e) MUST_USE;

#endif
