/* SPDX-License-Identifier: Apache-2.0 */
/* A pool is fair: nobody waits behind somebody else's long line. */
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/thread.h"
#include "tap.h"

enum { LONG_LINE = 200, JOB_MS = 5 };

struct pool_log {
	pthread_mutex_t lock;
	char order[LONG_LINE + 20];
	size_t count, dropped;
};

struct pool_asker {
	struct pool_log *log;
	int ms;
	bool *until;                    /* jobs go on once this flag is set, at the latest after 20 s; NULL: at once */
};

static void asker_run(void *context, void *job, void *own)
{
	struct pool_asker *a = context;

	(void)own;
	for (int64_t end = clock_ticks() + 20000; a->until && !flag_is_set(a->until) && clock_ticks() < end;)
		clock_sleep(5);
	clock_sleep(a->ms);
	pthread_mutex_lock(&a->log->lock);
	a->log->order[a->log->count++] = *(const char *)job;
	pthread_mutex_unlock(&a->log->lock);
	free(job);
}

static void asker_drop(void *job)
{
	free(job);
}

static bool ask(struct pool_line *l, char what, bool urgent)
{
	char *job = xstrdup("x");

	*job = what;
	if (pool_add(l, job, urgent))
		return true;
	free(job);
	return false;
}

static size_t done(struct pool_log *log)
{
	size_t count;

	pthread_mutex_lock(&log->lock);
	count = log->count;
	pthread_mutex_unlock(&log->lock);
	return count;
}

static size_t place(const struct pool_log *log, char what)
{
	size_t at = 0;

	while (at < log->count && log->order[at] != what)
		at++;
	return at;
}

TEST(a_long_line_holds_up_no_short_one)
{
	const struct pool_options o = { .name = "pool", .threads = 3 };
	struct pool_log log = { .count = 0 };
	struct pool_asker asker = { &log, JOB_MS, NULL };
	const struct pool_line_options lo = { .context = &asker, .run = asker_run, .drop = asker_drop, .room = 1000 };
	struct pool *p;
	struct pool_line *busy, *other;
	struct err e;

	pthread_mutex_init(&log.lock, NULL);
	ok(pool_start(&o, &p, &e), "a pool");
	busy = pool_line_new(p, &lo);
	other = pool_line_new(p, &lo);
	for (int i = 0; i < LONG_LINE; i++)
		ask(busy, '.', false);
	ok(ask(other, 'o', false), "one job in another line");
	ok(ask(busy, 'u', true), "and an urgent one in the long line");
	for (int64_t end = clock_ticks() + 20000; done(&log) < LONG_LINE + 2 && clock_ticks() < end;)
		clock_sleep(5);
	is_number(done(&log), LONG_LINE + 2, "all are done");
	ok(place(&log, 'o') < 10, "the other's was among the first");
	ok(place(&log, 'u') < LONG_LINE / 2, "and the urgent one did not wait for its line");
	ok(pool_line_end(busy, 1000) && pool_line_end(other, 1000) && pool_stop(p, 1000), "the end");
	pthread_mutex_destroy(&log.lock);
}

TEST(no_line_takes_the_last_thread)
{
	const struct pool_options o = { .name = "pool", .threads = 3 };
	struct pool_log log = { .count = 0 };
	bool let_go = false;
	struct pool_asker slow = { &log, 1000, &let_go }, quick = { &log, 0, NULL };
	struct pool_line_options lo = { .context = &slow, .run = asker_run, .drop = asker_drop, .room = 3 };
	struct pool *p;
	struct pool_line *busy, *other;
	int slow_count = 3;
	struct err e;

	pthread_mutex_init(&log.lock, NULL);
	ok(pool_start(&o, &p, &e), "a pool");
	busy = pool_line_new(p, &lo);
	lo.context = &quick;
	other = pool_line_new(p, &lo);
	ok(ask(busy, 's', false) && ask(busy, 's', false) && ask(busy, 's', false), "three slow jobs");
	/* Two are under way and three wait, once the threads have come to take them. */
	for (int64_t end = clock_ticks() + 20000; slow_count < 5 && clock_ticks() < end;)
		if (ask(busy, 's', false))
			slow_count++;
		else
			clock_sleep(5);
	ok(!ask(busy, 's', false), "a full line takes no more");
	ask(other, 'q', false);
	for (int64_t end = clock_ticks() + 20000; !done(&log) && clock_ticks() < end;)
		clock_sleep(5);
	is_number(log.order[0], 'q', "the quick one is done while they are under way");
	flag_set(&let_go);
	ok(pool_line_end(busy, 20000), "what waits is dropped at the end");
	ok(done(&log) <= 4, "and not done");
	ok(pool_line_end(other, 1000) && pool_stop(p, 1000), "the end");
	pthread_mutex_destroy(&log.lock);
}
