/* SPDX-License-Identifier: Apache-2.0 */
/* How long a command may take in all: its --timeout. Main thread. */
#ifndef GANTRY_CMD_TIMEOUT_H
#define GANTRY_CMD_TIMEOUT_H

#include "base/base.h"

struct command;
struct err;

/* --timeout, or an hour, in ms. ERR_USAGE: it is no duration. */
bool timeout_of(const struct command *c, int64_t *ms, struct err *e) MUST_USE;

/* What is left of it, in ms since the command began. */
bool time_left(const struct command *c, int64_t *ms, struct err *e) MUST_USE;

/* When the command began, ms of the wall clock. */
int64_t began_at(const struct command *c);

#endif
