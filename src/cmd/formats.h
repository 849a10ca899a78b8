/* SPDX-License-Identifier: Apache-2.0 */
/* What other programs read: CSV, SARIF, CloudEvents. Main thread. */
#ifndef GANTRY_CMD_FORMATS_H
#define GANTRY_CMD_FORMATS_H

#include "base/base.h"

struct arena;
struct buf;
struct command;
struct err;
struct ledger_entry;
struct list;
struct state;
struct value;

/* csv.c: lines of comma-separated values, as RFC 4180 has them. */

/* Appends one line with its end: quotes around what has a comma, a quote or a line's end, quotes doubled. */
void csv_line(struct buf *b, const char *const *cells, size_t count);

/* The same on stdout. */
void csv_print(const char *const *cells, size_t count);

/* sarif.c: complaints in SARIF 2.1.0, which code hosts show beside the lines. */

/* Prints struct complaint * of the list as one SARIF run. */
bool sarif_print(const struct command *c, const struct list *complaints, struct err *e) MUST_USE;

/*
 * cloud_event.c: a ledger event as a CloudEvent 1.0 (https://github.com/cloudevents/spec), with
 * Kargo's event types and payloads where Kargo has the event, and gantry's word where it has not.
 * Pure. Any thread.
 */

/*
 * In the structured mode: a map, for one line of JSON. Its id is the commit. present: where promotions and
 * freight that the event only names are found; what was pruned since is left out.
 */
const struct value *cloud_event(struct arena *a, const char *project, const struct ledger_entry *entry,
				const struct state *present);

#endif
