/* SPDX-License-Identifier: Apache-2.0 */
/* What the files that check an expression share. This folder only. */
#ifndef GANTRY_EXPR_CHECKER_H
#define GANTRY_EXPR_CHECKER_H

#include "expr/node.h"
#include "expr/types.h"

struct expr_env;

/* The closure that is being checked: over what, and which names it has besides #. */
struct closure_scope {
	const struct expr_type *list;
	bool index, acc;
	struct closure_scope *outer;
};

struct checker {
	struct arena *a;
	const struct expr_program *program;
	const struct expr_env *env;
	const struct expr_type **lets;  /* by slot */
	struct str *open;               /* names of the lets in sight */
	size_t nopen;
	struct closure_scope *scope;
	bool failed;
	struct err *e;
};

/* Keeps the first complaint; returns NULL. */
const struct expr_type *checker_fail(struct checker *c, const struct node *n, const char *format,
				     ...) PRINTF(3, 4);

/* check_operator.c: the type of an operator with two operands, which are checked already. */
const struct expr_type *check_operator(struct checker *c, struct node *n);

/* check_call.c: the type of a call whose arguments are checked already. */
const struct expr_type *check_rules(struct checker *c, struct node *n);
const struct expr_type *check_signature(struct checker *c, struct node *n,
					const struct expr_signature *s, struct str name);

#endif
