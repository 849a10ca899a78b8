/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks and the two text forms of time that Kargo uses: RFC 3339 and Go durations. */
#include "base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

int64_t clock_now(void)
{
	const char *frozen = getenv("GANTRY_NOW");
	struct timespec t;
	int64_t ms;

	if (frozen && clock_parse(frozen, &ms))
		return ms;
	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void clock_sleep(int64_t ms)
{
	struct timespec left = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	while (nanosleep(&left, &left) && errno == EINTR)
		;
}

int64_t days_of_date(int64_t year, int month, int64_t day)
{
	int64_t era, of_era, of_year;

	year -= month <= 2;
	era = (year >= 0 ? year : year - 399) / 400;
	of_era = year - era * 400;
	of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t shifted = days + 719468, era, of_era, year_of_era, of_year, index;

	era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
	of_era = shifted - era * 146097;
	year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	index = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * index + 2) / 5 + 1);
	*month = (int)(index < 10 ? index + 3 : index - 9);
	*year = year_of_era + era * 400 + (*month <= 2);
}

/* Not by gmtime_r() and strftime(), which take glibc's lock around the time zone. */
const char *clock_rfc3339(struct arena *a, int64_t ms)
{
	int64_t days = ms / 86400000, of_day = ms % 86400000, year;
	int month, day, seconds, rest;

	if (of_day < 0) {
		of_day += 86400000;
		days--;
	}
	date_of_days(days, &year, &month, &day);
	seconds = (int)(of_day / 1000);
	rest = (int)(of_day % 1000);
	if (rest)
		return str_format(a, "%04lld-%02d-%02dT%02d:%02d:%02d.%03dZ", (long long)year, month, day,
				  seconds / 3600, seconds / 60 % 60, seconds % 60, rest);
	return str_format(a, "%04lld-%02d-%02dT%02d:%02d:%02dZ", (long long)year, month, day,
			  seconds / 3600, seconds / 60 % 60, seconds % 60);
}

/* Reads exactly count digits and moves *p past them; -1 when they are not there. */
static int clock_digits(const char **p, int count)
{
	int value = 0;

	for (int i = 0; i < count; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return -1;
		value = value * 10 + (**p - '0');
	}
	return value;
}

static int days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

/* The date part: days since 1970; false when it is not a date. */
static bool parse_date(const char **p, int64_t *days)
{
	int year = clock_digits(p, 4), month, day;

	if (year < 0 || *(*p)++ != '-')
		return false;
	month = clock_digits(p, 2);
	if (month < 1 || month > 12 || *(*p)++ != '-')
		return false;
	day = clock_digits(p, 2);
	if (day < 1 || day > days_in_month(year, month))
		return false;
	*days = days_of_date(year, month, day);
	return true;
}

/* The time of day in ms, with an optional fraction. */
static bool parse_time(const char **p, int64_t *ms)
{
	int hour = clock_digits(p, 2), minute, second, scale = 100;

	if (hour < 0 || hour > 23 || *(*p)++ != ':')
		return false;
	minute = clock_digits(p, 2);
	if (minute < 0 || minute > 59 || *(*p)++ != ':')
		return false;
	second = clock_digits(p, 2);
	if (second < 0 || second > 59)
		return false;
	*ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000);
	if (**p != '.')
		return true;
	(*p)++;
	if (**p < '0' || **p > '9')
		return false;
	for (; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		*ms += (**p - '0') * scale;
	return true;
}

static bool parse_offset(const char **p, int64_t *ms)
{
	int sign = **p == '-' ? -1 : 1, hour, minute;

	*ms = 0;
	if (**p == 'Z') {
		(*p)++;
		return true;
	}
	if (**p != '+' && **p != '-')
		return false;
	(*p)++;
	hour = clock_digits(p, 2);
	if (hour < 0 || hour > 23 || *(*p)++ != ':')
		return false;
	minute = clock_digits(p, 2);
	if (minute < 0 || minute > 59)
		return false;
	*ms = sign * (hour * 60 + minute) * INT64_C(60000);
	return true;
}

bool clock_parse(const char *text, int64_t *ms)
{
	int64_t days, day_ms, offset;
	const char *p = text;

	if (!parse_date(&p, &days) || *p++ != 'T' || !parse_time(&p, &day_ms) ||
	    !parse_offset(&p, &offset) || *p)
		return false;
	*ms = days * INT64_C(86400000) + day_ms - offset;
	return true;
}

bool clock_parse_http(const char *text, int64_t *ms)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	unsigned day, year, hour, minute, second;
	char name[4], zone[4];
	const char *month;

	if (strlen(text) != 29 ||
	    sscanf(text + 3, ", %2u %3s %4u %2u:%2u:%2u %3s", &day, name, &year, &hour, &minute, &second,
		   zone) != 7)
		return false;
	month = strstr(months, name);
	if (!month || (month - months) % 3 || strcmp(zone, "GMT") != 0 || day > 31 || year > 9999 ||
	    hour > 23 || minute > 59 || second > 60)
		return false;
	*ms = ((days_of_date(year, (int)((month - months) / 3 + 1), (int)day) * 24 + hour) * 3600 +
	       minute * 60 + second) * 1000;
	return true;
}

const char *clock_age(struct arena *a, int64_t ms)
{
	int64_t s = ms < 0 ? 0 : ms / 1000;

	if (s < 60)
		return str_format(a, "%" PRId64 "s", s);
	if (s < 3600)
		return str_format(a, "%" PRId64 "m", s / 60);
	if (s < 86400)
		return str_format(a, "%" PRId64 "h", s / 3600);
	return str_format(a, "%" PRId64 "d", s / 86400);
}
