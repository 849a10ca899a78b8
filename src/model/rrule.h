/* SPDX-License-Identifier: Apache-2.0 */
/* Reads recurrence rules and times of promotion windows (RFC 5545 3.3.5, 3.3.10). Pure. Any thread. */
#ifndef GANTRY_MODEL_RRULE_H
#define GANTRY_MODEL_RRULE_H

#include "base/base.h"

struct arena;
struct err;
struct recurrence;

/* Reads FREQ=WEEKLY;BYDAY=MO,TU. ERR_CONFIG names the part that is wrong and what it may be. */
bool rrule_parse(const char *text, struct recurrence *out, struct err *e) MUST_USE;

/*
 * Reads TZID=Europe/Zurich:20260105T090000: the zone's name ("" when none is given, "UTC" for a
 * Z at the end) and the wall clock in seconds since 1970. ERR_CONFIG.
 */
bool ical_time_parse(struct arena *a, const char *text, const char **zone, int64_t *seconds,
		     struct err *e) MUST_USE;

#endif
