/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that need a project or a promotion are unknown here, and so nil. */
#include "cmd/step_input.h"

#include "base/arena.h"
#include "base/clock.h"
#include "cmd/command.h"
#include "cmd/input.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/template.h"
#include "steps/params.h"

bool step_input(struct command *c, const struct step_def *def, struct value **out, struct err *e)
{
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL, .now_ms = clock_now() };
	struct value *written, *variables;

	if (!input_map(c->arena, command_option(c, "config"), &written, e) ||
	    !input_map(c->arena, command_option(c, "env"), &variables, e))
		return false;
	env.variables = variables;
	return template_render_tree(c->arena, written, &env, out, e) && params_check(def, *out, e);
}
