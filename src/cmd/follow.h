/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion until it is over, told step by step. Main thread. */
#ifndef GANTRY_CMD_FOLLOW_H
#define GANTRY_CMD_FOLLOW_H

#include "base/base.h"

struct app;
struct command;
struct err;

/*
 * Waits for the promotion's end, within --timeout. Prints a line a step as it ends and, at the end, how it
 * ended and what the stage runs now. With -o json and its like that is one answer, and the steps go to
 * standard error. c->status is EXIT_FAILED when it did not succeed.
 */
bool follow_promotion(struct command *c, struct app *app, const char *promotion, struct err *e) MUST_USE;

#endif
