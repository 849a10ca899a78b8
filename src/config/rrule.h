/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules and iCal times of promotion windows (RFC 5545). Any thread. */
#ifndef GANTRY_CONFIG_RRULE_H
#define GANTRY_CONFIG_RRULE_H

struct arena;

/* NULL when the text is a rule such as FREQ=WEEKLY;BYDAY=MO,TU, else what is wrong. */
const char *rrule_wrong(struct arena *a, const char *text);

/* NULL when it is a time such as TZID=Europe/Zurich:20260105T090000, else what is wrong. */
const char *ical_time_wrong(struct arena *a, const char *text);

#endif
