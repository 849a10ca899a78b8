/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text to times. As in Go, a fraction of a second is taken also where the layout has
 * none, and a zone's abbreviation that is not UTC gives a zone of that name at offset 0.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/zone.h"
#include "expr/go_time.h"
#include "expr/layout.h"

/* What was read so far; -1: not said. */
struct parsed {
	struct str value;               /* what is left */
	struct civil c;
	int32_t nanoseconds;
	int offset;
	bool has_offset, utc, am, pm;
	struct str zone_name;
};

static bool digit_at(struct str s, size_t i)
{
	return i < s.len && s.at[i] >= '0' && s.at[i] <= '9';
}

static void time_parse_drop(struct str *s, size_t count)
{
	s->at += count;
	s->len -= count;
}

static void drop_spaces(struct str *s)
{
	while (s->len && *s->at == ' ')
		time_parse_drop(s, 1);
}

/* Text between the parts must be there; one space stands for any number. */
static bool skip_text(struct str *value, struct str text)
{
	while (text.len) {
		if (*text.at == ' ') {
			if (value->len && *value->at != ' ')
				return false;
			drop_spaces(&text);
			drop_spaces(value);
			continue;
		}
		if (!value->len || *value->at != *text.at)
			return false;
		time_parse_drop(&text, 1);
		time_parse_drop(value, 1);
	}
	return true;
}

static bool time_parse_read_number(struct str *s, bool two, int *out)
{
	if (!digit_at(*s, 0) || (two && !digit_at(*s, 1)))
		return false;
	*out = *s->at - '0';
	time_parse_drop(s, 1);
	if (digit_at(*s, 0)) {
		*out = *out * 10 + *s->at - '0';
		time_parse_drop(s, 1);
	}
	return true;
}

static bool time_parse_read_name(struct str *s, const char *const *names, int count, bool whole,
				 int *out)
{
	for (int i = 0; i < count; i++) {
		size_t len = whole ? strlen(names[i]) : 3, j = 0;

		while (j < len && j < s->len && (s->at[j] | 32) == (names[i][j] | 32))
			j++;
		if (j < len)
			continue;
		time_parse_drop(s, len);
		*out = i;
		return true;
	}
	return false;
}

/* A point and count - 1 digits, of which nine matter. */
static bool read_fraction(struct parsed *p, size_t count)
{
	int32_t ns = 0;

	if (p->value.len < count || (*p->value.at != '.' && *p->value.at != ','))
		return false;
	for (size_t i = 1; i < 10; i++) {
		if (i < count && !digit_at(p->value, i))
			return false;
		ns = ns * 10 + (i < count ? p->value.at[i] - '0' : 0);
	}
	p->nanoseconds = ns;
	time_parse_drop(&p->value, count);
	return true;
}

static size_t fraction_length(struct str s)
{
	size_t i = 1;

	if (s.len < 2 || (*s.at != '.' && *s.at != ',') || !digit_at(s, 1))
		return 0;
	while (digit_at(s, i))
		i++;
	return i;
}

static bool read_second(struct parsed *p, bool two, struct str layout)
{
	struct layout_part next;
	size_t fraction;

	if (!time_parse_read_number(&p->value, two, &p->c.second) || p->c.second >= 60)
		return false;
	fraction = fraction_length(p->value);
	layout_next(layout, &next);
	if (!fraction || next.part == PART_FRACTION || next.part == PART_TRIMMED_FRACTION)
		return true;
	return read_fraction(p, fraction);
}

static bool read_offset(struct parsed *p, const struct layout_part *part)
{
	int fields[3] = { 0 }, sign;

	if (part->z && p->value.len && *p->value.at == 'Z') {
		time_parse_drop(&p->value, 1);
		p->utc = true;
		return true;
	}
	if (!p->value.len || (*p->value.at != '+' && *p->value.at != '-'))
		return false;
	sign = *p->value.at == '-' ? -1 : 1;
	time_parse_drop(&p->value, 1);
	for (int i = 0; i * 2 < part->digits; i++) {
		if (i && part->colon) {
			if (!p->value.len || *p->value.at != ':')
				return false;
			time_parse_drop(&p->value, 1);
		}
		if (!time_parse_read_number(&p->value, true, &fields[i]))
			return false;
	}
	if (fields[0] > 24 || fields[1] > 60 || fields[2] > 60)
		return false;
	p->has_offset = true;
	p->offset = sign * (fields[0] * 3600 + fields[1] * 60 + fields[2]);
	return true;
}

/* "+3" or "-11" behind GMT or alone; 0: none. */
static size_t signed_length(struct str s)
{
	size_t i = 1;
	int value = 0;

	if (!s.len || (*s.at != '+' && *s.at != '-'))
		return 0;
	for (; digit_at(s, i); i++)
		value = value > 99 ? value : value * 10 + s.at[i] - '0';
	return i > 1 && value <= 23 ? i : 0;
}

/* Three capital letters; four or five that end in T; some that are known. */
static size_t zone_length(struct str s)
{
	size_t upper = 0;

	if (s.len < 3)
		return 0;
	if (s.len >= 4 && (memcmp(s.at, "ChST", 4) == 0 || memcmp(s.at, "MeST", 4) == 0))
		return 4;
	if (memcmp(s.at, "GMT", 3) == 0)
		return 3 + signed_length((struct str){ s.at + 3, s.len - 3 });
	if (*s.at == '+' || *s.at == '-')
		return signed_length(s);
	while (upper < 6 && upper < s.len && s.at[upper] >= 'A' && s.at[upper] <= 'Z')
		upper++;
	if (upper == 3)
		return 3;
	if (upper == 4)
		return s.at[3] == 'T' || memcmp(s.at, "WITA", 4) == 0 ? 4 : 0;
	return upper == 5 && s.at[4] == 'T' ? 5 : 0;
}

static bool read_zone_name(struct parsed *p)
{
	size_t len;

	if (p->value.len >= 3 && memcmp(p->value.at, "UTC", 3) == 0) {
		time_parse_drop(&p->value, 3);
		p->utc = true;
		return true;
	}
	len = zone_length(p->value);
	p->zone_name = (struct str){ p->value.at, len };
	time_parse_drop(&p->value, len);
	return len > 0;
}

static bool read_year(struct parsed *p, bool whole)
{
	size_t len = whole ? 4 : 2;
	int year = 0;

	for (size_t i = 0; i < len; i++) {
		if (!digit_at(p->value, i))
			return false;
		year = year * 10 + p->value.at[i] - '0';
	}
	time_parse_drop(&p->value, len);
	p->c.year = whole ? year : year + (year >= 69 ? 1900 : 2000);
	return true;
}

static bool read_yday(struct parsed *p, bool zero)
{
	int i = 0;

	for (int spaces = 0; !zero && spaces < 2 && p->value.len && *p->value.at == ' '; spaces++)
		time_parse_drop(&p->value, 1);
	p->c.yday = 0;
	for (; i < 3 && digit_at(p->value, 0); i++) {
		p->c.yday = p->c.yday * 10 + *p->value.at - '0';
		time_parse_drop(&p->value, 1);
	}
	return i > 0 && (!zero || i == 3);
}

static bool read_half(struct parsed *p, const char *am, const char *pm)
{
	if (p->value.len < 2)
		return false;
	p->am |= memcmp(p->value.at, am, 2) == 0;
	p->pm |= memcmp(p->value.at, pm, 2) == 0;
	if (memcmp(p->value.at, am, 2) != 0 && memcmp(p->value.at, pm, 2) != 0)
		return false;
	time_parse_drop(&p->value, 2);
	return true;
}

static bool time_parse_read_date(struct parsed *p, const struct layout_part *part)
{
	int ignored;

	switch (part->part) {
	case PART_LONG_MONTH:
	case PART_MONTH:
		if (!time_parse_read_name(&p->value, time_months, 12, part->part == PART_LONG_MONTH,
					  &p->c.month))
			return false;
		p->c.month++;
		return true;
	case PART_NUMBER_MONTH:
	case PART_ZERO_MONTH:
		return time_parse_read_number(&p->value, part->part == PART_ZERO_MONTH,
					      &p->c.month) &&
		       p->c.month >= 1 && p->c.month <= 12;
	case PART_LONG_WEEKDAY:
	case PART_WEEKDAY:
		return time_parse_read_name(&p->value, time_weekdays, 7,
					    part->part == PART_LONG_WEEKDAY, &ignored);
	case PART_SPACE_DAY:
		if (p->value.len && *p->value.at == ' ')
			time_parse_drop(&p->value, 1);
		return time_parse_read_number(&p->value, false, &p->c.day);
	case PART_DAY:
	case PART_ZERO_DAY:
		return time_parse_read_number(&p->value, part->part == PART_ZERO_DAY, &p->c.day);
	case PART_SPACE_YDAY:
	case PART_ZERO_YDAY:
		return read_yday(p, part->part == PART_ZERO_YDAY);
	default:
		return read_year(p, part->part == PART_LONG_YEAR);
	}
}

static bool time_parse_read_part(struct parsed *p, const struct layout_part *part)
{
	switch (part->part) {
	case PART_HOUR:
		return time_parse_read_number(&p->value, false, &p->c.hour) && p->c.hour < 24;
	case PART_HOUR12:
	case PART_ZERO_HOUR12:
		return time_parse_read_number(&p->value, part->part == PART_ZERO_HOUR12,
					      &p->c.hour) &&
		       p->c.hour <= 12;
	case PART_MINUTE:
	case PART_ZERO_MINUTE:
		return time_parse_read_number(&p->value, part->part == PART_ZERO_MINUTE,
					      &p->c.minute) &&
		       p->c.minute < 60;
	case PART_SECOND:
	case PART_ZERO_SECOND:
		return read_second(p, part->part == PART_ZERO_SECOND, part->after);
	case PART_UPPER_PM:
		return read_half(p, "AM", "PM");
	case PART_LOWER_PM:
		return read_half(p, "am", "pm");
	case PART_OFFSET:
		return read_offset(p, part);
	case PART_ZONE_NAME:
		return read_zone_name(p);
	case PART_FRACTION:
		return read_fraction(p, (size_t)part->digits + 1);
	case PART_TRIMMED_FRACTION:
		return !fraction_length(p->value) || read_fraction(p, fraction_length(p->value));
	default:
		return time_parse_read_date(p, part);
	}
}

static int days_in(int64_t year, int month)
{
	int64_t next = month == 12 ? days_of_date(year + 1, 1, 1) : days_of_date(year, month + 1, 1);

	return (int)(next - days_of_date(year, month, 1));
}

/* The day of the year, when given, says month and day; they must agree when given too. */
static bool settle_date(struct civil *c)
{
	if (c->yday >= 0) {
		int left = c->yday, month = 1;

		if (left < 1 || left > days_of_date(c->year + 1, 1, 1) - days_of_date(c->year, 1, 1))
			return false;
		while (left > days_in(c->year, month))
			left -= days_in(c->year, month++);
		if ((c->month >= 0 && c->month != month) || (c->day >= 0 && c->day != left))
			return false;
		c->month = month;
		c->day = left;
		return true;
	}
	c->month = c->month < 0 ? 1 : c->month;
	c->day = c->day < 0 ? 1 : c->day;
	return c->day >= 1 && c->day <= days_in(c->year, c->month);
}

static struct expr_value make_time(struct arena *a, struct parsed *p, const struct zone *zone)
{
	const char *name = str_text(a, p->zone_name);
	struct expr_value utc;
	int offset = 0;

	if (p->utc)
		return time_of_parts(a, &p->c, p->nanoseconds, NULL);
	utc = time_of_parts(a, &p->c, p->nanoseconds, NULL);
	if (p->has_offset) {
		bool plain = p->offset == 0 && (!*name || same_text(name, "UTC"));

		return time_of(a, utc.time->seconds - p->offset, p->nanoseconds,
			       plain ? NULL : zone_fixed(a, name, p->offset));
	}
	if (p->zone_name.len) {
		if (p->zone_name.len > 3 && has_prefix(name, "GMT"))
			offset = (int)strtol(name + 3, NULL, 10) * 3600;
		return time_of(a, utc.time->seconds - 0, p->nanoseconds, zone_fixed(a, name, offset));
	}
	return time_of_parts(a, &p->c, p->nanoseconds, zone);
}

bool time_parse(struct arena *a, struct str layout, struct str text, const struct zone *zone,
		struct expr_value *out)
{
	struct parsed p = { .value = text, .c = { .month = -1, .day = -1, .yday = -1 } };
	struct layout_part part;

	for (layout_next(layout, &part);; layout_next(part.after, &part)) {
		if (!skip_text(&p.value, part.before))
			return false;
		if (part.part == PART_NONE)
			break;
		if (!time_parse_read_part(&p, &part))
			return false;
	}
	if (p.value.len || !settle_date(&p.c))
		return false;
	if (p.pm && p.c.hour < 12)
		p.c.hour += 12;
	else if (p.am && p.c.hour == 12)
		p.c.hour = 0;
	*out = make_time(a, &p, zone);
	return true;
}
