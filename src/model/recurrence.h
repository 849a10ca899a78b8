/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a recurrence rule falls due (RFC 5545 3.3.10). A rule is worked out on the wall
 * clock, one period of its frequency after another; only results become instants.
 * Pure. Any thread.
 */
#ifndef GANTRY_MODEL_RECURRENCE_H
#define GANTRY_MODEL_RECURRENCE_H

#include "base/base.h"

struct zone;

enum frequency { EVERY_SECOND, EVERY_MINUTE, EVERY_HOUR, EVERY_DAY, EVERY_WEEK, EVERY_MONTH,
		 EVERY_YEAR };

enum { RULE_DAYS_MAX = 64 };

/* BYDAY's -1FR; ordinal 0: every one. weekday: 0 is Monday. */
struct rule_day {
	int ordinal, weekday;
};

/* A set of numbers from 1 to 366, counted from the front, or from the back (BYMONTHDAY=-1). */
struct places {
	uint64_t front[6], back[6];     /* bit 1 of the first word is 1 */
	bool any;                       /* false: the rule does not say */
};

struct recurrence {
	enum frequency every;
	int64_t interval;               /* at least 1 */
	int64_t count;                  /* 0: no end by number */
	int64_t until;                  /* seconds, of the wall clock unless until_utc; INT64_MAX: none */
	bool until_utc;
	uint64_t seconds, minutes;      /* bit 0 is the first; 0: the rule does not say */
	uint32_t hours;
	uint32_t months;                /* bit 1 is January; 0: the rule does not say */
	struct rule_day days[RULE_DAYS_MAX];
	size_t ndays;
	struct places month_days, year_days, weeks, positions;
	int week_start;                 /* 0 is Monday */
};

/* A rule with its start, which says what the rule does not: "every Monday" at which hour? */
struct schedule {
	struct recurrence rule;         /* nothing left unsaid */
	const struct zone *zone;        /* NULL: UTC */
	int64_t start;                  /* wall clock, seconds since 1970 */
	int64_t last;                   /* wall clock of the last by COUNT; INT64_MAX: no such end */
	bool never;                     /* it does not happen at all: the 30th of February */
};

/* The zone is borrowed. Takes milliseconds at most, for a rule with a large COUNT. */
void schedule_init(struct schedule *out, const struct recurrence *rule, const struct zone *zone,
		   int64_t start);

/*
 * The first occurrence after an instant (seconds since 1970). False when there is none, or none
 * that a bounded search finds (over a hundred years for rules of days). A wall clock time that is
 * skipped when the clock is put forward is read with the offset before; one that comes twice is
 * the first (RFC 5545 3.3.5).
 */
bool schedule_next(const struct schedule *s, int64_t after, int64_t *out);

/* The instant at which the wall clock of the zone (NULL: UTC) shows this; skipped and repeated as above. */
int64_t wall_instant(const struct zone *zone, int64_t wall);

#endif
