/* SPDX-License-Identifier: Apache-2.0 */
/* From the text to the value: parse, check, optimize, walk. */
#include "expr/expr.h"

#include <assert.h>

#include "base/arena.h"
#include "base/str.h"
#include "expr/parse.h"
#include "expr/passes.h"
#include "expr/run.h"

bool expr_compile(struct arena *a, struct str text, const struct expr_env *env,
		  struct expr_program **out, struct err *e)
{
	struct expr_program *program = arena_alloc(a, sizeof(*program));

	assert(env && out);
	if (!parse(a, text, env, program, e) ||
	    !check(a, program, env, e) || !optimize(a, program, e))
		return false;
	*out = program;
	return true;
}

bool expr_run(struct arena *a, const struct expr_program *program, const struct expr_env *env,
	      struct expr_value *out, struct err *e)
{
	struct evaluation r = { .a = a, .program = program, .env = env, .walk = walk, .e = e };

	assert(program && env && out);
	r.arena_start = arena_used(a);
	r.lets = arena_array(a, program->slots, sizeof(*r.lets));
	return walk(&r, program->root, out);
}

bool expr_eval(struct arena *a, const char *text, const struct expr_env *env,
	       struct expr_value *out, struct err *e)
{
	struct expr_program *program;

	return expr_compile(a, str_of(text), env, &program, e) &&
	       expr_run(a, program, env, out, e);
}
