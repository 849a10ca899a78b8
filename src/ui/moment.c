/* SPDX-License-Identifier: Apache-2.0 */
/* The local clock decides what 16:00 means, as it does on every screen. */
#include "ui/moment.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum { SECOND = 1000 };

static const int64_t day = 24 * 3600 * (int64_t)SECOND;

bool moment_span(struct str text, int64_t *ms)
{
	static const struct { char unit; int64_t ms; } units[] = {
		{ 'm', 60 * SECOND }, { 'h', 3600 * SECOND }, { 'd', 24 * 3600 * (int64_t)SECOND },
		{ 'w', 7 * 24 * 3600 * (int64_t)SECOND },
	};
	int64_t count = 0;
	size_t at = 0;

	while (at < text.len && is_digit(text.at[at]) && count < 1000000)
		count = count * 10 + (text.at[at++] - '0');
	for (size_t i = 0; at + 1 == text.len && count && i < COUNTOF(units); i++)
		if (text.at[at] == units[i].unit && count <= 36500 * day / units[i].ms) {
			*ms = count * units[i].ms;
			return true;
		}
	return false;
}

static bool moment_at(struct tm tm, int64_t *at)
{
	time_t seconds;

	tm.tm_isdst = -1;
	seconds = mktime(&tm);
	*at = (int64_t)seconds * SECOND;
	return seconds != (time_t)-1;
}

/* The whole of text is a clock time. */
static bool moment_clock(const char *text, struct tm *tm)
{
	int hour, minute, used = 0;

	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[used] || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59)
		return false;
	tm->tm_hour = hour;
	tm->tm_min = minute;
	tm->tm_sec = 0;
	return true;
}

static bool moment_date(const char *text, struct tm *tm, const char **rest)
{
	int year, month, mday, real_month, real_mday, used = 0;
	int64_t real_year;

	if (sscanf(text, "%4d-%2d-%2d%n", &year, &month, &mday, &used) != 3 || month < 1 || month > 12)
		return false;
	/* mktime() would take the 31st of February as the 3rd of March. */
	date_of_days(days_of_date(year, month, mday), &real_year, &real_month, &real_mday);
	if (real_month != month || real_mday != mday)
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = mday;
	*rest = text + used + strspn(text + used, " T");
	return true;
}

bool moment_parse(const char *text, int64_t now, int64_t *at)
{
	time_t seconds = (time_t)(now / SECOND);
	const char *rest = text;
	size_t len = strcspn(text, " ");
	struct tm tm;
	int64_t ago;

	assert(text && at);
	if (moment_span((struct str){ text, len }, &ago) && (!text[len] || strcmp(text + len, " ago") == 0)) {
		*at = now - ago;
		return true;
	}
	if (!localtime_r(&seconds, &tm))
		return false;
	if (moment_clock(text, &tm)) {
		if (!moment_at(tm, at))
			return false;
		tm.tm_mday--;
		return *at <= now || moment_at(tm, at);
	}
	if (has_prefix(text, "yesterday ")) {
		tm.tm_mday--;
		rest = text + strlen("yesterday ");
	} else if (!moment_date(text, &tm, &rest)) {
		return false;
	}
	return moment_clock(rest, &tm) && moment_at(tm, at) && *at <= now;
}

bool moment_parse_at(const char *text, int64_t *at)
{
	return moment_parse(has_prefix(text, "at ") ? text + strlen("at ") : text, clock_now(), at);
}
