/* SPDX-License-Identifier: Apache-2.0 */
/* Go's package time: calendar, layouts such as "2006-01-02", arithmetic. Any thread. */
#ifndef GANTRY_EXPR_GO_TIME_H
#define GANTRY_EXPR_GO_TIME_H

#include "expr/value.h"

/* A moment as a calendar and a clock show it. */
struct civil {
	int64_t year;
	int month, day, yday;           /* from 1 */
	int hour, minute, second;
	int weekday;                    /* 0: Sunday */
	int offset;
	const char *abbreviation;
};

void time_civil(const struct expr_time *t, struct civil *out);

/* Go's time.Date: parts may lie out of their ranges. */
struct expr_value time_of_parts(struct arena *a, const struct civil *parts, int64_t nanoseconds,
				const struct zone *zone);
struct expr_value time_of(struct arena *a, int64_t seconds, int32_t nanoseconds,
			  const struct zone *zone);

struct expr_value time_add(struct arena *a, const struct expr_time *t, int64_t nanoseconds);

/* t - u, held within what a duration can hold. */
int64_t time_between(const struct expr_time *t, const struct expr_time *u);
int time_compare(const struct expr_time *t, const struct expr_time *u);

/* Down to a multiple of span since year 1, or to the nearest. */
struct expr_value time_truncate(struct arena *a, const struct expr_time *t, int64_t span,
				bool nearest);
int64_t duration_truncate(int64_t ns, int64_t span);
int64_t duration_round(int64_t ns, int64_t span);

extern const char *const time_months[12], *const time_weekdays[7];

/* time.Format. */
struct str time_format(struct arena *a, const struct expr_time *t, struct str layout);

/* time.ParseInLocation; what is not said is taken to be in zone. */
bool time_parse(struct arena *a, struct str layout, struct str text, const struct zone *zone,
		struct expr_value *out);

/* As JSON has it: RFC 3339. False when the year or the offset is out of range. */
bool time_json(struct arena *a, const struct expr_time *t, struct str *out);

#endif
