/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar is proleptic Gregorian; years may be negative. */
#include "expr/go_time.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/zone.h"

enum { DAY = 86400, BILLION = 1000000000 };

/* From 0001-01-01, where Go counts multiples from, to 1970-01-01. */
static const int64_t since_year_1 = 719162LL * DAY;

const char *const time_months[12] = { "January", "February", "March", "April", "May", "June",
				      "July", "August", "September", "October", "November",
				      "December" };
const char *const time_weekdays[7] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday",
				       "Friday", "Saturday" };

static int64_t go_time_floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static void set_date(int64_t days, struct civil *out)
{
	int64_t era, of_era, years, of_year;
	int month;

	out->weekday = (int)(((days + 4) % 7 + 7) % 7);
	days += 719468;
	era = go_time_floor_div(days, 146097);
	of_era = days - era * 146097;
	years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * years + years / 4 - years / 100);
	month = (int)((5 * of_year + 2) / 153);
	out->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	out->month = month < 10 ? month + 3 : month - 9;
	out->year = years + era * 400 + (out->month <= 2);
	out->yday = (int)(days - 719468 - days_of_date(out->year, 1, 1)) + 1;
}

void time_civil(const struct expr_time *t, struct civil *out)
{
	struct zone_span span;
	int64_t local, days, rest;

	zone_at(t->zone, t->seconds, &span);
	local = t->seconds + span.offset;
	days = go_time_floor_div(local, DAY);
	rest = local - days * DAY;
	set_date(days, out);
	out->hour = (int)(rest / 3600);
	out->minute = (int)(rest / 60 % 60);
	out->second = (int)(rest % 60);
	out->offset = span.offset;
	out->abbreviation = span.abbreviation;
}

struct expr_value time_of(struct arena *a, int64_t seconds, int32_t nanoseconds,
			  const struct zone *zone)
{
	struct expr_time *t = arena_alloc(a, sizeof(*t));

	*t = (struct expr_time){ seconds, nanoseconds, zone };
	return (struct expr_value){ .kind = EXPR_TIME, .time = t };
}

struct expr_value time_of_parts(struct arena *a, const struct civil *parts, int64_t nanoseconds,
				const struct zone *zone)
{
	int64_t months = parts->month - 1, year = parts->year + go_time_floor_div(months, 12);
	int month = (int)(months - go_time_floor_div(months, 12) * 12) + 1;
	int64_t carry = go_time_floor_div(nanoseconds, BILLION), seconds;
	struct zone_span span;

	seconds = days_of_date(year, month, parts->day) * DAY + (int64_t)parts->hour * 3600 +
		  (int64_t)parts->minute * 60 + parts->second + carry;
	zone_at(zone, seconds, &span);
	if (span.offset) {
		int64_t utc = seconds - span.offset;

		if (utc < span.start || utc >= span.end)
			zone_at(zone, utc, &span);
		seconds -= span.offset;
	}
	return time_of(a, seconds, (int32_t)(nanoseconds - carry * BILLION), zone);
}

struct expr_value time_add(struct arena *a, const struct expr_time *t, int64_t nanoseconds)
{
	int64_t seconds = nanoseconds / BILLION, rest = nanoseconds % BILLION + t->nanoseconds;

	if (rest < 0) {
		seconds--;
		rest += BILLION;
	} else if (rest >= BILLION) {
		seconds++;
		rest -= BILLION;
	}
	return time_of(a, (int64_t)((uint64_t)t->seconds + (uint64_t)seconds), (int32_t)rest, t->zone);
}

int time_compare(const struct expr_time *t, const struct expr_time *u)
{
	if (t->seconds != u->seconds)
		return t->seconds < u->seconds ? -1 : 1;
	return (t->nanoseconds > u->nanoseconds) - (t->nanoseconds < u->nanoseconds);
}

int64_t time_between(const struct expr_time *t, const struct expr_time *u)
{
	__int128 ns = ((__int128)t->seconds - u->seconds) * BILLION + t->nanoseconds -
		      u->nanoseconds;

	if (ns > INT64_MAX)
		return INT64_MAX;
	return ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}

struct expr_value time_truncate(struct arena *a, const struct expr_time *t, int64_t span,
				bool nearest)
{
	__int128 ns = ((__int128)t->seconds + since_year_1) * BILLION + t->nanoseconds;
	int64_t rest;

	if (span <= 0)
		return time_of(a, t->seconds, t->nanoseconds, t->zone);
	rest = (int64_t)(ns % span);
	rest += rest < 0 ? span : 0;
	if (nearest && (uint64_t)rest * 2 >= (uint64_t)span)
		return time_add(a, t, span - rest);
	return time_add(a, t, -rest);
}

int64_t duration_truncate(int64_t ns, int64_t span)
{
	return span <= 0 ? ns : ns - ns % span;
}

int64_t duration_round(int64_t ns, int64_t span)
{
	__int128 rest, to;

	if (span <= 0)
		return ns;
	rest = ns % span;
	if (ns < 0)
		to = -rest * 2 < span ? ns - rest : (__int128)ns - span - rest;
	else
		to = rest * 2 < span ? ns - rest : (__int128)ns + span - rest;
	if (to > INT64_MAX)
		return INT64_MAX;
	return to < INT64_MIN ? INT64_MIN : (int64_t)to;
}
