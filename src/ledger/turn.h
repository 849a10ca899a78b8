/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes that share a ledger's folder append one at a time, so that none does its work for
 * nothing. This is only a courtesy: what protects the branch is compare-and-swap on its ref,
 * here and at the remote.
 */
#ifndef GANTRY_LEDGER_TURN_H
#define GANTRY_LEDGER_TURN_H

#include "base/base.h"

struct err;
struct ledger;

/*
 * Waits for our turn until a moment (ticks). ERR_CONFLICT with again set when others had it all
 * the time; ERR_CANCELLED. Fine when we have it already.
 */
bool turn_wait(struct ledger *l, int64_t end, struct err *e) MUST_USE;

/* The same without waiting. */
bool turn_try(struct ledger *l) MUST_USE;

/* Ends our turn; fine when we had none. */
void turn_end(struct ledger *l);

/*
 * Lets others go first after losing a race the n-th time: a random pause, so that those who lost
 * together do not lose together again. It may grow up to the fourth time, to half a second, for
 * there are many; then it shrinks, so that whoever has lost that often does not starve.
 * ERR_CANCELLED.
 */
bool turn_yield(struct ledger *l, unsigned losses, struct err *e) MUST_USE;

#endif
