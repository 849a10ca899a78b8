/* SPDX-License-Identifier: Apache-2.0 */
/* The board for scripts. Main thread. */
#ifndef GANTRY_CMD_BOARD_H
#define GANTRY_CMD_BOARD_H

#include "base/base.h"

struct command;
struct err;
struct world;

/*
 * Whether every source has answered once, or said why it does not, and it is known who executes; where
 * nothing of the manifests can run there may be no engine to tell. context: not used.
 */
bool board_is_whole(void *context, const struct world *w);

/* Prints it, of one project or as a list of several, in the format that -o names. */
bool board_print(struct command *c, struct err *e) MUST_USE;

#endif
