/* SPDX-License-Identifier: Apache-2.0 */
/* gantry promote: the same intent as the key on the board. */
#include "cmd/command.h"

#include "app/app.h"
#include "base/clock.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/stale.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/stage.h"
#include "model/world.h"
#include "ui/port.h"

enum { FIRST_LOOK_MS = 20000 };

/* The freight that --freight names; else the newest that may enter and is not there already. */
static bool cmd_promote_choose(struct command *c, const struct world *w, const struct stage *s,
			       const struct freight **out, struct err *e)
{
	const char *named = command_option(c, "freight");
	const struct freight **available;
	size_t count;

	if (named)
		return find_freight(w, named, out, e);
	count = freight_available(c->arena, w, s, clock_now(), &available);
	if (!count && stale_text(c->arena, w))
		return err_again(e, ERR_NET, "what may enter %s now is not known: %s", s->name,
				 stale_text(c->arena, w));
	if (!count)
		return err_set(e, ERR_REFUSED, "no freight may enter %s yet%s", s->name, w->nfreight ? ""
			       : "; none has been found: the board and gantry agent look for it");
	*out = available[0];
	return true;
}

static bool has_choice(void *context, const struct world *w)
{
	struct command *c = context;
	const struct stage *s = world_stage(w, c->words[0]);
	const struct freight **available;

	return !s || freight_available(c->arena, w, s, clock_now(), &available) > 0;
}

/* With --wait this process looks, too; where nobody has before, what it is about to find is meant. */
static bool cmd_promote_ask(struct command *c, struct app *app, const struct world *w,
			    struct err *e)
{
	const struct world *later;
	struct err ignored;
	bool fine;

	if (w->nfreight || c->nwords != 1 || !command_option(c, "wait") || command_option(c, "freight") ||
	    !app_wait(app, has_choice, c, FIRST_LOOK_MS, NULL, &later, &ignored))
		return ask_for_stage(c, app, w, INTENT_PROMOTE, cmd_promote_choose, e);
	fine = ask_for_stage(c, app, later, INTENT_PROMOTE, cmd_promote_choose, e);
	app_port(app)->give_back(app_port(app)->context, later);
	return fine;
}

static bool cmd_promote_run(struct command *c, struct err *e)
{
	return with_world(c, 0, cmd_promote_ask, e);
}

const struct command_def command_promote = {
	.name = "promote",
	.summary = "Promote freight into a stage.",
	.usage = "gantry promote STAGE [--freight NAME] [--reason TEXT] [--wait | --plan]",
	.options = intent_options,
	.run = cmd_promote_run,
};
