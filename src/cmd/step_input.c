/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that need a project or a promotion are unknown here, and so nil. */
#include "cmd/step_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "cmd/command.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/template.h"
#include "steps/params.h"
#include "steps/step.h"

/* People paste the whole step: then its config is meant, and it must be this step's. */
static bool take_config(const struct step_def *def, struct value **written, struct err *e)
{
	const char *uses = value_text(value_get(*written, "uses"), NULL);
	struct value *config = value_get(*written, "config");

	if (!uses || !value_is(config, VALUE_MAP))
		return true;
	if (strcmp(uses, def->kind) != 0)
		return err_set(e, ERR_USAGE, "the file holds a step of kind %s", uses);
	*written = config;
	return true;
}

bool step_input(struct command *c, const struct step_def *def, struct value **out, struct err *e)
{
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL, .now_ms = clock_now() };
	struct value *written, *variables;

	if (!input_map(c->arena, command_option(c, "config"), &written, e) ||
	    !input_map(c->arena, command_option(c, "env"), &variables, e) ||
	    !take_config(def, &written, e))
		return false;
	env.variables = variables;
	return template_render_tree(c->arena, written, &env, out, e) && params_check(def, *out, e);
}
