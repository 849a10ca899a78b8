/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules: the parts of RFC 5545 3.3.10, each with what it may be. */
#include "config/rrule.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/pattern.h"

static const struct {
	const char *name, *regex, *means;
} parts[] = {
	{ "FREQ", "^(SECONDLY|MINUTELY|HOURLY|DAILY|WEEKLY|MONTHLY|YEARLY)$", "DAILY, WEEKLY, …" },
	{ "UNTIL", "^[0-9]{8}(T[0-9]{6}Z?)?$", "a time such as 20261231T000000Z" },
	{ "COUNT", "^[1-9][0-9]{0,8}$", "a number" },
	{ "INTERVAL", "^[1-9][0-9]{0,8}$", "a number" },
	{ "BYSECOND", "^([0-5]?[0-9]|60)(,([0-5]?[0-9]|60))*$", "seconds" },
	{ "BYMINUTE", "^[0-5]?[0-9](,[0-5]?[0-9])*$", "minutes" },
	{ "BYHOUR", "^([01]?[0-9]|2[0-3])(,([01]?[0-9]|2[0-3]))*$", "hours" },
	{ "BYDAY", "^([-+]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)(,([-+]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU))*$",
	  "days such as MO,TU" },
	{ "BYMONTHDAY", "^[-+]?([12]?[0-9]|3[01])(,[-+]?([12]?[0-9]|3[01]))*$", "days of the month" },
	{ "BYYEARDAY", "^[-+]?[0-9]{1,3}(,[-+]?[0-9]{1,3})*$", "days of the year" },
	{ "BYWEEKNO", "^[-+]?[0-9]{1,2}(,[-+]?[0-9]{1,2})*$", "weeks" },
	{ "BYMONTH", "^([1-9]|1[0-2])(,([1-9]|1[0-2]))*$", "months" },
	{ "BYSETPOS", "^[-+]?[0-9]{1,3}(,[-+]?[0-9]{1,3})*$", "positions" },
	{ "WKST", "^(MO|TU|WE|TH|FR|SA|SU)$", "a day" },
};

static bool matches(struct arena *a, const char *regex, const char *text)
{
	struct pattern *p;
	struct err e;

	return pattern_compile(a, regex, &p, &e) && pattern_matches(p, text);
}

static const char *wrong_part(struct arena *a, const char *name, const char *value)
{
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		if (strcmp(parts[i].name, name) != 0)
			continue;
		return matches(a, parts[i].regex, value) ? NULL
			: str_format(a, "%s must be %s, not \"%s\"", name, parts[i].means, value);
	}
	return str_format(a, "\"%s\" is no part of a recurrence rule", name);
}

const char *rrule_wrong(struct arena *a, const char *text)
{
	bool has_freq = false;
	const char *at = has_prefix(text, "RRULE:") ? text + strlen("RRULE:") : text;

	while (*at) {
		size_t len = strcspn(at, ";");
		const char *part = str_copy_n(a, at, len), *equals = strchr(part, '=');
		const char *name = equals ? str_copy_n(a, part, (size_t)(equals - part)) : part;
		const char *wrong = wrong_part(a, name, equals ? equals + 1 : "");

		if (wrong)
			return wrong;
		has_freq = has_freq || strcmp(name, "FREQ") == 0;
		at += len + (at[len] == ';');
	}
	return has_freq ? NULL : "FREQ is required: FREQ=WEEKLY;BYDAY=MO,TU";
}

const char *ical_time_wrong(struct arena *a, const char *text)
{
	return matches(a, "^(TZID=[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*:)?"
			  "[0-9]{4}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])"
			  "(T([01][0-9]|2[0-3])[0-5][0-9]([0-5][0-9]|60)Z?)?$", text)
		? NULL
		: str_format(a, "\"%s\" is no time such as TZID=Europe/Zurich:20260105T090000", text);
}
