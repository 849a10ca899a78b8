/* SPDX-License-Identifier: Apache-2.0 */
/* Events of ledgers as the commands about the past show them. Main thread. */
#ifndef GANTRY_CMD_EVENTS_H
#define GANTRY_CMD_EVENTS_H

#include "base/base.h"
#include "cmd/command.h"

struct arena;
struct command;
struct err;
struct ledger;
struct ledger_entry;
struct ledger_filter;
struct out_column;
struct value;

/* past_row.c: one event of a ledger. */

/* One event as a row: a map of texts, the same keys in the same order for each. */
struct value *past_row(struct arena *a, const char *project, const struct ledger_entry *entry);

/* past_filter.c: which events of a project's ledger are meant. */

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

/* past_list.c: events of one project or several as one list, newest first. */

struct past_view {
	bool (*is_told)(const struct value *row); /* which events are shown; NULL: all */
	const struct out_column *columns; /* the second is the project */
	const char *nothing;            /* what is said of an empty ledger */
};

/* Prints what the options ask for. */
bool past_list(struct command *c, const struct past_view *view, struct err *e) MUST_USE;

/*
 * audit_export.c: gantry audit export: every event, oldest first, a line each, for programs that
 * follow.
 */

struct export_source {
	struct ledger *ledger;
	const char *project;
};

struct export_sources {
	struct export_source *items;
	size_t count;
};

/*
 * Writes what --format, --since and --after ask for, of each of the sources in turn; with --follow
 * until the program is ended.
 */
bool audit_export(struct command *c, const struct export_sources *all, struct err *e) MUST_USE;

#endif
