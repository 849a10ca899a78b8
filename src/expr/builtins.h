/* SPDX-License-Identifier: Apache-2.0 */
/* What each builtin of builtins.def does, except for those that take a closure. This folder only. */
#ifndef GANTRY_EXPR_BUILTINS_H
#define GANTRY_EXPR_BUILTINS_H

#include "expr/value.h"

struct evaluation;

typedef bool builtin_run(struct evaluation *r, const struct expr_value *args, size_t count,
			 struct expr_value *out);

#define BUILTIN(name, check, rules) builtin_run builtin_##name;
#define CLOSURE(name, closure)
#include "expr/builtins.def"
#undef BUILTIN
#undef CLOSURE

/* sort.c: sorting by the language's order. Any thread. */

/* "asc" or "desc". */
bool sort_order(struct evaluation *r, const struct expr_value *way, bool *down) MUST_USE;

/* Sorts items by their keys (which may be items), stably; keys of mixed types fail. */
bool sort_values(struct evaluation *r, struct expr_value *items, struct expr_value *keys,
		 size_t count, bool down) MUST_USE;

#endif
