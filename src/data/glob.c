/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backtracking over the pattern, with a budget: patterns come from manifests and
 * must not hang the program.
 */
#include "data/glob.h"

#include <assert.h>
#include <string.h>

#include "base/list.h"
#include "base/str.h"

enum { BUDGET = 200000, MAX_DEPTH = 32 };

struct matching {
	int budget;
	const char *start;              /* of the pattern */
};

/* A piece of the pattern, and the text that is to match it. */
struct glob_try {
	const char *p, *end;
	const char *rest, *rest_end;    /* of the pattern, behind a "}"; NULL: nothing comes after end */
	const char *t;
	int depth;                      /* of braces */
};

static bool glob_match(struct matching *m, struct glob_try at);

/* Past one character class at "[", or NULL when it is not closed. */
static const char *glob_class_end(const char *p, const char *end)
{
	p++;
	if (p < end && (*p == '^' || *p == '!'))
		p++;
	for (bool first = true; p < end && (*p != ']' || first); first = false, p++)
		if (*p == '\\' && p + 1 < end)
			p++;
	return p < end ? p + 1 : NULL;
}

static size_t glob_decode(const char *p, const char *end, uint32_t *c)
{
	size_t n;

	if (*p == '\\' && p + 1 < end)
		return glob_decode(p + 1, end, c) + 1;
	n = utf8_decode(p, (size_t)(end - p), c);
	if (!n) {
		*c = (unsigned char)*p;
		n = 1;
	}
	return n;
}

static bool in_class(const char *p, const char *end, uint32_t c)
{
	bool negated = p[1] == '^' || p[1] == '!', found = false;

	for (p += 1 + negated; p < end - 1;) {
		uint32_t low, high;

		p += glob_decode(p, end, &low);
		high = low;
		if (p < end - 2 && *p == '-')
			p += 1 + glob_decode(p + 1, end, &high);
		found = found || (low <= c && c <= high);
	}
	return found != negated;
}

/* The matching "}" of the "{" at p, or NULL. */
static const char *brace_end(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		else if (*p == '{')
			depth++;
		else if (*p == '}' && --depth == 0)
			return p;
	}
	return NULL;
}

static const char *alternative_end(const char *p, const char *close)
{
	int depth = 0;

	for (; p < close; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '{')
			depth++;
		else if (*p == '}')
			depth--;
		else if (*p == ',' && !depth)
			return p;
	}
	return close;
}

/* Each alternative, followed by what comes after the brace. */
static bool match_braces(struct matching *m, struct glob_try at)
{
	const char *close = brace_end(at.p, at.end);

	if (!close || at.depth > MAX_DEPTH)
		return false;
	for (const char *from = at.p + 1; from <= close;) {
		const char *to = alternative_end(from, close);
		const struct glob_try one = { .p = from, .end = to, .rest = close + 1, .rest_end = at.end,
					      .t = at.t, .depth = at.depth + 1 };

		if (glob_match(m, one))
			return true;
		from = to + 1;
	}
	return false;
}

/* "**" crosses folders only as a whole part of the pattern: "**.txt" is "*.txt". */
static bool is_folders(const char *start, const char *p, const char *end)
{
	return p + 1 < end && p[1] == '*' && (p == start || p[-1] == '/') &&
	       (p + 2 == end || p[2] == '/');
}

static bool match_stars(struct matching *m, struct glob_try at)
{
	bool folders = is_folders(m->start, at.p, at.end);

	while (at.p < at.end && *at.p == '*')
		at.p++;
	if (folders && at.p < at.end && *at.p == '/') {
		struct glob_try without = at;

		without.p++;
		if (glob_match(m, without))
			return true;
	}
	for (;; at.t++) {
		if (glob_match(m, at))
			return true;
		if (!*at.t || (*at.t == '/' && !folders) || m->budget <= 0)
			return false;
	}
}

/* Past what matches the character c at the pattern's place; NULL: it does not. */
static const char *match_one(struct glob_try at, uint32_t c)
{
	uint32_t want;

	if (*at.p == '?')
		return c == '/' ? NULL : at.p + 1;
	if (*at.p == '[') {
		const char *close = glob_class_end(at.p, at.end);

		return close && c != '/' && in_class(at.p, close, c) ? close : NULL;
	}
	at.p += glob_decode(at.p, at.end, &want);
	return c == want ? at.p : NULL;
}

static bool glob_match(struct matching *m, struct glob_try at)
{
	while (at.p < at.end) {
		uint32_t c;
		size_t n;

		if (--m->budget <= 0)
			return false;
		if (!*at.t && at.p + 3 == at.end && memcmp(at.p, "/**", 3) == 0)
			return !at.rest;
		if (*at.p == '*')
			return match_stars(m, at);
		if (*at.p == '{' && !at.rest)
			return match_braces(m, at);
		if (!*at.t)
			return false;
		n = glob_decode(at.t, at.t + strlen(at.t), &c);
		at.p = match_one(at, c);
		if (!at.p)
			return false;
		at.t += n;
	}
	if (!at.rest)
		return !*at.t;
	return glob_match(m, (struct glob_try){ .p = at.rest, .end = at.rest_end, .t = at.t,
						.depth = at.depth });
}

bool glob_matches(const char *pattern, const char *text)
{
	struct matching m = { .budget = BUDGET, .start = pattern };

	assert(pattern && text);
	return glob_match(&m, (struct glob_try){ .p = pattern, .end = pattern + strlen(pattern),
						 .t = text });
}

bool glob_is_valid(const char *pattern)
{
	const char *end = pattern + strlen(pattern);
	size_t depth = 0;

	for (const char *p = pattern; p < end; p++) {
		if (*p == '\\') {
			if (++p == end)
				return false;
		} else if (*p == '[') {
			if (p[1 + (p[1] == '^' || p[1] == '!')] == ']')
				return false;
			p = glob_class_end(p, end);
			if (!p)
				return false;
			p--;
		} else if (*p == '{') {
			depth++;
		} else if (*p == '}' && depth-- == 0) {
			return false;
		}
	}
	return depth == 0;
}

bool glob_is_plain(const char *pattern)
{
	return !pattern[strcspn(pattern, "*?[{\\")];
}

bool glob_selects(const struct list *patterns, const char *text)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (glob_matches(patterns->items[i], text))
			return true;
	return !patterns->count;
}
