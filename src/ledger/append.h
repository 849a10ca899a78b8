/* SPDX-License-Identifier: Apache-2.0 */
/* Races for the ledger's next place. The thread that has the ledger. */
#ifndef GANTRY_LEDGER_APPEND_H
#define GANTRY_LEDGER_APPEND_H

#include "base/base.h"
#include "ledger/ledger.h"

/*
 * How far one intention has come in a race for the ledger's next place; zeroed at first. Everybody
 * who loses follows one policy: an event is retried for at most 10 s; with a remote for 50 s, or 30
 * s by whoever has the lease; counted from its first attempt, no matter how often it is decided
 * again. After each loss comes a random pause (ledger/turn.h), so that those who lost together do
 * not lose together again, and nobody starves.
 */
struct ledger_race {
	int64_t end;                    /* ticks; 0: it has not begun */
	unsigned lost;                  /* how often */
};

/* ledger_append(), as part of that race. */
bool ledger_append_in(struct ledger *l, struct ledger_race *race, const struct event *ev,
		      enum ledger_push push, struct err *e) MUST_USE;

/*
 * After an append that failed: true when others were first and there is time to decide again, with what they
 * recorded taken in. Pauses, but not after the first loss: what is known then is fresh.
 */
bool ledger_race_again(struct ledger *l, struct ledger_race *race, const struct err *e) MUST_USE;

#endif
