/* SPDX-License-Identifier: Apache-2.0 */
/* What a page of metrics is made of: counters read back from the ledger, and what the kernel says. */
#ifndef GANTRY_CMD_SCRAPE_H
#define GANTRY_CMD_SCRAPE_H

#include "base/base.h"

struct counters;
struct counts;
struct err;
struct ledger;
struct metrics_process;
struct world;

/*
 * Everything that the project's ledger holds, counted: the caller frees it. Reads page by page, so
 * that memory does not grow with the events themselves. ERR_CANCELLED once *cancelled is set; NULL: never.
 */
bool scrape_replay(struct ledger *l, const char *project, const bool *cancelled, struct counts **out,
		   struct err *e) MUST_USE;

/* What /proc says of this process; members that it does not say stay 0. */
void scrape_process(struct metrics_process *out);

/*
 * counters.c: keeps a project's counters: read from the ledger on a thread of its own, then kept
 * up to date from worlds, and read again when events were missed.
 */

/* ledger: path of its repository here, which must outlive it; NULL: nothing is ever counted. */
struct counters *counters_new(const char *ledger);

/* Gives up what is being read. NULL is fine. */
void counters_free(struct counters *c);

/*
 * Ends a reading, or begins one when the world asks for it and it may; never waits for one. Returns
 * whether one is under way. Main thread.
 */
bool counters_tick(struct counters *c, const struct world *w, bool may_begin);

/*
 * What there is by now, the world's newest events included; NULL: not read yet. Nobody else has it
 * until it is given back. Any thread.
 */
const struct counts *counters_borrow(struct counters *c, const struct world *w);
void counters_give_back(struct counters *c);

#endif
