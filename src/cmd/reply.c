/* SPDX-License-Identifier: Apache-2.0 */
/* A request that nobody will carry out must not look done. */
#include "cmd/requests.h"

#include "app/app.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/world.h"

/* How long to look for a lease. */
enum { LEASE_MS = 3000 };

/* Somebody executes, or it is known that nobody does. */
static bool reply_knows_executor(void *context, const struct world *w)
{
	(void)context;
	return w->engine != ENGINE_UNKNOWN;
}

/* Whether what was asked for happens only when somebody executes. */
static bool reply_is_carried_out(enum intent_kind kind)
{
	return kind == INTENT_PROMOTE || kind == INTENT_ROLLBACK || kind == INTENT_ABORT ||
	       kind == INTENT_VERIFY || kind == INTENT_MERGE || kind == INTENT_CLOSE;
}

bool reply_print(struct command *c, struct app *app, enum intent_kind kind, const struct reply *r,
		 struct err *e)
{
	struct value *v = value_map(c->arena);
	const char *message = r->message, *executor = NULL;
	const struct world *w;
	struct err ignored;

	if (reply_is_carried_out(kind) &&
	    app_wait(app, &(struct app_wait){ reply_knows_executor, NULL, LEASE_MS }, &w, &ignored)) {
		executor = w->engine == ENGINE_NONE ? NULL
			   : str_copy(c->arena, w->engine_host ? w->engine_host : "here");
		if (!executor)
			message = str_format(c->arena, "%s; nobody executes now, so it waits: start gantry "
					     "agent%s", message,
					     option_find(c->def, "wait", 4, 0) ? ", or add --wait" : "");
		app_return_world(app, w);
	}
	value_set(c->arena, v, "done", value_bool(c->arena, r->done));
	describe_text(c->arena, v, "message", message);
	describe_text(c->arena, v, "promotion", r->promotion);
	describe_text(c->arena, v, "executor", executor);
	return out_value(c, v, message, e);
}
