/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON text to values, accepting exactly what Go's encoding/json accepts. Written
 * out rather than taken from a library because Go keeps NULs in texts, replaces
 * broken UTF-8 and lone surrogates, and lets the last of two equal keys win.
 */
#include "data/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/value.h"

enum { MAX_DEPTH = 1000, LONGEST_NUMBER = 2000, FIRST_MEMBERS = 64 };

struct json_read_reader {
	struct arena *a;
	const char *start, *at, *end;
	struct buf text;                /* the string being decoded */
	struct value_member *members;   /* of the maps that are open, the innermost last; heap */
	size_t nmembers, room;
	unsigned depth;
	struct err *e;
};

/* Line and column, from 1, of the byte at a place. */
static void json_read_locate(const struct json_read_reader *r, const char *place, unsigned *line,
			     unsigned *column)
{
	*line = *column = 1;
	for (const char *p = r->start; p < place; p++) {
		if (*p == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)*p & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

static bool json_read_complain(struct json_read_reader *r, const char *at, const char *what)
{
	unsigned line, column;

	json_read_locate(r, at, &line, &column);
	return err_set(r->e, ERR_CONFIG, "line %u, column %u: %s", line, column, what);
}

static bool complain_of_byte(struct json_read_reader *r, const char *wanted)
{
	char what[80];
	size_t n;

	if (r->at >= r->end)
		return json_read_complain(r, r->end, "the JSON ends too early");
	n = strlen(wanted);
	memcpy(what, wanted, n);
	if (*r->at > ' ' && *r->at < 0x7f) {
		memcpy(what + n, ", not 'x'", 10);
		what[n + 7] = *r->at;
	} else {
		what[n] = '\0';
	}
	return json_read_complain(r, r->at, what);
}

static void json_read_skip_blanks(struct json_read_reader *r)
{
	while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r'))
		r->at++;
}

static bool json_read_take(struct json_read_reader *r, char c)
{
	if (r->at >= r->end || *r->at != c)
		return false;
	r->at++;
	return true;
}

/* Four hexadecimal digits at p, or false. */
static bool json_read_hex4(const struct json_read_reader *r, const char *p, uint32_t *out)
{
	uint32_t n = 0;

	if (r->end - p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = p[i];
		uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') :
				 c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a' + 10) :
				 c >= 'A' && c <= 'F' ? (uint32_t)(c - 'A' + 10) : 16;

		if (digit > 15)
			return false;
		n = n * 16 + digit;
	}
	*out = n;
	return true;
}

static void add_point(struct buf *b, uint32_t point)
{
	char bytes[4];

	buf_add(b, bytes, utf8_encode(point, bytes));
}

/* After "\u": a surrogate without its other half is U+FFFD. */
static bool read_unicode(struct json_read_reader *r)
{
	uint32_t point, low;

	if (!json_read_hex4(r, r->at, &point))
		return json_read_complain(r, r->at, "\\u needs four hexadecimal digits");
	r->at += 4;
	if (point >= 0xd800 && point < 0xe000) {
		bool paired = point < 0xdc00 && r->end - r->at >= 6 && r->at[0] == '\\' &&
			      r->at[1] == 'u' && json_read_hex4(r, r->at + 2, &low) &&
			      low >= 0xdc00 && low < 0xe000;

		if (paired)
			r->at += 6;
		point = paired ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
	}
	add_point(&r->text, point);
	return true;
}

static bool json_read_escape(struct json_read_reader *r)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (r->at >= r->end)
		return complain_of_byte(r, "");
	if (*r->at == 'u') {
		r->at++;
		return read_unicode(r);
	}
	known = memchr(from, *r->at, sizeof(from) - 1);
	if (!known)
		return complain_of_byte(r, "no such escape");
	buf_char(&r->text, to[known - from]);
	r->at++;
	return true;
}

/* Past the bytes that stand for themselves: nearly all of most documents. */
static struct str json_read_plain(struct json_read_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && (unsigned char)*r->at >= 0x20 && (unsigned char)*r->at < 0x80 &&
	       *r->at != '"' && *r->at != '\\')
		r->at++;
	return (struct str){ from, (size_t)(r->at - from) };
}

/* The string that begins after its quote; *out points into the document or r->text. */
static bool json_read_text(struct json_read_reader *r, struct str *out)
{
	struct str plain = json_read_plain(r);

	if (json_read_take(r, '"')) {
		*out = plain;
		return true;
	}
	buf_clear(&r->text);
	buf_add(&r->text, plain.at, plain.len);
	while (r->at < r->end && *r->at != '"') {
		uint32_t point;
		size_t n;

		if (*r->at == '\\') {
			r->at++;
			if (!json_read_escape(r))
				return false;
			continue;
		}
		if ((unsigned char)*r->at < 0x20)
			return json_read_complain(r, r->at,
						  "a text cannot hold a control character");
		n = utf8_decode(r->at, (size_t)(r->end - r->at), &point);
		if (n)
			buf_add(&r->text, r->at, n);
		else
			add_point(&r->text, 0xfffd);
		r->at += n ? n : 1;
		plain = json_read_plain(r);
		buf_add(&r->text, plain.at, plain.len);
	}
	if (!json_read_take(r, '"'))
		return complain_of_byte(r, "");
	*out = (struct str){ buf_str(&r->text), r->text.len };
	return true;
}

static size_t json_read_digits(struct json_read_reader *r)
{
	const char *from = r->at;

	while (r->at < r->end && *r->at >= '0' && *r->at <= '9')
		r->at++;
	return (size_t)(r->at - from);
}

/* Past a number; *whole: it has neither fraction nor exponent. */
static bool scan_number(struct json_read_reader *r, bool *whole)
{
	*whole = true;
	json_read_take(r, '-');
	if (!json_read_take(r, '0') && !json_read_digits(r))
		return complain_of_byte(r, "a digit is missing");
	if (json_read_take(r, '.')) {
		*whole = false;
		if (!json_read_digits(r))
			return complain_of_byte(r, "a digit is missing after the point");
	}
	if (r->at < r->end && (*r->at == 'e' || *r->at == 'E')) {
		*whole = false;
		r->at++;
		if (!json_read_take(r, '+'))
			json_read_take(r, '-');
		if (!json_read_digits(r))
			return complain_of_byte(r, "a digit is missing in the exponent");
	}
	return true;
}

static bool json_read_number(struct json_read_reader *r, struct value **out)
{
	const char *from = r->at;
	char copy[LONGEST_NUMBER];
	double number;
	size_t len;
	bool whole;

	if (!scan_number(r, &whole))
		return false;
	len = (size_t)(r->at - from);
	if (len >= sizeof(copy))
		return json_read_complain(r, from, "a number with too many digits");
	memcpy(copy, from, len);
	copy[len] = '\0';
	if (whole && strcmp(copy, "-0") != 0) {
		*out = value_whole(r->a, str_of(copy));
		return *out || json_read_complain(r, from, "a number that is too large");
	}
	number = strtod(copy, NULL);
	if (!isfinite(number))
		return json_read_complain(r, from, "a number that is too large");
	*out = value_float(r->a, number);
	return true;
}

static bool json_read_word(struct json_read_reader *r, const char *word)
{
	for (; *word; word++)
		if (!json_read_take(r, *word))
			return complain_of_byte(r, "a value must be here");
	return true;
}

static bool json_read_value(struct json_read_reader *r, struct value **out);

static bool json_read_list(struct json_read_reader *r, struct value **out)
{
	struct value *list = value_list(r->a);

	json_read_skip_blanks(r);
	if (!json_read_take(r, ']'))
		for (;;) {
			struct value *item;

			if (!json_read_value(r, &item))
				return false;
			value_append(r->a, list, item);
			json_read_skip_blanks(r);
			if (json_read_take(r, ']'))
				break;
			if (!json_read_take(r, ','))
				return complain_of_byte(r, "a ',' or ']' must be here");
		}
	*out = list;
	return true;
}

static void json_read_push(struct json_read_reader *r, struct str key, struct value *v)
{
	if (r->nmembers == r->room) {
		r->room = r->room ? r->room * 2 : FIRST_MEMBERS;
		r->members = xrealloc(r->members, r->room * sizeof(*r->members));
	}
	r->members[r->nmembers++] = (struct value_member){ .key = key, .value = v };
}

static bool read_member(struct json_read_reader *r)
{
	struct value *v;
	struct str key;

	json_read_skip_blanks(r);
	if (!json_read_take(r, '"'))
		return complain_of_byte(r, "a key in double quotes must be here");
	if (!json_read_text(r, &key))
		return false;
	key.at = str_text(r->a, key);
	json_read_skip_blanks(r);
	if (!json_read_take(r, ':'))
		return complain_of_byte(r, "a ':' must be here");
	if (!json_read_value(r, &v))
		return false;
	json_read_push(r, key, v);
	return true;
}

static bool json_read_map(struct json_read_reader *r, struct value **out)
{
	struct value *map = value_map(r->a);
	size_t first = r->nmembers;

	json_read_skip_blanks(r);
	if (!json_read_take(r, '}'))
		for (;;) {
			if (!read_member(r))
				return false;
			json_read_skip_blanks(r);
			if (json_read_take(r, '}'))
				break;
			if (!json_read_take(r, ','))
				return complain_of_byte(r, "a ',' or '}' must be here");
		}
	if (r->nmembers > first)
		value_fill(r->a, map, r->members + first, r->nmembers - first);
	r->nmembers = first;
	*out = map;
	return true;
}

static bool read_container(struct json_read_reader *r, struct value **out)
{
	bool fine;

	if (++r->depth > MAX_DEPTH)
		return json_read_complain(r, r->at, "nested too deeply");
	fine = *r->at++ == '[' ? json_read_list(r, out) : json_read_map(r, out);
	r->depth--;
	return fine;
}

static bool json_read_value(struct json_read_reader *r, struct value **out)
{
	struct str text;

	json_read_skip_blanks(r);
	switch (r->at < r->end ? *r->at : '\0') {
	case '{':
	case '[':
		return read_container(r, out);
	case '"':
		r->at++;
		if (!json_read_text(r, &text))
			return false;
		*out = value_string_n(r->a, text.at, text.len);
		return true;
	case 't':
		*out = value_bool(r->a, true);
		return json_read_word(r, "true");
	case 'f':
		*out = value_bool(r->a, false);
		return json_read_word(r, "false");
	case 'n':
		*out = value_null(r->a);
		return json_read_word(r, "null");
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return json_read_number(r, out);
	default:
		return complain_of_byte(r, "a value must be here");
	}
}

bool json_parse(struct arena *a, const char *text, size_t len, struct value **out, struct err *e)
{
	struct json_read_reader r = {
		.a = a, .start = text, .at = text, .end = text + len, .e = e
	};
	struct value *v;
	bool fine;

	buf_init(&r.text, len + len * 2 + 16);  /* a broken byte becomes three */
	fine = json_read_value(&r, &v);
	json_read_skip_blanks(&r);
	if (fine && r.at < r.end)
		fine = json_read_complain(&r, r.at, "nothing may follow the document");
	buf_release(&r.text);
	free(r.members);
	if (fine)
		*out = v;
	return fine;
}
