/* SPDX-License-Identifier: Apache-2.0 */
/* Reading is cJSON's, which keeps every number as a double, as Go does; writing is Go's. */
#include "data/json.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"

enum { MAX_TEXT = 1 << 30 };

/* Line and column, from 1, of the byte at offset. */
static void locate(const char *text, size_t offset, unsigned *line, unsigned *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset; i++) {
		(*column)++;
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		}
	}
}

/* cJSON gives every number as a double; whole ones below 2^53 lose nothing as integers. */
static struct value *number_of(struct arena *a, double number)
{
	const double exact = 9007199254740992.0;

	if (floor(number) == number && fabs(number) < exact && !(number == 0 && signbit(number)))
		return value_int(a, (int64_t)number);
	return value_float(a, number);
}

static struct value *convert(struct arena *a, const cJSON *item)
{
	struct value *v;

	if (cJSON_IsBool(item))
		return value_bool(a, cJSON_IsTrue(item));
	if (cJSON_IsNumber(item))
		return number_of(a, item->valuedouble);
	if (cJSON_IsString(item))
		return value_string(a, item->valuestring);
	if (cJSON_IsArray(item)) {
		v = value_list(a);
		for (const cJSON *c = item->child; c; c = c->next)
			value_append(a, v, convert(a, c));
		return v;
	}
	if (cJSON_IsObject(item)) {
		v = value_map(a);
		for (const cJSON *c = item->child; c; c = c->next)
			value_set(a, v, c->string, convert(a, c));
		return v;
	}
	return value_null(a);
}

bool json_parse(struct arena *a, const char *text, size_t len, struct value **out, struct err *e)
{
	const char *end = NULL;
	cJSON *root;
	size_t rest;

	root = cJSON_ParseWithLengthOpts(text, len, &end, false);
	rest = end ? (size_t)(end - text) : 0;
	while (root && rest < len && memchr(" \t\r\n", text[rest], 4))
		rest++;
	if (!root || rest < len) {
		unsigned line, column;

		cJSON_Delete(root);
		locate(text, rest < len ? rest : len, &line, &column);
		return err_set(e, ERR_CONFIG, "line %u, column %u: not JSON", line, column);
	}
	*out = convert(a, root);
	cJSON_Delete(root);
	return true;
}

/* Digits and exponent of the shortest %e form that reads back as number. */
static void shortest(double number, char out[32])
{
	for (int precision = 0; precision < 17; precision++) {
		snprintf(out, 32, "%.*e", precision, number);
		if (strtod(out, NULL) == number)
			return;
	}
}

void json_number(double number, char out[32])
{
	double magnitude = fabs(number);
	char form[32], *exponent;
	long power;

	if (number == 0) {
		snprintf(out, 32, "%s", signbit(number) ? "-0" : "0");
		return;
	}
	shortest(number, form);
	exponent = strchr(form, 'e');
	power = strtol(exponent + 1, NULL, 10);
	if (magnitude >= 1e-6 && magnitude < 1e21) {
		int digits = (int)(exponent - form) - (form[0] == '-') - 1;
		int decimals = digits > 1 ? digits - 1 : 0;

		decimals = decimals > power ? decimals - (int)power : 0;
		snprintf(out, 32, "%.*f", decimals, number);
		return;
	}
	*exponent = '\0';
	snprintf(out, 32, "%.24se%c%d", form, power < 0 ? '-' : '+', (int)(labs(power) % 1000));
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

struct writer {
	struct buf *b;
	unsigned flags, depth;
};

static bool write_value(struct writer *w, const struct value *v, struct err *e);

static void new_line(struct writer *w)
{
	if (!(w->flags & JSON_INDENT))
		return;
	buf_char(w->b, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		buf_text(w->b, "  ");
}

static bool write_list(struct writer *w, const struct value *v, struct err *e)
{
	buf_char(w->b, '[');
	w->depth++;
	for (size_t i = 0; i < v->list.count; i++) {
		if (i)
			buf_char(w->b, ',');
		new_line(w);
		if (!write_value(w, v->list.items[i], e))
			return false;
	}
	w->depth--;
	if (v->list.count)
		new_line(w);
	buf_char(w->b, ']');
	return true;
}

static int by_key(const void *a, const void *b)
{
	const struct value_member *const *x = a, *const *y = b;

	return str_compare((*x)->key, (*y)->key);
}

static bool write_map(struct writer *w, const struct value *v, struct err *e)
{
	const struct value_member **order = xmalloc(v->map.count * sizeof(const void *));
	bool ok = true;

	for (size_t i = 0; i < v->map.count; i++)
		order[i] = &v->map.members[i];
	if (w->flags & JSON_SORT_KEYS)
		qsort(order, v->map.count, sizeof(const void *), by_key);
	buf_char(w->b, '{');
	w->depth++;
	for (size_t i = 0; ok && i < v->map.count; i++) {
		if (i)
			buf_char(w->b, ',');
		new_line(w);
		json_write_string(w->b, order[i]->key.at, order[i]->key.len, w->flags);
		buf_text(w->b, w->flags & JSON_INDENT ? ": " : ":");
		ok = write_value(w, order[i]->value, e);
	}
	w->depth--;
	if (v->map.count)
		new_line(w);
	buf_char(w->b, '}');
	free(order);
	return ok;
}

static bool write_value(struct writer *w, const struct value *v, struct err *e)
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
		buf_text(w->b, text);
		return true;
	case VALUE_STRING:
		json_write_string(w->b, v->string.at, v->string.len, w->flags);
		return true;
	case VALUE_LIST:
		return write_list(w, v, e);
	case VALUE_MAP:
		return write_map(w, v, e);
	default:
		buf_text(w->b, "null");
		return true;
	}
}

bool json_write(struct buf *b, const struct value *v, unsigned flags, struct err *e)
{
	struct writer w = { .b = b, .flags = flags };

	return write_value(&w, v, e);
}

const char *json_text(struct arena *a, const struct value *v, unsigned flags)
{
	AUTO(buf) struct buf b;
	struct err e;

	buf_init(&b, MAX_TEXT);
	return json_write(&b, v, flags, &e) ? buf_copy(&b, a) : NULL;
}
