/* SPDX-License-Identifier: Apache-2.0 */
/* gantry retry: what a promotion that did not succeed wanted, once more, as a promotion of its own. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/refusal.h"
#include "model/freight.h"
#include "model/intent.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_AGAIN,
	OPTION_REASON,
	OPTION_WAIT,
	OPTION_TIMEOUT("with --wait or --plan, "),
	OPTION_PLAN,
	{ 0 },
};

static bool cmd_retry_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct intent i = { .kind = INTENT_PROMOTE };
	const struct promotion *p;
	const struct freight *f;
	const struct stage *s;

	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one stage, or a promotion");
	if (!find_promotion(c->arena, w, c->words[0], &p, e) || !find_stage(c->arena, w, p->stage, &s, e))
		return false;
	if (!promotion_is_over(p))
		return err_set(e, ERR_REFUSED, "%s is under way: gantry wait %s", p->name, p->stage);
	if (p->phase == PHASE_SUCCEEDED)
		return err_set(e, ERR_REFUSED, "%s succeeded; gantry promote %s takes newer freight", p->name,
			       p->stage);
	f = world_freight(w, p->freight);
	if (!f)
		return err_set(e, ERR_REFUSED, "the freight of %s is no longer kept", p->name);
	if (!refusal_unless_meant(c, w, s, f, e))
		return false;
	i.kind = p->rollback ? INTENT_ROLLBACK : INTENT_PROMOTE;
	i.stage = p->stage;
	i.freight = p->freight;
	return ask_intent(c, app, w, &i, e);
}

static bool cmd_retry_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_retry_ask, e);
}

const struct command_def command_retry = {
	.name = "retry",
	.summary = "Try again what a promotion failed to do.",
	.usage = "gantry retry STAGE|PROMOTION [--reason TEXT] [--wait | --plan]",
	.help = "The same freight, as a promotion of its own, with the manifests as they are now.",
	.options = options,
	.completes = "<stage> <promotion>",
	.common = COMMON_ACTS,
	.run = cmd_retry_run,
};
