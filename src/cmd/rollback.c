/* SPDX-License-Identifier: Apache-2.0 */
/* gantry rollback: back to the freight that was verified here before. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_FREIGHT,
	OPTION_WAREHOUSE,
	OPTION_REASON,
	OPTION_WAIT,
	OPTION_TIMEOUT("with --wait or --plan, "),
	OPTION_PLAN,
	{ 0 },
};

static bool cmd_rollback_choose(struct command *c, const struct world *w, const struct stage *s,
				const struct freight **out, struct err *e)
{
	const char *named = command_option(c, "freight");

	if (named)
		return find_freight(c->arena, w, named, out, e);
	*out = world_rollback_target(w, s, command_option(c, "warehouse"));
	if (*out)
		return true;
	return err_set(e, ERR_REFUSED,
		       "%s has run nothing else that was verified; name it with --freight", s->name);
}

static bool cmd_rollback_ask(struct command *c, struct app *app, const struct world *w,
			     struct err *e)
{
	static const struct verb rollback = { INTENT_ROLLBACK, cmd_rollback_choose };

	return ask_for_stage(c, app, w, &rollback, e);
}

static bool cmd_rollback_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_rollback_ask, e);
}

const struct command_def command_rollback = {
	.name = "rollback",
	.summary = "Put back the freight that was verified in a stage before.",
	.usage = "gantry rollback STAGE [--freight NAME | --warehouse NAME] [--reason TEXT] "
		 "[--wait | --plan]",
	.help = "Where auto-promotion is on it is held, so that the stage stays back until somebody resumes.",
	.completes = "<stage>",
	.options = options,
	.common = COMMON_ACTS,
	.run = cmd_rollback_run,
};
