/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules are asked day by day, "does it fall on this one?", instead of listing dates:
 * windows are looked at around now only, and a rule without end costs nothing more.
 */
#include "model/recurrence.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

enum { DAY = 86400 };

/* Year, month and day of the month (from 1) of a day since 1970. */
struct date {
	int64_t year;
	int month, day;
};

static struct date date_of(int64_t day)
{
	struct date d;
	int64_t year = 1970 + day / 366 - 2;

	while (days_of_date(year + 1, 1, 1) <= day)
		year++;
	d.year = year;
	for (d.month = 12; days_of_date(year, d.month, 1) > day; d.month--)
		;
	d.day = (int)(day - days_of_date(year, d.month, 1)) + 1;
	return d;
}

static int64_t month_length(int64_t year, int month)
{
	return month == 12 ? 31 : days_of_date(year, month + 1, 1) - days_of_date(year, month, 1);
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
	int64_t w = (day + 3) % 7;

	return (int)(w < 0 ? w + 7 : w);
}

static int64_t week_of(int64_t day, int week_start)
{
	int into = weekday_of(day) - week_start;

	return day - (into < 0 ? into + 7 : into);
}

static bool has_weekday(const struct recurrence *r, int64_t day, const struct date *d)
{
	for (size_t i = 0; i < r->ndays; i++) {
		int64_t left = month_length(d->year, d->month) - d->day;
		int nth = (d->day - 1) / 7 + 1, from_end = -(int)(left / 7) - 1;

		if (r->days[i].weekday == weekday_of(day) &&
		    (r->days[i].ordinal == 0 || r->days[i].ordinal == nth ||
		     r->days[i].ordinal == from_end))
			return true;
	}
	return false;
}

static bool has_month_day(const struct recurrence *r, const struct date *d)
{
	int from_end = d->day - (int)month_length(d->year, d->month) - 1;

	for (size_t i = 0; i < r->nmonth_days; i++)
		if (r->month_days[i] == d->day || r->month_days[i] == from_end)
			return true;
	return false;
}

static bool is_in_step(const struct recurrence *r, int64_t first, int64_t day,
		       const struct date *begun, const struct date *d)
{
	int64_t since = 0;

	switch (r->every) {
	case EVERY_DAY:
		since = day - first;
		break;
	case EVERY_WEEK:
		since = (week_of(day, r->week_start) - week_of(first, r->week_start)) / 7;
		break;
	case EVERY_MONTH:
		since = (d->year - begun->year) * 12 + d->month - begun->month;
		break;
	case EVERY_YEAR:
		since = d->year - begun->year;
		break;
	}
	return since % r->interval == 0;
}

bool recurrence_has(const struct recurrence *r, int64_t first, int64_t day)
{
	struct date begun = date_of(first), d = date_of(day);

	if (day < first || !is_in_step(r, first, day, &begun, &d))
		return false;
	if (r->months && !(r->months & 1u << d.month))
		return false;
	if (r->ndays && !has_weekday(r, day, &d))
		return false;
	if (r->nmonth_days && !has_month_day(r, &d))
		return false;
	if (r->ndays || r->nmonth_days || r->every == EVERY_DAY)
		return true;
	if (r->every == EVERY_WEEK)
		return weekday_of(day) == weekday_of(first);
	if (r->every == EVERY_MONTH || r->months)
		return d.day == begun.day;
	return d.day == begun.day && d.month == begun.month;
}

/* A whole number from least to most (or from -most to -least); end: where it stops. */
static bool recurrence_read_number(const char *text, long least, long most, long *out,
				   const char **end)
{
	char *stop;
	long n = strtol(text, &stop, 10);

	if (stop == text || labs(n) < least || labs(n) > most)
		return false;
	*out = n;
	*end = stop;
	return true;
}

static bool read_weekday(const char *text, int *out)
{
	static const char names[][3] = { "MO", "TU", "WE", "TH", "FR", "SA", "SU" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strncmp(text, names[i], 2) == 0) {
			*out = (int)i;
			return true;
		}
	return false;
}

static bool read_frequency(struct recurrence *r, const char *value)
{
	static const char *const names[] = { "DAILY", "WEEKLY", "MONTHLY", "YEARLY" };

	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(value, names[i]) == 0) {
			r->every = (enum frequency)i;
			return true;
		}
	return false;
}

static bool read_interval(struct recurrence *r, const char *value)
{
	const char *end;
	long n;

	if (!recurrence_read_number(value, 1, 10000, &n, &end) || *end || n < 0)
		return false;
	r->interval = n;
	return true;
}

static bool recurrence_read_count(struct recurrence *r, const char *value)
{
	const char *end;
	long n;

	if (!recurrence_read_number(value, 1, 100000, &n, &end) || *end || n < 0)
		return false;
	r->count = n;
	return true;
}

static bool read_days(struct recurrence *r, const char *value)
{
	while (r->ndays < RULE_DAYS_MAX) {
		struct rule_day *d = &r->days[r->ndays++];
		long n = 0;

		if (*value == '+' || *value == '-' || (*value >= '0' && *value <= '9'))
			if (!recurrence_read_number(value, 1, 5, &n, &value))
				return false;
		d->ordinal = (int)n;
		if (!read_weekday(value, &d->weekday))
			return false;
		value += 2;
		if (*value != ',')
			return *value == '\0';
		value++;
	}
	return false;
}

static bool read_month_days(struct recurrence *r, const char *value)
{
	while (r->nmonth_days < RULE_DAYS_MAX) {
		long n;

		if (!recurrence_read_number(value, 1, 31, &n, &value))
			return false;
		r->month_days[r->nmonth_days++] = (int)n;
		if (*value != ',')
			return *value == '\0';
		value++;
	}
	return false;
}

static bool read_months(struct recurrence *r, const char *value)
{
	for (;;) {
		long n;

		if (!recurrence_read_number(value, 1, 12, &n, &value) || n < 0)
			return false;
		r->months |= 1u << n;
		if (*value != ',')
			return *value == '\0';
		value++;
	}
}

static bool read_until(struct recurrence *r, const char *value)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *zone;
	struct err e;

	if (strncmp(value, "TZID", 4) == 0 || !ical_time_parse(a, value, &zone, &r->until, &e))
		return false;
	r->until_utc = *zone != '\0';
	if (!strchr(value, 'T'))
		r->until += DAY - 1;
	return true;
}

static bool read_week_start(struct recurrence *r, const char *value)
{
	return read_weekday(value, &r->week_start) && value[2] == '\0';
}

static const struct {
	const char *name;
	bool (*read)(struct recurrence *r, const char *value);
	const char *means;              /* NULL read: not done */
} parts[] = {
	{ "FREQ", read_frequency, "DAILY, WEEKLY, MONTHLY or YEARLY" },
	{ "INTERVAL", read_interval, "a number" },
	{ "COUNT", recurrence_read_count, "a number" },
	{ "UNTIL", read_until, "a time such as 20261231T000000Z" },
	{ "BYDAY", read_days, "days such as MO,TU or -1FR" },
	{ "BYMONTHDAY", read_month_days, "days of the month, from 1 to 31 or -31 to -1" },
	{ "BYMONTH", read_months, "months, from 1 to 12" },
	{ "WKST", read_week_start, "a day such as MO" },
	{ "BYHOUR", NULL, "" },
	{ "BYMINUTE", NULL, "" },
	{ "BYSECOND", NULL, "" },
	{ "BYSETPOS", NULL, "" },
	{ "BYWEEKNO", NULL, "" },
	{ "BYYEARDAY", NULL, "" },
};

static bool recurrence_read_part(struct recurrence *r, const char *name, const char *value,
				 struct err *e)
{
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		if (strcmp(parts[i].name, name) != 0)
			continue;
		if (!parts[i].read)
			return err_set(e, ERR_CONFIG, "%s is not done by gantry; write several windows",
				       name);
		if (parts[i].read(r, value))
			return true;
		return err_set(e, ERR_CONFIG, "%s must be %s, not \"%s\"", name, parts[i].means, value);
	}
	return err_set(e, ERR_CONFIG, "\"%s\" is no part of a recurrence rule", name);
}

bool recurrence_parse(const char *text, struct recurrence *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct recurrence r = { .interval = 1, .until = INT64_MAX };
	const char *at = has_prefix(text, "RRULE:") ? text + strlen("RRULE:") : text;
	bool has_frequency = false;

	while (*at) {
		size_t len = strcspn(at, ";");
		const char *part = str_copy_n(a, at, len), *equals = strchr(part, '=');
		const char *name = equals ? str_copy_n(a, part, (size_t)(equals - part)) : part;

		if (!recurrence_read_part(&r, name, equals ? equals + 1 : "", e))
			return false;
		has_frequency = has_frequency || strcmp(name, "FREQ") == 0;
		at += len + (at[len] == ';');
	}
	if (!has_frequency)
		return err_set(e, ERR_CONFIG, "FREQ is required: FREQ=WEEKLY;BYDAY=MO,TU");
	*out = r;
	return true;
}

/* So many digits as a number; -1 when there are others. */
static int recurrence_digits(const char *text, size_t count)
{
	int n = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static bool recurrence_read_clock(const char *text, int64_t *seconds)
{
	int hour = recurrence_digits(text, 2),
	    minute = hour < 0 ? -1 : recurrence_digits(text + 2, 2);
	int second = minute < 0 ? -1 : recurrence_digits(text + 4, 2);

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	*seconds += hour * 3600 + minute * 60 + second;
	return true;
}

static bool recurrence_read_date(const char *text, int64_t *seconds)
{
	int year = recurrence_digits(text, 4),
	    month = year < 0 ? -1 : recurrence_digits(text + 4, 2);
	int day = month < 0 ? -1 : recurrence_digits(text + 6, 2);

	if (month < 1 || month > 12 || day < 1 || day > month_length(year, month))
		return false;
	*seconds = days_of_date(year, month, day) * DAY;
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
	fine = recurrence_read_date(at, &s);
	at += fine ? 8 : 0;
	if (fine && *at == 'T') {
		fine = recurrence_read_clock(at + 1, &s);
		at += fine ? 7 : 0;
	}
	if (fine && *at == 'Z') {
		name = "UTC";
		at++;
	}
	if (!fine || *at)
		return err_set(e, ERR_CONFIG, "\"%s\" is no time such as TZID=Europe/Zurich:20260105T090000",
			       text);
	*zone = name;
	*seconds = s;
	return true;
}
