/* SPDX-License-Identifier: Apache-2.0 */
/* Times as people type them. */
#include "ui/moment.h"

#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/clock.h"
#include "tap.h"

/* The moment in RFC 3339; "" when the text is none. */
static const char *moment(struct arena *a, const char *text)
{
	int64_t now, at;

	setenv("TZ", "Europe/Zurich", 1);
	tzset();
	return clock_parse("2026-11-24T21:14:07Z", &now) && moment_parse(text, now, &at)
		       ? clock_rfc3339(a, at) : "";
}

TEST(moments)
{
	AUTO(arena) struct arena *a = arena_new();
	static const struct { const char *text, *at; } cases[] = {
		{ "16:00", "2026-11-24T15:00:00Z" },            { "22:14", "2026-11-24T21:14:00Z" },
		{ "23:00", "2026-11-23T22:00:00Z" },            { "yesterday 9:30", "2026-11-23T08:30:00Z" },
		{ "2026-10-01 12:00", "2026-10-01T10:00:00Z" }, { "2026-10-01T12:00", "2026-10-01T10:00:00Z" },
		{ "2h ago", "2026-11-24T19:14:07Z" },           { "2d", "2026-11-22T21:14:07Z" },
		{ "24:00", "" },                                { "16:61", "" },
		{ "16:00x", "" },                               { "tomorrow", "" },
		{ "2026-11-25 12:00", "" },                     { "2h later", "" },
		{ "99999999999d", "" },                         { "2026-13-01 12:00", "" },
		{ "2026-02-31 12:00", "" },                     { "2026-02-29 12:00", "" },
		{ "2024-02-29 12:00", "2024-02-29T11:00:00Z" }, { "2026-06-00 12:00", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(moment(a, cases[i].text), cases[i].at, "\"%s\"", cases[i].text);
	setenv("TZ", "UTC", 1);
	tzset();
}
