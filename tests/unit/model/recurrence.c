/* SPDX-License-Identifier: Apache-2.0 */
/* What recurrence rules mean, on which days they fall, and how wrong ones are told. */
#include "model/recurrence.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "model/rrule.h"
#include "tap.h"

/* The next three times of a rule that begins at start, as RFC 3339 in UTC, after a moment. */
static const char *next_three(struct arena *a, const char *text, const char *start, const char *after)
{
	const char *zone_name = "", *out = "";
	const struct zone *zone = NULL;
	struct recurrence rule;
	struct schedule s;
	int64_t wall = 0, at = 0;
	struct err e;

	if (!rrule_parse(text, &rule, &e))
		return str_format(a, "%s", e.message);
	if (!ical_time_parse(a, start, &zone_name, &wall, &e) || !zone_load(a, zone_name, &zone) ||
	    !clock_parse(after, &at))
		return "bad test";
	schedule_init(&s, &rule, zone, wall);
	at /= 1000;
	for (int i = 0; i < 3 && schedule_next(&s, at, &at); i++)
		out = str_format(a, "%s%s%s", out, *out ? " " : "", clock_rfc3339(a, at * 1000));
	return out;
}

TEST(the_first_monday_of_a_year_comes_once_a_year)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(next_three(a, "FREQ=YEARLY;BYDAY=1MO", "20260101T090000Z", "2026-01-01T00:00:00Z"),
		"2026-01-05T09:00:00Z 2027-01-04T09:00:00Z 2028-01-03T09:00:00Z", "not once a month");
	is_text(next_three(a, "FREQ=YEARLY;BYMONTH=3,4;BYDAY=1MO", "20260101T090000Z",
			   "2026-01-01T00:00:00Z"),
		"2026-03-02T09:00:00Z 2026-04-06T09:00:00Z 2027-03-01T09:00:00Z", "but of named months");
}

TEST(rules_fall_on_the_right_days)
{
	AUTO(arena) struct arena *a = arena_new();
	static const struct {
		const char *rule, *want;
	} cases[] = {
		{ "FREQ=MONTHLY;BYDAY=-1FR",
		  "2026-01-30T09:00:00Z 2026-02-27T09:00:00Z 2026-03-27T09:00:00Z" },
		{ "FREQ=MONTHLY", "2026-01-30T09:00:00Z 2026-03-30T09:00:00Z 2026-04-30T09:00:00Z" },
		{ "FREQ=WEEKLY;INTERVAL=2",
		  "2026-01-30T09:00:00Z 2026-02-13T09:00:00Z 2026-02-27T09:00:00Z" },
		{ "FREQ=MONTHLY;BYDAY=2TU,TH",
		  "2026-02-05T09:00:00Z 2026-02-10T09:00:00Z 2026-02-12T09:00:00Z" },
		{ "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
		  "2026-01-30T09:00:00Z 2026-02-27T09:00:00Z 2026-03-31T09:00:00Z" },
		{ "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
		  "2028-02-29T09:00:00Z 2032-02-29T09:00:00Z 2036-02-29T09:00:00Z" },
		{ "FREQ=DAILY;BYHOUR=22;BYMINUTE=15",
		  "2026-01-30T22:15:00Z 2026-01-31T22:15:00Z 2026-02-01T22:15:00Z" },
		{ "FREQ=YEARLY;BYYEARDAY=-1",
		  "2026-12-31T09:00:00Z 2027-12-31T09:00:00Z 2028-12-31T09:00:00Z" },
		{ "FREQ=MINUTELY;INTERVAL=720",
		  "2026-01-30T09:00:00Z 2026-01-30T21:00:00Z 2026-01-31T09:00:00Z" },
		{ "FREQ=DAILY;COUNT=2", "2026-01-30T09:00:00Z 2026-01-31T09:00:00Z" },
		{ "freq=daily;until=20260131T090000Z", "2026-01-30T09:00:00Z 2026-01-31T09:00:00Z" },
		{ "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(next_three(a, cases[i].rule, "20260130T090000Z", "2026-01-30T08:59:59Z"),
			cases[i].want, "%s", cases[i].rule);
}

TEST(times_that_the_clock_skips_or_shows_twice)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(next_three(a, "FREQ=DAILY", "TZID=Europe/Berlin:20260301T023000", "2026-03-27T12:00:00Z"),
		"2026-03-28T01:30:00Z 2026-03-29T01:30:00Z 2026-03-30T00:30:00Z",
		"half past two does not come: it is read with the offset before, half past three");
	is_text(next_three(a, "FREQ=DAILY", "TZID=Europe/Berlin:20261001T023000", "2026-10-24T12:00:00Z"),
		"2026-10-25T00:30:00Z 2026-10-26T01:30:00Z 2026-10-27T01:30:00Z", "twice: the first one");
	is_text(next_three(a, "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=0,30", "TZID=Europe/Berlin:20260301T000000",
			   "2026-03-29T00:59:59Z"),
		"2026-03-29T01:00:00Z 2026-03-29T01:30:00Z 2026-03-30T00:00:00Z",
		"what falls together comes once, in order");
}

TEST(a_wrong_rule_names_the_part_and_the_fix)
{
	static const struct {
		const char *rule, *want;
	} cases[] = {
		{ "BYDAY=MO", "FREQ is required: FREQ=WEEKLY;BYDAY=MO,TU" },
		{ "FREQ=SOMETIMES", "FREQ must be SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, "
		  "not \"SOMETIMES\"" },
		{ "FREQ=WEEKLY;BYDAY=XX", "BYDAY must be days such as MO,TU or -1FR, not \"XX\"" },
		{ "FREQ=WEEKLY;BYDAY=1MO",
		  "BYDAY with a number (such as 1MO) needs FREQ=MONTHLY or FREQ=YEARLY" },
		{ "FREQ=DAILY;BYHOUR=24", "BYHOUR must be hours, from 0 to 23, not \"24\"" },
		{ "FREQ=DAILY;;COUNT=2", "\"\" is not a part of a recurrence rule" },
		{ "FREQ=DAILY;FREQ=WEEKLY", "FREQ is there twice" },
		{ "FREQ=DAILY;BYSETPOS=0", "BYSETPOS must be positions, from 1 to 366 or -366 to -1, not \"0\"" },
		{ "FREQ=DAILY;UNTIL=20260230", "UNTIL must be a time such as 20261231T000000Z, not \"20260230\"" },
	};
	struct recurrence r;
	struct err e;

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		ok(!rrule_parse(cases[i].rule, &r, &e), "%s is refused", cases[i].rule);
		is_text(e.message, cases[i].want, "and why");
	}
}
