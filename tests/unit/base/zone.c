/* SPDX-License-Identifier: Apache-2.0 */
/* Time zones of the machine's database, past and future. */
#include "base/zone.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "tap.h"

/* Seconds since 1970 of a date's midnight in UTC. */
static int64_t midnight(int64_t year, int month, int64_t day)
{
	return days_of_date(year, month, day) * 86400;
}

static void offset_at(const struct zone *z, int64_t seconds, int want, const char *name)
{
	struct zone_span span;

	zone_at(z, seconds, &span);
	is_number(span.offset, want, "%s at %lld", zone_name(z), (long long)seconds);
	is_text(span.abbreviation, name, "is called so");
	ok(span.start <= seconds && seconds < span.end, "and the moment lies in its span");
}

TEST(zones_of_the_database)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct zone *z;

	if (!zone_load(a, "Europe/Zurich", &z)) {
		ok(true, "this machine has no time zones");
		return;
	}
	offset_at(z, midnight(2026, 1, 1), 3600, "CET");
	offset_at(z, midnight(2026, 7, 1), 7200, "CEST");
	offset_at(z, midnight(2026, 3, 29) + 3599, 3600, "CET");
	offset_at(z, midnight(2026, 3, 29) + 3600, 7200, "CEST");
	offset_at(z, midnight(2090, 7, 1), 7200, "CEST");
	offset_at(z, midnight(2090, 12, 1), 3600, "CET");
	ok(zone_load(a, "America/Sao_Paulo", &z), "one without daylight saving");
	offset_at(z, midnight(2090, 1, 1), -10800, "-03");
	ok(zone_load(a, "Australia/Sydney", &z), "one of the southern half");
	offset_at(z, midnight(2090, 1, 1), 39600, "AEDT");
	offset_at(z, midnight(2090, 7, 1), 36000, "AEST");
}

TEST(zones_without_a_file)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct zone *z = NULL;

	ok(zone_load(a, "UTC", &z) && !z, "UTC needs no file");
	ok(zone_load(a, "", &z) && !z, "nor does the empty name");
	offset_at(NULL, 0, 0, "UTC");
	z = zone_fixed(a, "X", -1800);
	offset_at(z, midnight(2026, 1, 1), -1800, "X");
	ok(!zone_load(a, "Nowhere/Land", &z), "an unknown name is none");
	ok(!zone_load(a, "../../etc/passwd", &z), "nor is a path that leads out");
	ok(!zone_load(a, "/etc/passwd", &z), "nor an absolute one");
	ok(!zone_load(a, "Europe", &z), "nor a folder");
}
