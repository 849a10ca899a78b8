/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and ordering versions. A part of a prerelease too large for 64 bits is
 * compared as text, as the original does.
 */
#include "data/semver.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"

static bool semver_is_word(char c)
{
	return is_digit(c) || is_letter(c) || c == '-';
}

static bool semver_read_number(struct str digits, uint64_t *out)
{
	uint64_t n = 0;

	if (!digits.len)
		return false;
	for (size_t i = 0; i < digits.len; i++) {
		unsigned digit = (unsigned)(digits.at[i] - '0');

		if (!is_digit(digits.at[i]) || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

/* Takes the digits at *text; false when there is none or they do not fit. */
static bool take_number(const char **text, bool strict, uint64_t *out)
{
	struct str digits = { *text, 0 };

	while (is_digit(digits.at[digits.len]))
		digits.len++;
	if (strict && digits.len > 1 && digits.at[0] == '0')
		return false;
	*text += digits.len;
	return semver_read_number(digits, out);
}

/* One dot-separated identifier: not empty, and in a prerelease no number like "01". */
static bool is_identifier(struct str part, bool is_pre)
{
	bool only_digits = true;

	for (size_t i = 0; i < part.len; i++)
		only_digits = only_digits && is_digit(part.at[i]);
	return part.len && !(is_pre && only_digits && part.len > 1 && part.at[0] == '0');
}

/* Takes "a.b-c.1" up to the first character that cannot be part of it. */
static bool take_identifiers(const char **text, bool is_pre, struct str *out)
{
	const char *start = *text;
	struct str part = { start, 0 };
	const char *at = start;

	for (;; at++) {
		if (semver_is_word(*at)) {
			part.len++;
			continue;
		}
		if (!is_identifier(part, is_pre))
			return false;
		if (*at != '.')
			break;
		part = (struct str){ at + 1, 0 };
	}
	*out = (struct str){ start, (size_t)(at - start) };
	*text = at;
	return true;
}

static bool semver_parse_text(const char *text, bool strict, struct semver *out)
{
	struct semver v = { .original = text };
	uint64_t *parts[] = { &v.major, &v.minor, &v.patch };
	const char *at = text;

	if (!strict && *at == 'v')
		at++;
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		if (i && *at != '.') {
			if (strict)
				return false;
			break;
		}
		at += i > 0;
		if (!take_number(&at, strict, parts[i]))
			return false;
	}
	if (*at == '-') {
		at++;
		if (!take_identifiers(&at, true, &v.pre))
			return false;
	}
	if (*at == '+') {
		at++;
		if (!take_identifiers(&at, false, &v.meta))
			return false;
	}
	if (*at)
		return false;
	*out = v;
	return true;
}

bool semver_parse(const char *text, struct semver *out)
{
	assert(text);
	return semver_parse_text(text, false, out);
}

bool semver_parse_strict(const char *text, struct semver *out)
{
	return semver_parse_text(text, true, out);
}

const char *semver_text(struct arena *a, const struct semver *v)
{
	return str_format(a, "%" PRIu64 ".%" PRIu64 ".%" PRIu64 "%s%.*s%s%.*s", v->major, v->minor,
			  v->patch, v->pre.len ? "-" : "", (int)v->pre.len,
			  v->pre.len ? v->pre.at : "", v->meta.len ? "+" : "", (int)v->meta.len,
			  v->meta.len ? v->meta.at : "");
}

static int compare_part(struct str a, struct str b)
{
	uint64_t x, y;
	bool a_number = semver_read_number(a, &x), b_number = semver_read_number(b, &y);

	if (a_number && b_number)
		return (x > y) - (x < y);
	if (a_number != b_number)
		return a_number ? -1 : 1;
	return str_compare(a, b);
}

static struct str take_part(struct str *rest)
{
	const char *dot = memchr(rest->at, '.', rest->len);
	struct str part = { rest->at, dot ? (size_t)(dot - rest->at) : rest->len };
	size_t used = part.len + (dot != NULL);

	*rest = (struct str){ rest->at + used, rest->len - used };
	return part;
}

static int compare_pre(struct str a, struct str b)
{
	if (!a.len || !b.len)
		return (b.len > 0) - (a.len > 0);
	while (a.len && b.len) {
		int order = compare_part(take_part(&a), take_part(&b));

		if (order)
			return order;
	}
	return (a.len > 0) - (b.len > 0);
}

int semver_compare(const struct semver *a, const struct semver *b)
{
	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	if (a->minor != b->minor)
		return a->minor < b->minor ? -1 : 1;
	if (a->patch != b->patch)
		return a->patch < b->patch ? -1 : 1;
	return compare_pre(a->pre, b->pre);
}
