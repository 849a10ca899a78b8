/* SPDX-License-Identifier: Apache-2.0 */
/* A number or time is checked against its grammar here; toml.c converts it. */
#include "data/toml_inner.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

static bool toml_string_is_control(char c)
{
	return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return 16;
}

/* count hexadecimal digits at i as a code point that exists. */
static bool read_point(struct str t, size_t i, size_t count, struct buf *b)
{
	uint32_t point = 0;
	char bytes[4];

	if (t.len - i < count)
		return false;
	for (size_t n = 0; n < count; n++) {
		int digit = digit_of(t.at[i + n]);

		if (digit > 15 || point > 0x10ffff)
			return false;
		point = point * 16 + (uint32_t)digit;
	}
	if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
		return false;
	buf_add(b, bytes, utf8_encode(point, bytes));
	return true;
}

/* "\" at the end of a line swallows it and all white space that follows. */
static bool skip_folded(struct str t, size_t *at)
{
	size_t i = *at;

	while (i < t.len && (t.at[i] == ' ' || t.at[i] == '\t'))
		i++;
	if (i < t.len && t.at[i] == '\r')
		i++;
	if (i >= t.len || t.at[i] != '\n')
		return false;
	while (i < t.len && memchr(" \t\r\n", t.at[i], 4))
		i++;
	*at = i;
	return true;
}

static const char *toml_string_read_escape(struct str t, size_t *at, bool multiline, struct buf *b)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\x1b\"\\";
	const char *known;
	char c;

	if (*at >= t.len)
		return "the text never ends";
	c = t.at[*at];
	if (c == 'u' || c == 'U') {
		size_t count = c == 'u' ? 4 : 8;

		if (!read_point(t, *at + 1, count, b))
			return "no such character";
		*at += 1 + count;
		return NULL;
	}
	known = memchr(from, c, sizeof(from) - 1);
	if (known) {
		buf_char(b, to[known - from]);
		++*at;
		return NULL;
	}
	return multiline && skip_folded(t, at) ? NULL : "no such escape";
}

/* How many of quote follow each other at i. */
static size_t run_of(struct str t, size_t i, char quote)
{
	size_t n = 0;

	while (i + n < t.len && t.at[i + n] == quote)
		n++;
	return n;
}

static const char *read_single_line(struct str t, size_t *at, char quote, struct buf *b)
{
	while (*at < t.len && t.at[*at] != quote) {
		char c = t.at[*at];

		if (toml_string_is_control(c))
			return c == '\n' || c == '\r' ? "a text in single quotes ends on its line"
						      : "a control character must be escaped";
		++*at;
		if (quote == '"' && c == '\\') {
			const char *problem = toml_string_read_escape(t, at, false, b);

			if (problem)
				return problem;
		} else {
			buf_char(b, c);
		}
	}
	if (*at >= t.len)
		return "the text never ends";
	++*at;
	return NULL;
}

static const char *read_multi_line(struct str t, size_t *at, char quote, struct buf *b)
{
	if (*at < t.len && t.at[*at] == '\r' && *at + 1 < t.len && t.at[*at + 1] == '\n')
		++*at;
	if (*at < t.len && t.at[*at] == '\n')
		++*at;
	while (*at < t.len) {
		char c = t.at[*at];
		size_t quotes = run_of(t, *at, quote);

		if (quotes >= 3) {
			size_t own = quotes > 5 ? 2 : quotes - 3;

			buf_add(b, t.at + *at, own);
			*at += own + 3;
			return NULL;
		}
		if (toml_string_is_control(c) && c != '\n' &&
		    !(c == '\r' && *at + 1 < t.len && t.at[*at + 1] == '\n'))
			return "a control character must be escaped";
		++*at;
		if (quote == '"' && c == '\\') {
			const char *problem = toml_string_read_escape(t, at, true, b);

			if (problem)
				return problem;
		} else {
			buf_char(b, c);
		}
	}
	return "the text never ends";
}

const char *toml_string(struct arena *a, struct str text, size_t *at, bool multiline,
			struct str *out)
{
	char quote = text.at[*at];
	bool triple = multiline && run_of(text, *at, quote) >= 3;
	AUTO(buf) struct buf b;
	const char *problem;

	buf_init(&b, text.len + 16);
	*at += triple ? 3 : 1;
	problem = triple ? read_multi_line(text, at, quote, &b)
			 : read_single_line(text, at, quote, &b);
	if (!problem)
		*out = (struct str){ buf_copy(&b, a), b.len };
	return problem;
}

/* Digits of a base with single underscores between them; moves *i past them. */
static bool take_digits(struct str w, size_t *i, int base)
{
	size_t from = *i;
	bool after_digit = false;

	for (; *i < w.len; ++*i) {
		if (w.at[*i] == '_' && after_digit) {
			after_digit = false;
		} else if (digit_of(w.at[*i]) < base) {
			after_digit = true;
		} else {
			break;
		}
	}
	return *i > from && after_digit;
}

static bool is_prefixed(struct str w)
{
	size_t i = 2;
	int base = w.len > 2 && w.at[0] == '0' ? w.at[1] == 'x' ? 16 : w.at[1] == 'o' ? 8 :
			   w.at[1] == 'b' ? 2 : 0 : 0;

	return base && take_digits(w, &i, base) && i == w.len;
}

bool toml_is_number(struct str word)
{
	size_t i = word.len && (word.at[0] == '+' || word.at[0] == '-'), from = i;
	struct str rest = { word.at + i, word.len - i };

	if (is_prefixed(word) || str_is(rest, "inf") || str_is(rest, "nan"))
		return true;
	if (!take_digits(word, &i, 10) || (word.at[from] == '0' && i > from + 1))
		return false;
	if (i < word.len && word.at[i] == '.') {
		i++;
		if (!take_digits(word, &i, 10))
			return false;
	}
	if (i < word.len && (word.at[i] | 0x20) == 'e') {
		i++;
		i += i < word.len && (word.at[i] == '+' || word.at[i] == '-');
		if (!take_digits(word, &i, 10))
			return false;
	}
	return i == word.len;
}

bool toml_is_integer(struct str word)
{
	if (!toml_is_number(word))
		return false;
	for (size_t i = 0; !is_prefixed(word) && i < word.len; i++)
		if (strchr(".eEin", word.at[i]))
			return false;
	return true;
}

/* Whether the word at *i has this shape (d: a digit); moves past it. */
static bool has_shape(struct str w, size_t *i, const char *shape)
{
	size_t n = strlen(shape);

	if (w.len - *i < n)
		return false;
	for (size_t k = 0; k < n; k++) {
		char c = w.at[*i + k];

		if (shape[k] == 'd' ? c < '0' || c > '9' : c != shape[k])
			return false;
	}
	*i += n;
	return true;
}

static int two_digits(const char *p)
{
	return (p[0] - '0') * 10 + (p[1] - '0');
}

static bool take_date(struct str w, size_t *i)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	const char *p = w.at + *i;
	int year, month, day;

	if (!has_shape(w, i, "dddd-dd-dd"))
		return false;
	year = two_digits(p) * 100 + two_digits(p + 2);
	month = two_digits(p + 5);
	day = two_digits(p + 8);
	if (month < 1 || month > 12 || day < 1)
		return false;
	return day <= days[month - 1] + (month == 2 && year % 4 == 0 &&
					 (year % 100 != 0 || year % 400 == 0));
}

static bool take_time(struct str w, size_t *i)
{
	const char *p = w.at + *i;

	if (!has_shape(w, i, "dd:dd:dd") || two_digits(p) > 23 || two_digits(p + 3) > 59 ||
	    two_digits(p + 6) > 59)
		return false;
	if (*i < w.len && w.at[*i] == '.') {
		size_t from = ++*i;

		while (*i < w.len && w.at[*i] >= '0' && w.at[*i] <= '9')
			++*i;
		return *i > from;
	}
	return true;
}

static bool take_zone(struct str w, size_t *i)
{
	if (*i < w.len && (w.at[*i] | 0x20) == 'z') {
		++*i;
		return true;
	}
	if (*i < w.len && (w.at[*i] == '+' || w.at[*i] == '-')) {
		const char *p = w.at + ++*i;

		return has_shape(w, i, "dd:dd") && two_digits(p) < 24 && two_digits(p + 3) < 60;
	}
	return true;
}

bool toml_is_time(struct str word)
{
	size_t i = 0;

	if (word.len > 2 && word.at[2] == ':')
		return take_time(word, &i) && i == word.len;
	if (!take_date(word, &i))
		return false;
	if (i == word.len)
		return true;
	if (!strchr("Tt ", word.at[i++]))
		return false;
	return take_time(word, &i) && take_zone(word, &i) && i == word.len;
}

void toml_write_string(struct buf *b, struct str text, bool literal)
{
	static const char from[] = "\b\t\n\f\r\"\\", to[] = "btnfr\"\\";

	for (size_t i = 0; i < text.len; i++)
		if (text.at[i] == '\'' || (unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
			literal = false;
	buf_char(b, literal ? '\'' : '"');
	for (size_t i = 0; i < text.len; i++) {
		const char *known = literal ? NULL : memchr(from, text.at[i], sizeof(from) - 1);

		if (known)
			buf_format(b, "\\%c", to[known - from]);
		else if ((unsigned char)text.at[i] < 0x20 || text.at[i] == 0x7f)
			buf_format(b, "\\u%04X", (unsigned char)text.at[i]);
		else
			buf_char(b, text.at[i]);
	}
	buf_char(b, literal ? '\'' : '"');
}
