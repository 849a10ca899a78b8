/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens to a tree. Any thread. */
#ifndef GANTRY_EXPR_PARSE_H
#define GANTRY_EXPR_PARSE_H

#include "expr/expr.h"

/* Nodes and depth are bounded: 10,000 and 500. */
bool parse(struct arena *a, struct str text, const struct expr_env *env,
	   struct expr_program *out, struct err *e) MUST_USE;

/* The host's function of that name, or NULL. */
const struct expr_method *env_function(const struct expr_env *env, struct str name);

/* The variable of that name. */
bool env_variable(const struct expr_env *env, struct str name, struct expr_value *out);

#endif
