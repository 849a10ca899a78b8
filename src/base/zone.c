/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files list the moments at which the offset changes; past the last of them the rule at
 * the file's end (as in TZ, "CET-1CEST,M3.5.0,M10.5.0/3") goes on for ever.
 */
#include "base/zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"

enum { LARGEST_FILE = 1 << 20, DAY = 86400 };

struct kind {
	int offset;
	bool daylight;
	const char *abbreviation;
};

/* When a rule's part begins, in local seconds of a year. */
struct zone_change {
	char form;              /* 'M' month.week.day, 'J' without Feb 29, 'N' with it */
	int month, week, day, seconds;
};

struct zone {
	const char *name;
	size_t nchanges, nkinds;
	int64_t *changes;
	unsigned char *kind_of; /* of the span that begins at changes[i] */
	struct kind *kinds;
	bool has_rule, has_daylight;
	struct kind standard, daylight;
	struct zone_change begins, ends;
};

static int64_t big_endian(const unsigned char *p, int size)
{
	uint64_t value = size == 4 && (p[0] & 0x80) ? UINT64_MAX : 0;

	for (int i = 0; i < size; i++)
		value = value << 8 | p[i];
	return (int64_t)value;
}

/* [+-]hh[:mm[:ss]] */
static bool zone_read_clock(const char **p, int *seconds)
{
	int sign = **p == '-' ? -1 : 1, parts[3] = { 0 };

	*p += **p == '-' || **p == '+';
	for (int i = 0; i < 3; i++) {
		char *end;

		if (**p < '0' || **p > '9')
			return false;
		parts[i] = (int)strtol(*p, &end, 10) % 1000;
		*p = end;
		if (**p != ':')
			break;
		(*p)++;
	}
	*seconds = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
	return true;
}

/* "CEST" or "<+03>". */
static bool zone_read_name(struct arena *a, const char **p, const char **name)
{
	const char *start = *p;

	if (*start == '<') {
		const char *end = strchr(start, '>');

		if (!end)
			return false;
		*name = str_copy_n(a, start + 1, (size_t)(end - start) - 1);
		*p = end + 1;
		return true;
	}
	while ((**p >= 'a' && **p <= 'z') || (**p >= 'A' && **p <= 'Z'))
		(*p)++;
	*name = str_copy_n(a, start, (size_t)(*p - start));
	return *p - start >= 3;
}

static bool zone_read_number(const char **p, int *out)
{
	char *end;
	long value;

	if (**p < '0' || **p > '9')
		return false;
	value = strtol(*p, &end, 10);
	*out = (int)value;
	*p = end;
	return value <= 366;
}

/* ",M3.5.0/2" */
static bool read_change(const char **p, struct zone_change *out)
{
	*out = (struct zone_change){ .form = 'N', .seconds = 7200 };
	if (*(*p)++ != ',')
		return false;
	if (**p == 'M') {
		out->form = 'M';
		(*p)++;
		if (!zone_read_number(p, &out->month) || *(*p)++ != '.' ||
		    !zone_read_number(p, &out->week) || *(*p)++ != '.' ||
		    !zone_read_number(p, &out->day) || out->month < 1 || out->month > 12 ||
		    out->week < 1 || out->week > 5 || out->day > 6)
			return false;
	} else {
		if (**p == 'J') {
			out->form = 'J';
			(*p)++;
		}
		if (!zone_read_number(p, &out->day))
			return false;
	}
	if (**p != '/')
		return true;
	(*p)++;
	return zone_read_clock(p, &out->seconds);
}

static bool read_rule(struct arena *a, struct zone *z, const char *p)
{
	int west;

	if (!zone_read_name(a, &p, &z->standard.abbreviation) || !zone_read_clock(&p, &west))
		return false;
	z->standard.offset = -west;
	if (!*p)
		return true;
	if (!zone_read_name(a, &p, &z->daylight.abbreviation))
		return false;
	z->daylight.daylight = true;
	z->daylight.offset = z->standard.offset + 3600;
	if (*p != ',') {
		if (!zone_read_clock(&p, &west))
			return false;
		z->daylight.offset = -west;
	}
	z->has_daylight = true;
	return read_change(&p, &z->begins) && read_change(&p, &z->ends) && !*p;
}

struct tzif_counts {
	size_t utc, standard, leap, changes, kinds, letters;
};

static bool zone_read_header(struct str file, size_t at, struct tzif_counts *n)
{
	const unsigned char *p = (const unsigned char *)file.at + at;

	if (file.len < at + 44 || memcmp(p, "TZif", 4) != 0)
		return false;
	*n = (struct tzif_counts){
		.utc = (uint32_t)big_endian(p + 20, 4),
		.standard = (uint32_t)big_endian(p + 24, 4),
		.leap = (uint32_t)big_endian(p + 28, 4),
		.changes = (uint32_t)big_endian(p + 32, 4),
		.kinds = (uint32_t)big_endian(p + 36, 4),
		.letters = (uint32_t)big_endian(p + 40, 4),
	};
	return n->utc < 65536 && n->standard < 65536 && n->leap < 65536 && n->changes < 65536 &&
	       n->kinds > 0 && n->kinds < 256 && n->letters < 65536;
}

static size_t data_size(const struct tzif_counts *n, size_t word)
{
	return n->changes * (word + 1) + n->kinds * 6 + n->letters + n->leap * (word + 4) +
	       n->standard + n->utc;
}

static bool zone_read_data(struct arena *a, struct zone *z, const unsigned char *p,
			   const struct tzif_counts *n, size_t word)
{
	const unsigned char *indexes = p + n->changes * word, *kinds = indexes + n->changes;
	const char *letters = (const char *)kinds + n->kinds * 6;

	z->nchanges = n->changes;
	z->nkinds = n->kinds;
	z->changes = arena_array(a, n->changes + 1, sizeof(*z->changes));
	z->kind_of = arena_copy(a, indexes, n->changes);
	z->kinds = arena_array(a, n->kinds, sizeof(*z->kinds));
	for (size_t i = 0; i < n->changes; i++) {
		z->changes[i] = big_endian(p + i * word, (int)word);
		if (z->kind_of[i] >= n->kinds || (i && z->changes[i] < z->changes[i - 1]))
			return false;
	}
	for (size_t i = 0; i < n->kinds; i++) {
		size_t letter = kinds[i * 6 + 5];
		const char *end = letter < n->letters ? memchr(letters + letter, 0, n->letters - letter)
						      : NULL;

		if (!end)
			return false;
		z->kinds[i].offset = (int)big_endian(kinds + i * 6, 4);
		z->kinds[i].daylight = kinds[i * 6 + 4];
		z->kinds[i].abbreviation = str_copy(a, letters + letter);
	}
	return true;
}

/* Version 1 has 32-bit times only; later ones repeat all in 64 bits, then the rule. */
static bool zone_read_zone(struct arena *a, struct str file, struct zone *z)
{
	size_t at = 0, word = 4, end;
	struct tzif_counts n;

	if (!zone_read_header(file, 0, &n))
		return false;
	if (file.at[4] >= '2') {
		at = 44 + data_size(&n, 4);
		word = 8;
		if (!zone_read_header(file, at, &n))
			return false;
	}
	end = at + 44 + data_size(&n, word);
	if (end > file.len ||
	    !zone_read_data(a, z, (const unsigned char *)file.at + at + 44, &n, word))
		return false;
	if (word == 8 && end + 2 < file.len && file.at[end] == '\n') {
		struct str rule = str_trim((struct str){ file.at + end, file.len - end });

		z->has_rule = rule.len && read_rule(a, z, str_text(a, rule));
	}
	return true;
}

static bool is_safe_name(const char *name)
{
	return *name && *name != '/' && *name != '\\' && !strstr(name, "..") && strlen(name) < 100;
}

bool zone_load(struct arena *a, const char *name, const struct zone **out)
{
	const char *folders[] = { getenv("ZONEINFO"), "/usr/share/zoneinfo",
				  "/usr/share/lib/zoneinfo", "/etc/zoneinfo" };
	struct zone *z;
	struct str file;
	struct err e;

	if (!*name || same_text(name, "UTC")) {
		*out = NULL;
		return true;
	}
	if (!is_safe_name(name))
		return false;
	z = arena_alloc(a, sizeof(*z));
	for (size_t i = 0; i < COUNTOF(folders); i++) {
		if (!folders[i] || !file_read(a, str_format(a, "%s/%s", folders[i], name),
					      LARGEST_FILE, &file, &e))
			continue;
		if (!zone_read_zone(a, file, z))
			return false;
		z->name = str_copy(a, name);
		*out = z;
		return true;
	}
	return false;
}

const struct zone *zone_fixed(struct arena *a, const char *name, int offset)
{
	struct zone *z = arena_alloc(a, sizeof(*z));

	z->name = str_copy(a, name);
	z->kinds = arena_alloc(a, sizeof(*z->kinds));
	z->nkinds = 1;
	z->kinds[0] = (struct kind){ offset, false, z->name };
	return z;
}

const char *zone_name(const struct zone *z)
{
	return z ? z->name : "UTC";
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds from 1970 at which a change of the rule falls in a year, in UTC. */
static int64_t zone_moment(const struct zone_change *c, int64_t year, int offset_before)
{
	int64_t day, first;

	if (c->form == 'M') {
		int weekday;

		first = days_of_date(year, c->month, 1);
		weekday = (int)(((first + 4) % 7 + 7) % 7);
		day = first + (c->day - weekday + 7) % 7 + (c->week - 1) * 7;
		while (day >= days_of_date(c->month == 12 ? year + 1 : year,
					   c->month == 12 ? 1 : c->month + 1, 1))
			day -= 7;
	} else {
		day = days_of_date(year, 1, 1) + c->day;
		if (c->form == 'J')
			day += (is_leap(year) && c->day >= 60) - 1;
	}
	return day * DAY + c->seconds - offset_before;
}

static void set_span(struct zone_span *out, const struct kind *kind)
{
	out->offset = kind->offset;
	out->abbreviation = kind->abbreviation;
	out->daylight = kind->daylight;
}

static int64_t year_of(int64_t seconds)
{
	int64_t year = 1970 + seconds / 31556952;

	while (days_of_date(year, 1, 1) * DAY > seconds)
		year--;
	while (days_of_date(year + 1, 1, 1) * DAY <= seconds)
		year++;
	return year;
}

/* The rule's span around that second; start is no earlier than least. */
static void span_of_rule(const struct zone *z, int64_t seconds, int64_t least,
			 struct zone_span *out)
{
	int64_t year = year_of(seconds + z->standard.offset);

	set_span(out, &z->standard);
	out->start = least;
	out->end = INT64_MAX;
	if (!z->has_daylight)
		return;
	for (int64_t y = year - 1; y <= year + 1; y++) {
		int64_t on = zone_moment(&z->begins, y, z->standard.offset);
		int64_t off = zone_moment(&z->ends, y, z->daylight.offset);
		int64_t both[2] = { on < off ? on : off, on < off ? off : on };

		for (int i = 0; i < 2; i++) {
			if (both[i] > seconds) {
				out->end = both[i];
				out->start = out->start > least ? out->start : least;
				return;
			}
			set_span(out, both[i] == on ? &z->daylight : &z->standard);
			out->start = both[i];
		}
	}
}

void zone_at(const struct zone *z, int64_t seconds, struct zone_span *out)
{
	size_t low = 0, high, first = 0;

	*out = (struct zone_span){ INT64_MIN, INT64_MAX, 0, "UTC", false };
	if (!z)
		return;
	for (high = z->nchanges; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (z->changes[middle] <= seconds)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == z->nchanges && z->has_rule) {
		span_of_rule(z, seconds, low ? z->changes[low - 1] : INT64_MIN, out);
		return;
	}
	if (low < z->nchanges)
		out->end = z->changes[low];
	if (low) {
		out->start = z->changes[low - 1];
		set_span(out, &z->kinds[z->kind_of[low - 1]]);
		return;
	}
	while (first + 1 < z->nkinds && z->kinds[first].daylight)
		first++;
	set_span(out, &z->kinds[first]);
}
