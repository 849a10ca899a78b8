/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a plain scalar means and how a text must be written to stay one. The
 * rules are those of YAML's core schema as Go's yaml.v3 has them, with the
 * emitter's analysis that libyaml and yaml.v3 share.
 */
#include "data/yaml_scalar.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/value.h"

enum { LONGEST_NUMBER = 400 };

static bool yaml_scalar_is_one_of(const char *text, size_t len, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == len && memcmp(*words, text, len) == 0)
			return true;
	return false;
}

static const char *const null_words[] = { "", "~", "null", "Null", "NULL", NULL };
static const char *const true_words[] = { "true", "True", "TRUE", NULL };
static const char *const false_words[] = { "false", "False", "FALSE", NULL };
static const char *const infinity_words[] = { ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
					      NULL };
static const char *const minus_infinity_words[] = { "-.inf", "-.Inf", "-.INF", NULL };
static const char *const nan_words[] = { ".nan", ".NaN", ".NAN", NULL };

/* YAML 1.1's other truths: a text with such a name is quoted, for older readers. */
static const char *const old_true_words[] = { "y", "Y", "yes", "Yes", "YES", "on", "On", "ON", NULL };
static const char *const old_false_words[] = { "n",  "N",  "no",  "No",  "NO",
					       "off", "Off", "OFF", NULL };

/* Digits of one base up to the end; false when there are none or others. */
static bool yaml_scalar_parse_digits(const char *p, unsigned base, uint64_t *out)
{
	uint64_t n = 0;

	if (!*p)
		return false;
	for (; *p; p++) {
		unsigned digit = *p >= '0' && *p <= '9' ? (unsigned)(*p - '0') :
				 *p >= 'a' && *p <= 'f' ? (unsigned)(*p - 'a' + 10) :
				 *p >= 'A' && *p <= 'F' ? (unsigned)(*p - 'A' + 10) : 99;

		if (digit >= base || n > (UINT64_MAX - digit) / base)
			return false;
		n = n * base + digit;
	}
	*out = n;
	return true;
}

/* Go's ParseInt with base 0: prefixes, and a leading 0 means octal. */
static bool parse_integer(const char *text, uint64_t *magnitude, bool *negative)
{
	*negative = *text == '-';
	if (*text == '-' || *text == '+')
		text++;
	if (text[0] == '0' && text[1]) {
		char kind = (char)(text[1] | 0x20);

		if (kind == 'x')
			return yaml_scalar_parse_digits(text + 2, 16, magnitude);
		if (kind == 'o')
			return yaml_scalar_parse_digits(text + 2, 8, magnitude);
		if (kind == 'b')
			return yaml_scalar_parse_digits(text + 2, 2, magnitude);
		return yaml_scalar_parse_digits(text + 1, 8, magnitude);
	}
	return yaml_scalar_parse_digits(text, 10, magnitude);
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool looks_like_float(const char *p)
{
	size_t whole, fraction = 0;

	p += *p == '-' || *p == '+';
	whole = strspn(p, "0123456789");
	p += whole;
	if (*p == '.') {
		fraction = strspn(p + 1, "0123456789");
		p += fraction + 1;
	}
	if (!whole && !fraction)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!strspn(p, "0123456789"))
			return false;
		p += strspn(p, "0123456789");
	}
	return !*p;
}

/* The number without its underscores, or false when it cannot be one. */
static bool without_underscores(const char *text, size_t len, char out[LONGEST_NUMBER])
{
	size_t used = 0;

	if (len >= LONGEST_NUMBER || !memchr("+-.0123456789", text[0], 13))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text[i] != '_')
			out[used++] = text[i];
	out[used] = '\0';
	return used > 0;
}

static struct value *resolve_number(struct arena *a, const char *text, size_t len)
{
	char plain[LONGEST_NUMBER];
	uint64_t magnitude;
	bool negative;

	if (!without_underscores(text, len, plain))
		return NULL;
	if (parse_integer(plain, &magnitude, &negative)) {
		if (!negative && magnitude <= INT64_MAX)
			return value_int(a, (int64_t)magnitude);
		if (negative && magnitude <= (uint64_t)INT64_MAX + 1)
			return value_int(a, (int64_t)(0 - magnitude));
		if (!negative)
			return value_whole(a, str_of(str_format(a, "%" PRIu64, magnitude)));
	}
	if (looks_like_float(plain)) {
		double number = strtod(plain, NULL);
		struct value *whole = value_whole(a, str_of(plain));

		if (value_digits(whole).len)    /* else a float, such as 08, which is not octal */
			return whole;
		if (isfinite(number))
			return value_float(a, number);
	}
	return NULL;
}

struct value *yaml_resolve(struct arena *a, const char *text, size_t len)
{
	struct value *number;

	if (yaml_scalar_is_one_of(text, len, null_words))
		return value_null(a);
	if (yaml_scalar_is_one_of(text, len, true_words))
		return value_bool(a, true);
	if (yaml_scalar_is_one_of(text, len, false_words))
		return value_bool(a, false);
	if (yaml_scalar_is_one_of(text, len, infinity_words))
		return value_float(a, (double)INFINITY);
	if (yaml_scalar_is_one_of(text, len, minus_infinity_words))
		return value_float(a, -(double)INFINITY);
	if (yaml_scalar_is_one_of(text, len, nan_words))
		return value_float(a, (double)NAN);
	number = resolve_number(a, text, len);
	return number ? number : value_string_n(a, text, len);
}

struct value *yaml_resolve_old(struct arena *a, const char *text, size_t len)
{
	if (yaml_scalar_is_one_of(text, len, old_true_words))
		return value_bool(a, true);
	if (yaml_scalar_is_one_of(text, len, old_false_words))
		return value_bool(a, false);
	return yaml_resolve(a, text, len);
}

/* 190:20:30.15 was a number in YAML 1.1. */
static bool is_base_60(const char *text, size_t len)
{
	size_t i = len && (text[0] == '-' || text[0] == '+');
	bool colon = false;

	if (i >= len || text[i] < '0' || text[i] > '9')
		return false;
	for (; i < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == '_'); i++)
		;
	while (i + 1 < len && text[i] == ':' && text[i + 1] >= '0' && text[i + 1] <= '9') {
		i += 2;
		if (i < len && text[i - 1] <= '5' && text[i] >= '0' && text[i] <= '9')
			i++;
		colon = true;
	}
	if (colon && i < len && text[i] == '.')
		for (i++; i < len && ((text[i] >= '0' && text[i] <= '9') || text[i] == '_'); i++)
			;
	return colon && i == len;
}

/* A date such as 2001-01-01, alone or with a time, is a timestamp to yaml.v3. */
static bool is_timestamp(const char *text, size_t len)
{
	static const char shape[] = "dddd-dd-dd";

	if (len < sizeof(shape) - 1)
		return false;
	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != shape[i])
			return false;
	return len == sizeof(shape) - 1 || strchr("Tt ", text[sizeof(shape) - 1]);
}

static bool reads_back_as_text(const char *text, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();

	return yaml_resolve_old(a, text, len)->kind == VALUE_STRING &&
	       !is_base_60(text, len) &&
	       !is_timestamp(text, len) && !(len == 2 && memcmp(text, "<<", 2) == 0);
}

static size_t digits_at(const char *text, size_t len, size_t at)
{
	size_t n = 0;

	while (at + n < len && is_digit(text[at + n]))
		n++;
	return n;
}

/* 2001-1-1, alone or with a time, is a date to some readers of YAML 1.1. */
static bool is_old_date(const char *text, size_t len)
{
	size_t day, end;

	if (digits_at(text, len, 0) != 4 || len < 8 || text[4] != '-')
		return false;
	day = 5 + digits_at(text, len, 5);
	end = day + 1 + digits_at(text, len, day + 1);
	return day > 5 && day < 8 && day < len && text[day] == '-' && end > day + 1 && end < day + 4 &&
	       (end == len || strchr("Tt \t", text[end]));
}

/*
 * YAML 1.1's other numbers (yaml.org/type/int and float): those that only an underscore keeps from
 * being none, as 0x_ and 1_.5, and a text of digits with commas, as Ruby has it.
 */
static bool is_old_number(const char *text, size_t len)
{
	size_t i = len && (text[0] == '-' || text[0] == '+'), from;

	if (i + 1 < len && text[i] == '0' && strchr("xXbBoO", text[i + 1])) {
		for (i += 2; i < len && (text[i] == '_' || is_digit(text[i]) ||
					 (letter_lower(text[i]) >= 'a' && letter_lower(text[i]) <= 'f')); i++)
			;
		return i == len;
	}
	from = i;
	for (bool point = false; i < len && strchr("0123456789_,.", text[i]); i++) {
		if (text[i] == '.' && point)
			return false;
		point |= text[i] == '.';
	}
	if (i < len && letter_lower(text[i]) == 'e' && i > from) {
		i++;
		i += i < len && (text[i] == '-' || text[i] == '+');
		i += digits_at(text, len, i);
	}
	return i == len && from < len && (is_digit(text[from]) || (text[from] == '.' && len - from > 1));
}

bool yaml_is_text(const char *text, size_t len)
{
	return reads_back_as_text(text, len) && !is_old_date(text, len) &&
	       !is_old_number(text, len) && !(len == 1 && *text == '=');
}

/* What an emitter must know of a text (libyaml's scalar analysis). */
struct scalar_traits {
	bool indicators, special, breaks, space_break, break_space;
	bool leading_space, trailing_space, leading_break, trailing_break;
	bool tabs;
};

/* As yaml.v3 has it, which escapes whatever lies beyond the first plane. */
static bool is_printable(uint32_t c)
{
	return c == '\n' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xd7ff) ||
	       (c >= 0xe000 && c <= 0xfffd && c != 0xfeff);
}

static bool is_break(uint32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_blank_at(const char *text, size_t len, size_t i)
{
	return i >= len || strchr(" \t\r\n", text[i]);
}

static bool is_indicator(const char *text, size_t len, size_t i, bool after_blank)
{
	char c = text[i];

	if (i == 0 && c && strchr("#,[]{}&*!|>'\"%@`", c))
		return true;
	if (i == 0 && (c == '?' || c == '-') && is_blank_at(text, len, 1))
		return true;
	if (c == ':' && is_blank_at(text, len, i + 1))
		return true;
	return c == '#' && after_blank;
}

static void yaml_scalar_analyse(const char *text, size_t len, struct scalar_traits *out)
{
	bool space_before = false, break_before = false;

	if (len >= 3 && (memcmp(text, "---", 3) == 0 || memcmp(text, "...", 3) == 0))
		out->indicators = true;
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t n = utf8_decode(text + i, len - i, &c);
		bool first = i == 0, last = i + (n ? n : 1) == len;

		if (c == '\t')
			out->tabs = true;
		else if (!n || !is_printable(c))
			out->special = true;
		if (is_indicator(text, len, i, first || space_before || break_before))
			out->indicators = true;
		if (is_break(c)) {
			out->breaks = true;
			out->leading_break = out->leading_break || first;
			out->trailing_break = last;
			out->space_break = out->space_break || space_before;
		} else if (c == ' ') {
			out->leading_space = out->leading_space || first;
			out->trailing_space = last;
			out->break_space = out->break_space || break_before;
		}
		space_before = c == ' ';
		break_before = is_break(c);
		i += n ? n : 1;
	}
}

/*
 * yaml.v3 would write a literal block here that does not read back: one that begins
 * with a tab, or in which U+2028 counts as another line break.
 */
static bool is_no_literal(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && text[i] == '\n')
		i++;
	if (i < len && text[i] == '\t')
		return true;
	for (; i + 2 < len; i++) {
		if (memcmp(text + i, "\xe2\x80\xa8", 3) == 0 || memcmp(text + i, "\xe2\x80\xa9", 3) == 0)
			return true;
	}
	return false;
}

enum yaml_style yaml_style_of(const char *text, size_t len, bool is_key)
{
	struct scalar_traits s = { 0 };

	yaml_scalar_analyse(text, len, &s);
	if (!is_key && memchr(text, '\n', len))
		return s.trailing_space || s.space_break || s.special || is_no_literal(text, len) ?
			       YAML_DOUBLE : YAML_LITERAL;
	if (s.breaks || !reads_back_as_text(text, len))
		return YAML_DOUBLE;
	if (!s.special && !s.tabs && !s.indicators && !s.leading_space && !s.trailing_space)
		return YAML_PLAIN;
	return s.special || s.tabs || s.space_break || s.break_space ? YAML_DOUBLE : YAML_SINGLE;
}

bool yaml_fits_single(const char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t n = utf8_decode(text + i, len - i, &c);

		if (!n || is_break(c) || c == '\t' || (c < 0x10000 && !is_printable(c)))
			return false;
		i += n;
	}
	return true;
}

static void write_escaped(struct buf *b, uint32_t c)
{
	static const struct {
		uint32_t c;
		const char *text;
	} known[] = {
		{ 0, "\\0" },     { 7, "\\a" },     { 8, "\\b" },      { '\t', "\\t" },
		{ '\n', "\\n" },  { 11, "\\v" },    { 12, "\\f" },     { '\r', "\\r" },
		{ 27, "\\e" },    { '"', "\\\"" },  { '\\', "\\\\" }, { 0x85, "\\N" },
		{ 0xa0, "\\_" },  { 0x2028, "\\L" }, { 0x2029, "\\P" },
	};

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (known[i].c == c) {
			buf_text(b, known[i].text);
			return;
		}
	if (c <= 0xff)
		buf_format(b, "\\x%02X", c);
	else if (c <= 0xffff)
		buf_format(b, "\\u%04X", c);
	else
		buf_format(b, "\\U%08X", c);
}

static void write_double(struct buf *b, const char *text, size_t len)
{
	buf_char(b, '"');
	for (size_t i = 0; i < len;) {
		uint32_t c = 0xfffd;
		size_t n = utf8_decode(text + i, len - i, &c);

		if (n && is_printable(c) && !is_break(c) && c != '"' && c != '\\' && c != '\t')
			buf_add(b, text + i, n);
		else
			write_escaped(b, c);
		i += n ? n : 1;
	}
	buf_char(b, '"');
}

static void yaml_scalar_write_literal(struct buf *b, const char *text, size_t len, size_t indent)
{
	bool ends = len && text[len - 1] == '\n';
	bool ends_twice = len > 1 && ends && text[len - 2] == '\n';

	buf_char(b, '|');
	if (len && (text[0] == ' ' || text[0] == '\n'))
		buf_format(b, "%d", 4);
	buf_text(b, !ends ? "-" : ends_twice || len == 1 ? "+" : "");
	for (size_t i = 0; i < len;) {
		const char *end = memchr(text + i, '\n', len - i);
		size_t n = end ? (size_t)(end - text) - i : len - i;

		buf_char(b, '\n');
		if (n)
			buf_format(b, "%*s", (int)indent, "");
		buf_add(b, text + i, n);
		i += n + 1;
	}
}

void yaml_write_text(struct buf *b, const char *text, size_t len, enum yaml_style style,
		     size_t indent)
{
	switch (style) {
	case YAML_PLAIN:
		buf_add(b, text, len);
		return;
	case YAML_SINGLE:
		buf_char(b, '\'');
		for (size_t i = 0; i < len; i++)
			buf_add(b, text[i] == '\'' ? "''" : text + i, text[i] == '\'' ? 2 : 1);
		buf_char(b, '\'');
		return;
	case YAML_DOUBLE:
		write_double(b, text, len);
		return;
	default:
		yaml_scalar_write_literal(b, text, len, indent);
	}
}
