/* SPDX-License-Identifier: Apache-2.0 */
/* gantry hold: nothing is promoted into a stage by itself until somebody resumes it. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "model/intent.h"
#include "model/stage.h"

static const struct option_def options[] = {
	OPTION_WAREHOUSE,
	OPTION_REASON,
	{ 0 },
};

static bool cmd_hold_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_HOLD, .warehouse = command_option(c, "warehouse") };
	const struct stage *s;

	if (!find_stage_of_words(c, w, &s, e))
		return false;
	i.stage = s->name;
	return submit_intent(c, app, w, &i, e);
}

static bool cmd_hold_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_hold_ask, e);
}

const struct command_def command_hold = {
	.name = "hold",
	.summary = "Hold a stage's auto-promotion until it is resumed.",
	.usage = "gantry hold STAGE [--warehouse NAME] [--reason TEXT]",
	.help = "Promoting by hand still works, and promoting the newest freight resumes it, too.",
	.options = options,
	.completes = "<stage>",
	.common = COMMON_ACTS,
	.run = cmd_hold_run,
};
