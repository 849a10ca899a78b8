/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry promote: the same intent as the key on the board. Without --freight it takes what is newer
 * than what runs, and never what runs already; what it waits for is said, and waited for.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/intents.h"
#include "cmd/names.h"
#include "cmd/outlook.h"
#include "cmd/refusal.h"
#include "cmd/requests.h"
#include "cmd/warehouses.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static const struct option_def options[] = {
	OPTION_FREIGHT,
	OPTION_WAREHOUSE,
	OPTION_AGAIN,
	OPTION_REASON,
	OPTION_WAIT,
	OPTION_TIMEOUT("with --wait or --plan, "),
	OPTION_PLAN,
	{ 0 },
};

enum { FIRST_LOOK_MS = 20000, CATCH_UP_MS = 5000, MAX_LOOKS = 3 };

/* --warehouse names one that the stage asks for. */
static bool promote_knows_warehouse(const struct command *c, const struct stage *s, struct err *e)
{
	const char *only = command_option(c, "warehouse"), *all = "";

	for (size_t i = 0; only && i < s->nrequests; i++) {
		if (strcmp(only, s->requests[i].warehouse) == 0)
			return true;
		all = str_format(c->arena, "%s%s%s", all, i ? ", " : "", s->requests[i].warehouse);
	}
	return !only || err_set(e, ERR_NAME, "%s takes no freight of a warehouse \"%s\"; "
				"it takes that of %s", s->name, only, *all ? all : "none");
}

/* With --plan what waits may be looked at as well. */
static bool promote_choose(struct command *c, const struct world *w, const struct stage *s,
			   const struct freight **out, struct err *e)
{
	const char *named = command_option(c, "freight");
	struct outlook look;

	if (named)
		return find_freight(c->arena, w, named, out, e) && refusal_unless_meant(c, w, s, *out, e);
	if (s->nsteps == 0)
		return err_set(e, ERR_REFUSED, "%s has no steps: freight passes through it by itself",
			       s->name);
	if (!promote_knows_warehouse(c, s, e))
		return false;
	outlook_of(c, c->arena, w, s, &look);
	if (look.ntake > 1)
		return err_set(e, ERR_USAGE,
			       "%s can take newer freight of several warehouses: %s; say which with "
			       "--warehouse or --freight", s->name, look.choices);
	*out = look.take;
	if (!*out && command_option(c, "plan"))
		*out = look.next;
	if (*out)
		return refusal_unless_meant(c, w, s, *out, e);
	if (!refusal_of_stale(c, w, s, e))
		return false;
	if (look.next)
		return err_set(e, ERR_REFUSED,
			       "%s waits before it may enter %s: %s; --wait waits for that, too",
			       look.next_label, s->name, look.why);
	if (look.backed_out)
		return refusal_of_backed_out(c, w, s, look.backed_out, e);
	return refusal_of_nothing_newer(c, w, s, e);
}

static const struct verb promote = { INTENT_PROMOTE, promote_choose };

struct promote_wait {
	struct command *c;
	int64_t began;                  /* ms: looks of this command are later */
	const char *said;               /* on stderr: each freight and gate once, since a gate counts down */
};

/* There is something to take or to wait for, or each warehouse was looked at in vain. */
static bool promote_has_news(void *context, const struct world *w)
{
	const struct promote_wait *wait = context;
	const struct stage *s = world_stage(w, wait->c->words[0]);
	AUTO(arena) struct arena *a = arena_new();
	struct outlook look;
	bool looked = true;

	if (!s)
		return true;
	outlook_of(wait->c, a, w, s, &look);
	for (size_t i = 0; i < s->nrequests; i++)
		looked = looked && warehouse_was_recorded(w, s->requests[i].warehouse, wait->began);
	return look.take || look.next || looked;
}

static bool promote_may_begin(void *context, const struct world *w)
{
	struct promote_wait *wait = context;
	const struct stage *s = world_stage(w, wait->c->words[0]);
	AUTO(arena) struct arena *a = arena_new();
	struct outlook look;
	const char *about;

	if (!s)
		return true;
	outlook_of(wait->c, a, w, s, &look);
	if (look.take || !look.next)
		return true;
	about = str_format(a, "%s %.*s", look.next_label, (int)strcspn(look.why, ":"), look.why);
	if (same_text(wait->said, about))
		return false;
	fprintf(stderr, "%s waits before it may enter %s: %s\n", look.next_label, s->name,
		look.why);
	wait->said = str_copy(wait->c->arena, about);
	return false;
}

/* Promotes, or waits for what is under way: it may have been promoted by itself since then. */
static bool promote_now(struct command *c, struct app *app, const struct world *w, int64_t since,
			struct err *e)
{
	const struct stage *s = world_stage(w, c->words[0]);
	const struct promotion *p;
	struct outlook look;

	if (!s)
		return ask_for_stage(c, app, w, &promote, e);
	outlook_of(c, c->arena, w, s, &look);
	p = look.ntake == 1 ? promotion_under_way(w, s, look.take)
	    : !look.take && !look.next ? promotion_begun_since(w, s, since) : NULL;
	if (p)
		return follow_promotion(c, app, p->name, e);
	return ask_for_stage(c, app, w, &promote, e);
}

/* Something was promoted here since the command began. */
static bool promote_has_begun(void *context, const struct world *w)
{
	const struct promote_wait *wait = context;
	const struct stage *s = world_stage(w, wait->c->words[0]);

	return !s || promotion_begun_since(w, s, wait->began);
}

/* Fails at once if the freight cannot enter in time. */
static bool promote_is_in_time(struct command *c, const struct world *w, int64_t left, struct err *e)
{
	const struct stage *s = world_stage(w, c->words[0]);
	struct outlook look;

	if (!s)
		return true;
	outlook_of(c, c->arena, w, s, &look);
	if (look.take || !look.next || look.not_before <= clock_now() + left)
		return true;
	return err_set(e, ERR_REFUSED, "%s cannot enter %s before %s, which is later than --timeout: %s",
		       look.next_label, s->name,
		       clock_rfc3339(c->arena, look.not_before), look.why);
}

static bool promote_wait(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct promote_wait wait = { .c = c,
				     .began = began_at(c) };
	const struct world *later = w, *ready;
	struct err ignored;
	int64_t left;
	bool fine;

	if (!promote_has_news(&wait, w) &&
	    !app_wait(app, &(struct app_wait){ promote_has_news, &wait, FIRST_LOOK_MS }, &later, &ignored))
		later = w;
	fine = time_left(c, &left, e) && promote_is_in_time(c, later, left, e);
	if (later != w)
		app_return_world(app, later);
	if (!fine)
		return false;
	/* Auto-promotion may have been faster: then wait for its promotion. */
	for (int looks = 0; looks < MAX_LOOKS; looks++) {
		if (!time_left(c, &left, e))
			return false;
		if (!app_wait(app, &(struct app_wait){ promote_may_begin, &wait, left }, &ready, e))
			return err_wrap(e, "waiting until %s may take newer freight", c->words[0]);
		fine = promote_now(c, app, ready, wait.began, e);
		app_return_world(app, ready);
		if (fine || e->code != ERR_CONFLICT)
			break;
		/* The next world must hold the promotion that was faster. */
		if (app_wait(app, &(struct app_wait){ promote_has_begun, &wait, CATCH_UP_MS }, &ready,
			     &ignored))
			app_return_world(app, ready);
	}
	return fine;
}

static bool promote_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	if (c->nwords == 1 && command_option(c, "wait") && !command_option(c, "freight") &&
	    !command_option(c, "plan"))
		return promote_wait(c, app, w, e);
	return ask_for_stage(c, app, w, &promote, e);
}

static bool promote_is_looked_at(void *context, const struct world *w)
{
	const struct promote_wait *wait = context;
	const struct stage *s = world_stage(w, wait->c->words[0]);

	for (size_t i = 0; s && i < s->nrequests; i++)
		if (!warehouse_was_looked_at(w, s->requests[i].warehouse, 1))
			return false;
	return true;
}

static bool promote_explain(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct promote_wait wait = { .c = c };
	const struct world *later;

	(void)w;
	if (!app_wait(app, &(struct app_wait){ promote_is_looked_at, &wait, FIRST_LOOK_MS }, &later, e))
		return false;
	if (world_stage(later, c->words[0]))
		warehouses_note(c->arena, later, world_stage(later, c->words[0]));
	app_return_world(app, later);
	return true;
}

/* What the ledger has is not all: where it has nothing newer, a look outside says why. */
static bool promote_run(struct command *c, struct err *e)
{
	struct err ignored;

	if (with_world(c, 0, promote_ask, e))
		return true;
	if (e->code == ERR_REFUSED && e->again && !command_option(c, "wait") &&
	    !with_world(c, APP_READS | APP_OBSERVES, promote_explain, &ignored))
		return false;
	return false;
}

const struct command_def command_promote = {
	.name = "promote",
	.summary = "Promote freight into a stage.",
	.usage = "gantry promote STAGE [--freight NAME | --warehouse NAME] [--reason TEXT] "
		 "[--wait | --plan]",
	.help = "Without --freight: the newest that may enter and that the stage does not run yet. When it\n"
		"must wait (verification, soak time, a window), status 3 says so; --wait waits for it.",
	.completes = "<stage>",
	.options = options,
	.common = COMMON_ACTS,
	.run = promote_run,
};
