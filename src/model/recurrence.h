/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recurrence rules and times of promotion windows (RFC 5545 3.3.5, 3.3.10), by days.
 * Pure. Any thread.
 */
#ifndef GANTRY_MODEL_RECURRENCE_H
#define GANTRY_MODEL_RECURRENCE_H

#include "base/base.h"

struct arena;
struct err;

enum frequency { EVERY_DAY, EVERY_WEEK, EVERY_MONTH, EVERY_YEAR };

enum { RULE_DAYS_MAX = 32 };

/* BYDAY's -1FR; ordinal 0: every one. weekday: 0 is Monday. */
struct rule_day {
	int ordinal, weekday;
};

struct recurrence {
	enum frequency every;
	int64_t interval;               /* at least 1 */
	int64_t count;                  /* 0: no end by number */
	int64_t until;                  /* seconds, of the wall clock unless until_utc; INT64_MAX: none */
	bool until_utc;
	unsigned months;                /* bit 1 is January; 0: all */
	struct rule_day days[RULE_DAYS_MAX];
	size_t ndays;
	int month_days[RULE_DAYS_MAX];
	size_t nmonth_days;
	int week_start;                 /* 0 is Monday */
};

/* Reads FREQ=WEEKLY;BYDAY=MO,TU. ERR_CONFIG names the part that is wrong, or that gantry can't do. */
bool recurrence_parse(const char *text, struct recurrence *out, struct err *e) MUST_USE;

/* Whether it falls on day (since 1970), having begun on first. COUNT and UNTIL aside. */
bool recurrence_has(const struct recurrence *r, int64_t first, int64_t day);

/*
 * Reads TZID=Europe/Zurich:20260105T090000: the zone's name ("" when none is given,
 * "UTC" for a Z at the end) and the wall clock in seconds since 1970.
 */
bool ical_time_parse(struct arena *a, const char *text, const char **zone, int64_t *seconds,
		     struct err *e) MUST_USE;

#endif
