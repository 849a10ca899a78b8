/* SPDX-License-Identifier: Apache-2.0 */
/* A rule is read part by part; each part has a line in a table that says what it may be. */
#include "model/rrule.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "model/recurrence.h"

enum { DAY = 86400, TEXT_MAX = 4096, INTERVAL_MAX = 100000000, COUNT_MAX = 1000000 };

struct rule_part {
	const char *name;
	bool (*read)(struct recurrence *r, const char *value);
	const char *means;
};

/* A number without blanks; end: where it stops. */
static bool number_read(const char *text, long *out, const char **end)
{
	const char *digit = text + (*text == '-' || *text == '+');
	char *stop;

	if (!is_digit(*digit))
		return false;
	*out = strtol(text, &stop, 10);
	*end = stop;
	return true;
}

static bool single_read(const char *value, long most, int64_t *out)
{
	const char *end;
	long n;

	if (!number_read(value, &n, &end) || *end || n < 1 || n > most)
		return false;
	*out = n;
	return true;
}

/* "1,2,-3": each from least to most. False when one is not, or when there is none. */
static bool list_read(const char *value, long least, long most,
		      void (*add)(void *context, long n), void *context)
{
	for (;; value++) {
		long n;

		if (!number_read(value, &n, &value) || n < least || n > most || (n == 0 && least < 0))
			return false;
		add(context, n);
		if (*value != ',')
			return *value == '\0';
	}
}

static void add_bit(void *context, long n)
{
	*(uint64_t *)context |= UINT64_C(1) << n;
}

static void add_place(void *context, long n)
{
	struct places *p = context;

	if (n > 0)
		p->front[n / 64] |= UINT64_C(1) << n % 64;
	else
		p->back[-n / 64] |= UINT64_C(1) << -n % 64;
	p->any = true;
}

static bool weekday_read(const char *text, int *out)
{
	static const char names[][3] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strncmp(text, names[i], 2) == 0) {
			*out = (int)i;
			return true;
		}
	return false;
}

static bool freq_read(struct recurrence *r, const char *value)
{
	static const char *const names[] = { "SECONDLY", "MINUTELY", "HOURLY", "DAILY", "WEEKLY",
					     "MONTHLY", "YEARLY" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(value, names[i]) == 0) {
			r->every = (enum frequency)i;
			return true;
		}
	return false;
}

static bool interval_read(struct recurrence *r, const char *value)
{
	return single_read(value, INTERVAL_MAX, &r->interval);
}

static bool count_read(struct recurrence *r, const char *value)
{
	return single_read(value, COUNT_MAX, &r->count);
}

static bool until_read(struct recurrence *r, const char *value)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *zone;
	struct err e;

	if (has_prefix(value, "TZID") || !ical_time_parse(a, value, &zone, &r->until, &e))
		return false;
	r->until_utc = *zone != '\0';
	if (!strchr(value, 'T'))
		r->until += DAY - 1;
	return true;
}

static bool byday_read(struct recurrence *r, const char *value)
{
	/* The last place is kept: a rule that names no day takes its start's. */
	while (r->ndays + 1 < RULE_DAYS_MAX) {
		struct rule_day *d = &r->days[r->ndays++];
		long n = 0;

		if (!is_letter(*value) && (!number_read(value, &n, &value) || n == 0))
			return false;
		d->ordinal = (int)n;
		if (labs(n) > 53 || !weekday_read(value, &d->weekday))
			return false;
		value += 2;
		if (*value != ',')
			return *value == '\0';
		value++;
	}
	return false;
}

/* A minute has no sixtieth second here: it counts as the one before, as RFC 5545 advises. */
static bool bysecond_read(struct recurrence *r, const char *value)
{
	if (!list_read(value, 0, 60, add_bit, &r->seconds))
		return false;
	if (r->seconds >> 60)
		r->seconds = (r->seconds | UINT64_C(1) << 59) & ((UINT64_C(1) << 60) - 1);
	return true;
}

static bool byminute_read(struct recurrence *r, const char *value)
{
	return list_read(value, 0, 59, add_bit, &r->minutes);
}

static bool byhour_read(struct recurrence *r, const char *value)
{
	uint64_t hours = 0;

	if (!list_read(value, 0, 23, add_bit, &hours))
		return false;
	r->hours = (uint32_t)hours;
	return true;
}

static bool bymonth_read(struct recurrence *r, const char *value)
{
	uint64_t months = 0;

	if (!list_read(value, 1, 12, add_bit, &months))
		return false;
	r->months = (uint32_t)months;
	return true;
}

static bool bymonthday_read(struct recurrence *r, const char *value)
{
	return list_read(value, -31, 31, add_place, &r->month_days);
}

static bool byyearday_read(struct recurrence *r, const char *value)
{
	return list_read(value, -366, 366, add_place, &r->year_days);
}

static bool byweekno_read(struct recurrence *r, const char *value)
{
	return list_read(value, -53, 53, add_place, &r->weeks);
}

static bool bysetpos_read(struct recurrence *r, const char *value)
{
	return list_read(value, -366, 366, add_place, &r->positions);
}

static bool wkst_read(struct recurrence *r, const char *value)
{
	return weekday_read(value, &r->week_start) && value[2] == '\0';
}

static const struct rule_part parts[] = {
	{ "BYDAY", byday_read, "days such as MO,TU or -1FR" },
	{ "BYHOUR", byhour_read, "hours, from 0 to 23" },
	{ "BYMINUTE", byminute_read, "minutes, from 0 to 59" },
	{ "BYMONTH", bymonth_read, "months, from 1 to 12" },
	{ "BYMONTHDAY", bymonthday_read, "days of the month, from 1 to 31 or -31 to -1" },
	{ "BYSECOND", bysecond_read, "seconds, from 0 to 60" },
	{ "BYSETPOS", bysetpos_read, "positions, from 1 to 366 or -366 to -1" },
	{ "BYWEEKNO", byweekno_read, "weeks of the year, from 1 to 53 or -53 to -1" },
	{ "BYYEARDAY", byyearday_read, "days of the year, from 1 to 366 or -366 to -1" },
	{ "COUNT", count_read, "a number from 1 to 1000000" },
	{ "FREQ", freq_read, "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY" },
	{ "INTERVAL", interval_read, "a number from 1 to 100000000" },
	{ "UNTIL", until_read, "a time such as 20261231T000000Z" },
	{ "WKST", wkst_read, "a day such as MO" },
};

/* seen: a bit for each part that was there already. */
static bool part_read(struct recurrence *r, const char *name, const char *value, unsigned *seen,
		      struct err *e)
{
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		if (strcmp(parts[i].name, name) != 0)
			continue;
		if (*seen & 1u << i)
			return err_set(e, ERR_CONFIG, "%s is there twice", name);
		*seen |= 1u << i;
		if (parts[i].read(r, value))
			return true;
		return err_set(e, ERR_CONFIG, "%s must be %s, not \"%s\"", name, parts[i].means, value);
	}
	return err_set(e, ERR_CONFIG, "\"%s\" is not a part of a recurrence rule", name);
}

/* The third Friday is one of a month or a year; weeks and days have no third Friday. */
static bool ordinals_check(const struct recurrence *r, struct err *e)
{
	for (size_t i = 0; i < r->ndays && r->every < EVERY_MONTH; i++)
		if (r->days[i].ordinal)
			return err_set(e, ERR_CONFIG, "BYDAY with a number (such as 1MO) needs "
				       "FREQ=MONTHLY or FREQ=YEARLY");
	return true;
}

static char *upper_copy(struct arena *a, const char *text)
{
	char *copy = str_format(a, "%s", text);

	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return copy;
}

bool rrule_parse(const char *text, struct recurrence *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct recurrence r = { .interval = 1, .until = INT64_MAX };
	unsigned seen = 0;
	char *at;

	if (strlen(text) > TEXT_MAX)
		return err_set(e, ERR_CONFIG, "the rule is longer than %d characters", TEXT_MAX);
	at = upper_copy(a, text);
	at += has_prefix(at, "RRULE:") ? strlen("RRULE:") : 0;
	for (char *part = at, *end; ; part = end + 1) {
		char *equals;
		bool last;

		end = part + strcspn(part, ";");
		last = *end == '\0';
		*end = '\0';
		equals = strchr(part, '=');
		if (equals)
			*equals = '\0';
		if (!part_read(&r, part, equals ? equals + 1 : "", &seen, e))
			return false;
		if (last)
			break;
	}
	for (size_t i = 0; i < COUNTOF(parts); i++)
		if (parts[i].read == freq_read && !(seen & 1u << i))
			return err_set(e, ERR_CONFIG, "FREQ is required: FREQ=WEEKLY;BYDAY=MO,TU");
	if (!ordinals_check(&r, e))
		return false;
	*out = r;
	return true;
}

/* So many digits as a number; -1 when there are others. */
static int digits_read(const char *text, size_t count)
{
	int n = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static bool clock_read(const char *text, int64_t *seconds)
{
	int hour = digits_read(text, 2), minute = hour < 0 ? -1 : digits_read(text + 2, 2);
	int second = minute < 0 ? -1 : digits_read(text + 4, 2);

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*seconds += hour * 3600 + minute * 60 + second;
	return true;
}

static bool date_read(const char *text, int64_t *seconds)
{
	int year = digits_read(text, 4), month = year < 0 ? -1 : digits_read(text + 4, 2);
	int day = month < 0 ? -1 : digits_read(text + 6, 2);

	int64_t number, same_year;
	int same_month, same_day;

	if (month < 1 || month > 12 || day < 1)
		return false;
	/* The 30th of February would be a day of March. */
	number = days_of_date(year, month, day);
	date_of_days(number, &same_year, &same_month, &same_day);
	if (same_month != month || same_day != day)
		return false;
	*seconds = number * DAY;
	return true;
}

bool ical_time_parse(struct arena *a, const char *text, const char **zone, int64_t *seconds,
		     struct err *e)
{
	const char *at = text, *colon = strchr(text, ':'), *name = "";
	int64_t s = 0;
	bool fine;

	if (has_prefix(text, "TZID=") && colon) {
		name = str_copy_n(a, text + strlen("TZID="), (size_t)(colon - text) - strlen("TZID="));
		at = colon + 1;
	}
	fine = date_read(at, &s);
	at += fine ? 8 : 0;
	if (fine && *at == 'T') {
		fine = clock_read(at + 1, &s);
		at += fine ? 7 : 0;
	}
	if (fine && *at == 'Z') {
		name = "UTC";
		at++;
	}
	if (!fine || *at)
		return err_set(e, ERR_CONFIG, "\"%s\" is not a time such as "
			       "TZID=Europe/Zurich:20260105T090000", text);
	*zone = name;
	*seconds = s;
	return true;
}
