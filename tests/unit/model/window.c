/* SPDX-License-Identifier: Apache-2.0 */
/* When promotion windows are open, across weeks, ends of months and summer time. */
#include "model/window.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "model/project.h"
#include "model/rrule.h"
#include "model/stage.h"
#include "tap.h"

struct scene {
	struct arena *a;
	struct window windows[3];
	struct project p;
	struct stage s;
	struct window_state state;
};

static void add(struct scene *t, bool denies, const char *text, const char *start, const char *end)
{
	struct window *w = &t->windows[t->p.nwindows++];
	struct window_interval wall = { 0, 0 };
	struct recurrence rule;
	const struct zone *zone = NULL;
	const char *zone_name = "";
	struct err e = { .message = "" };

	*w = (struct window){ .name = denies ? "freeze" : "hours", .denies = denies };
	if ((*text && !rrule_parse(text, &rule, &e)) ||
	    !ical_time_parse(t->a, start, &zone_name, &wall.start, &e) ||
	    !ical_time_parse(t->a, end, &zone_name, &wall.end, &e) ||
	    !zone_load(t->a, zone_name, &zone))
		ok(false, "%s %s %s: %s", text, start, end, e.message);
	window_set_times(w, *text ? &rule : NULL, zone, wall);
	t->p.windows = t->windows;
	t->s.name = "prod";
}

static const char *look(struct scene *t, const char *at)
{
	int64_t now = 0;

	if (!clock_parse(at, &now))
		ok(false, "%s is no time", at);
	window_state(&t->p, &t->s, now, &t->state);
	if (t->state.closed)
		return t->state.opens_at ? str_format(t->a, "closed until %s",
						      clock_rfc3339(t->a, t->state.opens_at)) : "closed";
	return t->state.closes_at ? str_format(t->a, "open until %s",
					       clock_rfc3339(t->a, t->state.closes_at)) : "open";
}

TEST(without_windows_it_is_open)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	t.s.name = "prod";
	is_text(look(&t, "2026-01-05T00:00:00Z"), "open", "always");
}

TEST(working_hours_come_every_working_day)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, false, "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", "TZID=Europe/Zurich:20260105T090000",
	    "TZID=Europe/Zurich:20260105T160000");
	is_text(look(&t, "2026-01-05T07:59:59Z"), "closed until 2026-01-05T08:00:00Z", "before nine");
	is_text(look(&t, "2026-01-05T08:00:00Z"), "open until 2026-01-05T15:00:00Z", "at nine sharp");
	is_text(look(&t, "2026-01-08T15:00:00Z"), "closed until 2026-01-12T08:00:00Z",
		"from Thursday's end to Monday");
	is_text(look(&t, "2026-07-06T06:59:00Z"), "closed until 2026-07-06T07:00:00Z",
		"nine stays nine in summer");
	is_text(look(&t, "2025-12-29T10:00:00Z"), "closed until 2026-01-05T08:00:00Z",
		"not before it has begun");
}

TEST(a_freeze_wins_over_hours)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, false, "FREQ=DAILY", "20260101T080000Z", "20260101T180000Z");
	add(&t, true, "", "20261220T000000Z", "20270103T120000Z");
	is_text(look(&t, "2026-12-19T10:00:00Z"), "open until 2026-12-19T18:00:00Z", "the day before");
	is_text(look(&t, "2026-12-24T10:00:00Z"), "closed until 2027-01-03T12:00:00Z",
		"until the freeze ends, within hours");
	is_text(t.state.because ? t.state.because->name : "", "freeze", "it is named");
}

TEST(nights_reach_over_midnight)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, true, "FREQ=DAILY", "20260101T220000Z", "20260102T060000Z");
	is_text(look(&t, "2026-03-03T02:00:00Z"), "closed until 2026-03-03T06:00:00Z", "after midnight");
	is_text(look(&t, "2026-03-03T12:00:00Z"), "open until 2026-03-03T22:00:00Z", "by day");
}

TEST(rules_end_by_number_or_time)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, true, "FREQ=DAILY;COUNT=2", "20260101T080000Z", "20260101T090000Z");
	add(&t, true, "FREQ=DAILY;UNTIL=20260110T080000Z", "20260105T080000Z", "20260105T090000Z");
	is_text(look(&t, "2026-01-02T08:30:00Z"), "closed until 2026-01-02T09:00:00Z", "the second of two");
	is_text(look(&t, "2026-01-03T08:30:00Z"), "open until 2026-01-05T08:00:00Z", "no third");
	is_text(look(&t, "2026-01-10T08:30:00Z"), "closed until 2026-01-10T09:00:00Z", "the last day counts");
	is_text(look(&t, "2026-01-11T08:30:00Z"), "open", "and then no more");
}

TEST(a_window_lasts_as_long_in_summer_time)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, true, "FREQ=DAILY", "TZID=Europe/Berlin:20260327T220000",
	    "TZID=Europe/Berlin:20260328T060000");
	is_text(look(&t, "2026-03-28T22:00:00Z"), "closed until 2026-03-29T05:00:00Z",
		"eight hours on the night that has one hour less");
}

TEST(windows_that_touch_are_one)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a };

	add(&t, false, "FREQ=HOURLY;BYHOUR=9,10,11", "20260105T090000Z", "20260105T100000Z");
	is_text(look(&t, "2026-01-06T09:30:00Z"), "open until 2026-01-06T12:00:00Z", "three hours");
	add(&t, true, "FREQ=SECONDLY", "20260101T000000Z", "20260101T000001Z");
	is_text(look(&t, "2026-01-06T09:30:00Z"), "closed", "each second: there is no end to tell");
}

TEST(the_dearest_windows_take_less_than_a_millisecond)
{
	static const char *const rules[] = {
		"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=SU",
		"FREQ=DAILY;COUNT=1000000", "FREQ=MINUTELY;BYHOUR=9;BYMINUTE=1,2,3,4,5",
		"FREQ=SECONDLY;BYHOUR=3", "FREQ=YEARLY;BYDAY=53TU;BYHOUR=1,2,3;BYSETPOS=-1",
		"FREQ=DAILY;UNTIL=20270101T000000Z",
	};
	enum { CALLS = 100 };

	for (size_t i = 0; i < COUNTOF(rules); i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct scene t = { .a = a };
		clock_t begin;

		add(&t, true, rules[i], "TZID=Europe/Berlin:20240101T090000",
		    "TZID=Europe/Berlin:20240101T093000");
		begin = clock();
		for (int n = 0; n < CALLS; n++)
			window_state(&t.p, &t.s, INT64_C(1790000000000) + n * INT64_C(3600000), &t.state);
		double ms = (double)(clock() - begin) * 1000 / CLOCKS_PER_SEC / CALLS;
		note("%s: %.3f ms", rules[i], ms);
		ok(ms < 1, "%s", rules[i]);
	}
}
