/* SPDX-License-Identifier: Apache-2.0 */
/* When promotion windows are open, across weeks, ends of months and summer time. */
#include "model/window.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "tap.h"

struct scene {
	struct arena *a;
	struct window windows[3];
	struct project p;
	struct stage s;
	struct window_state state;
};

static void add(struct scene *t, bool denies, const char *rule, const char *start, const char *end)
{
	struct window *w = &t->windows[t->p.nwindows++];
	const char *zone = "";
	struct err e = { .message = "" };

	*w = (struct window){ .name = denies ? "freeze" : "hours", .denies = denies,
			      .repeats = *rule != '\0', .start = INT64_MIN, .end = INT64_MAX };
	if ((*rule && !recurrence_parse(rule, &w->rule, &e)) ||
	    !ical_time_parse(t->a, start, &zone, &w->start, &e) ||
	    !ical_time_parse(t->a, end, &zone, &w->end, &e) || !zone_load(t->a, zone, &w->zone))
		ok(false, "%s %s %s: %s", rule, start, end, e.message);
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

static bool has(const char *rule, int64_t first, int64_t day)
{
	struct recurrence r;
	struct err e;

	return recurrence_parse(rule, &r, &e) && recurrence_has(&r, first, day);
}

TEST(rules_fall_on_the_right_days)
{
	int64_t first = days_of_date(2026, 1, 30);

	ok(has("FREQ=MONTHLY;BYDAY=-1FR", first, days_of_date(2026, 2, 27)), "the last Friday");
	ok(!has("FREQ=MONTHLY;BYDAY=-1FR", first, days_of_date(2026, 2, 20)), "and no other");
	ok(has("FREQ=MONTHLY;BYDAY=2TU", first, days_of_date(2026, 2, 10)), "the second Tuesday");
	ok(has("FREQ=MONTHLY;BYMONTHDAY=-1", first, days_of_date(2028, 2, 29)), "the end of a leap February");
	ok(!has("FREQ=MONTHLY", first, days_of_date(2026, 2, 28)), "no 30th in February");
	ok(has("FREQ=WEEKLY;INTERVAL=2", first, days_of_date(2026, 2, 13)), "every other week");
	ok(!has("FREQ=WEEKLY;INTERVAL=2", first, days_of_date(2026, 2, 6)), "and not those between");
	ok(has("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,31", first, days_of_date(2027, 12, 31)), "a year's end");
	ok(has("FREQ=DAILY;BYMONTH=8", first, days_of_date(2026, 8, 1)), "each day of August");
	ok(!has("FREQ=DAILY;BYMONTH=8", first, days_of_date(2026, 9, 1)), "and not of September");
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

TEST(what_is_no_rule_is_told)
{
	struct recurrence r;
	struct err e;

	ok(!recurrence_parse("BYDAY=MO", &r, &e), "a rule needs FREQ");
	ok(!recurrence_parse("FREQ=SOMETIMES", &r, &e), "that is one it knows");
	ok(!recurrence_parse("FREQ=WEEKLY;BYDAY=XX", &r, &e), "and days");
	ok(!recurrence_parse("FREQ=DAILY;BYHOUR=9", &r, &e), "what is not done is refused, not ignored");
	is_text(e.message, "BYHOUR is not done by gantry; write several windows", "and said");
}
