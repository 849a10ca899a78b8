/* SPDX-License-Identifier: Apache-2.0 */
/* gantry rollback: back to the freight that was verified here before. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "model/freight.h"
#include "model/intent.h"
#include "model/stage.h"
#include "model/world.h"

static bool ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_ROLLBACK };
	const char *named = command_option(c, "freight");
	const struct freight *f;
	const struct stage *s;

	if (!find_stage(c, w, &s, e) || (named && !find_freight(w, named, &f, e)))
		return false;
	if (!named)
		f = world_rollback_target(w, s);
	if (!f)
		return err_set(e, ERR_REFUSED,
			       "%s has run nothing else that was verified; name it with --freight",
			       s->name);
	i.stage = s->name;
	i.freight = f->name;
	return submit_intent(c, app, w, &i, e);
}

static bool run(struct command *c, struct err *e)
{
	return with_world(c, ask, e);
}

const struct command_def command_rollback = {
	.name = "rollback",
	.summary = "Put back the freight that was verified in a stage before.",
	.usage = "gantry rollback STAGE [--freight NAME] [--reason TEXT] [--wait]",
	.help = "Holds the stage's auto-promotion, so that it stays back until somebody resumes it.",
	.options = intent_options,
	.run = run,
};
