/* SPDX-License-Identifier: Apache-2.0 */
/* What history and audit share: the project's ledger, opened for reading, and its events. */
#ifndef GANTRY_CMD_PAST_H
#define GANTRY_CMD_PAST_H

#include "base/base.h"
#include "cmd/command.h"

struct arena;
struct err;
struct ledger;
struct ledger_entry;
struct ledger_filter;
struct value;

/* --stage, --freight, --promotion, --since, --limit. */
extern const struct option_def past_options[];

/* The name of the project that the options or the manifests name. */
bool past_project(struct command *c, const char **out, struct err *e) MUST_USE;

/*
 * Opens the ledger of the project that the options or the manifests name, for reading, with what
 * its remote has by now. Nothing here is changed. ERR_NOT_FOUND: there is none.
 */
bool past_open(struct command *c, struct ledger **out, struct err *e) MUST_USE;

/*
 * What of the ledger may be missing here: "as of …; the ledger's remote was not reached: …".
 * NULL: nothing, as far as its remote says. past_note() says it on standard error.
 */
const char *past_gap(struct arena *a, const struct ledger *l);
void past_note(struct command *c, const struct ledger *l);

/* The filter that the options ask for. */
bool past_filter(const struct command *c, struct ledger_filter *out, struct err *e) MUST_USE;

/*
 * What an empty list says: nothing, or, where options narrow it, that nothing fits them: a name
 * misspelt must not read as a stage that was never promoted.
 */
const char *past_empty(const struct command *c, const char *nothing);

struct past_page {
	struct value *rows;             /* the events, newest first, a map each */
	bool more;                      /* there are older ones, which the filter's max left out */
};

/* One event as a row: a map of texts, the same keys in the same order for each. */
struct value *past_row(struct arena *a, const struct ledger_entry *entry);

bool past_rows(struct command *c, struct ledger *l, const struct ledger_filter *f,
	       struct past_page *out, struct err *e) MUST_USE;

/* Tells people, on stderr, that the list of rows is cut; scripts ask for what they need. */
void past_tell_cut(const struct command *c, const struct value *rows);

#endif
