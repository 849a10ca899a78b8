/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars by the rules of strconv and fmt, which C's own functions follow only in part. */
#include "data/go_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "data/unicode.h"

enum { LONGEST_NUMBER = 2000 };

static bool go_text_is_digit_of(char c, bool hex)
{
	return is_digit(c) || (hex && letter_lower(c) >= 'a' && letter_lower(c) <= 'f');
}

/* Digits and underscores; *count the digits. An underscore must have a digit on either side. */
static const char *skip_digits(const char *p, bool hex, bool prefixed, size_t *count)
{
	bool digit_before = prefixed;

	*count = 0;
	for (; go_text_is_digit_of(*p, hex) || *p == '_'; p++) {
		if (*p == '_' && (!digit_before || !go_text_is_digit_of(p[1], hex)))
			return NULL;
		digit_before = *p != '_';
		*count += digit_before;
	}
	return p;
}

/* mantissa [exponent], where a hexadecimal one must have its exponent. */
static bool is_float_syntax(const char *p)
{
	size_t whole, fraction = 0, exponent;
	bool hex;

	p += *p == '+' || *p == '-';
	hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	p = skip_digits(p + (hex ? 2 : 0), hex, hex, &whole);
	if (p && *p == '.')
		p = skip_digits(p + 1, hex, false, &fraction);
	if (!p || whole + fraction == 0)
		return false;
	if (letter_lower(*p) != (hex ? 'p' : 'e'))
		return !hex && !*p;
	p++;
	p += *p == '+' || *p == '-';
	p = skip_digits(p, false, false, &exponent);
	return p && exponent && !*p;
}

static bool is_special(const char *text, double *out)
{
	const char *p = text + (*text == '+' || *text == '-');

	if (same_but_case(p, "inf") || same_but_case(p, "infinity")) {
		*out = *text == '-' ? -(double)INFINITY : (double)INFINITY;
		return true;
	}
	*out = (double)NAN;
	return same_but_case(text, "nan");
}

bool go_float(const char *text, size_t len, double *out)
{
	char plain[LONGEST_NUMBER];
	size_t used = 0;
	double number;

	if (!len || len >= sizeof(plain) || memchr(text, '\0', len))
		return false;
	memcpy(plain, text, len);
	plain[len] = '\0';
	if (is_special(plain, out))
		return true;
	if (!is_float_syntax(plain))
		return false;
	for (size_t i = 0; i < len; i++)
		if (plain[i] != '_')
			plain[used++] = plain[i];
	plain[used] = '\0';
	number = strtod(plain, NULL);
	if (!isfinite(number))
		return false;
	*out = number;
	return true;
}

bool go_bool(const char *text, size_t len, bool *out)
{
	static const char *const words[] = { "1", "t", "T", "TRUE", "true", "True",
					     "0", "f", "F", "FALSE", "false", "False" };
	const struct str s = { text, len };

	for (size_t i = 0; i < COUNTOF(words); i++)
		if (str_is(s, words[i])) {
			*out = i < COUNTOF(words) / 2;
			return true;
		}
	return false;
}

static void quote_point(struct buf *b, uint32_t c)
{
	static const char from[] = "\a\b\f\n\r\t\v", to[] = "abfnrtv";
	const char *known = c && c < 0x20 ? strchr(from, (int)c) : NULL;

	if (known)
		buf_format(b, "\\%c", to[known - from]);
	else if (c < 0x80)
		buf_format(b, "\\x%02x", c);
	else if (c < 0x10000)
		buf_format(b, "\\u%04x", c);
	else
		buf_format(b, "\\U%08x", c);
}

void go_quote(struct buf *b, const char *text, size_t len)
{
	buf_char(b, '"');
	for (size_t i = 0; i < len;) {
		uint32_t c = 0;
		size_t n = utf8_decode(text + i, len - i, &c);

		if (!n)
			buf_format(b, "\\x%02x", (unsigned char)text[i]);
		else if (c == '"' || c == '\\')
			buf_format(b, "\\%c", (char)c);
		else if (unicode_is_print(c))
			buf_add(b, text + i, n);
		else
			quote_point(b, c);
		i += n ? n : 1;
	}
	buf_char(b, '"');
}

/* %v takes the shortest digits, with an exponent below 1e-4 and from 1e6 on. */
void go_number(double number, char out[32])
{
	int precision = 0;

	if (!isfinite(number)) {
		snprintf(out, 32, "%s", isnan(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf");
		return;
	}
	do
		snprintf(out, 32, "%.*e", precision, number);
	while (precision++ < 17 && strtod(out, NULL) != number);
	precision--;
	if (number == 0 || (fabs(number) >= 1e-4 && fabs(number) < 1e6)) {
		int exponent = (int)strtol(strchr(out, 'e') + 1, NULL, 10);

		snprintf(out, 32, "%.*f", precision > exponent ? precision - exponent : 0, number);
	}
}

void go_number_plain(struct buf *b, double number)
{
	char text[32];
	int point, n, precision = 0;

	do
		snprintf(text, sizeof(text), "%.*e", precision, fabs(number));
	while (precision++ < 17 && strtod(text, NULL) != fabs(number));
	point = (int)strtol(strchr(text, 'e') + 1, NULL, 10) + 1;
	*strchr(text, 'e') = '\0';
	if (text[1] == '.')
		memmove(text + 1, text + 2, strlen(text + 2) + 1);
	n = (int)strlen(text);
	buf_text(b, signbit(number) ? "-" : "");
	if (point <= 0)
		buf_text(b, "0.");
	for (int i = point; i < 0; i++)
		buf_char(b, '0');
	for (int i = 0; i < n || i < point; i++) {
		if (i == point && i > 0)
			buf_char(b, '.');
		buf_char(b, i < n ? text[i] : '0');
	}
}
