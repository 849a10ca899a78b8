/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ledger's events from the oldest on. History is read backwards only: so it is read twice, first for
 * where its pages end, and memory does not grow with the events themselves.
 */
#ifndef GANTRY_CMD_FORWARD_H
#define GANTRY_CMD_FORWARD_H

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
 * Visits every event up to the head. False when the ledger can't be read or has no such commit, when a
 * visit failed, or (ERR_CANCELLED) when it was given up.
 */
bool forward_walk(struct ledger *l, const struct forward *f, struct err *e) MUST_USE;

#endif
