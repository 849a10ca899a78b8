/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules and times of promotion windows: a rule, and on the next line its start. */
#include "fuzz.h"

#include "model/recurrence.h"
#include "model/rrule.h"

enum { TIMES = 20 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct str input = { (const char *)bytes, len };
	const char *rule = fuzz_line(a, &input), *time = fuzz_line(a, &input), *zone;
	int64_t start = 0, at, next;
	struct recurrence r;
	struct schedule s;
	struct err e;

	if (!ical_time_parse(a, time, &zone, &start, &e))
		start = 0;
	if (!rrule_parse(rule, &r, &e))
		return 0;
	FUZZ_CHECK(r.interval >= 1 && r.ndays <= RULE_DAYS_MAX, rule);
	schedule_init(&s, &r, NULL, start);
	at = start - 1;
	for (int i = 0; i < TIMES && schedule_next(&s, at, &next); i++) {
		FUZZ_CHECK(next > at && next >= start, rule);
		at = next;
	}
	return 0;
}
