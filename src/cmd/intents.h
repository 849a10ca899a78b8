/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verbs share that want something done: they find what is meant in the
 * world, submit one intent, and may wait for the promotion's end.
 */
#ifndef GANTRY_CMD_INTENTS_H
#define GANTRY_CMD_INTENTS_H

#include "base/base.h"
#include "cmd/command.h"

struct app;

struct err;
struct freight;
struct intent;

struct stage;
struct world;

/* --reason, --freight, --wait, --timeout, --yes. */
extern const struct option_def intent_options[];

/* Finds the one stage named by the command's words; ERR_USAGE or ERR_NOT_FOUND names the nearest. */
bool find_stage(const struct command *c, const struct world *w, const struct stage **out,
		struct err *e) MUST_USE;

/* By name, alias or beginning; ERR_NOT_FOUND says how to list them. */
bool find_freight(const struct world *w, const char *text, const struct freight **out,
		  struct err *e) MUST_USE;

/* Fills actor, from, reason and seen, submits, and prints or waits as the options say. */
bool submit_intent(struct command *c, struct app *app, const struct world *seen,
		   struct intent *i, struct err *e) MUST_USE;

/*
 * Starts the app (which executes and observes with --wait), hands work() the first world
 * that is no longer loading, and stops the app.
 */
bool with_world(struct command *c,
		bool (*work)(struct command *c, struct app *app, const struct world *w,
			     struct err *e),
		struct err *e) MUST_USE;

#endif
