/* SPDX-License-Identifier: Apache-2.0 */
/* Values to JSON text, byte for byte as Go's encoding/json writes them. Reading: json_read.c. */
#include "data/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"

enum { MAX_TEXT = 1 << 30 };

/*
 * The shortest digits that read back as magnitude, without trailing zeros; the
 * value is 0.DIGITS times ten to the *point. Of normal numbers fifteen digits are
 * exact, so that cutting their zeros finds shorter forms, too.
 */
static void json_shortest_digits(double magnitude, char digits[20], int *point)
{
	char form[32];
	size_t n = 0;

	for (int precision = magnitude < 2.3e-308 ? 0 : 14; precision < 17; precision++) {
		snprintf(form, sizeof(form), "%.*e", precision, magnitude);
		if (strtod(form, NULL) == magnitude)
			break;
	}
	for (const char *p = form; *p && *p != 'e'; p++)
		if (*p != '.')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = '\0';
	*point = (int)strtol(strchr(form, 'e') + 1, NULL, 10) + 1;
}

void json_number(double number, char out[32])
{
	const char *sign = signbit(number) ? "-" : "";
	char digits[20], text[80];
	int point, n;

	if (number == 0) {
		snprintf(out, 32, "%s0", sign);
		return;
	}
	json_shortest_digits(fabs(number), digits, &point);
	n = (int)strlen(digits);
	if (fabs(number) >= 1e21 || fabs(number) < 1e-6)
		snprintf(text, sizeof(text), "%s%c%s%se%c%d", sign, digits[0],
			 n > 1 ? "." : "", digits + 1, point > 0 ? '+' : '-', abs(point - 1));
	else if (point <= 0)
		snprintf(text, sizeof(text), "%s0.%.*s%s", sign, -point, "00000", digits);
	else if (point >= n)
		snprintf(text, sizeof(text), "%s%s%.*s", sign, digits, point - n,
			 "00000000000000000000");
	else
		snprintf(text, sizeof(text), "%s%.*s.%s", sign, point, digits, digits + point);
	snprintf(out, 32, "%.31s", text);       /* 25 at most */
}

static void write_escape(struct buf *b, uint32_t point)
{
	switch (point) {
	case '"':
		buf_text(b, "\\\"");
		break;
	case '\\':
		buf_text(b, "\\\\");
		break;
	case '\n':
		buf_text(b, "\\n");
		break;
	case '\r':
		buf_text(b, "\\r");
		break;
	case '\t':
		buf_text(b, "\\t");
		break;
	case '\b':
		buf_text(b, "\\b");
		break;
	case '\f':
		buf_text(b, "\\f");
		break;
	default:
		buf_format(b, "\\u%04x", point);
	}
}

static bool needs_escape(uint32_t point, unsigned flags)
{
	if (point < 0x20 || point == '"' || point == '\\' || point == 0x2028 || point == 0x2029)
		return true;
	return (flags & JSON_ESCAPE_HTML) && (point == '<' || point == '>' || point == '&');
}

void json_write_string(struct buf *b, const char *text, size_t len, unsigned flags)
{
	size_t plain = 0, i = 0;

	buf_char(b, '"');
	while (i < len) {
		uint32_t point = 0;
		size_t n = utf8_decode(text + i, len - i, &point);

		if (n && !needs_escape(point, flags)) {
			i += n;
			continue;
		}
		buf_add(b, text + plain, i - plain);
		if (n)
			write_escape(b, point);
		else
			buf_text(b, "\\ufffd");
		i += n ? n : 1;
		plain = i;
	}
	buf_add(b, text + plain, i - plain);
	buf_char(b, '"');
}

struct json_writer {
	struct buf *b;
	unsigned flags, depth;
};

static bool json_write_value(struct json_writer *w, const struct value *v, struct err *e);

static void new_line(struct json_writer *w)
{
	if (!(w->flags & JSON_INDENT))
		return;
	buf_char(w->b, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		buf_text(w->b, "  ");
}

static bool json_write_list(struct json_writer *w, const struct value *v, struct err *e)
{
	buf_char(w->b, '[');
	w->depth++;
	for (size_t i = 0; i < v->list.count; i++) {
		if (i)
			buf_char(w->b, ',');
		new_line(w);
		if (!json_write_value(w, v->list.items[i], e))
			return false;
	}
	w->depth--;
	if (v->list.count)
		new_line(w);
	buf_char(w->b, ']');
	return true;
}

static int json_by_key(const void *a, const void *b)
{
	const struct value_member *const *x = a, *const *y = b;

	return str_compare((*x)->key, (*y)->key);
}

static bool json_write_map(struct json_writer *w, const struct value *v, struct err *e)
{
	const struct value_member **order = xmalloc(v->map.count * sizeof(const void *));
	bool ok = true;

	for (size_t i = 0; i < v->map.count; i++)
		order[i] = &v->map.members[i];
	if (w->flags & JSON_SORT_KEYS)
		qsort(order, v->map.count, sizeof(const void *), json_by_key);
	buf_char(w->b, '{');
	w->depth++;
	for (size_t i = 0; ok && i < v->map.count; i++) {
		if (i)
			buf_char(w->b, ',');
		new_line(w);
		json_write_string(w->b, order[i]->key.at, order[i]->key.len, w->flags);
		buf_text(w->b, w->flags & JSON_INDENT ? ": " : ":");
		ok = json_write_value(w, order[i]->value, e);
	}
	w->depth--;
	if (v->map.count)
		new_line(w);
	buf_char(w->b, '}');
	free(order);
	return ok;
}

static bool json_write_value(struct json_writer *w, const struct value *v, struct err *e)
{
	char text[32];

	switch (v ? v->kind : VALUE_NULL) {
	case VALUE_BOOL:
		buf_text(w->b, v->boolean ? "true" : "false");
		return true;
	case VALUE_INT:
		buf_format(w->b, "%lld", (long long)v->integer);
		return true;
	case VALUE_FLOAT:
		if (!isfinite(v->number))
			return err_set(e, ERR_CONFIG, "JSON cannot hold %f", v->number);
		json_number(v->number, text);
		buf_text(w->b, v->digits.len ? v->digits.at : text);
		return true;
	case VALUE_STRING:
		json_write_string(w->b, v->string.at, v->string.len, w->flags);
		return true;
	case VALUE_LIST:
		return json_write_list(w, v, e);
	case VALUE_MAP:
		return json_write_map(w, v, e);
	default:
		buf_text(w->b, "null");
		return true;
	}
}

bool json_write(struct buf *b, const struct value *v, unsigned flags, struct err *e)
{
	struct json_writer w = { .b = b, .flags = flags };

	return json_write_value(&w, v, e);
}

const char *json_text(struct arena *a, const struct value *v, unsigned flags)
{
	AUTO(buf) struct buf b;
	struct err e;

	buf_init(&b, MAX_TEXT);
	return json_write(&b, v, flags, &e) ? buf_copy(&b, a) : NULL;
}
