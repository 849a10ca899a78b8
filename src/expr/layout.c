/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go's layouts are written by example: the reference time is Mon Jan 2 15:04:05 MST
 * 2006, and whatever looks like a part of it is one. https://pkg.go.dev/time#Layout
 */
#include "expr/layout.h"

#include <string.h>

static const struct {
	const char *text;
	enum layout_field part;
} parts[] = {
	/* longer ones before those that begin alike */
	{ "January", PART_LONG_MONTH },
	{ "Jan", PART_MONTH },
	{ "Monday", PART_LONG_WEEKDAY },
	{ "Mon", PART_WEEKDAY },
	{ "MST", PART_ZONE_NAME },
	{ "002", PART_ZERO_YDAY },
	{ "01", PART_ZERO_MONTH },
	{ "02", PART_ZERO_DAY },
	{ "03", PART_ZERO_HOUR12 },
	{ "04", PART_ZERO_MINUTE },
	{ "05", PART_ZERO_SECOND },
	{ "06", PART_YEAR },
	{ "15", PART_HOUR },
	{ "1", PART_NUMBER_MONTH },
	{ "2006", PART_LONG_YEAR },
	{ "2", PART_DAY },
	{ "__2", PART_SPACE_YDAY },
	{ "_2", PART_SPACE_DAY },
	{ "3", PART_HOUR12 },
	{ "4", PART_MINUTE },
	{ "5", PART_SECOND },
	{ "PM", PART_UPPER_PM },
	{ "pm", PART_LOWER_PM },
};

static const char *const offsets[] = { "070000", "07:00:00", "0700", "07:00", "07" };

static bool layout_begins(struct str s, const char *text)
{
	size_t len = strlen(text);

	return s.len >= len && memcmp(s.at, text, len) == 0;
}

static bool has_digit(struct str s, size_t i)
{
	return i < s.len && s.at[i] >= '0' && s.at[i] <= '9';
}

static size_t find_offset(struct str rest, struct layout_part *out)
{
	struct str digits = { rest.at + 1, rest.len - 1 };

	for (size_t i = 0; i < COUNTOF(offsets); i++) {
		size_t len = strlen(offsets[i]);

		if (!layout_begins(digits, offsets[i]))
			continue;
		out->part = PART_OFFSET;
		out->colon = strchr(offsets[i], ':') != NULL;
		out->digits = (int)(out->colon ? len - len / 3 : len);
		out->z = rest.at[0] == 'Z';
		return len + 1;
	}
	return 0;
}

/* ".000" or ",999", unless more digits follow. */
static size_t find_fraction(struct str rest, struct layout_part *out)
{
	size_t i = 1;
	char c = (char)(rest.len > 1 ? rest.at[1] : 0);

	if (c != '0' && c != '9')
		return 0;
	while (i < rest.len && rest.at[i] == c)
		i++;
	if (has_digit(rest, i))
		return 0;
	out->part = c == '0' ? PART_FRACTION : PART_TRIMMED_FRACTION;
	out->digits = (int)(i - 1);
	return i;
}

/* The length of the part that begins rest; 0: none does. */
static size_t find_part(struct str rest, struct layout_part *out)
{
	if (*rest.at == '-' || *rest.at == 'Z')
		return find_offset(rest, out);
	if (*rest.at == '.' || *rest.at == ',')
		return find_fraction(rest, out);
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		size_t len = strlen(parts[i].text);
		bool is_short = parts[i].part == PART_MONTH || parts[i].part == PART_WEEKDAY;

		if (!layout_begins(rest, parts[i].text))
			continue;
		if (is_short && rest.len > 3 && rest.at[3] >= 'a' && rest.at[3] <= 'z')
			continue;
		out->part = parts[i].part;
		return len;
	}
	return 0;
}

void layout_next(struct str layout, struct layout_part *out)
{
	*out = (struct layout_part){ .part = PART_NONE, .before = layout };
	for (size_t i = 0; i < layout.len; i++) {
		struct str rest = { layout.at + i, layout.len - i };
		size_t len;

		if (layout_begins(rest, "_2006")) { /* a character, then the year */
			i++;
			rest = (struct str){ layout.at + i, layout.len - i };
		}
		len = find_part(rest, out);
		if (!len)
			continue;
		out->before.len = i;
		out->text = (struct str){ rest.at, len };
		out->after = (struct str){ rest.at + len, rest.len - len };
		return;
	}
}
