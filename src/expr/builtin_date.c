/* SPDX-License-Identifier: Apache-2.0 */
/* Dates, durations and zones. What the time is comes from the environment. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/zone.h"
#include "expr/builtins.h"
#include "expr/go_time.h"
#include "expr/run.h"

static bool need_string(struct evaluation *r, const struct expr_value *v)
{
	return v->kind == EXPR_STRING ||
	       run_fail(r, "a string is expected, not %s", expr_type_name(v));
}

static bool date_load_zone(struct evaluation *r, const struct expr_value *name,
			   const struct zone **zone)
{
	const char *text = str_text(r->a, name->string);

	if (!*text || same_text(text, "UTC") || same_text(text, "Local")) {
		*zone = NULL;
		return true;
	}
	if (!run_charge(r, 2000))
		return false;
	if (r->env->load_zone && r->env->load_zone(r->a, text, zone))
		return true;
	return run_fail(r, "unknown time zone \"%.80s\"", text);
}

bool builtin_now(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	int64_t seconds = r->env->now_ms / 1000, rest = r->env->now_ms % 1000;
	const struct zone *zone = NULL;

	if (count && args[0].kind != EXPR_ZONE)
		return run_fail(r, "now() takes a time zone, not %s", expr_type_name(&args[0]));
	if (count)
		zone = args[0].zone;
	*out = time_of(r->a, rest < 0 ? seconds - 1 : seconds,
		       (int32_t)(rest < 0 ? rest + 1000 : rest) * 1000000, zone);
	return true;
}

bool builtin_duration(struct evaluation *r, const struct expr_value *args, size_t count,
		      struct expr_value *out)
{
	int64_t ns;

	(void)count;
	if (!need_string(r, &args[0]))
		return false;
	if (!duration_parse(str_text(r->a, args[0].string), &ns))
		return run_fail(r, "\"%.40s\" is not a duration such as 1h30m",
				str_text(r->a, args[0].string));
	*out = (struct expr_value){ .kind = EXPR_DURATION, .integer = ns };
	return true;
}

bool builtin_timezone(struct evaluation *r, const struct expr_value *args, size_t count,
		      struct expr_value *out)
{
	const struct zone *zone;

	(void)count;
	if (!need_string(r, &args[0]) || !date_load_zone(r, &args[0], &zone))
		return false;
	*out = (struct expr_value){ .kind = EXPR_ZONE, .zone = zone };
	return true;
}

/* date(text), date(text, layout), date(text, layout, zone name); a zone may come first. */
bool builtin_date(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	static const char *const layouts[] = {
		"2006-01-02",
		"15:04:05",
		"2006-01-02 15:04:05",
		"2006-01-02T15:04:05Z07:00",
		"02 Jan 06 15:04 MST",
		"Monday, 02-Jan-06 15:04:05 MST",
		"Mon, 02 Jan 2006 15:04:05 MST",
	};
	const struct zone *zone = NULL;

	if (args[0].kind == EXPR_ZONE) {
		zone = args[0].zone;
		args++;
		count--;
	}
	if (!count)
		return run_fail(r, "date() needs a string");
	for (size_t i = 0; i < count; i++)
		if (!need_string(r, &args[i]))
			return false;
	if (count > 2 && !date_load_zone(r, &args[2], &zone))
		return false;
	if (count > 1)
		return time_parse(r->a, args[1].string, args[0].string, zone, out) ||
		       run_fail(r, "the text is not a date of that layout");
	for (size_t i = 0; i < COUNTOF(layouts); i++)
		if (time_parse(r->a, str_of(layouts[i]), args[0].string, zone, out))
			return true;
	return run_fail(r, "\"%.40s\" is not a date", str_text(r->a, args[0].string));
}
