/* SPDX-License-Identifier: Apache-2.0 */
/*
 * While a process is announced without a gap, that is one life of it. A lease whose note names the process
 * lasts as long as the life in which the note was written, so that a hundred leases cost one renewal.
 * After a gap others may have begun to take them: the next life renews each lease once, by
 * compare-and-swap.
 */
#ifndef GANTRY_LEDGER_LIFE_H
#define GANTRY_LEDGER_LIFE_H

#include "base/base.h"

struct life;

/* Before the first. */
struct life *life_new(void);

/* NULL is fine. */
void life_free(struct life *l);

/* What was begun at start (ticks) has announced the process: others wait for lasts (ms) from then on. */
void life_renew(struct life *l, int64_t start, int64_t lasts);

/* The announcement is gone before its time: the life is over, and the next renewal begins another. */
void life_end(struct life *l);

/* Which life this is, 0: none, and until when it lasts unless it is renewed, ticks. Any thread. */
unsigned life_now(struct life *l, int64_t *until);

/* Until when that life lasts, as far as is known; 0: it is over. Any thread. */
int64_t life_until(struct life *l, unsigned number);

#endif
