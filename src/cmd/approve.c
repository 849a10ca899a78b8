/* SPDX-License-Identifier: Apache-2.0 */
/* gantry approve: the same intent as the key on the board. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/refusal.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_FREIGHT,
	OPTION_AGAIN,
	OPTION_REASON,
	{ 0 },
};

static bool cmd_approve_choose(struct command *c, const struct world *w, const struct stage *s,
			       const struct freight **out, struct err *e)
{
	const char *named = command_option(c, "freight");

	if (!named)
		return err_set(e, ERR_USAGE, "say what you approve for %s: --freight NAME", s->name);
	return find_freight(c->arena, w, named, out, e) && refusal_unless_meant(c, w, s, *out, e);
}

static bool cmd_approve_ask(struct command *c, struct app *app, const struct world *w,
			    struct err *e)
{
	static const struct verb approve = { INTENT_APPROVE, cmd_approve_choose };

	return ask_for_stage(c, app, w, &approve, e);
}

static bool cmd_approve_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_approve_ask, e);
}

const struct command_def command_approve = {
	.name = "approve",
	.summary = "Approve freight for a stage, in place of verification and soak time.",
	.usage = "gantry approve STAGE --freight NAME [--reason TEXT]",
	.completes = "<stage>",
	.options = options,
	.common = COMMON_ACTS,
	.run = cmd_approve_run,
};
