/* SPDX-License-Identifier: Apache-2.0 */
/* The mask is set before the thread exists, so that no signal can slip in. */
#define _GNU_SOURCE
#include "base/thread.h"

#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"

enum { LONGEST_LOOK_MS = 16, FLAG_LOOK_MS = 100 };

struct thread {
	pthread_t id;
	void (*run)(void *context);
	void *context;
	bool has_ended;                 /* by flag_set() */
};

static void *thread_begin(void *thread)
{
	struct thread *t = thread;

	t->run(t->context);
	flag_set(&t->has_ended);
	return NULL;
}

bool thread_start(struct thread **t, const char *name, void (*run)(void *context), void *context,
		  struct err *e)
{
	struct thread *made = xmalloc(sizeof(*made));
	sigset_t all, before;
	int status;

	*made = (struct thread){ .run = run, .context = context };
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	status = pthread_create(&made->id, NULL, thread_begin, made);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (status) {
		free(made);
		errno = status;
		return err_errno(e, "starting the %s thread", name);
	}
	pthread_setname_np(made->id, name);
	*t = made;
	return true;
}

void thread_join(struct thread *t)
{
	if (!t)
		return;
	pthread_join(t->id, NULL);
	free(t);
}

/* By looking, not by pthread_clockjoin_np(), which ThreadSanitizer does not know. */
bool thread_join_within(struct thread *t, int64_t ms)
{
	int64_t end = clock_ticks() + ms, pause = 1;

	if (!t)
		return true;
	while (!flag_is_set(&t->has_ended)) {
		if (clock_ticks() >= end)
			return false;
		clock_sleep(pause);
		pause = pause < LONGEST_LOOK_MS ? pause * 2 : pause;
	}
	thread_join(t);
	return true;
}

/* Whether they were masked before. */
static bool mask_endings(int how)
{
	sigset_t set, before;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(how, &set, &before);
	return sigismember(&before, SIGTERM) == 1;
}

void endings_hold(void)
{
	mask_endings(SIG_BLOCK);
}

bool endings_pending(void)
{
	sigset_t set;

	return sigpending(&set) == 0 && (sigismember(&set, SIGTERM) == 1 ||
					 sigismember(&set, SIGINT) == 1 || sigismember(&set, SIGHUP) == 1);
}

bool endings_release(void)
{
	return mask_endings(SIG_UNBLOCK);
}

void moment_set(int64_t *moment, int64_t ticks)
{
	__atomic_store_n(moment, ticks, __ATOMIC_RELEASE);
}

int64_t moment_get(const int64_t *moment)
{
	return __atomic_load_n(moment, __ATOMIC_ACQUIRE);
}

void flag_set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELEASE);
}

bool flag_is_set(const bool *flag)
{
	return flag && __atomic_load_n(flag, __ATOMIC_ACQUIRE);
}

bool flag_wait(const bool *flag, int64_t ms)
{
	for (int64_t end = clock_ticks() + ms, left; (left = end - clock_ticks()) > 0;) {
		if (flag_is_set(flag))
			return true;
		clock_sleep(left < FLAG_LOOK_MS ? left : FLAG_LOOK_MS);
	}
	return flag_is_set(flag);
}

void condition_wait(pthread_cond_t *condition, pthread_mutex_t *lock, int64_t ms)
{
	struct timespec until;

	assert(ms >= 0);
	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += (time_t)(ms / 1000);
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	pthread_cond_clockwait(condition, lock, CLOCK_MONOTONIC, &until);
}
