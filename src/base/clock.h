/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What time it is. Times are milliseconds since 1970 (UTC), durations
 * nanoseconds as in Go. Any thread.
 */
#ifndef GANTRY_BASE_CLOCK_H
#define GANTRY_BASE_CLOCK_H

#include "base/base.h"

struct arena;

/* Wall clock, ms. GANTRY_NOW=<RFC 3339> freezes it, for tests. */
int64_t clock_now(void);

/*
 * Monotonic, ms: for time-outs and how long something took. Never frozen. Goes on while the
 * machine sleeps, since a lease runs out meanwhile.
 */
int64_t clock_ticks(void);

/* Blocks the calling thread; for back-off on workers only. */
void clock_sleep(int64_t ms);

/* "2026-11-24T16:04:27Z", or with ".123Z" when there are milliseconds. */
const char *clock_rfc3339(struct arena *a, int64_t ms);

/* Reads RFC 3339 with any offset and fraction; false when it is not one. */
bool clock_parse(const char *text, int64_t *ms);

/* Reads "Sun, 06 Nov 1994 08:49:37 GMT", the one form that HTTP servers may send (RFC 9110, 5.6.7). */
bool clock_parse_http(const char *text, int64_t *ms);

/* Days from 1970-01-01 to a date of the Gregorian calendar; month 1 to 12, day may overflow. */
int64_t days_of_date(int64_t year, int month, int64_t day);

/* The date of a day counted from 1970-01-01; month and day from 1. The inverse of days_of_date(). */
void date_of_days(int64_t days, int64_t *year, int *month, int *day);

/* "40s", "4m", "2h", "3d": how long ago, as short as possible. */
const char *clock_age(struct arena *a, int64_t ms);

/*
 * Go's time.ParseDuration: "1h30m", "250ms", "-1.5h". Nanoseconds. False when it
 * is not one or does not fit.
 */
bool duration_parse(const char *text, int64_t *ns);

/* As Go prints a time.Duration: "1h30m0s", "250ms". */
const char *duration_text(struct arena *a, int64_t ns);

#endif
