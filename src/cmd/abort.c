/* SPDX-License-Identifier: Apache-2.0 */
/* gantry abort: end a pending or running promotion. What it pushed stays pushed. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "model/intent.h"
#include "model/promotion.h"
#include "model/world.h"

/* A promotion's name, or a stage's: what is under way there. */
static bool cmd_abort_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_ABORT };
	const struct promotion *p;

	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one promotion, or a stage");
	p = world_promotion(w, c->words[0]);
	if (!p)
		p = world_promotion_in(w, c->words[0]);
	if (!p)
		return err_set(e, ERR_NOT_FOUND, "nothing is promoting under the name \"%s\"",
			       c->words[0]);
	if (promotion_is_over(p))
		return err_set(e, ERR_REFUSED, "%s is over: %s", p->name, phase_name(p->phase));
	i.stage = p->stage;
	i.promotion = p->name;
	return submit_intent(c, app, w, &i, e);
}

static bool cmd_abort_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_abort_ask, e);
}

const struct command_def command_abort = {
	.name = "abort",
	.summary = "End a pending or running promotion.",
	.usage = "gantry abort PROMOTION|STAGE [--reason TEXT]",
	.options = intent_options,
	.run = cmd_abort_run,
};
