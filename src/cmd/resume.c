/* SPDX-License-Identifier: Apache-2.0 */
/* gantry resume: drop a stage's holds, so that auto-promotion goes on. */
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

static bool cmd_resume_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_RESUME, .warehouse = command_option(c, "warehouse") };
	const struct stage *s;

	if (!find_stage_of_words(c, w, &s, e))
		return false;
	i.stage = s->name;
	return submit_intent(c, app, w, &i, e);
}

static bool cmd_resume_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_resume_ask, e);
}

const struct command_def command_resume = {
	.name = "resume",
	.summary = "Drop a stage's holds, so that auto-promotion goes on.",
	.usage = "gantry resume STAGE [--warehouse NAME] [--reason TEXT]",
	.options = options,
	.completes = "<stage>",
	.common = COMMON_ACTS,
	.run = cmd_resume_run,
};
