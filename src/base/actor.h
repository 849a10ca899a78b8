/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Something that lives in turns, as a thread would in a loop: woken by others or by its own deadline,
 * it does one turn on one of a few threads, never on two at once. What it owns belongs to its turn.
 */
#ifndef GANTRY_BASE_ACTOR_H
#define GANTRY_BASE_ACTOR_H

#include "base/base.h"

struct actor;
struct actors;
struct err;

/* Threads that run actors; name: at most 15 bytes. */
bool actors_start(const char *name, unsigned threads, struct actors **out, struct err *e) MUST_USE;

/* When every actor has ended. False: a thread is stuck for so long, and nothing was freed. NULL is fine. */
bool actors_stop(struct actors *as, int64_t ms) MUST_USE;

/*
 * turn() does what is to be done and returns when the next turn is due by itself, in ms; -1: when it
 * is woken. ACTOR_END: it was the last one. The first turn comes when it is woken.
 */
enum { ACTOR_END = -2 };
struct actor *actor_new(struct actors *as, int64_t (*turn)(void *context), void *context);

/* A turn now, or right after the one under way. Any thread; never waits. */
void actor_wake(struct actor *a);

/*
 * Waits until its last turn is over: the one that returned ACTOR_END. False: not within so long, and
 * it must be left alone until the process ends. Any thread but its own. NULL is fine.
 */
bool actor_join(struct actor *a, int64_t ms) MUST_USE;

/* When it was joined, and nobody wakes it any more. NULL is fine. */
void actor_free(struct actor *a);

#endif
