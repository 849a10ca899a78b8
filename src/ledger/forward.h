/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's events, oldest first. History can only be read backwards, so it is read twice: first to
 * find where its pages end. Memory does not grow with the number of events.
 */
#ifndef GANTRY_LEDGER_FORWARD_H
#define GANTRY_LEDGER_FORWARD_H

#include "base/base.h"

struct err;
struct ledger;
struct ledger_entry;

struct forward {
	const char *after;              /* begin behind this commit; NULL: at the first */
	int64_t since;                  /* ms: leave out what was before; 0: nothing */
	const char *stage, *freight, *promotion; /* only of these; NULL: of any */
	const bool *cancelled;          /* a flag that gives up; NULL: none */
	bool (*visit)(void *context, const struct ledger_entry *entry, struct err *e);
	void *context;
};

/*
 * Visits every event up to the head. False when the ledger can't be read, when a visit failed, or
 * (ERR_CANCELLED) when it was given up; ERR_NOT_FOUND, before any visit, when the project's ledger has no
 * event of the commit given: it is another project's, or was recorded again under another name.
 */
bool forward_walk(struct ledger *l, const struct forward *f, struct err *e) MUST_USE;

#endif
