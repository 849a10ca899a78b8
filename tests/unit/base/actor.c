/* SPDX-License-Identifier: Apache-2.0 */
/* Turns: one at a time, none forgotten, on time. */
#include "base/actor.h"

#include <pthread.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/thread.h"
#include "tap.h"

enum { ACTORS = 40, WAKES = 500 };

struct counter {
	struct actor *actor;
	bool inside, overlapped;        /* inside: only the turn's own, so a race shows */
	bool wanted;                    /* a flag: it has been woken for the last time */
	int turns;
};

static int64_t count_turn(void *context)
{
	struct counter *c = context;

	c->overlapped = c->overlapped || c->inside;
	c->inside = true;
	c->turns++;
	c->inside = false;
	return flag_is_set(&c->wanted) ? ACTOR_END : -1;
}

static void wake_all(void *context)
{
	struct counter *counters = context;

	for (int i = 0; i < WAKES; i++)
		for (int j = 0; j < ACTORS; j++)
			actor_wake(counters[j].actor);
}

TEST(an_actor_runs_on_one_thread_at_a_time)
{
	struct counter counters[ACTORS] = { { .turns = 0 } };
	struct thread *wakers[2];
	struct actors *as;
	struct err e;
	bool ended = true, overlapped = false;

	ok(actors_start("actors", 4, &as, &e), "four threads");
	for (int i = 0; i < ACTORS; i++)
		counters[i].actor = actor_new(as, count_turn, &counters[i]);
	for (int i = 0; i < 2; i++)
		ok(thread_start(&wakers[i], "waker", wake_all, counters, &e), "somebody wakes them");
	for (int i = 0; i < 2; i++)
		thread_join(wakers[i]);
	for (int i = 0; i < ACTORS; i++) {
		flag_set(&counters[i].wanted);
		actor_wake(counters[i].actor);
	}
	for (int i = 0; i < ACTORS; i++) {
		ended = actor_join(counters[i].actor, 10000) && ended;
		overlapped = overlapped || counters[i].overlapped;
		actor_free(counters[i].actor);
	}
	ok(ended, "the last wake is never lost");
	ok(!overlapped, "and no two turns overlap");
	ok(actors_stop(as, 10000), "stopped");
}

struct timer {
	int64_t period, began;
	int left;
};

static int64_t timer_turn(void *context)
{
	struct timer *t = context;

	return t->left-- > 0 ? t->period : ACTOR_END;
}

TEST(deadlines_are_kept_also_earlier_ones_that_come_later)
{
	struct timer slow = { .period = 600, .left = 1 }, quick = { .period = 20, .left = 5 };
	struct actor *a, *b;
	struct actors *as;
	struct err e;
	int64_t began = clock_ticks();

	ok(actors_start("actors", 2, &as, &e), "two threads");
	a = actor_new(as, timer_turn, &slow);
	actor_wake(a);
	clock_sleep(50);
	b = actor_new(as, timer_turn, &quick);
	actor_wake(b);
	ok(actor_join(b, 500), "the quick one is not kept waiting for the slow one");
	ok(actor_join(a, 20000) && clock_ticks() - began >= 600, "which takes its time");
	actor_free(a);
	actor_free(b);
	ok(actors_stop(as, 10000), "stopped");
}

static int64_t slow_turn(void *context)
{
	clock_sleep(*(const int *)context);
	return ACTOR_END;
}

TEST(one_that_blocks_holds_up_no_other)
{
	int ms = 700;
	struct timer quick = { .period = 10, .left = 3 };
	struct actor *slow, *other;
	struct actors *as;
	struct err e;

	ok(actors_start("actors", 2, &as, &e), "two threads");
	slow = actor_new(as, slow_turn, &ms);
	other = actor_new(as, timer_turn, &quick);
	actor_wake(slow);
	actor_wake(other);
	ok(!actor_join(slow, 1), "one blocks");
	ok(actor_join(other, 500), "the other goes on");
	ok(actor_join(slow, 20000), "until that one is done, too");
	actor_free(slow);
	actor_free(other);
	ok(actors_stop(as, 10000), "stopped");
}
