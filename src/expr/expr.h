/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions and ${{ }} templates: lexer, parser, evaluator, functions. The language
 * is expr-lang 1.17.8's, https://expr-lang.org/docs/language-definition. No I/O: time
 * and time zones come from the caller. May use base data.
 *
 * expr.h       this table; compile and run
 * print.h      run-time values to JSON and to text
 * type.h       what is known before running: host functions, classes of objects
 * value.h      run-time values (values.h: maps by key)
 *
 * in the order in which an expression passes through them:
 * lexer.h      tokens
 * parse.h      a tree (parser.h: what parse.c for operators and primary.c for operands share; node.h)
 * names.h      what names mean: environment.c, methods.c
 * passes.h     check.c types it (checker.h: what check.c, check_operator.c and check_call.c share; types.h),
 *              optimize.c rewrites what can be noticed (fold.c constants), walk.c gives the value of a node
 *              (closure.c, fetch.c members, arithmetic.h)
 * run.h        the state of a walk, and its limits
 * builtin.h    the table of builtins.def (builtins.h: what each does; sort.c)
 * go_time.h    dates (layout.h), go_number.h, unicode.h
 *
 * artifact.h   Kargo's structs as objects
 * criteria.h   freightCreationCriteria
 * functions.h  Kargo's functions (function_calls.h, by the files that have them)
 * reread.h     what a trip through JSON and YAML makes of a configuration
 * scope.h      what expressions of a promotion may see
 * step_eval.h  a step's variables, condition and configuration
 * template.h   texts with expressions in them (template_functions.h: quote, asJSON, …)
 */
#ifndef GANTRY_EXPR_EXPR_H
#define GANTRY_EXPR_EXPR_H

#include "expr/type.h"

struct expr_program;

/* What an unknown name means. */
enum expr_unknown {
	EXPR_UNKNOWN_NIL,       /* nil at run time, as in promotions; calling it fails when reached */
	EXPR_UNKNOWN_FAILS,     /* an error when reached, as in freightCreationCriteria */
	EXPR_UNKNOWN_REFUSED,   /* an error of the compiler, as in conditions of metrics */
};

struct expr_variable {
	const char *name;
	struct expr_value value;
	const struct expr_type *type;   /* what the compiler knows of it; NULL: nothing */
};

/*
 * Names are looked for in named, then in variables. Functions of the host come before
 * builtins of the same name and are known to the compiler. Runs may use another
 * environment than the compilation, with the same functions.
 */
struct expr_env {
	enum expr_unknown unknown;
	const struct value *variables;          /* a map, or NULL */
	const struct value *whole;              /* what $env is, when that is not a map */
	const struct expr_variable *named;
	size_t nnamed;
	const struct expr_method *functions;    /* self is NULL when called */
	size_t nfunctions;
	void *ctx;                              /* handed to functions and methods */
	int64_t now_ms;                         /* what now() says, ms since 1970 */
	/* base/zone.h's zone_load; NULL: only UTC is known. */
	bool (*load_zone)(struct arena *a, const char *name, const struct zone **out);
};

/*
 * Reads and checks an expression. The program lives as long as the arena and the
 * text. ERR_CONFIG says what is wrong and at which column.
 */
bool expr_compile(struct arena *a, struct str text, const struct expr_env *env,
		  struct expr_program **out, struct err *e) MUST_USE;

/*
 * Runs it; what it yields lives as long as the arena and env. Bounded: an expression
 * that takes too many steps or too much memory fails with ERR_LIMIT. Errors of host
 * functions keep their code; those of the expression are ERR_CONFIG.
 */
bool expr_run(struct arena *a, const struct expr_program *program, const struct expr_env *env,
	      struct expr_value *out, struct err *e) MUST_USE;

/* Both. */
bool expr_eval(struct arena *a, const char *text, const struct expr_env *env,
	       struct expr_value *out, struct err *e) MUST_USE;

#endif
