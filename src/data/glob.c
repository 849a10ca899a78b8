/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backtracking over the pattern, with a budget: patterns come from manifests and
 * must not hang the program.
 */
#include "data/glob.h"

#include <string.h>

#include "base/str.h"

enum { BUDGET = 200000, MAX_DEPTH = 32 };

struct matching {
	int budget;
	const char *start;              /* of the pattern */
};

static bool glob_match(struct matching *m, const char *p, const char *end, const char *t, int depth,
		       const char *rest, const char *rest_end);

/* Past one character class at "[", or NULL when it is not closed. */
static const char *class_end(const char *p, const char *end)
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
static bool match_braces(struct matching *m, const char *p, const char *end, const char *t,
			 int depth)
{
	const char *close = brace_end(p, end);

	if (!close || depth > MAX_DEPTH)
		return false;
	for (const char *from = p + 1; from <= close;) {
		const char *to = alternative_end(from, close);

		if (glob_match(m, from, to, t, depth + 1, close + 1, end))
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

static bool match_stars(struct matching *m, const char *p, const char *end, const char *t,
			int depth, const char *rest, const char *rest_end)
{
	bool folders = is_folders(m->start, p, end);

	while (p < end && *p == '*')
		p++;
	if (folders && p < end && *p == '/' && glob_match(m, p + 1, end, t, depth, rest, rest_end))
		return true;
	for (;; t++) {
		if (glob_match(m, p, end, t, depth, rest, rest_end))
			return true;
		if (!*t || (*t == '/' && !folders) || m->budget <= 0)
			return false;
	}
}

static bool glob_match(struct matching *m, const char *p, const char *end, const char *t, int depth,
		       const char *rest, const char *rest_end)
{
	while (p < end) {
		uint32_t c, want;
		size_t n;

		if (--m->budget <= 0)
			return false;
		if (!*t && p + 3 == end && memcmp(p, "/**", 3) == 0)
			return !rest;
		if (*p == '*')
			return match_stars(m, p, end, t, depth, rest, rest_end);
		if (*p == '{' && !rest)
			return match_braces(m, p, end, t, depth);
		if (!*t)
			return false;
		n = glob_decode(t, t + strlen(t), &c);
		if (*p == '?') {
			if (c == '/')
				return false;
			p++;
		} else if (*p == '[') {
			const char *close = class_end(p, end);

			if (!close || c == '/' || !in_class(p, close, c))
				return false;
			p = close;
		} else {
			p += glob_decode(p, end, &want);
			if (c != want)
				return false;
		}
		t += n;
	}
	return rest ? glob_match(m, rest, rest_end, t, depth, NULL, NULL) : !*t;
}

bool glob_matches(const char *pattern, const char *text)
{
	struct matching m = { .budget = BUDGET, .start = pattern };

	return glob_match(&m, pattern, pattern + strlen(pattern), text, 0, NULL, NULL);
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
			p = class_end(p, end);
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
