/* SPDX-License-Identifier: Apache-2.0 */
/* Times to text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "expr/go_time.h"
#include "expr/layout.h"

enum { LONGEST = 1 << 20 };

static void add_padded(struct buf *b, int64_t number, int width)
{
	if (number < 0)
		buf_format(b, "-%0*lld", width, (long long)-number);
	else
		buf_format(b, "%0*lld", width, (long long)number);
}

static void add_offset(struct buf *b, const struct layout_part *p, int offset)
{
	int minutes = offset / 60, seconds = abs(offset % 60);
	const char *colon = p->colon ? ":" : "";

	if (p->z && offset == 0) {
		buf_char(b, 'Z');
		return;
	}
	buf_char(b, minutes < 0 ? '-' : '+');
	minutes = abs(minutes);
	buf_format(b, "%02d", minutes / 60);
	if (p->digits >= 4)
		buf_format(b, "%s%02d", colon, minutes % 60);
	if (p->digits >= 6)
		buf_format(b, "%s%02d", colon, seconds);
}

static void add_zone_name(struct buf *b, const struct civil *c)
{
	int minutes = c->offset / 60;

	if (*c->abbreviation) {
		buf_text(b, c->abbreviation);
		return;
	}
	buf_format(b, "%c%02d%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
}

static void add_fraction(struct buf *b, const struct layout_part *p, int32_t nanoseconds)
{
	char digits[16];
	int len = p->digits < 9 ? p->digits : 9;

	if (p->part == PART_TRIMMED_FRACTION && nanoseconds == 0)
		return;
	snprintf(digits, sizeof(digits), "%09d", nanoseconds);
	while (p->part == PART_TRIMMED_FRACTION && len && digits[len - 1] == '0')
		len--;
	if (len || p->part == PART_FRACTION) {
		buf_char(b, p->text.at[0]);
		buf_add(b, digits, (size_t)len);
	}
}

static void add_clock(struct buf *b, enum layout_field part, const struct civil *c)
{
	int hour = c->hour % 12 ? c->hour % 12 : 12;

	switch (part) {
	case PART_HOUR:
		add_padded(b, c->hour, 2);
		break;
	case PART_HOUR12:
	case PART_ZERO_HOUR12:
		add_padded(b, hour, part == PART_HOUR12 ? 0 : 2);
		break;
	case PART_MINUTE:
	case PART_ZERO_MINUTE:
		add_padded(b, c->minute, part == PART_MINUTE ? 0 : 2);
		break;
	case PART_SECOND:
	case PART_ZERO_SECOND:
		add_padded(b, c->second, part == PART_SECOND ? 0 : 2);
		break;
	case PART_UPPER_PM:
		buf_text(b, c->hour >= 12 ? "PM" : "AM");
		break;
	default:
		buf_text(b, c->hour >= 12 ? "pm" : "am");
		break;
	}
}

static void add_date(struct buf *b, enum layout_field part, const struct civil *c)
{
	switch (part) {
	case PART_LONG_MONTH:
		buf_text(b, time_months[c->month - 1]);
		break;
	case PART_MONTH:
		buf_add(b, time_months[c->month - 1], 3);
		break;
	case PART_NUMBER_MONTH:
	case PART_ZERO_MONTH:
		add_padded(b, c->month, part == PART_NUMBER_MONTH ? 0 : 2);
		break;
	case PART_LONG_WEEKDAY:
		buf_text(b, time_weekdays[c->weekday]);
		break;
	case PART_WEEKDAY:
		buf_add(b, time_weekdays[c->weekday], 3);
		break;
	case PART_DAY:
	case PART_ZERO_DAY:
		add_padded(b, c->day, part == PART_DAY ? 0 : 2);
		break;
	case PART_SPACE_DAY:
		buf_format(b, "%2d", c->day);
		break;
	case PART_SPACE_YDAY:
		buf_format(b, "%3d", c->yday);
		break;
	case PART_ZERO_YDAY:
		add_padded(b, c->yday, 3);
		break;
	case PART_LONG_YEAR:
		add_padded(b, c->year, 4);
		break;
	default:
		add_padded(b, c->year < 0 ? 0 : c->year % 100, 2);
		break;
	}
}

struct str time_format(struct arena *a, const struct expr_time *t, struct str layout)
{
	AUTO(buf) struct buf b;
	struct layout_part p;
	struct civil c;

	buf_init(&b, LONGEST);
	time_civil(t, &c);
	for (layout_next(layout, &p);; layout_next(p.after, &p)) {
		buf_add(&b, p.before.at, p.before.len);
		if (p.part == PART_NONE)
			break;
		if (p.part == PART_OFFSET)
			add_offset(&b, &p, c.offset);
		else if (p.part == PART_ZONE_NAME)
			add_zone_name(&b, &c);
		else if (p.part == PART_FRACTION || p.part == PART_TRIMMED_FRACTION)
			add_fraction(&b, &p, t->nanoseconds);
		else if ((p.part >= PART_HOUR && p.part <= PART_ZERO_SECOND) ||
			 p.part == PART_UPPER_PM || p.part == PART_LOWER_PM)
			add_clock(&b, p.part, &c);
		else
			add_date(&b, p.part, &c);
	}
	return (struct str){ buf_copy(&b, a), b.len };
}

bool time_json(struct arena *a, const struct expr_time *t, struct str *out)
{
	struct civil c;

	time_civil(t, &c);
	if (c.year < 0 || c.year > 9999 || abs(c.offset) >= 24 * 3600)
		return false;
	*out = time_format(a, t, str_of("2006-01-02T15:04:05.999999999Z07:00"));
	return true;
}
