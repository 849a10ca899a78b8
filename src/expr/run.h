/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a program, as its parts see it. One thread. */
#ifndef GANTRY_EXPR_RUN_H
#define GANTRY_EXPR_RUN_H

#include "expr/expr.h"
#include "expr/node.h"

/* The closure that is being run. */
struct scope {
	struct expr_value list;
	size_t count;
	int64_t index;                  /* -1 once counted down past the first */
	struct expr_value acc;
	struct scope *outer;
};

struct evaluation {
	struct arena *a;
	const struct expr_program *program;
	const struct expr_env *env;
	struct expr_value *lets;        /* by slot */
	struct scope *scope;
	const struct node *at;          /* for messages */
	uint64_t steps;
	size_t elements;                /* made, by the language's own count */
	size_t arena_start;
	/* walk.c's walk(), by which closure.c evaluates what is in a closure. */
	bool (*walk)(struct evaluation *r, const struct node *n, struct expr_value *out);
	bool stopped;                   /* by nil in an optional chain, which is not an error */
	struct err *e;
};

/* A call of a builtin that takes a closure. */
bool run_closure(struct evaluation *r, const struct node *n, struct expr_value *out) MUST_USE;

/* The element at hand; maps have a length, but no elements. */
bool run_element(struct evaluation *r, struct expr_value *out) MUST_USE;

/* Sets the error, with the place; returns false. */
bool run_fail(struct evaluation *r, const char *format, ...) PRINTF(2, 3);

/* Counts a node; false when there were too many. */
bool run_step(struct evaluation *r) MUST_USE;

/* Counts work done and memory taken; false when there was too much. */
bool run_charge(struct evaluation *r, size_t work) MUST_USE;

/* Counts elements made, of which the language allows a million. */
bool run_grow(struct evaluation *r, size_t elements) MUST_USE;

/* base[key], which fails for what is not there but in a map. */
bool run_fetch(struct evaluation *r, const struct expr_value *base, const struct expr_value *key,
	       struct expr_value *out) MUST_USE;

/* The method or field of that name. */
bool run_find_member(struct evaluation *r, const struct expr_value *base, struct str name,
		     struct expr_value *out);

/* Calls what a value is, with its arguments checked. */
bool run_call_value(struct evaluation *r, const struct expr_value *callee, struct expr_value *args,
		    size_t count, struct expr_value *out) MUST_USE;

/* base[from:to]; NULL: from the start, to the end. */
bool run_slice(struct evaluation *r, const struct expr_value *base, const struct expr_value *from,
	       const struct expr_value *to, struct expr_value *out) MUST_USE;

/* needle in list, map or object. */
bool run_in(struct evaluation *r, const struct node *n, const struct expr_value *needle,
	    const struct expr_value *in, bool *out) MUST_USE;

#endif
