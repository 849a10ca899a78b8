/* SPDX-License-Identifier: Apache-2.0 */
/* Which events of a project's ledger are meant. Main thread. */
#ifndef GANTRY_CMD_PAST_FILTER_H
#define GANTRY_CMD_PAST_FILTER_H

#include "base/base.h"
#include "cmd/command.h"

struct err;
struct ledger;
struct ledger_filter;

/* Rows of option tables. */
#define PAST_OPTIONS \
	{ "stage", 's', OPTION_TEXT, "NAME", "only of this stage" }, \
	{ "freight", 0, OPTION_TEXT, "NAME", "only of this freight: name, alias or a name's beginning" }, \
	{ "promotion", 0, OPTION_TEXT, "NAME", "only of this promotion" }, \
	{ "since", 0, OPTION_TEXT, "WHEN", "a duration such as 2d or 24h, or a time in RFC 3339" }, \
	{ "limit", 'n', OPTION_TEXT, "COUNT", "at most so many, newest first; 50 when not given" }

/* The filter that the options ask for. ERR_USAGE: a name that this project does not have. */
bool past_filter(struct command *c, const struct ledger *l, const char *project, struct ledger_filter *out,
		 struct err *e) MUST_USE;

#endif
