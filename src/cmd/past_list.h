/* SPDX-License-Identifier: Apache-2.0 */
/* Events of one project or several as one list, newest first. Main thread. */
#ifndef GANTRY_CMD_PAST_LIST_H
#define GANTRY_CMD_PAST_LIST_H

#include "base/base.h"

struct command;
struct err;
struct out_column;
struct value;

struct past_view {
	bool (*is_told)(const struct value *row); /* which events are shown; NULL: all */
	const struct out_column *columns; /* the second is the project */
	const char *nothing;            /* what is said of an empty ledger */
};

/* Prints what the options ask for. */
bool past_list(struct command *c, const struct past_view *view, struct err *e) MUST_USE;

#endif
