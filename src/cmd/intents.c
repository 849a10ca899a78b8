/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands enter at the same point as keys: one intent through the port. With
 * --wait this process executes, too, when nobody else holds the lease.
 */
#include "cmd/intents.h"

#include <string.h>

#include "app/app.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/manifests.h"
#include "cmd/names.h"
#include "cmd/requests.h"
#include "cmd/stale.h"
#include "config/settings.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"

enum { LOADING_MS = 30000 };

static bool is_loaded(void *context, const struct world *w)
{
	(void)context;
	return !w->loading;
}

bool with_world(struct command *c, unsigned flags,
		bool (*work)(struct command *c, struct app *app, const struct world *w,
			     struct err *e),
		struct err *e)
{
	const struct world *w;
	struct app *app;
	bool fine;
	int64_t ms;

	if (command_option(c, "wait"))
		flags |= APP_EXECUTES | APP_OBSERVES;
	if ((flags & APP_FINDS) && c->settings->read_only)
		return err_set(e, ERR_REFUSED,
			       "it would record what it finds, but gantry was started read-only");
	if (!timeout_of(c, &ms, e) || !app_start(c->settings, flags, &app, e))
		return false;
	fine = app_choose(app, LOADING_MS, e) &&
	       app_wait(app, &(struct app_wait){ is_loaded, NULL, LOADING_MS }, &w, e);
	if (!fine && e->code == ERR_TIMEOUT) {
		err_wrap(e, "%s", stale_awaited(c->settings));
	} else if (fine) {
		fine = manifests_can_run(c->settings, w, e) && stale_has_record(w, e);
		if (fine) {
			fine = work(c, app, w, e);
			stale_note(w);
		}
		app_return_world(app, w);
	}
	app_stop(app);
	return fine;
}

/* What a command asks for, on the world that its user saw. */
struct wish {
	const struct world *seen;
	struct intent *intent;
};

static bool send_wish(struct command *c, struct app *app, const struct wish *wish, struct reply *reply,
		      struct err *e)
{
	const struct stage *s = world_stage(wish->seen, wish->intent->stage);
	const struct freight *f = world_freight(wish->seen, wish->intent->freight);
	struct intent *i = wish->intent;

	i->reason = command_option(c, "reason");
	i->seen_head = str_copy(c->arena, wish->seen->ledger_head);
	i->seen_freight = s && f ? str_copy(c->arena, stage_freight(s, f->warehouse)) : NULL;
	i = intent_copy(c->arena, i);
	return intent_check(i, e) && app_ask(app, c->arena, i, reply, e);
}

bool submit_quietly(struct command *c, struct app *app, const struct world *seen, struct intent *i,
		    struct err *e)
{
	const struct wish wish = { seen, i };
	struct reply reply;

	return send_wish(c, app, &wish, &reply, e);
}

bool submit_intent(struct command *c, struct app *app, const struct world *seen, struct intent *i,
		   struct err *e)
{
	const struct wish wish = { seen, i };
	struct reply reply;

	if (!send_wish(c, app, &wish, &reply, e))
		return false;
	if (command_option(c, "wait") && reply.promotion)
		return follow_promotion(c, app, reply.promotion, e);
	return reply_print(c, app, i->kind, &reply, e);
}

bool ask_intent(struct command *c, struct app *app, const struct world *w, struct intent *i, struct err *e)
{
	int64_t ms;

	if (command_option(c, "plan"))
		return timeout_of(c, &ms, e) && plan_show(c, app, w, &(struct plan_wish){ i, ms }, e);
	return submit_intent(c, app, w, i, e);
}

bool ask_for_stage(struct command *c, struct app *app, const struct world *w, const struct verb *verb,
		   struct err *e)
{
	struct intent i = { .kind = verb->kind };
	const struct freight *f;
	const struct stage *s = NULL;

	if (!find_stage_of_words(c, w, &s, e) || !verb->choose(c, w, s, &f, e))
		return false;
	i.stage = s->name;
	i.freight = f->name;
	return ask_intent(c, app, w, &i, e);
}
