/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that leave signals to the main thread, and the flag that tells one to give up. Any thread. */
#ifndef GANTRY_BASE_THREAD_H
#define GANTRY_BASE_THREAD_H

#include <pthread.h>

#include "base/base.h"

struct err;
struct thread;

/* Starts run(context) with every signal blocked. name: at most 15 bytes, for ps and gdb. */
bool thread_start(struct thread **t, const char *name, void (*run)(void *context), void *context,
		  struct err *e) MUST_USE;

/* Waits for its end and frees it; NULL is fine. */
void thread_join(struct thread *t);

/*
 * The same for at most so long: false when it still runs, and then it and what it uses must
 * be left alone until the process ends.
 */
bool thread_join_within(struct thread *t, int64_t ms) MUST_USE;

/*
 * TERM, INT and HUP wait, for this thread and those that it starts, until they are let
 * through or taken by sigwait(): held from the first instant they cannot come too early.
 */
void endings_hold(void);
bool endings_release(void);     /* whether they were held */
bool endings_pending(void);     /* whether one waits */

/* A moment (of clock_ticks()) that one thread moves and others read. Any thread. */
void moment_set(int64_t *moment, int64_t ticks);
int64_t moment_get(const int64_t *moment);

/* One thread sets it, others poll; never cleared. flag_is_set(NULL) is false. */
void flag_set(bool *flag);
bool flag_is_set(const bool *flag);

/* Waits so long, or until the flag is set: whether it is. Looks ten times a second; NULL never is. */
bool flag_wait(const bool *flag, int64_t ms);

/*
 * Waits for the condition at most so long, with the lock held; may wake without cause, as
 * pthread_cond_wait() may. Setting the wall clock changes nothing.
 */
void condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t ms);

#endif
