/* SPDX-License-Identifier: Apache-2.0 */
/* gantry wait: a promotion that somebody asked for, until it is over. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/requests.h"
#include "model/promotion.h"

static const struct option_def options[] = {
	OPTION_TIMEOUT(""),
	{ 0 },
};

static bool cmd_wait(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	const struct promotion *p;

	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one promotion, or a stage");
	return find_promotion(c->arena, w, c->words[0], &p, e) && follow_promotion(c, app, p->name, e);
}

static bool cmd_wait_run(struct command *c, struct err *e)
{
	return with_world(c, APP_EXECUTES | APP_OBSERVES, cmd_wait, e);
}

const struct command_def command_wait = {
	.name = "wait",
	.summary = "Wait until a promotion is over, and tell each step.",
	.usage = "gantry wait PROMOTION|STAGE [--timeout 10m] [-o json]",
	.help = "Of a stage: what is under way there, else its newest. It is executed here when nobody else\n"
		"does. Exit status 1: it did not succeed; 4: it is not over in time.",
	.options = options,
	.completes = "<promotion> <stage>",
	.common = COMMON_ACTS,
	.run = cmd_wait_run,
};
