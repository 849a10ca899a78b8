/* SPDX-License-Identifier: Apache-2.0 */
/* gantry abort: end a pending or running promotion. What it pushed stays pushed. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "model/intent.h"
#include "model/promotion.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_REASON,
	{ "close-pull-request", 0, OPTION_FLAG, NULL, "close the pull request that it waits for, too" },
	{ 0 },
};

/* A promotion's name, or a stage's: what is under way there. */
static bool cmd_abort_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_ABORT };
	const struct promotion *p;

	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one promotion, or a stage");
	if (!find_promotion(c->arena, w, c->words[0], &p, e))
		return false;
	if (promotion_is_over(p))
		return err_set(e, ERR_REFUSED, "nothing is under way: %s is over: %s", p->name,
			       promotion_phase_word(p));
	i.stage = p->stage;
	i.promotion = p->name;
	i.close_pull_request = command_option(c, "close-pull-request") ||
			       same_text(c->settings->close_pull_requests, "always");
	return submit_intent(c, app, w, &i, e);
}

static bool cmd_abort_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_abort_ask, e);
}

const struct command_def command_abort = {
	.name = "abort",
	.summary = "End a pending or running promotion.",
	.usage = "gantry abort PROMOTION|STAGE [--close-pull-request] [--reason TEXT]",
	.completes = "<stage> <promotion>",
	.options = options,
	.common = COMMON_ACTS,
	.run = cmd_abort_run,
};
