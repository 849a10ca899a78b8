/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An expression comes from whoever may write a manifest, so it is bounded: in steps (each node, and
 * work in builtins by size), in elements made and in memory.
 */
#include "expr/run.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "expr/lexer.h"

enum { MAX_STEPS = 1500000, MAX_ELEMENTS = 1000000, MAX_MEMORY = 32 << 20 };

bool run_fail(struct evaluation *r, const char *format, ...)
{
	char message[400];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return lex_error(r->e, r->program->text, r->at ? r->at->at : 0, "%s", message);
}

static bool run_exhausted(struct evaluation *r, const char *of)
{
	return err_set(r->e, ERR_LIMIT, "the expression takes too %s", of);
}

bool run_step(struct evaluation *r)
{
	return ++r->steps <= MAX_STEPS || run_exhausted(r, "many steps");
}

bool run_charge(struct evaluation *r, size_t work)
{
	r->steps += work;
	if (r->steps > MAX_STEPS)
		return run_exhausted(r, "many steps");
	if (arena_used(r->a) - r->arena_start > MAX_MEMORY)
		return run_exhausted(r, "much memory");
	return true;
}

bool run_grow(struct evaluation *r, size_t elements)
{
	if (elements >= MAX_ELEMENTS || r->elements + elements >= MAX_ELEMENTS)
		return run_exhausted(r, "much memory");
	r->elements += elements;
	return run_charge(r, elements / 2);
}
