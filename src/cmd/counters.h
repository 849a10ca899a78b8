/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps a project's counters: read from the ledger on a thread of its own, then kept up to date from
 * worlds, and read again when events were missed.
 */
#ifndef GANTRY_CMD_COUNTERS_H
#define GANTRY_CMD_COUNTERS_H

#include "base/base.h"

struct counters;
struct counts;
struct world;

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
