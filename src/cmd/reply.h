/* SPDX-License-Identifier: Apache-2.0 */
/* The outcome of a request, for people or scripts. Main thread. */
#ifndef GANTRY_CMD_REPLY_H
#define GANTRY_CMD_REPLY_H

#include "base/base.h"
#include "model/intent.h"

struct app;
struct command;
struct err;

/* Prints the reply and who will carry it out; if nobody executes, says so. */
bool reply_print(struct command *c, struct app *app, enum intent_kind kind, const struct reply *r,
		 struct err *e) MUST_USE;

#endif
