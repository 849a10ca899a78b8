/* SPDX-License-Identifier: Apache-2.0 */
/* A text keeps its order and its mark, so that what is not edited keeps its bytes. */
#include "data/utf16.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"

enum { HIGH = 0xd800, LOW = 0xdc00, END = 0xe000, PLANE = 0x10000 };

enum utf16_order utf16_order_of(struct str text)
{
	if (text.len >= 2 && memcmp(text.at, "\xff\xfe", 2) == 0)
		return UTF16_LITTLE;
	if (text.len >= 2 && memcmp(text.at, "\xfe\xff", 2) == 0)
		return UTF16_BIG;
	return UTF16_NONE;
}

static uint32_t utf16_unit_at(struct str text, size_t at, enum utf16_order order)
{
	uint32_t first = (unsigned char)text.at[at], second = (unsigned char)text.at[at + 1];

	return order == UTF16_BIG ? first << 8 | second : second << 8 | first;
}

/* The code point at *at, which moves past it; false for half a pair. */
static bool next_point(struct str text, enum utf16_order order, size_t *at, uint32_t *point)
{
	uint32_t unit = utf16_unit_at(text, *at, order), low;

	*at += 2;
	*point = unit;
	if (unit < HIGH || unit >= END)
		return true;
	if (unit >= LOW || *at + 2 > text.len)
		return false;
	low = utf16_unit_at(text, *at, order);
	*at += 2;
	*point = PLANE + ((unit - HIGH) << 10) + (low - LOW);
	return low >= LOW && low < END;
}

bool utf16_read(struct arena *a, const char *name, struct str text, struct str *out, struct err *e)
{
	enum utf16_order order = utf16_order_of(text);
	size_t used = 0;
	char *to;

	if (order == UTF16_NONE) {
		*out = text;
		return true;
	}
	to = arena_alloc(a, text.len / 2 * 3 + 1);
	for (size_t at = 2; at < text.len;) {
		size_t start = at;
		uint32_t point;

		if (text.len - at < 2 || !next_point(text, order, &at, &point))
			return err_set(e, ERR_CONFIG, "%s: byte %zu: not UTF-16, as its first bytes say",
				       name, start);
		used += utf8_encode(point, to + used);
	}
	to[used] = '\0';
	*out = (struct str){ to, used };
	return true;
}

static size_t utf16_put(char *to, enum utf16_order order, uint32_t unit)
{
	to[order == UTF16_BIG ? 0 : 1] = (char)(unit >> 8);
	to[order == UTF16_BIG ? 1 : 0] = (char)(unit & 0xff);
	return 2;
}

struct str utf16_write(struct arena *a, enum utf16_order order, struct str text)
{
	size_t used = 0, n;
	char *to;

	if (order == UTF16_NONE)
		return text;
	to = arena_alloc(a, text.len * 2 + 3);
	used += utf16_put(to, order, 0xfeff);
	for (size_t at = 0; at < text.len; at += n) {
		uint32_t point;

		n = utf8_decode(text.at + at, text.len - at, &point);
		n = n ? n : 1;
		if (point >= PLANE) {
			used += utf16_put(to + used, order, HIGH + ((point - PLANE) >> 10));
			point = LOW + ((point - PLANE) & 0x3ff);
		}
		used += utf16_put(to + used, order, point);
	}
	to[used] = '\0';
	return (struct str){ to, used };
}
