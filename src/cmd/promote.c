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
#include "cmd/refusal.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/next_freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "ui/port.h"

enum { FIRST_LOOK_MS = 20000, CATCH_UP_MS = 5000, MAX_LOOKS = 3 };

/* What the stage would take now. */
struct outlook {
	const struct freight *take;     /* nothing binding is in its way; NULL: there is none */
	const struct freight *next;     /* the newest that waits; NULL: nothing newer has been found */
	const char *why;                /* what next waits for */
	int64_t not_before;             /* ms: next cannot enter earlier; 0: unknown */
	const char *choices;            /* of take, when several warehouses have one: for a message */
	size_t ntake;
	const struct freight *backed_out; /* newer than what runs, and not taken again; NULL: none */
};

static void promote_consider(struct arena *a, const struct world *w, const struct stage *s,
			     const struct freight *f, struct outlook *out)
{
	struct gates gates;
	const char *why;

	gates_of(a, w, s, f, clock_now(), &gates);
	why = gates_refusal(a, &gates, false);
	if (!why) {
		out->choices = str_format(a, "%s%s%s (%s)", out->ntake ? out->choices : "",
					  out->ntake ? ", " : "", f->warehouse, freight_label(a, f));
		out->ntake++;
		out->take = out->take ? out->take : f;
	} else if (!out->next) {
		out->next = f;
		out->why = why;
		out->not_before = gates.not_before;
	}
}

static void promote_look(const struct command *c, struct arena *a, const struct world *w,
			 const struct stage *s, struct outlook *out)
{
	const char *only = command_option(c, "warehouse");

	*out = (struct outlook){ .take = NULL };
	for (size_t i = 0; i < s->nrequests; i++) {
		struct next_freight next;

		if (only && strcmp(only, s->requests[i].warehouse) != 0)
			continue;
		next_freight(w, s, &s->requests[i], clock_now(), &next);
		out->backed_out = out->backed_out ? out->backed_out : next.backed_out;
		if (next.open)
			promote_consider(a, w, s, next.open, out);
		else if (next.waiting)
			promote_consider(a, w, s, next.waiting, out);
	}
}

/* "uat runs soft-squirrel already". */
static bool promote_nothing_newer(struct command *c, const struct world *w, const struct stage *s,
				  struct err *e)
{
	const struct collection *runs = stage_runs(s);
	const char *all = "";

	if (!w->nfreight)
		return err_set(e, ERR_REFUSED, "no freight may enter %s yet; none has been found: the board "
			       "and gantry agent look for it", s->name);
	if (stage_is_empty(s))
		return err_set(e, ERR_REFUSED, "no freight of what %s asks for has been found yet", s->name);
	for (size_t i = 0; i < runs->nitems; i++) {
		const struct freight *f = world_freight(w, runs->items[i].freight);

		all = str_format(c->arena, "%s%s%s", all, i ? " and " : "",
				 f ? freight_label(c->arena, f) : runs->items[i].freight);
	}
	return err_set(e, ERR_REFUSED, "%s runs %s already, and nothing newer has been found; "
		       "--freight promotes it again", s->name, all);
}

/* --warehouse names one that the stage asks for. */
static bool promote_knows_warehouse(const struct command *c, const struct stage *s, struct err *e)
{
	const char *only = command_option(c, "warehouse"), *all = "";

	for (size_t i = 0; only && i < s->nrequests; i++) {
		if (strcmp(only, s->requests[i].warehouse) == 0)
			return true;
		all = str_format(c->arena, "%s%s%s", all, i ? ", " : "", s->requests[i].warehouse);
	}
	return !only || err_set(e, ERR_NOT_FOUND, "%s takes no freight of a warehouse \"%s\"; "
				"it takes that of %s", s->name, only, *all ? all : "none");
}

/* With --plan what waits may be looked at as well. */
static bool promote_choose(struct command *c, const struct world *w, const struct stage *s,
			   const struct freight **out, struct err *e)
{
	const char *named = command_option(c, "freight");
	struct outlook look;

	if (named)
		return find_freight(w, named, out, e) && refusal_unless_meant(c, w, s, *out, e);
	if (s->nsteps == 0)
		return err_set(e, ERR_REFUSED, "%s has no steps: freight passes through it by itself",
			       s->name);
	if (!promote_knows_warehouse(c, s, e))
		return false;
	promote_look(c, c->arena, w, s, &look);
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
			       freight_label(c->arena, look.next), s->name, look.why);
	if (look.backed_out)
		return refusal_of_backed_out(c, w, s, look.backed_out, e);
	return promote_nothing_newer(c, w, s, e);
}

struct promote_wait {
	struct command *c;
	int64_t began;                  /* ms: looks of this command are later */
	const char *said;               /* on stderr: each freight and gate once, since a gate counts down */
};

/* What was promoted by itself while this command ran. */
static const struct promotion *promote_begun_since(const struct world *w, const struct stage *s,
						   int64_t since)
{
	const struct promotion *newest = NULL;

	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		if (strcmp(p->stage, s->name) == 0 && p->created_at >= since &&
		    (!newest || p->created_at > newest->created_at))
			newest = p;
	}
	return newest;
}

static const struct promotion *promote_under_way(const struct world *w, const struct stage *s,
						 const struct freight *f)
{
	for (size_t i = 0; f && i < w->npromotions; i++)
		if (strcmp(w->promotions[i]->stage, s->name) == 0 &&
		    strcmp(w->promotions[i]->freight, f->name) == 0 &&
		    !promotion_is_over(w->promotions[i]))
			return w->promotions[i];
	return NULL;
}

/* Somebody has looked since, and what was found is recorded. */
static bool promote_has_looked(const struct promote_wait *wait, const struct world *w,
			       const char *warehouse)
{
	const struct warehouse *h = world_warehouse(w, warehouse);
	const char *found = h ? warehouse_found(h) : "";

	if (!h || h->error)
		return true;
	return h->looked_at >= wait->began && (!*found || world_freight(w, found));
}

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
	promote_look(wait->c, a, w, s, &look);
	for (size_t i = 0; i < s->nrequests; i++)
		looked = looked && promote_has_looked(wait, w, s->requests[i].warehouse);
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
	promote_look(wait->c, a, w, s, &look);
	if (look.take || !look.next)
		return true;
	about = str_format(a, "%s %.*s", look.next->name, (int)strcspn(look.why, ":"), look.why);
	if (same_text(wait->said, about))
		return false;
	fprintf(stderr, "%s waits before it may enter %s: %s\n", freight_label(a, look.next), s->name,
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
		return ask_for_stage(c, app, w, INTENT_PROMOTE, promote_choose, e);
	promote_look(c, c->arena, w, s, &look);
	p = look.ntake == 1 ? promote_under_way(w, s, look.take)
	    : !look.take && !look.next ? promote_begun_since(w, s, since) : NULL;
	if (p)
		return wait_for_promotion(c, app, p->name, e);
	return ask_for_stage(c, app, w, INTENT_PROMOTE, promote_choose, e);
}

/* Something was promoted here since the command began. */
static bool promote_has_begun(void *context, const struct world *w)
{
	const struct promote_wait *wait = context;
	const struct stage *s = world_stage(w, wait->c->words[0]);

	return !s || promote_begun_since(w, s, wait->began);
}

/* What cannot come about in time is said at once. */
static bool promote_is_in_time(struct command *c, const struct world *w, int64_t left, struct err *e)
{
	const struct stage *s = world_stage(w, c->words[0]);
	struct outlook look;

	if (!s)
		return true;
	promote_look(c, c->arena, w, s, &look);
	if (look.take || !look.next || look.not_before <= clock_now() + left)
		return true;
	return err_set(e, ERR_REFUSED, "%s cannot enter %s before %s, which is later than --timeout: %s",
		       freight_label(c->arena, look.next), s->name,
		       clock_rfc3339(c->arena, look.not_before), look.why);
}

static bool promote_wait(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	const struct ui_port *port = app_port(app);
	struct promote_wait wait = { .c = c,
				     .began = clock_now() - (clock_ticks() - c->began) };
	const struct world *later = w, *ready;
	struct err ignored;
	int64_t left;
	bool fine;

	if (!promote_has_news(&wait, w) &&
	    !app_wait(app, promote_has_news, &wait, FIRST_LOOK_MS, NULL, &later, &ignored))
		later = w;
	fine = time_left(c, &left, e) && promote_is_in_time(c, later, left, e);
	if (later != w)
		port->give_back(port->context, later);
	if (!fine)
		return false;
	/* It may be promoted by itself between the look and the wish: then that is what is waited for. */
	for (int looks = 0; looks < MAX_LOOKS; looks++) {
		if (!time_left(c, &left, e))
			return false;
		if (!app_wait(app, promote_may_begin, &wait, left, NULL, &ready, e))
			return err_wrap(e, "waiting until %s may take newer freight", c->words[0]);
		fine = promote_now(c, app, ready, wait.began, e);
		port->give_back(port->context, ready);
		if (fine || e->code != ERR_CONFLICT)
			break;
		/* The world that we look at next must hold what we lost to. */
		if (app_wait(app, promote_has_begun, &wait, CATCH_UP_MS, NULL, &ready, &ignored))
			port->give_back(port->context, ready);
	}
	return fine;
}

static bool promote_ask(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	if (c->nwords == 1 && command_option(c, "wait") && !command_option(c, "freight") &&
	    !command_option(c, "plan"))
		return promote_wait(c, app, w, e);
	return ask_for_stage(c, app, w, INTENT_PROMOTE, promote_choose, e);
}

static bool promote_run(struct command *c, struct err *e)
{
	return with_world(c, 0, promote_ask, e);
}

const struct command_def command_promote = {
	.name = "promote",
	.summary = "Promote freight into a stage.",
	.usage = "gantry promote STAGE [--freight NAME | --warehouse NAME] [--reason TEXT] "
		 "[--wait | --plan]",
	.help = "Without --freight: the newest that may enter and that the stage does not run yet. When it\n"
		"must wait (verification, soak time, a window), status 3 says so; --wait waits for it.",
	.options = intent_options,
	.run = promote_run,
};
