/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Methods of Go's time types. Those that give several results or bytes for machines
 * (Date, Clock, MarshalBinary, …) are left out: no expression can use what they give.
 */
#include "expr/names.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/zone.h"
#include "expr/go_time.h"
#include "expr/print.h"
#include "expr/types.h"

#define METHOD(name)                                                                              \
	static bool name(struct arena *a, const struct expr_call *call, struct expr_value *out, \
			 struct err *e)

#define UNUSED_CALL (void)a, (void)call, (void)e

static struct expr_value of_form(int64_t integer, enum expr_form form)
{
	struct expr_value v = expr_int(integer);

	v.form = form;
	return v;
}

static struct expr_value duration_of(int64_t ns)
{
	return (struct expr_value){ .kind = EXPR_DURATION, .integer = ns };
}

/* A method that gives a part of the calendar. */
#define PART(name, form, expression)                      \
	METHOD(name)                                      \
	{                                                 \
		struct civil c;                           \
							  \
		UNUSED_CALL;                              \
		time_civil(call->self->time, &c);               \
		*out = of_form((expression), (form));     \
		return true;                              \
	}

/* A method whose result is an expression. */
#define GIVES(name, expression)       \
	METHOD(name)                  \
	{                             \
		UNUSED_CALL;          \
		*out = (expression);  \
		return true;          \
	}

PART(time_year, EXPR_PLAIN, c.year)
PART(time_month, EXPR_MONTH, c.month)
PART(time_day, EXPR_PLAIN, c.day)
PART(time_hour, EXPR_PLAIN, c.hour)
PART(time_minute, EXPR_PLAIN, c.minute)
PART(time_second, EXPR_PLAIN, c.second)
PART(time_weekday, EXPR_WEEKDAY, c.weekday)
PART(time_year_day, EXPR_PLAIN, c.yday)

GIVES(time_nanosecond, expr_int(call->self->time->nanoseconds))
GIVES(time_unix, of_form(call->self->time->seconds, EXPR_INT64))
GIVES(time_unix_milli, of_form((int64_t)((uint64_t)call->self->time->seconds * 1000) +
				       call->self->time->nanoseconds / 1000000, EXPR_INT64))
GIVES(time_unix_micro, of_form((int64_t)((uint64_t)call->self->time->seconds * 1000000) +
				       call->self->time->nanoseconds / 1000, EXPR_INT64))
GIVES(time_unix_nano, of_form((int64_t)((uint64_t)call->self->time->seconds * 1000000000u +
					(uint64_t)call->self->time->nanoseconds), EXPR_INT64))
GIVES(time_is_zero, expr_bool(call->self->time->seconds == -62135596800 &&
			      call->self->time->nanoseconds == 0))
GIVES(time_after, expr_bool(time_compare(call->self->time, call->args[0].time) > 0))
GIVES(time_before, expr_bool(time_compare(call->self->time, call->args[0].time) < 0))
GIVES(time_same, expr_bool(time_compare(call->self->time, call->args[0].time) == 0))
GIVES(time_cmp, expr_int(time_compare(call->self->time, call->args[0].time)))
GIVES(time_plus, time_add(a, call->self->time, call->args[0].integer))
GIVES(time_sub, duration_of(time_between(call->self->time, call->args[0].time)))
GIVES(time_down, time_truncate(a, call->self->time, call->args[0].integer, false))
GIVES(time_nearest, time_truncate(a, call->self->time, call->args[0].integer, true))
GIVES(time_utc, time_of(a, call->self->time->seconds, call->self->time->nanoseconds, NULL))
GIVES(time_in, time_of(a, call->self->time->seconds, call->self->time->nanoseconds, call->args[0].zone))

METHOD(time_text)
{
	struct str text = expr_print(a, call->self);

	UNUSED_CALL;
	*out = expr_string(text.at, text.len);
	return true;
}

METHOD(time_in_layout)
{
	struct str text = time_format(a, call->self->time, call->args[0].string);

	UNUSED_CALL;
	*out = expr_string(text.at, text.len);
	return true;
}

METHOD(time_add_date)
{
	const int64_t most = 1000000000;
	struct civil c;

	UNUSED_CALL;
	time_civil(call->self->time, &c);
	for (int i = 0; i < 3; i++)
		if (call->args[i].integer > most || call->args[i].integer < -most)
			return err_set(e, ERR_LIMIT, "AddDate() of so many years");
	c.year += call->args[0].integer;
	c.month += (int)call->args[1].integer;
	c.day += (int)call->args[2].integer;
	*out = time_of_parts(a, &c, call->self->time->nanoseconds, call->self->time->zone);
	return true;
}

METHOD(time_location)
{
	UNUSED_CALL;
	*out = (struct expr_value){ .kind = EXPR_ZONE, .zone = call->self->time->zone };
	return true;
}

METHOD(time_zone)
{
	struct civil c;

	UNUSED_CALL;
	time_civil(call->self->time, &c);
	*out = expr_text(c.abbreviation);
	return true;
}

METHOD(time_is_dst)
{
	struct zone_span span;

	UNUSED_CALL;
	zone_at(call->self->time->zone, call->self->time->seconds, &span);
	*out = expr_bool(span.daylight);
	return true;
}

/* The year of the week's Thursday. */
METHOD(time_iso_week)
{
	struct expr_value thursday;
	struct civil c;

	UNUSED_CALL;
	time_civil(call->self->time, &c);
	c.day += 4 - (c.weekday ? c.weekday : 7);
	c.hour = 12;
	thursday = time_of_parts(a, &c, 0, NULL);
	time_civil(thursday.time, &c);
	*out = expr_int(c.year);
	return true;
}

GIVES(duration_hours, expr_float((double)(call->self->integer / 3600000000000) +
				 (double)(call->self->integer % 3600000000000) / (60 * 60 * 1e9)))
GIVES(duration_minutes, expr_float((double)(call->self->integer / 60000000000) +
				   (double)(call->self->integer % 60000000000) / (60 * 1e9)))
GIVES(duration_seconds, expr_float((double)(call->self->integer / 1000000000) +
				   (double)(call->self->integer % 1000000000) / 1e9))
GIVES(duration_milliseconds, of_form(call->self->integer / 1000000, EXPR_INT64))
GIVES(duration_microseconds, of_form(call->self->integer / 1000, EXPR_INT64))
GIVES(duration_nanoseconds, of_form(call->self->integer, EXPR_INT64))
GIVES(duration_down, duration_of(duration_truncate(call->self->integer, call->args[0].integer)))
GIVES(duration_nearest, duration_of(duration_round(call->self->integer, call->args[0].integer)))
GIVES(duration_abs, duration_of(call->self->integer == INT64_MIN ? INT64_MAX
				: call->self->integer < 0	   ? -call->self->integer
							   : call->self->integer))

#define NONE 0, false, { NULL }
#define ONE(type) 1, false, { &expr_type_##type }

static const struct expr_method of_times[] = {
	{ "Add", { &expr_type_time, ONE(duration) }, time_plus },
	{ "AddDate",
	  { &expr_type_time, 3, false, { &expr_type_int, &expr_type_int, &expr_type_int } },
	  time_add_date },
	{ "After", { &expr_type_bool, ONE(time) }, time_after },
	{ "Before", { &expr_type_bool, ONE(time) }, time_before },
	{ "Compare", { &expr_type_int, ONE(time) }, time_cmp },
	{ "Day", { &expr_type_int, NONE }, time_day },
	{ "Equal", { &expr_type_bool, ONE(time) }, time_same },
	{ "Format", { &expr_type_string, ONE(string) }, time_in_layout },
	{ "Hour", { &expr_type_int, NONE }, time_hour },
	{ "ISOWeek", { &expr_type_int, NONE }, time_iso_week },
	{ "In", { &expr_type_time, ONE(zone) }, time_in },
	{ "IsDST", { &expr_type_bool, NONE }, time_is_dst },
	{ "IsZero", { &expr_type_bool, NONE }, time_is_zero },
	{ "Local", { &expr_type_time, NONE }, time_utc },
	{ "Location", { &expr_type_zone, NONE }, time_location },
	{ "Minute", { &expr_type_int, NONE }, time_minute },
	{ "Month", { &expr_type_month, NONE }, time_month },
	{ "Nanosecond", { &expr_type_int, NONE }, time_nanosecond },
	{ "Round", { &expr_type_time, ONE(duration) }, time_nearest },
	{ "Second", { &expr_type_int, NONE }, time_second },
	{ "String", { &expr_type_string, NONE }, time_text },
	{ "Sub", { &expr_type_duration, ONE(time) }, time_sub },
	{ "Truncate", { &expr_type_time, ONE(duration) }, time_down },
	{ "UTC", { &expr_type_time, NONE }, time_utc },
	{ "Unix", { &expr_type_int64, NONE }, time_unix },
	{ "UnixMicro", { &expr_type_int64, NONE }, time_unix_micro },
	{ "UnixMilli", { &expr_type_int64, NONE }, time_unix_milli },
	{ "UnixNano", { &expr_type_int64, NONE }, time_unix_nano },
	{ "Weekday", { &expr_type_weekday, NONE }, time_weekday },
	{ "Year", { &expr_type_int, NONE }, time_year },
	{ "YearDay", { &expr_type_int, NONE }, time_year_day },
	{ "Zone", { &expr_type_string, NONE }, time_zone },
};

static const struct expr_method of_durations[] = {
	{ "Abs", { &expr_type_duration, NONE }, duration_abs },
	{ "Hours", { &expr_type_float, NONE }, duration_hours },
	{ "Microseconds", { &expr_type_int64, NONE }, duration_microseconds },
	{ "Milliseconds", { &expr_type_int64, NONE }, duration_milliseconds },
	{ "Minutes", { &expr_type_float, NONE }, duration_minutes },
	{ "Nanoseconds", { &expr_type_int64, NONE }, duration_nanoseconds },
	{ "Round", { &expr_type_duration, ONE(duration) }, duration_nearest },
	{ "Seconds", { &expr_type_float, NONE }, duration_seconds },
	{ "String", { &expr_type_string, NONE }, time_text },
	{ "Truncate", { &expr_type_duration, ONE(duration) }, duration_down },
};

static const struct expr_method of_names[] = {
	{ "String", { &expr_type_string, NONE }, time_text },
};

static const struct expr_method *methods_find(const struct expr_method *methods, size_t count,
					      struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_is(name, methods[i].name))
			return &methods[i];
	return NULL;
}

const struct expr_method *method_find(enum expr_kind kind, enum expr_form form,
				      const struct expr_class *class, struct str name)
{
	switch (kind) {
	case EXPR_TIME:
		return methods_find(of_times, COUNTOF(of_times), name);
	case EXPR_DURATION:
		return methods_find(of_durations, COUNTOF(of_durations), name);
	case EXPR_ZONE:
		return methods_find(of_names, COUNTOF(of_names), name);
	case EXPR_INT:
		if (form != EXPR_MONTH && form != EXPR_WEEKDAY)
			return NULL;
		return methods_find(of_names, COUNTOF(of_names), name);
	case EXPR_OBJECT:
		return class ? methods_find(class->methods, class->nmethods, name) : NULL;
	default:
		return NULL;
	}
}

const struct expr_method *type_method(const struct expr_type *t, struct str name)
{
	return !t || t->any ? NULL : method_find(t->kind, t->form, t->class, name);
}
