/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo writes a step's configuration as JSON and reads that as YAML, of which JSON
 * is nearly a subset. U+0085 is where it is not: YAML takes it for a line break.
 */
#include "expr/reread.h"

#include <math.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

enum { NEXT_LINE = 0x85, LARGEST_KEY = 1024, LARGEST = 64 << 20 };

static bool reread_is_refused(uint32_t point)
{
	return point == 0x7f || (point >= 0x80 && point <= 0x9f && point != NEXT_LINE) ||
	       point == 0xfffe || point == 0xffff;
}

/* Spaces around breaks vanish; one break is a space, n are n - 1 newlines. */
static void write_breaks(struct buf *b, size_t breaks)
{
	if (breaks == 1)
		buf_char(b, ' ');
	for (size_t i = 1; i < breaks; i++)
		buf_char(b, '\n');
}

/* False: YAML refuses it. */
static bool reread_fold(struct buf *b, struct str text)
{
	size_t breaks = 0, kept = 0;    /* kept: without spaces at the end */

	for (size_t at = 0; at < text.len;) {
		uint32_t point;
		char utf8[4];
		size_t len = utf8_decode(text.at + at, text.len - at, &point);

		if (!len)
			point = 0xfffd;
		at += len ? len : 1;
		if (reread_is_refused(point))
			return false;
		if (point == NEXT_LINE) {
			b->len = breaks ? b->len : kept;
			breaks++;
			continue;
		}
		if (point == ' ' && breaks)
			continue;
		write_breaks(b, breaks);
		breaks = 0;
		buf_add(b, utf8, utf8_encode(point, utf8));
		if (point != ' ')
			kept = b->len;
	}
	write_breaks(b, breaks);
	return buf_ok(b);
}

static bool fold_text(struct arena *a, struct str text, struct str *out)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	if (!reread_fold(&b, text))
		return false;
	*out = (struct str){ buf_copy(&b, a), b.len };
	return true;
}

static bool is_key(struct str key)
{
	AUTO(buf) struct buf b;
	size_t points = 0;

	buf_init(&b, LARGEST);
	json_write_string(&b, key.at, key.len, JSON_ESCAPE_HTML);
	for (size_t i = 0; i < b.len; i++)
		points += (b.at[i] & 0xc0) != 0x80;
	return points <= LARGEST_KEY;
}

static struct value *reread_map(struct arena *a, const struct value *v)
{
	struct value *map = value_map(a);

	for (size_t i = 0; i < v->map.count; i++) {
		const struct value_member *m = &v->map.members[i];
		struct value *item = reread(a, m->value);
		struct str key;

		if (!item || !is_key(m->key) || !fold_text(a, m->key, &key))
			return NULL;
		value_set_n(a, map, key, item);
	}
	return map;
}

static struct value *reread_list(struct arena *a, const struct value *v)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < v->list.count; i++) {
		struct value *item = reread(a, v->list.items[i]);

		if (!item)
			return NULL;
		value_append(a, list, item);
	}
	return list;
}

struct value *reread(struct arena *a, const struct value *v)
{
	const double most = 9007199254740992.0;
	struct str text;

	switch (v->kind) {
	case VALUE_MAP:
		return reread_map(a, v);
	case VALUE_LIST:
		return reread_list(a, v);
	case VALUE_STRING:
		return fold_text(a, v->string, &text) ? value_string_n(a, text.at, text.len) : NULL;
	case VALUE_FLOAT:
		if (v->digits.len)
			return value_copy(a, v);
		if (fabs(v->number) <= most && v->number == floor(v->number))
			return value_int(a, (int64_t)v->number);
		return value_float(a, v->number);
	default:
		return value_copy(a, v);
	}
}
