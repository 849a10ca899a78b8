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

/* --reason, --freight, --wait, --timeout, --plan. */
extern const struct option_def intent_options[];

/* By name, alias or beginning; ERR_NOT_FOUND says how to list them. */
bool find_freight(const struct world *w, const char *text, const struct freight **out,
		  struct err *e) MUST_USE;

/* What is left of --timeout, in ms since the command began. */
bool time_left(const struct command *c, int64_t *ms, struct err *e) MUST_USE;

/* Waits for the promotion's end and prints it; EXIT_FAILED in c->status when it did not succeed. */
bool wait_for_promotion(struct command *c, struct app *app, const char *promotion,
			struct err *e) MUST_USE;

/* Fills actor, from, reason and seen, submits, and prints or waits as the options say. */
bool submit_intent(struct command *c, struct app *app, const struct world *seen,
		   struct intent *i, struct err *e) MUST_USE;

/* An intent for the one stage that the words name, with the freight that choose() finds for it. */
bool ask_for_stage(struct command *c, struct app *app, const struct world *w,
		   enum intent_kind kind,
		   bool (*choose)(struct command *c, const struct world *w, const struct stage *s,
				  const struct freight **out, struct err *e),
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
