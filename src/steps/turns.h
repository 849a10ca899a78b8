/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose turn it is, among the promotions of one process that must do something one after the other: push to
 * the same branch, say. First come, first served. Nobody blocks: one that has to wait is asked again when
 * its turn has come (turns_has). Any thread.
 */
#ifndef GANTRY_STEPS_TURNS_H
#define GANTRY_STEPS_TURNS_H

#include "base/base.h"

struct turns;

struct turns *turns_new(void);
void turns_free(struct turns *t);

/* Queues who for what, keeping a place it has already; whether it is its turn. */
bool turns_take(struct turns *t, const char *what, const char *who);

/* Whether who waits in a queue and is its head. */
bool turns_has(struct turns *t, const char *who);

/* Takes who out of every queue; the next one's turn has come. Not being in one is fine. */
void turns_leave(struct turns *t, const char *who);

#endif
