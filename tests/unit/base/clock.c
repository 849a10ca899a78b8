/* SPDX-License-Identifier: Apache-2.0 */
/* Times and durations read and print as Go's do. */
#include "base/clock.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/thread.h"
#include "tap.h"

static void reads(const char *text, int64_t want)
{
	int64_t ms = -1;

	ok(clock_parse(text, &ms), "%s is a time", text);
	is_number(ms, want, "%s is the right moment", text);
}

TEST(rfc3339_in_all_its_forms)
{
	int64_t ms;

	reads("1970-01-01T00:00:00Z", 0);
	reads("2024-02-29T12:00:00Z", 1709208000000);
	reads("2024-02-29T14:00:00.250+02:00", 1709208000250);
	reads("1969-12-31T23:59:59Z", -1000);
	ok(!clock_parse("2023-02-29T12:00:00Z", &ms), "29 February needs a leap year");
	ok(!clock_parse("2024-02-29 12:00:00Z", &ms), "a blank is no T");
	ok(!clock_parse("2024-02-29T12:00:00", &ms), "an offset is required");
	ok(!clock_parse("", &ms), "an empty text is no time");
}

TEST(printing_gives_back_what_was_read)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(clock_rfc3339(a, 1709208000000), "2024-02-29T12:00:00Z", "whole seconds");
	is_text(clock_rfc3339(a, 1709208000250), "2024-02-29T12:00:00.250Z", "milliseconds");
	is_text(clock_rfc3339(a, -1), "1969-12-31T23:59:59.999Z", "before 1970");
}

static void lasts(const char *text, int64_t want, const char *printed)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t ns = -1;

	ok(duration_parse(text, &ns), "%s is a duration", text);
	is_number(ns, want, "%s has the right length", text);
	is_text(duration_text(a, ns), printed, "%s prints as Go prints it", text);
}

TEST(dates_of_http)
{
	int64_t ms = 0;

	ok(clock_parse_http("Sun, 06 Nov 1994 08:49:37 GMT", &ms), "the one form");
	is_number(ms, INT64_C(784111777000), "is that moment");
	ok(!clock_parse_http("Sunday, 06-Nov-94 08:49:37 GMT", &ms), "an old form is not one");
	ok(!clock_parse_http("Sun, 06 Nov -199 08:49:37 GMT", &ms), "nor is a year before the first");
	ok(!clock_parse_http("Sun, 06 Nov 1994 08:49:37 CET", &ms), "nor another zone");
}

TEST(go_durations)
{
	int64_t ns;

	lasts("0", 0, "0s");
	lasts("1h30m", INT64_C(5400000000000), "1h30m0s");
	lasts("1.5h", INT64_C(5400000000000), "1h30m0s");
	lasts("250ms", 250000000, "250ms");
	lasts("-1.5s", -1500000000, "-1.5s");
	lasts("3us", 3000, "3µs");
	lasts("100000h", INT64_C(360000000000000000), "100000h0m0s");
	ok(!duration_parse("1d", &ns), "Go has no days");
	ok(!duration_parse("5", &ns), "a number needs a unit");
	ok(!duration_parse("", &ns), "an empty text is no duration");
	ok(!duration_parse("9223372036854775808ns", &ns), "2^63 ns does not fit");
}

TEST(ages_take_few_cells)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(clock_age(a, 40 * 1000), "40s", "seconds below a minute");
	is_text(clock_age(a, 4 * 60 * 1000 + 59000), "4m", "then whole minutes");
	is_text(clock_age(a, 2 * 3600 * 1000), "2h", "then hours");
	is_text(clock_age(a, INT64_C(3) * 86400 * 1000), "3d", "then days");
	is_text(clock_age(a, -5), "0s", "a clock that stepped back shows nothing odd");
}

TEST(days_of_dates)
{
	is_number(days_of_date(1970, 1, 1), 0, "days are counted from 1970");
	is_number(days_of_date(2000, 3, 1), 11017, "past a leap day");
	is_number(days_of_date(1969, 12, 31), -1, "backwards too");
	is_number(days_of_date(2026, 1, 60), days_of_date(2026, 3, 1), "and days run over");
}

TEST(a_wait_ends_with_its_time_or_its_flag)
{
	bool flag = false;
	int64_t began = clock_ticks();

	ok(!flag_wait(&flag, 30) && clock_ticks() - began >= 30, "its time went by");
	ok(!flag_wait(NULL, 0), "nobody can end it, and there is nothing to wait for");
	flag_set(&flag);
	began = clock_ticks();
	ok(flag_wait(&flag, 60000) && clock_ticks() - began < 30000, "the flag ends it");
}

/* What one thread waits for and another makes true. */
struct news {
	pthread_mutex_t lock;
	pthread_cond_t came;
	bool is_there;
};

static void news_bring(void *context)
{
	struct news *n = context;

	pthread_mutex_lock(&n->lock);
	n->is_there = true;
	pthread_cond_signal(&n->came);
	pthread_mutex_unlock(&n->lock);
}

TEST(a_condition_is_waited_for_but_not_for_longer_than_that)
{
	struct news n = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false };
	struct thread *t = NULL;
	int64_t began = clock_ticks();
	struct err e;

	pthread_mutex_lock(&n.lock);
	for (int64_t left; (left = began + 100 - clock_ticks()) > 0;)
		condition_wait(&n.came, &n.lock, left);
	ok(!n.is_there && clock_ticks() - began < 30000, "its time went by");
	ok(thread_start(&t, "news", news_bring, &n, &e), "news are on their way");
	began = clock_ticks();
	while (!n.is_there && clock_ticks() - began < 60000)
		condition_wait(&n.came, &n.lock, 60000);
	pthread_mutex_unlock(&n.lock);
	thread_join(t);
	ok(n.is_there && clock_ticks() - began < 30000, "the lock was given back for them, and they end the wait");
}
