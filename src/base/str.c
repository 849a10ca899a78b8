/* SPDX-License-Identifier: Apache-2.0 */
/* Strings: copying, comparing, and the one UTF-8 decoder of the program. */
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"

struct str str_of(const char *text)
{
	return (struct str){ text, text ? strlen(text) : 0 };
}

bool str_equal(struct str a, struct str b)
{
	return a.len == b.len && (!a.len || memcmp(a.at, b.at, a.len) == 0);
}

bool str_is(struct str a, const char *text)
{
	return str_equal(a, str_of(text));
}

int str_compare(struct str a, struct str b)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared ? memcmp(a.at, b.at, shared) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool has_suffix(const char *text, const char *suffix)
{
	size_t len = strlen(text), want = strlen(suffix);

	return len >= want && memcmp(text + len - want, suffix, want) == 0;
}

bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool same_but_case_n(const char *a, const char *b, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (letter_lower(a[i]) != letter_lower(b[i]))
			return false;
		if (!a[i])
			return true;
	}
	return true;
}

bool same_but_case(const char *a, const char *b)
{
	return same_but_case_n(a, b, SIZE_MAX);
}

const char *str_copy(struct arena *a, const char *text)
{
	return text ? arena_copy(a, text, strlen(text) + 1) : NULL;
}

const char *str_copy_n(struct arena *a, const char *text, size_t len)
{
	char *to = arena_alloc(a, len + 1);

	if (len)
		memcpy(to, text, len);
	return to;
}

const char *str_text(struct arena *a, struct str s)
{
	return str_copy_n(a, s.at, s.len);
}

char *str_format(struct arena *a, const char *format, ...)
{
	va_list ap, again;
	char first[256], *to;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(first, sizeof(first), format, ap);
	va_end(ap);
	if (n < 0)
		n = 0;
	to = arena_alloc(a, (size_t)n + 1);
	if ((size_t)n < sizeof(first))
		memcpy(to, first, (size_t)n);
	else
		vsnprintf(to, (size_t)n + 1, format, again);
	va_end(again);
	return to;
}

const char *str_lower(struct arena *a, const char *text)
{
	char *to = arena_copy(a, text, strlen(text) + 1);

	for (char *p = to; *p; p++)
		*p = letter_lower(*p);
	return to;
}

static bool str_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	while (s.len && str_is_space(s.at[0])) {
		s.at++;
		s.len--;
	}
	while (s.len && str_is_space(s.at[s.len - 1]))
		s.len--;
	return s;
}

/* The smallest code point that needs a sequence of this many bytes. */
static uint32_t smallest(size_t len)
{
	static const uint32_t first[] = { 0, 0, 0x80, 0x800, 0x10000 };

	return first[len];
}

size_t utf8_decode(const char *text, size_t len, uint32_t *point)
{
	unsigned char c = (unsigned char)text[0];
	size_t need = c < 0x80 ? 1 : (c & 0xe0) == 0xc0 ? 2 : (c & 0xf0) == 0xe0 ? 3 :
		      (c & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t value;

	if (!need || need > len)
		return 0;
	value = need == 1 ? c : c & (0xffu >> (need + 1));
	for (size_t i = 1; i < need; i++) {
		unsigned char next = (unsigned char)text[i];

		if ((next & 0xc0) != 0x80)
			return 0;
		value = value << 6 | (next & 0x3f);
	}
	if (value < smallest(need) || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 0;
	*point = value;
	return need;
}

size_t utf8_encode(uint32_t point, char out[4])
{
	if (point < 0x80) {
		out[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		out[0] = (char)(0xc0 | point >> 6);
		out[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		out[0] = (char)(0xe0 | point >> 12);
		out[1] = (char)(0x80 | (point >> 6 & 0x3f));
		out[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | point >> 18);
	out[1] = (char)(0x80 | (point >> 12 & 0x3f));
	out[2] = (char)(0x80 | (point >> 6 & 0x3f));
	out[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

bool utf8_valid(const char *text, size_t len)
{
	uint32_t point;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_decode(text + i, len - i, &point);

		if (!n)
			return false;
		i += n;
	}
	return true;
}

static bool str_is_control(uint32_t point)
{
	return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0);
}

/* What turns the direction of the text around it, so that it reads as something else. */
static bool str_is_bidi_control(uint32_t point)
{
	return point == 0x061c || point == 0x200e || point == 0x200f ||
	       (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

const char *str_clean(struct arena *a, const char *text, size_t len, size_t max)
{
	char *to = arena_alloc(a, (len < max ? len : max) + 1);
	size_t used = 0;

	for (size_t i = 0; i < len;) {
		uint32_t point = 0;
		size_t n = utf8_decode(text + i, len - i, &point);
		bool keep = n && !str_is_control(point) && !str_is_bidi_control(point);
		size_t width = keep ? n : 1;

		if (used + width > max)
			break;
		if (keep)
			memcpy(to + used, text + i, n);
		else
			to[used] = '?';
		used += width;
		i += n ? n : 1;
	}
	to[used] = '\0';
	return to;
}

const char *str_line(struct arena *a, const char *text, size_t max)
{
	const char *clean = str_clean(a, text, strlen(text), max);
	char *line = arena_copy(a, clean, strlen(clean) + 1);

	for (char *at = line; *at; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return line;
}
