/* SPDX-License-Identifier: Apache-2.0 */
/* What a parsed expression goes through before it runs. Any thread. */
#ifndef GANTRY_EXPR_PASSES_H
#define GANTRY_EXPR_PASSES_H

#include "base/base.h"
#include "expr/node.h"

struct err;
struct evaluation;
struct expr_env;
struct expr_value;

/* walk.c: the value of a node. */

bool walk(struct evaluation *r, const struct node *n, struct expr_value *out) MUST_USE;

/* check.c: what can be known to be wrong before running. */

/* Types the tree. */
bool check(struct arena *a, struct expr_program *program, const struct expr_env *env,
	   struct err *e) MUST_USE;

/* fold.c: constants computed before running. */

/* The node, whose children are folded, replaced when it can be. False: division by zero. */
bool fold(struct arena *a, struct node **slot, struct str text, struct err *e) MUST_USE;

/* sum(1..n, f) and reduce(1..n, # + #acc) by the formula. */
void fold_range(struct arena *a, struct node **slot);

/* optimize.c: rewrites that the language's own optimizer makes, where they can be noticed. */

/* False (ERR_CONFIG) for a constant division by zero. */
bool optimize(struct arena *a, struct expr_program *program, struct err *e) MUST_USE;

#endif
