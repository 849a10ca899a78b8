/* SPDX-License-Identifier: Apache-2.0 */
/* What became of a request, for people or scripts. Main thread. */
#ifndef GANTRY_CMD_REPLY_H
#define GANTRY_CMD_REPLY_H

#include "base/base.h"
#include "model/intent.h"

struct app;
struct command;
struct err;

/* The reply, and who will carry it out: where nobody executes it says so. */
bool reply_print(struct command *c, struct app *app, enum intent_kind kind, const struct reply *r,
		 struct err *e) MUST_USE;

#endif
