/* SPDX-License-Identifier: Apache-2.0 */
/* Values to YAML in yaml.v3's style: four spaces a level, lists indented, keys in natural order. */
#include "data/yaml.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"

enum { INDENT = 4, MAX_DEPTH = 200 };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static size_t digits_from(struct str s, size_t at, int64_t *number)
{
	for (; at < s.len && is_digit(s.at[at]); at++)
		*number = *number > INT64_MAX / 10 - 1 ? INT64_MAX / 10 : *number * 10 + (s.at[at] - '0');
	return at;
}

/* Two keys that differ first at i: numbers by value, letters after others unless digits went before. */
static int order_at(struct str a, struct str b, size_t i, bool after_digits)
{
	bool letter_a = is_letter(a.at[i]), letter_b = is_letter(b.at[i]);
	int64_t number_a = 0, number_b = 0;
	size_t end_a, end_b;

	if (letter_a && letter_b)
		return (unsigned char)a.at[i] < (unsigned char)b.at[i] ? -1 : 1;
	if (letter_a || letter_b)
		return (after_digits ? letter_a : letter_b) ? -1 : 1;
	if (a.at[i] == '0' || b.at[i] == '0')
		for (size_t j = i; j-- > 0 && is_digit(a.at[j]);)
			if (a.at[j] != '0') {
				number_a = number_b = 1;
				break;
			}
	end_a = digits_from(a, i, &number_a);
	end_b = digits_from(b, i, &number_b);
	if (number_a != number_b)
		return number_a < number_b ? -1 : 1;
	if (end_a != end_b)
		return end_a < end_b ? -1 : 1;
	return (unsigned char)a.at[i] < (unsigned char)b.at[i] ? -1 : 1;
}

/* yaml.v3's order of keys: "a2" before "a10". */
static int natural(struct str a, struct str b)
{
	bool after_digits = false;

	for (size_t i = 0; i < a.len && i < b.len; i++) {
		if (a.at[i] != b.at[i])
			return order_at(a, b, i, after_digits);
		after_digits = is_digit(a.at[i]);
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int by_key(const void *x, const void *y)
{
	return natural(((const struct value_member *)x)->key, ((const struct value_member *)y)->key);
}

static int by_key_of(const void *x, const void *y)
{
	return by_key(*(const struct value_member *const *)x, *(const struct value_member *const *)y);
}

void yaml_sort_keys(struct value *map)
{
	if (map->map.count > 1)
		qsort(map->map.members, map->map.count, sizeof(*map->map.members), by_key);
	map->map.index = NULL;  /* it holds positions */
}

static bool write_node(struct buf *b, const struct value *v, size_t depth, unsigned flags,
		       struct err *e);

static void write_number(struct buf *b, double number, unsigned flags)
{
	char text[32];

	if (isnan(number)) {
		buf_text(b, ".nan");
		return;
	}
	if (isinf(number)) {
		buf_text(b, number > 0 ? ".inf" : "-.inf");
		return;
	}
	if (flags & YAML_GO_FLOATS)
		go_number(number, text);
	else
		json_number(number, text);
	buf_text(b, text);
}

static void write_scalar(struct buf *b, const struct value *v, size_t depth, unsigned flags)
{
	switch (v->kind) {
	case VALUE_BOOL:
		buf_text(b, v->boolean ? "true" : "false");
		return;
	case VALUE_INT:
		buf_format(b, "%" PRId64, v->integer);
		return;
	case VALUE_FLOAT:
		write_number(b, v->number, flags);
		return;
	case VALUE_STRING:
		yaml_write_text(b, v->string.at, v->string.len,
				yaml_style_of(v->string.at, v->string.len, false),
				(depth ? depth : 1) * INDENT);
		return;
	default:
		buf_text(b, "null");
	}
}

static bool is_block(const struct value *v)
{
	return value_count(v) > 0;
}

/* What follows "key:" or "-": on the same line, or indented below. */
static bool write_after(struct buf *b, const struct value *v, size_t depth, unsigned flags,
			struct err *e)
{
	if (is_block(v)) {
		buf_char(b, '\n');
		return write_node(b, v, depth, flags, e);
	}
	buf_char(b, ' ');
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		buf_text(b, v->kind == VALUE_LIST ? "[]" : "{}");
	else
		write_scalar(b, v, depth, flags);
	buf_char(b, '\n');
	return true;
}

static void indent(struct buf *b, size_t depth)
{
	buf_format(b, "%*s", (int)(depth * INDENT), "");
}

static bool write_map(struct buf *b, const struct value *v, size_t depth, unsigned flags,
		      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value_member **order = arena_array(a, v->map.count, sizeof(*order));

	for (size_t i = 0; i < v->map.count; i++)
		order[i] = &v->map.members[i];
	if (!(flags & YAML_KEEP_ORDER))
		qsort(order, v->map.count, sizeof(*order), by_key_of);
	for (size_t i = 0; i < v->map.count; i++) {
		struct str key = order[i]->key;

		indent(b, depth);
		yaml_write_text(b, key.at, key.len, yaml_style_of(key.at, key.len, true), 0);
		buf_char(b, ':');
		if (!write_after(b, order[i]->value, depth + 1, flags, e))
			return false;
	}
	return true;
}

/* "- " takes two columns of the item's own indentation of four: yaml.v3 writes "- a: 1". */
static bool write_list(struct buf *b, const struct value *v, size_t depth, unsigned flags,
		       struct err *e)
{
	for (size_t i = 0; i < v->list.count; i++) {
		const struct value *item = v->list.items[i];
		AUTO(buf) struct buf inner = { 0 };
		bool fine;

		if (!is_block(item)) {
			indent(b, depth);
			buf_char(b, '-');
			if (!write_after(b, item, depth + 1, flags, e))
				return false;
			continue;
		}
		buf_init(&inner, b->max);
		fine = write_node(&inner, item, 0, flags, e);
		for (size_t at = 0; fine && at < inner.len;) {
			const char *end = memchr(inner.at + at, '\n', inner.len - at);
			size_t n = (size_t)(end - inner.at) - at + 1;

			if (n > 1) {
				indent(b, depth);
				buf_text(b, at ? "  " : "- ");
			}
			buf_add(b, inner.at + at, n);
			at += n;
		}
		if (!fine)
			return false;
	}
	return true;
}

static bool write_node(struct buf *b, const struct value *v, size_t depth, unsigned flags,
		       struct err *e)
{
	if (depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "nested too deeply for YAML");
	return v->kind == VALUE_MAP ? write_map(b, v, depth, flags, e) :
				      write_list(b, v, depth, flags, e);
}

bool yaml_write(struct buf *b, const struct value *v, struct err *e)
{
	return yaml_write_with(b, v, 0, e);
}

bool yaml_write_with(struct buf *b, const struct value *v, unsigned flags, struct err *e)
{
	if (is_block(v))
		return write_node(b, v, 0, flags, e);
	if (v->kind == VALUE_LIST || v->kind == VALUE_MAP)
		buf_text(b, v->kind == VALUE_LIST ? "[]" : "{}");
	else
		write_scalar(b, v, 0, flags);
	buf_char(b, '\n');
	return true;
}
