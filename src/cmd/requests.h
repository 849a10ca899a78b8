/* SPDX-License-Identifier: Apache-2.0 */
/* What commands share that ask for something and wait for it. Main thread. */
#ifndef GANTRY_CMD_REQUESTS_H
#define GANTRY_CMD_REQUESTS_H

#include "base/base.h"
#include "model/intent.h"

struct app;
struct command;
struct err;
struct intent;
struct world;

/* timeout.c: how long a command may take in all: its --timeout. */

/* --timeout, or an hour, in ms. ERR_USAGE: it is not a duration. */
bool timeout_of(const struct command *c, int64_t *ms, struct err *e) MUST_USE;

/* What is left of it, in ms since the command began. */
bool time_left(const struct command *c, int64_t *ms, struct err *e) MUST_USE;

/* When the command began, ms of the wall clock. */
int64_t began_at(const struct command *c);

/* follow.c: a promotion until it is over, told step by step. */

/*
 * Waits for the promotion's end, within --timeout. Prints a line a step as it ends and, at the end, how it
 * ended and what the stage runs now. With -o json and its like that is one answer, and the steps go to
 * standard error. c->status is EXIT_FAILED when it did not succeed.
 */
bool follow_promotion(struct command *c, struct app *app, const char *promotion, struct err *e) MUST_USE;

/* reply.c: the outcome of a request, for people or scripts. */

/* Prints the reply and who will carry it out; if nobody executes, says so. */
bool reply_print(struct command *c, struct app *app, enum intent_kind kind, const struct reply *r,
		 struct err *e) MUST_USE;

/* plan_print.c: a plan on stdout: for people, or as JSON or YAML with the gates beside it. */

struct plan_wish {
	struct intent *intent;          /* the reason is filled in */
	int64_t timeout_ms;
};

/*
 * Has the intent planned and prints that. Nothing is recorded, and no lease is waited for. Sets the
 * exit status: EXIT_REFUSED when a gate refuses, EXIT_FAILED when a step would fail.
 */
bool plan_show(struct command *c, struct app *app, const struct world *w, const struct plan_wish *wish,
	       struct err *e) MUST_USE;

#endif
