/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A tag and its bytes, in depth first order. Lengths are checked against what is left,
 * so that a file cut short or altered is refused and nothing more.
 */
#include "data/binary.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "data/value.h"

enum { ABSENT = 0xff, DEPTH_MAX = 1000 };

void binary_put_count(struct buf *b, size_t count)
{
	uint32_t n = (uint32_t)count;

	buf_add(b, &n, sizeof(n));
}

static void put_str(struct buf *b, struct str s)
{
	binary_put_count(b, s.len);
	buf_add(b, s.at, s.len);
	buf_char(b, '\0');
}

void binary_put_text(struct buf *b, const char *text)
{
	buf_char(b, (char)(text ? VALUE_STRING : ABSENT));
	if (text)
		put_str(b, str_of(text));
}

void binary_put_value(struct buf *b, const struct value *v)
{
	buf_char(b, (char)(v ? (int)v->kind : ABSENT));
	if (!v)
		return;
	switch (v->kind) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		buf_char(b, (char)v->boolean);
		break;
	case VALUE_INT:
		buf_add(b, &v->integer, sizeof(v->integer));
		break;
	case VALUE_FLOAT:
		buf_add(b, &v->number, sizeof(v->number));
		put_str(b, v->digits);
		break;
	case VALUE_STRING:
		put_str(b, v->string);
		break;
	case VALUE_LIST:
		binary_put_count(b, v->list.count);
		for (size_t i = 0; i < v->list.count; i++)
			binary_put_value(b, v->list.items[i]);
		break;
	case VALUE_MAP:
		binary_put_count(b, v->map.count);
		for (size_t i = 0; i < v->map.count; i++) {
			put_str(b, v->map.members[i].key);
			binary_put_value(b, v->map.members[i].value);
		}
		break;
	}
}

static bool binary_take(struct str *in, void *out, size_t len)
{
	if (in->len < len)
		return false;
	memcpy(out, in->at, len);
	in->at += len;
	in->len -= len;
	return true;
}

bool binary_take_count(struct str *in, size_t *out)
{
	uint32_t n;

	/* Each thing counted takes a byte at least. */
	if (!binary_take(in, &n, sizeof(n)) || n > in->len)
		return false;
	*out = n;
	return true;
}

static bool take_str(struct str *in, struct str *out)
{
	size_t len;

	if (!binary_take_count(in, &len) || len >= in->len || in->at[len] != '\0')
		return false;
	*out = (struct str){ in->at, len };
	in->at += len + 1;
	in->len -= len + 1;
	return true;
}

bool binary_take_text(struct str *in, const char **out)
{
	unsigned char tag;
	struct str s = { 0 };

	if (!binary_take(in, &tag, 1) ||
	    (tag != ABSENT && (tag != VALUE_STRING || !take_str(in, &s))))
		return false;
	*out = s.at;
	return true;
}

static bool take_value(struct str *in, struct arena *a, int depth, struct value **out);

static bool take_list(struct str *in, struct arena *a, int depth, struct value *v)
{
	size_t count;

	if (!binary_take_count(in, &count))
		return false;
	v->list.items = arena_array(a, count, sizeof(*v->list.items));
	v->list.count = v->list.room = (uint32_t)count;
	for (size_t i = 0; i < count; i++)
		if (!take_value(in, a, depth + 1, &v->list.items[i]) || !v->list.items[i])
			return false;
	return true;
}

static bool take_map(struct str *in, struct arena *a, int depth, struct value *v)
{
	size_t count;

	if (!binary_take_count(in, &count))
		return false;
	v->map.members = arena_array(a, count, sizeof(*v->map.members));
	v->map.count = v->map.room = (uint32_t)count;
	for (size_t i = 0; i < count; i++) {
		struct value_member *m = &v->map.members[i];
		if (!take_str(in, &m->key) || !take_value(in, a, depth + 1, &m->value) || !m->value)
			return false;
	}
	value_index(a, v);
	return true;
}

static bool take_value(struct str *in, struct arena *a, int depth, struct value **out)
{
	unsigned char tag, truth;

	*out = NULL;
	if (depth > DEPTH_MAX || !binary_take(in, &tag, 1))
		return false;
	if (tag == ABSENT)
		return true;
	struct value *v = *out = value_null(a);
	v->kind = (enum value_kind)tag;
	switch (tag) {
	case VALUE_NULL:
		return true;
	case VALUE_BOOL:
		if (!binary_take(in, &truth, 1))
			return false;
		v->boolean = truth != 0;
		return true;
	case VALUE_INT:
		return binary_take(in, &v->integer, sizeof(v->integer));
	case VALUE_FLOAT:
		return binary_take(in, &v->number, sizeof(v->number)) && take_str(in, &v->digits);
	case VALUE_STRING:
		return take_str(in, &v->string);
	case VALUE_LIST:
		return take_list(in, a, depth, v);
	case VALUE_MAP:
		return take_map(in, a, depth, v);
	default:
		return false;
	}
}

bool binary_take_value(struct str *in, struct arena *a, struct value **out)
{
	return take_value(in, a, 0, out);
}
