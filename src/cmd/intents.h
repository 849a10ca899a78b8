/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verbs share that want something done: they find what is meant in the
 * world, submit one intent, and may wait for the promotion's end.
 */
#ifndef GANTRY_CMD_INTENTS_H
#define GANTRY_CMD_INTENTS_H

#include "base/base.h"
#include "cmd/command.h"
#include "model/intent.h"

struct app;

struct err;
struct freight;

struct stage;
struct world;

/* Rows of the option tables of verbs. */
#define OPTION_FREIGHT \
	{ "freight", 0, OPTION_TEXT, "NAME", "name, alias, version or the beginning of a name" }
#define OPTION_WAREHOUSE { "warehouse", 0, OPTION_TEXT, "NAME", "which one, in a stage of several" }
#define OPTION_AGAIN { "again", 0, OPTION_FLAG, NULL, "also what was backed out of the stage" }
#define OPTION_REASON { "reason", 'm', OPTION_TEXT, "TEXT", "why; kept in the ledger" }
#define OPTION_WAIT \
	{ "wait", 'w', OPTION_FLAG, NULL, "wait until it is over, and tell each step; 1 when it fails" }
#define OPTION_PLAN \
	{ "plan", 0, OPTION_FLAG, NULL, "only show what it would do: steps, gates and the diff" }
#define OPTION_TIMEOUT(with) \
	{ "timeout", 0, OPTION_TEXT, "DURATION", with "in all: 90s, 10m; 1h when not given" }

/* Fills reason and seen, and submits; prints nothing. */
bool submit_quietly(struct command *c, struct app *app, const struct world *seen, struct intent *i,
		    struct err *e) MUST_USE;

/* Fills reason and seen, submits, and prints or waits as the options say. */
bool submit_intent(struct command *c, struct app *app, const struct world *seen,
		   struct intent *i, struct err *e) MUST_USE;

/* The same, or with --plan only what it would do. */
bool ask_intent(struct command *c, struct app *app, const struct world *w, struct intent *i,
		struct err *e) MUST_USE;

/* A verb about one stage and some freight. */
struct verb {
	enum intent_kind kind;
	bool (*choose)(struct command *c, const struct world *w, const struct stage *s,
		       const struct freight **out, struct err *e);
};

/* An intent for the one stage that the words name, with the freight that is chosen for it. */
bool ask_for_stage(struct command *c, struct app *app, const struct world *w, const struct verb *verb,
		   struct err *e) MUST_USE;

/*
 * Starts the app with enum app_flags (with --wait it executes and observes, too), hands
 * work() the first world that is no longer loading, and stops the app.
 */
bool with_world(struct command *c, unsigned flags,
		bool (*work)(struct command *c, struct app *app, const struct world *w,
			     struct err *e),
		struct err *e) MUST_USE;

#endif
