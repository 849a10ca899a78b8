/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verbs enter at the same point as keys: one intent through the port. With
 * --wait this process executes, too, when nobody else holds the lease.
 */
#include "cmd/intents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/manifests.h"
#include "cmd/out.h"
#include "cmd/plan_print.h"
#include "cmd/stale.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"
#include "ui/port.h"

enum { LOADING_MS = 30000, REPLY_MS = 60000, WAIT_MS = 3600000 };

const struct option_def intent_options[] = {
	{ "freight", 0, OPTION_TEXT, "NAME", "name, alias or the beginning of a name" },
	{ "warehouse", 0, OPTION_TEXT, "NAME", "which one, in a stage of several" },
	{ "again", 0, OPTION_FLAG, NULL, "also what was backed out of the stage" },
	{ "reason", 'm', OPTION_TEXT, "TEXT", "why; kept in the ledger" },
	{ "wait", 'w', OPTION_FLAG, NULL, "wait until it may begin and is over; 1 when it fails" },
	{ "timeout", 0, OPTION_TEXT, "DURATION", "with --wait or --plan, in all: 90s, 10m; else 1h" },
	{ "plan", 0, OPTION_FLAG, NULL, "only show what it would do: steps, gates and the diff" },
	{ 0 },
};

static bool cmd_intents_find_stage(const struct command *c, const struct world *w,
				   const struct stage **out, struct err *e)
{
	if (c->nwords != 1)
		return err_set(e, ERR_USAGE, "name one stage");
	*out = world_stage(w, c->words[0]);
	if (!*out)
		return err_set(e, ERR_NOT_FOUND, "no stage \"%s\"; gantry get stages lists them",
			       c->words[0]);
	return true;
}

bool find_freight(const struct world *w, const char *text, const struct freight **out,
		  struct err *e)
{
	*out = world_find_freight(w, text);
	if (!*out)
		return err_set(e, ERR_NOT_FOUND, "no freight \"%s\"; gantry get freight lists it",
			       text);
	return true;
}

static bool is_loaded(void *context, const struct world *w)
{
	(void)context;
	return !w->loading;
}

static bool cmd_intents_timeout_of(const struct command *c, int64_t *ms, struct err *e)
{
	const char *text = command_option(c, "timeout");
	int64_t ns;

	*ms = WAIT_MS;
	if (!text)
		return true;
	if (!duration_parse(text, &ns) || ns <= 0)
		return err_set(e, ERR_USAGE, "--timeout %s: write a duration such as 90s or 10m",
			       text);
	*ms = ns / 1000000;
	return true;
}

bool time_left(const struct command *c, int64_t *ms, struct err *e)
{
	if (!cmd_intents_timeout_of(c, ms, e))
		return false;
	*ms -= clock_ticks() - c->began;
	*ms = *ms > 0 ? *ms : 0;
	return true;
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
	if (!cmd_intents_timeout_of(c, &ms, e) || !app_start(c->settings, flags, &app, e))
		return false;
	fine = app_wait(app, is_loaded, NULL, LOADING_MS, NULL, &w, e);
	if (!fine) {
		err_wrap(e, "reading manifests and ledger");
	} else {
		fine = manifests_can_run(c->settings, w, e) && work(c, app, w, e);
		stale_note(w);
		app_port(app)->give_back(app_port(app)->context, w);
	}
	app_stop(app);
	return fine;
}

struct waiting {
	const char *promotion;
	bool is_terminal;       /* a line of progress on stderr */
	size_t shown;
};

static void show_progress(struct waiting *wait, const struct promotion *p)
{
	const struct promotion_step *s = p->current_step < p->nsteps ? &p->steps[p->current_step] : NULL;

	if (!wait->is_terminal || !s || wait->shown == p->current_step + 1)
		return;
	wait->shown = p->current_step + 1;
	fprintf(stderr, "\r\033[K%s: step %zu of %zu, %s", p->stage, p->current_step + 1, p->nsteps,
		*s->alias ? s->alias : s->uses);
}

static bool cmd_intents_is_over(void *context, const struct world *w)
{
	struct waiting *wait = context;
	const struct promotion *p = world_promotion(w, wait->promotion);

	if (!p)
		return false;
	show_progress(wait, p);
	return promotion_is_over(p);
}

static struct value *cmd_intents_describe(struct arena *a, const struct promotion *p)
{
	struct value *v = value_map(a);

	value_set(a, v, "promotion", value_string(a, p->name));
	value_set(a, v, "stage", value_string(a, p->stage));
	value_set(a, v, "freight", value_string(a, p->freight));
	value_set(a, v, "phase", value_string(a, phase_name(p->phase)));
	value_set(a, v, "message", value_string(a, promotion_outcome(a, p)));
	return v;
}

bool wait_for_promotion(struct command *c, struct app *app, const char *promotion, struct err *e)
{
	struct waiting wait = { .promotion = promotion, .is_terminal = isatty(STDERR_FILENO) };
	const struct world *w;
	const struct promotion *p;
	const char *outcome;
	int64_t ms;
	bool fine;

	if (!time_left(c, &ms, e))
		return false;
	fine = app_wait(app, cmd_intents_is_over, &wait, ms, NULL, &w, e);
	if (wait.shown)
		fputs("\r\033[K", stderr);
	if (!fine)
		return err_wrap(e, "waiting for %s", promotion);
	p = world_promotion(w, promotion);
	outcome = promotion_outcome(c->arena, p);
	fine = out_value(c, cmd_intents_describe(c->arena, p),
			 str_format(c->arena, "%s: %s%s%s", p->name, phase_name(p->phase),
				    *outcome ? ": " : "", outcome),
			 e);
	if (p->phase != PHASE_SUCCEEDED)
		c->status = EXIT_FAILED;
	app_port(app)->give_back(app_port(app)->context, w);
	return fine;
}

static struct value *describe_reply(struct arena *a, const struct reply *r)
{
	struct value *v = value_map(a);

	value_set(a, v, "done", value_bool(a, r->done));
	value_set(a, v, "message", value_string(a, r->message));
	if (r->promotion)
		value_set(a, v, "promotion", value_string(a, r->promotion));
	return v;
}

bool submit_intent(struct command *c, struct app *app, const struct world *seen,
		   struct intent *i, struct err *e)
{
	const struct stage *s = world_stage(seen, i->stage);
	const struct freight *f = world_freight(seen, i->freight);
	struct reply reply;

	i->actor = app_port(app)->actor;
	i->from = app_port(app)->from;
	i->reason = command_option(c, "reason");
	i->seen_head = str_copy(c->arena, seen->ledger_head);
	i->seen_freight = s && f ? str_copy(c->arena, stage_freight(s, f->warehouse)) : NULL;
	i = intent_copy(c->arena, i);
	if (!app_ask(app, c->arena, i, REPLY_MS, &reply, e))
		return false;
	if (command_option(c, "wait") && reply.promotion)
		return wait_for_promotion(c, app, reply.promotion, e);
	return out_value(c, describe_reply(c->arena, &reply), reply.message, e);
}

bool ask_for_stage(struct command *c, struct app *app, const struct world *w,
		   enum intent_kind kind,
		   bool (*choose)(struct command *c, const struct world *w, const struct stage *s,
				  const struct freight **out, struct err *e),
		   struct err *e)
{
	struct intent i = { .kind = kind };
	const struct freight *f;
	const struct stage *s = NULL;
	int64_t ms;

	if (!cmd_intents_find_stage(c, w, &s, e) || !choose(c, w, s, &f, e))
		return false;
	i.stage = s->name;
	i.freight = f->name;
	if (command_option(c, "plan"))
		return cmd_intents_timeout_of(c, &ms, e) && plan_show(c, app, w, &i, ms, e);
	return submit_intent(c, app, w, &i, e);
}
