/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Actors that are due stand in a queue; the others wait in a heap by their deadlines. One of the idle
 * threads sleeps until the earliest, the rest until they are called.
 */
#include "base/actor.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/thread.h"

enum { MOST_THREADS = 64, NOWHERE = -1 };

enum actor_state { ACTOR_WAITS, ACTOR_IS_DUE, ACTOR_RUNS, ACTOR_HAS_ENDED };

struct actor {
	struct actors *all;
	int64_t (*turn)(void *context);
	void *context;
	enum actor_state state;
	bool woken;                     /* while it runs: another turn right after it */
	int64_t due;                    /* ticks */
	long place;                     /* in the heap; NOWHERE */
	struct actor *next;             /* in the queue */
};

struct actors {
	pthread_mutex_t lock;
	pthread_cond_t called;          /* idle threads wait for it, but the sentry */
	pthread_cond_t clock;           /* the sentry: for this and for the earliest deadline */
	unsigned idle;
	struct actor *first, **last;    /* the queue of those that are due */
	struct actor **heap;            /* by due, the earliest first */
	long count, room;
	bool has_sentry;                /* a thread waits for the earliest deadline, until then (ticks) */
	int64_t sentry_until;
	bool ending;
	unsigned nthreads;
	struct thread *threads[MOST_THREADS];
};

/* The lock is held, here and in what follows. */
static void actor_put(struct actors *as, struct actor *a, long place)
{
	as->heap[place] = a;
	a->place = place;
}

static void actor_sift_up(struct actors *as, struct actor *a)
{
	long place = a->place;

	while (place > 0 && as->heap[(place - 1) / 2]->due > a->due) {
		actor_put(as, as->heap[(place - 1) / 2], place);
		place = (place - 1) / 2;
	}
	actor_put(as, a, place);
}

static void actor_sift_down(struct actors *as, struct actor *a)
{
	long place = a->place;

	for (;;) {
		long child = 2 * place + 1;

		if (child + 1 < as->count && as->heap[child + 1]->due < as->heap[child]->due)
			child++;
		if (child >= as->count || as->heap[child]->due >= a->due)
			break;
		actor_put(as, as->heap[child], place);
		place = child;
	}
	actor_put(as, a, place);
}

/* A thread that has nothing to do comes and looks. */
static void actors_call(struct actors *as)
{
	if (as->idle)
		pthread_cond_signal(&as->called);
	else if (as->has_sentry)
		pthread_cond_signal(&as->clock);
}

static void actor_sleep(struct actors *as, struct actor *a, int64_t ms)
{
	a->state = ACTOR_WAITS;
	if (ms < 0)
		return;
	a->due = clock_ticks() + ms;
	if (as->count == as->room) {
		as->room = as->room ? as->room * 2 : 16;
		as->heap = xrealloc(as->heap, (size_t)as->room * sizeof(struct actor *));
	}
	actor_put(as, a, as->count++);
	actor_sift_up(as, a);
	if (as->has_sentry && a->due < as->sentry_until)
		pthread_cond_signal(&as->clock);
}

static void actor_leave_heap(struct actors *as, struct actor *a)
{
	struct actor *last;
	long place = a->place;

	if (place == NOWHERE)
		return;
	a->place = NOWHERE;
	last = as->heap[--as->count];
	if (last == a)
		return;
	actor_put(as, last, place);
	actor_sift_up(as, last);
	actor_sift_down(as, last);
}

static void actor_is_due(struct actors *as, struct actor *a)
{
	actor_leave_heap(as, a);
	a->state = ACTOR_IS_DUE;
	a->next = NULL;
	*as->last = a;
	as->last = &a->next;
	actors_call(as);
}

static void actors_look_at_clock(struct actors *as)
{
	int64_t now = as->count ? clock_ticks() : 0;

	while (as->count && as->heap[0]->due <= now)
		actor_is_due(as, as->heap[0]);
}

static void actors_wait(struct actors *as)
{
	int64_t left;

	if (as->has_sentry || !as->count) {
		as->idle++;
		pthread_cond_wait(&as->called, &as->lock);
		as->idle--;
		return;
	}
	left = as->heap[0]->due - clock_ticks();
	as->has_sentry = true;
	as->sentry_until = as->heap[0]->due;
	condition_wait(&as->clock, &as->lock, left > 0 ? left : 0);
	as->has_sentry = false;
}

static void actor_run(struct actors *as, struct actor *a)
{
	int64_t ms;

	a->state = ACTOR_RUNS;
	a->woken = false;
	pthread_mutex_unlock(&as->lock);
	ms = a->turn(a->context);
	pthread_mutex_lock(&as->lock);
	if (ms == ACTOR_END)
		a->state = ACTOR_HAS_ENDED;
	else if (a->woken || ms == 0)
		actor_is_due(as, a);
	else
		actor_sleep(as, a, ms);
}

static void actors_run(void *context)
{
	struct actors *as = context;

	pthread_mutex_lock(&as->lock);
	while (!as->ending) {
		struct actor *a;

		actors_look_at_clock(as);
		a = as->first;
		if (!a) {
			actors_wait(as);
			continue;
		}
		as->first = a->next;
		if (!as->first)
			as->last = &as->first;
		/* Somebody else looks at the clock meanwhile. */
		if (as->first || (as->count && !as->has_sentry))
			actors_call(as);
		actor_run(as, a);
	}
	pthread_mutex_unlock(&as->lock);
}

bool actors_start(const char *name, unsigned threads, struct actors **out, struct err *e)
{
	struct actors *as = xmalloc(sizeof(*as));

	*as = (struct actors){ .nthreads = threads < MOST_THREADS ? threads : MOST_THREADS };
	as->last = &as->first;
	pthread_mutex_init(&as->lock, NULL);
	pthread_cond_init(&as->called, NULL);
	pthread_cond_init(&as->clock, NULL);
	for (unsigned i = 0; i < as->nthreads; i++)
		if (!thread_start(&as->threads[i], name, actors_run, as, e)) {
			struct err why = *e;

			if (!actors_stop(as, 1000))
				err_wrap(&why, "and its threads do not end");
			*e = why;
			return false;
		}
	*out = as;
	return true;
}

bool actors_stop(struct actors *as, int64_t ms)
{
	if (!as)
		return true;
	pthread_mutex_lock(&as->lock);
	as->ending = true;
	pthread_cond_broadcast(&as->called);
	pthread_cond_broadcast(&as->clock);
	pthread_mutex_unlock(&as->lock);
	for (unsigned i = 0; i < as->nthreads; i++) {
		if (!thread_join_within(as->threads[i], ms))
			return false;
		as->threads[i] = NULL;
	}
	pthread_cond_destroy(&as->called);
	pthread_cond_destroy(&as->clock);
	pthread_mutex_destroy(&as->lock);
	free(as->heap);
	free(as);
	return true;
}

struct actor *actor_new(struct actors *as, int64_t (*turn)(void *context), void *context)
{
	struct actor *a = xmalloc(sizeof(*a));

	*a = (struct actor){ .all = as, .turn = turn, .context = context, .place = NOWHERE };
	return a;
}

void actor_wake(struct actor *a)
{
	pthread_mutex_lock(&a->all->lock);
	if (a->state == ACTOR_WAITS)
		actor_is_due(a->all, a);
	a->woken = true;
	pthread_mutex_unlock(&a->all->lock);
}

bool actor_join(struct actor *a, int64_t ms)
{
	int64_t end = clock_ticks() + ms;
	enum actor_state state;

	if (!a)
		return true;
	for (int64_t pause = 1;; pause = pause < 16 ? pause * 2 : pause) {
		pthread_mutex_lock(&a->all->lock);
		state = a->state;
		pthread_mutex_unlock(&a->all->lock);
		if (state == ACTOR_HAS_ENDED || clock_ticks() >= end)
			break;
		clock_sleep(pause);
	}
	return state == ACTOR_HAS_ENDED;
}

void actor_free(struct actor *a)
{
	assert(!a || a->state == ACTOR_HAS_ENDED);
	free(a);
}
