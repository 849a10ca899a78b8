/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Most of both syntaxes is common; what is written alike but means something else (\s,
 * \v, names of groups, assertions that repeat) is rewritten, what only PCRE2 has is refused.
 */
#include "data/re2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

enum { MOST_REPEATS = 1000 };

struct translation {
	const char *regex, *at;
	struct buf *out;
	bool has_operand;               /* something that a repetition may repeat */
	bool repeated;                  /* and it is repeated already */
	struct err *e;
};

static bool re2_refuse(const struct translation *t, const char *what)
{
	return err_set(t->e, ERR_CONFIG, "%s at position %zu, which Go's regular expressions lack",
		       what, (size_t)(t->at - t->regex) + 1);
}

static bool re2_wrong(const struct translation *t, const char *what)
{
	return err_set(t->e, ERR_CONFIG, "%s at position %zu", what,
		       (size_t)(t->at - t->regex) + 1);
}

static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

static void re2_add_operand(struct translation *t, const char *text)
{
	buf_text(t->out, text);
	t->has_operand = true;
	t->repeated = false;
}

/* PCRE2 does not repeat an assertion; it does repeat a group. */
static void re2_add_assertion(struct translation *t, const char *text)
{
	buf_format(t->out, "(?:%s)", text);
	t->has_operand = true;
	t->repeated = false;
}

/* The cursor is behind \x. */
static bool read_hex(struct translation *t, uint32_t *point)
{
	bool braces = *t->at == '{';
	int digits = 0;

	*point = 0;
	t->at += braces;
	for (; hex_value(*t->at) >= 0 && (braces || digits < 2); t->at++, digits++) {
		*point = *point * 16 + (uint32_t)hex_value(*t->at);
		if (*point > 0x10ffff)
			return re2_wrong(t, "no such character");
	}
	if (digits < (braces ? 1 : 2) || (braces && *t->at != '}'))
		return re2_wrong(t, "an unfinished escape");
	t->at += braces;
	return true;
}

/* An escape that stands for one character; the cursor is behind the backslash. */
static bool re2_read_escape(struct translation *t, uint32_t *point)
{
	static const char letters[] = "afnrtv", meant[] = "\a\f\n\r\t\v";
	char c = *t->at;

	if (c == '0' || (c >= '1' && c <= '7' && t->at[1] >= '0' && t->at[1] <= '7')) {
		*point = 0;
		for (int i = 0; i < 3 && *t->at >= '0' && *t->at <= '7'; i++)
			*point = *point * 8 + (uint32_t)(*t->at++ - '0');
		return true;
	}
	if (is_digit(c))
		return re2_refuse(t, "a backreference");
	if (c == 'x') {
		t->at++;
		return read_hex(t, point);
	}
	if (c && strchr(letters, c)) {
		*point = (unsigned char)meant[strchr(letters, c) - letters];
		t->at++;
		return true;
	}
	if (!c || (unsigned char)c >= 0x80 || is_letter(c))
		return re2_refuse(t, "this escape");
	*point = (unsigned char)c;
	t->at++;
	return true;
}

/* \pL, \p{Greek}, \P{^Lu}: the cursor is on the p. */
static bool copy_property(struct translation *t)
{
	size_t len = 1;

	if (t->at[1] == '{') {
		const char *end = strchr(t->at, '}');

		if (!end || end - t->at > 40)
			return re2_wrong(t, "an unfinished class");
		len = (size_t)(end - t->at);
	} else if (!is_letter(t->at[1])) {
		return re2_wrong(t, "no such class");
	}
	buf_char(t->out, '\\');
	buf_add(t->out, t->at, len + 1);
	t->at += len + 1;
	return true;
}

/* \d \s \w and their opposites inside a class; false when it is none of them. */
static bool add_perl_class(struct translation *t)
{
	static const char *const forms[] = {
		"d0-9", "D\\D", "s\\t\\n\\f\\r ", "w0-9A-Za-z_", "W\\W",
		"S\\x00-\\x08\\x0b\\x0e-\\x1f\\x21-\\x{10ffff}",
	};

	for (size_t i = 0; i < COUNTOF(forms); i++) {
		if (t->at[1] == forms[i][0]) {
			buf_text(t->out, forms[i] + 1);
			t->at += 2;
			return true;
		}
	}
	return false;
}

/* [:alpha:] or [:^alpha:]; false without an error when it is not closed, and so plain text. */
static bool add_posix_class(struct translation *t, bool *added)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank", "cntrl",
					     "digit", "graph", "lower", "print", "punct",
					     "space", "upper", "word",	"xdigit" };
	const char *end = strstr(t->at + 2, ":]");
	const char *name = t->at + 2 + (t->at[2] == '^');

	*added = end != NULL;
	if (!end)
		return true;
	for (size_t i = 0; i < COUNTOF(names); i++) {
		size_t len = strlen(names[i]);

		if ((size_t)(end - name) == len && memcmp(name, names[i], len) == 0) {
			buf_add(t->out, t->at, (size_t)(end - t->at) + 2);
			t->at = end + 2;
			return true;
		}
	}
	return re2_wrong(t, "no such class");
}

static bool read_class_character(struct translation *t, uint32_t *point)
{
	size_t len;

	if (!*t->at)
		return re2_wrong(t, "a class that is not closed");
	if (*t->at == '\\') {
		t->at++;
		return re2_read_escape(t, point);
	}
	len = utf8_decode(t->at, strlen(t->at), point);
	t->at += len ? len : 1;
	return true;
}

static bool add_range(struct translation *t)
{
	uint32_t low, high;

	if (!read_class_character(t, &low))
		return false;
	high = low;
	if (t->at[0] == '-' && t->at[1] && t->at[1] != ']') {
		t->at++;
		if (!read_class_character(t, &high))
			return false;
		if (high < low)
			return re2_wrong(t, "a range that ends before it begins");
	}
	buf_format(t->out, "\\x{%x}-\\x{%x}", low, high);
	return true;
}

static bool translate_class(struct translation *t)
{
	bool first = true, added;

	buf_char(t->out, '[');
	t->at++;
	if (*t->at == '^')
		buf_char(t->out, *t->at++);
	for (; first || *t->at != ']'; first = false) {
		added = false;
		if (!*t->at)
			return re2_wrong(t, "a class that is not closed");
		if (t->at[0] == '[' && t->at[1] == ':' && !add_posix_class(t, &added))
			return false;
		if (added)
			continue;
		if (t->at[0] == '\\' && (t->at[1] | 32) == 'p') {
			t->at++;
			if (!copy_property(t))
				return false;
		} else if ((t->at[0] != '\\' || !add_perl_class(t)) && !add_range(t)) {
			return false;
		}
	}
	t->at++;
	re2_add_operand(t, "]");
	return true;
}

/* \Q…\E, or to the end. The cursor is behind the Q. */
static void translate_quoted(struct translation *t)
{
	const char *end = strstr(t->at, "\\E");

	while (*t->at && t->at != end) {
		if ((unsigned char)*t->at < 0x80 && !is_letter(*t->at) && !is_digit(*t->at))
			buf_char(t->out, '\\');
		buf_char(t->out, *t->at++);
		t->has_operand = true;
		t->repeated = false;
	}
	t->at += end ? 2 : 0;
}

static bool translate_escape(struct translation *t)
{
	char c = *++t->at, text[24];
	uint32_t point;

	if (c && strchr("AbBz", c)) {
		snprintf(text, sizeof(text), "\\%c", c);
		t->at++;
		re2_add_assertion(t, text);
		return true;
	}
	if (c && strchr("dDwWsS", c)) {
		snprintf(text, sizeof(text), "\\%c", c);
		t->at++;
		re2_add_operand(t, c == 's'   ? "[\\t\\n\\f\\r ]"
				   : c == 'S' ? "[^\\t\\n\\f\\r ]"
					      : text);
		return true;
	}
	if (c == 'Q') {
		t->at++;
		translate_quoted(t);
		return true;
	}
	if (c == 'p' || c == 'P') {
		re2_add_operand(t, "");
		return copy_property(t);
	}
	if (!re2_read_escape(t, &point))
		return false;
	snprintf(text, sizeof(text), "\\x{%x}", point);
	re2_add_operand(t, text);
	return true;
}

/* (?P<name> and (?<name>: numbers are all that is asked of a group, so the name goes. */
static bool translate_name(struct translation *t)
{
	const char *name = strchr(t->at, '<') + 1, *p = name;

	while (is_letter(*p) || is_digit(*p) || *p == '_')
		p++;
	if (p == name || *p != '>')
		return re2_wrong(t, "a name of a group that is none");
	buf_char(t->out, '(');
	t->at = p + 1;
	t->has_operand = false;
	return true;
}

/* (?i), (?s-m:…); the cursor is on the parenthesis. */
static bool translate_flags(struct translation *t)
{
	const char *p = t->at + 2;
	bool negative = false, flag = true;

	for (; *p && strchr("imsU-", *p); p++) {
		if (*p == '-' && negative)
			return re2_refuse(t, "these flags");
		negative |= *p == '-';
		flag = *p != '-';
	}
	if ((*p != ':' && *p != ')') || !flag)
		return re2_refuse(t, *p == '=' || *p == '!' ? "lookaround" : "this group");
	buf_add(t->out, t->at, (size_t)(p - t->at) + 1);
	t->has_operand = *p == ')' ? t->has_operand : false;
	t->at = p + 1;
	return true;
}

static bool translate_group(struct translation *t)
{
	const char *p = t->at;

	if (p[1] == '*')
		return re2_refuse(t, "a verb");
	if (p[1] != '?') {
		buf_char(t->out, *t->at++);
		t->has_operand = false;
		return true;
	}
	if ((p[2] == 'P' && p[3] == '<') || (p[2] == '<' && p[3] != '=' && p[3] != '!'))
		return translate_name(t);
	if (p[2] == '<')
		return re2_refuse(t, "lookaround");
	return translate_flags(t);
}

/* A number without leading zeros; false when there is none. */
static bool re2_read_count(const char **p, long *out)
{
	char *end;

	if (!is_digit(**p) || (**p == '0' && is_digit((*p)[1])))
		return false;
	*out = strtol(*p, &end, 10);
	*p = end;
	return true;
}

/* The length of {n}, {n,} or {n,m} at p, 0 when it is plain text; too_many: past the limit. */
static size_t counted_length(const char *p, bool *too_many)
{
	const char *start = p++;
	long least, most;

	if (!re2_read_count(&p, &least))
		return 0;
	most = least;
	if (*p == ',') {
		p++;
		if (*p != '}' && !re2_read_count(&p, &most))
			return 0;
	}
	if (*p != '}')
		return 0;
	*too_many = least > MOST_REPEATS || most > MOST_REPEATS || most < least;
	return (size_t)(p - start) + 1;
}

static bool translate_repetition(struct translation *t)
{
	bool too_many = false;
	size_t len = *t->at == '{' ? counted_length(t->at, &too_many) : 1;

	if (!len) {
		re2_add_operand(t, "\\{");
		t->at++;
		return true;
	}
	if (!t->has_operand)
		return re2_wrong(t, "a repetition of nothing");
	if (t->repeated)
		return re2_refuse(t, "a repetition of a repetition");
	if (too_many)
		return re2_wrong(t, "a repetition of more than 1000, or of less than its least");
	len += t->at[len] == '?';
	buf_add(t->out, t->at, len);
	t->at += len;
	t->repeated = true;
	return true;
}

static bool translate_one(struct translation *t)
{
	char c = *t->at, text[2] = { c };

	switch (c) {
	case '(':
		return translate_group(t);
	case '[':
		return translate_class(t);
	case '\\':
		return translate_escape(t);
	case '*':
	case '+':
	case '?':
	case '{':
		return translate_repetition(t);
	case '|':
		buf_char(t->out, c);
		t->has_operand = false;
		break;
	case '^':
	case '$':
		re2_add_assertion(t, text);
		break;
	default:
		re2_add_operand(t, text);
		break;
	}
	t->at++;
	return true;
}

bool re2_translate(const char *regex, struct buf *out, struct err *e)
{
	struct translation t = { .regex = regex, .at = regex, .out = out, .e = e };

	while (*t.at)
		if (!translate_one(&t))
			return false;
	return true;
}
