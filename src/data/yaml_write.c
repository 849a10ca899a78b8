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

static bool is_name_letter(char c)
{
	return is_letter(c) || (unsigned char)c >= 0x80;
}

static size_t digits_from(struct str s, size_t at, int64_t *number)
{
	for (; at < s.len && is_digit(s.at[at]); at++)
		*number = *number > INT64_MAX / 10 - 1 ? INT64_MAX / 10 : *number * 10 + (s.at[at] - '0');
	return at;
}

/* Two keys that differ at i: numbers by value, letters after others but where digits went before. */
static int order_at(struct str a, struct str b, size_t i, bool after_digits)
{
	bool letter_a = is_name_letter(a.at[i]), letter_b = is_name_letter(b.at[i]);
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
static int yaml_write_compare_keys(struct str a, struct str b)
{
	bool after_digits = false;

	for (size_t i = 0; i < a.len && i < b.len; i++) {
		if (a.at[i] != b.at[i])
			return order_at(a, b, i, after_digits);
		after_digits = is_digit(a.at[i]);
	}
	return (a.len > b.len) - (a.len < b.len);
}

static int yaml_write_by_key(const void *x, const void *y)
{
	return yaml_write_compare_keys(((const struct value_member *)x)->key,
				       ((const struct value_member *)y)->key);
}

static int by_key_of(const void *x, const void *y)
{
	return yaml_write_by_key(*(const struct value_member *const *)x,
				 *(const struct value_member *const *)y);
}

void yaml_sort_keys(struct value *map)
{
	if (map->map.count > 1)
		qsort(map->map.members, map->map.count, sizeof(*map->map.members),
		      yaml_write_by_key);
	map->map.index = NULL;  /* it holds positions */
}

struct yaml_write_writer {
	struct buf *b;
	unsigned flags;
	size_t depth;
	struct err *e;
};

static bool write_node(struct yaml_write_writer *w, const struct value *v, size_t at,
		       bool is_inline);

static void write_number(struct yaml_write_writer *w, double number)
{
	char text[32];

	if (isnan(number)) {
		buf_text(w->b, ".nan");
		return;
	}
	if (isinf(number)) {
		buf_text(w->b, number > 0 ? ".inf" : "-.inf");
		return;
	}
	if (w->flags & YAML_AS_GO)
		go_number(number, text);
	else
		json_number(number, text);
	buf_text(w->b, text);
}

/*
 * yaml.v3 says "|4" before a block that begins with a space or an empty line, even where
 * it indents by two: nobody could read that back, so it is quoted there.
 */
static enum yaml_style style_of(const struct value *v, size_t deeper)
{
	enum yaml_style style = yaml_style_of(v->string.at, v->string.len, false);

	if (style == YAML_LITERAL && deeper != INDENT && strchr(" \n", v->string.at[0]))
		return YAML_DOUBLE;
	return style;
}

static bool is_separator(uint32_t c)
{
	return c == 0x2028 || c == 0x2029;
}

/* A text that U+2028 or U+2029 breaks into lines, which yaml.v3 puts into single quotes. */
static bool is_separated(struct str s)
{
	bool separated = false, after_space = false, after_break = false;

	for (size_t i = 0, n; i < s.len; i += n) {
		uint32_t c = 0;

		n = utf8_decode(s.at + i, s.len - i, &c);
		if (!n || c > 0xffff || (is_separator(c) && after_space) || (c == ' ' && after_break) ||
		    (!is_separator(c) && !yaml_fits_single(s.at + i, n)))
			return false;
		separated = separated || is_separator(c);
		after_space = c == ' ';
		after_break = is_separator(c);
	}
	return separated;
}

/* Readers take the indent of a line away. */
static void write_separated(struct buf *b, struct str s, size_t at)
{
	bool after_break = false;

	buf_char(b, '\'');
	for (size_t i = 0, n; i < s.len; i += n) {
		uint32_t c = 0;

		n = utf8_decode(s.at + i, s.len - i, &c);
		if (after_break && !is_separator(c))
			buf_format(b, "%*s", (int)at, "");
		if (c == '\'')
			buf_char(b, '\'');
		buf_add(b, s.at + i, n);
		after_break = is_separator(c);
	}
	buf_char(b, '\'');
}

/* A literal block's lines begin at column at, which is so much deeper than the node around. */
static void yaml_write_scalar(struct yaml_write_writer *w, const struct value *v, size_t at,
			      size_t deeper)
{
	switch (v->kind) {
	case VALUE_BOOL:
		buf_text(w->b, v->boolean ? "true" : "false");
		return;
	case VALUE_INT:
		buf_format(w->b, "%" PRId64, v->integer);
		return;
	case VALUE_FLOAT:
		if (v->digits.len)
			buf_text(w->b, v->digits.at);
		else
			write_number(w, v->number);
		return;
	case VALUE_STRING:
		if ((w->flags & YAML_AS_GO) && is_separated(v->string)) {
			write_separated(w->b, v->string, at);
			return;
		}
		yaml_write_text(w->b, v->string.at, v->string.len, style_of(v, deeper), at);
		return;
	case VALUE_LIST:
		buf_text(w->b, "[]");
		return;
	case VALUE_MAP:
		buf_text(w->b, "{}");
		return;
	default:
		buf_text(w->b, "null");
	}
}

static bool yaml_write_is_block(const struct value *v)
{
	return value_count(v) > 0;
}

/* The next column that is a multiple of four: what a map's values are indented to. */
static size_t next_level(size_t at)
{
	return (at + INDENT) / INDENT * INDENT;
}

static void yaml_write_indent(struct yaml_write_writer *w, size_t at)
{
	buf_format(w->b, "%*s", (int)at, "");
}

/* What follows "key:": on the same line, or indented below. */
static bool write_member(struct yaml_write_writer *w, const struct value *v, size_t at)
{
	if (yaml_write_is_block(v)) {
		buf_char(w->b, '\n');
		return write_node(w, v, next_level(at), false);
	}
	buf_char(w->b, ' ');
	yaml_write_scalar(w, v, next_level(at), next_level(at) - at);
	buf_char(w->b, '\n');
	return true;
}

static bool yaml_write_map(struct yaml_write_writer *w, const struct value *v, size_t at,
			   bool is_inline)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value_member **order = arena_array(a, v->map.count, sizeof(*order));

	for (size_t i = 0; i < v->map.count; i++)
		order[i] = &v->map.members[i];
	if (!(w->flags & YAML_KEEP_ORDER))
		qsort(order, v->map.count, sizeof(*order), by_key_of);
	for (size_t i = 0; i < v->map.count; i++) {
		struct str key = order[i]->key;

		if (i || !is_inline)
			yaml_write_indent(w, at);
		yaml_write_text(w->b, key.at, key.len, yaml_style_of(key.at, key.len, true), 0);
		buf_char(w->b, ':');
		if (!write_member(w, order[i]->value, at))
			return false;
	}
	return true;
}

/* An item goes on behind its "- ", two columns further. */
static bool yaml_write_list(struct yaml_write_writer *w, const struct value *v, size_t at,
			    bool is_inline)
{
	for (size_t i = 0; i < v->list.count; i++) {
		const struct value *item = v->list.items[i];

		if (i || !is_inline)
			yaml_write_indent(w, at);
		buf_text(w->b, "- ");
		if (yaml_write_is_block(item)) {
			if (!write_node(w, item, at + 2, true))
				return false;
			continue;
		}
		yaml_write_scalar(w, item, at + 2, 2);
		buf_char(w->b, '\n');
	}
	return true;
}

/* is_inline: the first line has begun. */
static bool write_node(struct yaml_write_writer *w, const struct value *v, size_t at,
		       bool is_inline)
{
	bool fine;

	if (w->depth >= MAX_DEPTH)
		return err_set(w->e, ERR_LIMIT, "nested too deeply for YAML");
	w->depth++;
	fine = v->kind == VALUE_MAP ? yaml_write_map(w, v, at, is_inline)
				    : yaml_write_list(w, v, at, is_inline);
	w->depth--;
	return fine;
}

bool yaml_write(struct buf *b, const struct value *v, struct err *e)
{
	return yaml_write_with(b, v, 0, e);
}

bool yaml_write_with(struct buf *b, const struct value *v, unsigned flags, struct err *e)
{
	struct yaml_write_writer w = { .b = b, .flags = flags, .e = e };

	if (yaml_write_is_block(v))
		return write_node(&w, v, 0, false);
	yaml_write_scalar(&w, v, INDENT, INDENT);
	buf_char(b, '\n');
	return true;
}
