/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of https://toml.io/en/v1.0.0, by recursive descent. Strings: toml_string.c. */
#include "data/toml_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"

enum { MAX_DEPTH = 200, MAX_BYTES = 64 << 20 };

struct scanner {
	struct arena *a;
	const char *name;
	struct str text;
	size_t at;
	size_t depth;
	struct err *e;
};

static bool toml_scan_complain(struct scanner *s, size_t at, const char *what)
{
	unsigned line = 1, column = 1;

	for (size_t i = 0; i < at && i < s->text.len; i++) {
		column++;
		if (s->text.at[i] == '\n') {
			line++;
			column = 1;
		}
	}
	return err_set(s->e, ERR_CONFIG, "%s:%u:%u: %s", s->name, line, column, what);
}

static char toml_scan_peek(const struct scanner *s)
{
	return s->at < s->text.len ? s->text.at[s->at] : '\0';
}

static bool toml_scan_take(struct scanner *s, char c)
{
	if (s->at >= s->text.len || s->text.at[s->at] != c)
		return false;
	s->at++;
	return true;
}

static void toml_scan_skip_blanks(struct scanner *s)
{
	while (s->at < s->text.len && (toml_scan_peek(s) == ' ' || toml_scan_peek(s) == '\t'))
		s->at++;
}

static bool take_newline(struct scanner *s)
{
	if (toml_scan_peek(s) == '\r' && s->at + 1 < s->text.len && s->text.at[s->at + 1] == '\n')
		s->at++;
	return toml_scan_take(s, '\n');
}

/* A comment up to its line's end; control characters are not allowed in it. */
static bool toml_scan_skip_comment(struct scanner *s)
{
	if (toml_scan_peek(s) != '#')
		return true;
	while (s->at < s->text.len && toml_scan_peek(s) != '\n') {
		unsigned char c = (unsigned char)toml_scan_peek(s);

		if (c == '\r' && s->at + 1 < s->text.len && s->text.at[s->at + 1] == '\n')
			break;
		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return toml_scan_complain(s, s->at,
						  "a comment cannot hold a control character");
		s->at++;
	}
	return true;
}

static bool end_line(struct scanner *s)
{
	toml_scan_skip_blanks(s);
	if (!toml_scan_skip_comment(s))
		return false;
	return s->at >= s->text.len || take_newline(s) ||
	       toml_scan_complain(s, s->at, "the line must end here");
}

/* Blanks, comments and line ends, as they may stand between the elements of an array. */
static bool skip_lines(struct scanner *s)
{
	do {
		toml_scan_skip_blanks(s);
		if (!toml_scan_skip_comment(s))
			return false;
	} while (take_newline(s));
	return true;
}

static bool read_string(struct scanner *s, bool multiline, struct str *out)
{
	size_t at = s->at;
	const char *problem = toml_string(s->a, s->text, &at, multiline, out);

	if (problem)
		return toml_scan_complain(s, at, problem);
	s->at = at;
	return true;
}

static bool is_bare(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
}

static bool toml_scan_read_key(struct scanner *s, struct list *key)
{
	do {
		struct str *part = arena_alloc(s->a, sizeof(*part));
		size_t from;

		toml_scan_skip_blanks(s);
		from = s->at;
		if (toml_scan_peek(s) == '"' || toml_scan_peek(s) == '\'') {
			if (!read_string(s, false, part))
				return false;
		} else {
			while (is_bare(toml_scan_peek(s)))
				s->at++;
			if (s->at == from)
				return toml_scan_complain(s, from, "a key must be here");
			*part = (struct str){ s->text.at + from, s->at - from };
		}
		list_add(s->a, key, part);
		toml_scan_skip_blanks(s);
	} while (toml_scan_take(s, '.'));
	return true;
}

static bool toml_scan_read_value(struct scanner *s, struct toml_value **out);

static bool read_key_value(struct scanner *s, struct toml_line *line)
{
	line->kind = TOML_KEY_VALUE;
	if (!toml_scan_read_key(s, &line->key))
		return false;
	if (!toml_scan_take(s, '='))
		return toml_scan_complain(s, s->at, "a '=' must be here");
	toml_scan_skip_blanks(s);
	return toml_scan_read_value(s, &line->value);
}

static bool read_array(struct scanner *s, struct toml_value *v)
{
	s->at++;
	for (;;) {
		struct toml_value *item;

		if (!skip_lines(s))
			return false;
		if (toml_scan_take(s, ']'))
			return true;
		if (!toml_scan_read_value(s, &item))
			return false;
		list_add(s->a, &v->items, item);
		if (!skip_lines(s))
			return false;
		if (!toml_scan_take(s, ',') && toml_scan_peek(s) != ']')
			return toml_scan_complain(s, s->at, "a ',' or ']' must be here");
	}
}

static bool read_inline(struct scanner *s, struct toml_value *v)
{
	s->at++;
	toml_scan_skip_blanks(s);
	if (toml_scan_take(s, '}'))
		return true;
	for (;;) {
		struct toml_line *member = arena_alloc(s->a, sizeof(*member));

		if (!read_key_value(s, member))
			return false;
		list_add(s->a, &v->members, member);
		toml_scan_skip_blanks(s);
		if (toml_scan_take(s, '}'))
			return true;
		if (!toml_scan_take(s, ','))
			return toml_scan_complain(s, s->at, "a ',' or '}' must be here");
	}
}

/* A date and the time after it may be parted by one space. */
static bool is_time_after_date(const struct scanner *s, size_t from)
{
	const char *p = s->text.at + s->at;

	return s->at - from == 10 && s->text.len - s->at > 3 && p[0] == ' ' && p[3] == ':' &&
	       p[1] >= '0' && p[1] <= '9' && p[2] >= '0' && p[2] <= '9';
}

static void skip_word(struct scanner *s)
{
	while (s->at < s->text.len && (is_bare(toml_scan_peek(s)) || toml_scan_peek(s) == '+' ||
				       toml_scan_peek(s) == '.' || toml_scan_peek(s) == ':'))
		s->at++;
}

static bool toml_scan_read_bare(struct scanner *s, struct toml_value *v)
{
	size_t from = s->at;

	skip_word(s);
	if (is_time_after_date(s, from)) {
		s->at++;
		skip_word(s);
	}
	v->text = (struct str){ s->text.at + from, s->at - from };
	if (str_is(v->text, "true") || str_is(v->text, "false"))
		v->kind = TOML_BOOL;
	else if (toml_is_time(v->text))
		v->kind = TOML_TIME;
	else if (toml_is_number(v->text))
		v->kind = TOML_NUMBER;
	else
		return toml_scan_complain(s, from,
					  v->text.len ? "not a value; texts need quotes"
						      : "a value must be here");
	return true;
}

static bool toml_scan_read_value(struct scanner *s, struct toml_value **out)
{
	struct toml_value *v = arena_alloc(s->a, sizeof(*v));
	bool fine;

	v->start = s->at;
	if (++s->depth > MAX_DEPTH)
		return toml_scan_complain(s, s->at, "nested too deeply");
	switch (toml_scan_peek(s)) {
	case '"':
	case '\'':
		v->kind = TOML_STRING;
		fine = read_string(s, true, &v->text);
		break;
	case '[':
		v->kind = TOML_ARRAY;
		fine = read_array(s, v);
		break;
	case '{':
		v->kind = TOML_INLINE;
		fine = read_inline(s, v);
		break;
	default:
		fine = toml_scan_read_bare(s, v);
	}
	s->depth--;
	v->end = s->at;
	*out = v;
	return fine;
}

static bool toml_scan_read_header(struct scanner *s, struct toml_line *line)
{
	s->at++;
	line->kind = toml_scan_take(s, '[') ? TOML_TABLE_ARRAY : TOML_TABLE;
	if (!toml_scan_read_key(s, &line->key))
		return false;
	if (!toml_scan_take(s, ']') || (line->kind == TOML_TABLE_ARRAY && !toml_scan_take(s, ']')))
		return toml_scan_complain(s, s->at, "a ']' must be here");
	return true;
}

static bool read_lines(struct scanner *s, struct list *lines)
{
	unsigned number = 1;
	size_t counted = 0;

	for (;;) {
		struct toml_line *line;

		if (!skip_lines(s))
			return false;
		if (s->at >= s->text.len)
			return true;
		for (; counted < s->at; counted++)
			number += s->text.at[counted] == '\n';
		line = arena_alloc(s->a, sizeof(*line));
		line->line = number;
		if (!(toml_scan_peek(s) == '[' ? toml_scan_read_header(s, line)
					       : read_key_value(s, line)))
			return false;
		list_add(s->a, lines, line);
		if (!end_line(s))
			return false;
	}
}

bool toml_scan(struct arena *a, const char *name, struct str text, struct list *lines,
	       struct err *e)
{
	struct scanner s = { .a = a, .name = name, .text = text, .e = e };
	struct list found = { 0 };

	if (text.len > MAX_BYTES)
		return err_set(e, ERR_LIMIT, "%s: larger than %d bytes", name, MAX_BYTES);
	if (!utf8_valid(text.at, text.len))
		return err_set(e, ERR_CONFIG, "%s: not UTF-8", name);
	if (!read_lines(&s, &found))
		return false;
	*lines = found;
	return true;
}
