/* SPDX-License-Identifier: Apache-2.0 */
/* What history and audit share: the project's ledger, opened for reading, and its events. */
#ifndef GANTRY_CMD_PAST_H
#define GANTRY_CMD_PAST_H

#include "base/base.h"
#include "cmd/command.h"

struct arena;
struct err;
struct ledger;
struct list;

/* Those that the options name, or all: const char *, by name. */
bool past_projects(struct command *c, struct list *names, struct err *e) MUST_USE;

/*
 * Opens the project's ledger for reading, with what its remote has by now. Nothing here is changed.
 * ERR_NOT_FOUND: there is none.
 */
bool past_open_of(struct command *c, const char *project, struct ledger **out, struct err *e) MUST_USE;

/*
 * What of the ledger may be missing here: "as of …; the ledger's remote was not reached: …".
 * NULL: nothing, as far as its remote says. past_note() says it on standard error.
 */
const char *past_gap(struct arena *a, const struct ledger *l);
void past_note(struct command *c, const struct ledger *l);

/*
 * What an empty list says: with options that narrow it, that nothing matches them, so that a misspelt
 * name does not look like a stage that was never promoted.
 */
const char *past_empty(const struct command *c, const char *nothing);

#endif
