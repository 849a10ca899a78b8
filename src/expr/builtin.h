/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Built-in functions: the table, and what each does. Those that take a closure are
 * in closure.c. Any thread.
 */
#ifndef GANTRY_EXPR_BUILTIN_H
#define GANTRY_EXPR_BUILTIN_H

#include "expr/builtins.h"

/* Predicates, in the order of their names in builtins.def. */
enum closure {
	CLOSURE_NONE,
	CLOSURE_ALL,
	CLOSURE_NO,
	CLOSURE_ANY,
	CLOSURE_ONE,
	CLOSURE_FILTER,
	CLOSURE_MAP,
	CLOSURE_COUNT,
	CLOSURE_SUM,
	CLOSURE_FIND,
	CLOSURE_FIND_INDEX,
	CLOSURE_FIND_LAST,
	CLOSURE_FIND_LAST_INDEX,
	CLOSURE_GROUP_BY,
	CLOSURE_SORT_BY,
	CLOSURE_REDUCE,
};

/* How arguments are checked before running. */
enum check {
	CHECK_OVERLOADS,        /* rules: "ss>s s>s" */
	CHECK_KINDS,            /* rules: "al,ai>1": for each argument the kinds it may have */
	CHECK_NUMBERS,          /* max, min, mean, median */
	CHECK_LISTS,            /* concat */
	CHECK_NOW,
	CHECK_DATE,
	CHECK_GET,
};

struct builtin {
	const char *name;
	enum closure closure;
	enum check check;
	const char *rules;
	builtin_run *run;
};

/* NULL when there is none. */
const struct builtin *builtin_find(struct str name);
const struct builtin *builtin_closure(enum closure closure);

/*
 * What was never checked, being in the arguments of something unknown, may have too many
 * arguments, of which the language drops the last ones, or the first ones. False:
 * there are too few, or the function counts them.
 */
bool builtin_settle(const struct builtin *b, struct expr_value **args, size_t *count);

#endif
