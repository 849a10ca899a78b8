/* SPDX-License-Identifier: Apache-2.0 */
/* A message that is sent now, to see whether a channel works. */
#ifndef GANTRY_CMD_MESSAGE_TEST_H
#define GANTRY_CMD_MESSAGE_TEST_H

#include "base/base.h"

struct arena;
struct channel;
struct command;
struct err;
struct project;

/* "slack", "slack webhook", "smtp", "http". */
const char *message_medium(const struct channel *c);

/* Where it goes, without what may be secret. */
const char *message_to(struct arena *a, const struct channel *c);

/* Sends it through the project's channel of that name, and says that it was taken. Blocks. */
bool message_test(struct command *c, const struct project *p, const char *word, struct err *e) MUST_USE;

#endif
