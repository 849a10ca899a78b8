/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions as Go's RE2 reads them. RE2 has no lookaround, no
 * backreferences, no atomic or possessive groups: such patterns are refused, as
 * Kargo refuses them. Matching is bounded. A compiled pattern is immutable. Any thread.
 */
#ifndef GANTRY_DATA_PATTERN_H
#define GANTRY_DATA_PATTERN_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct pattern;

/* Compiles; it lives as long as the arena. ERR_CONFIG says what is wrong and where. */
bool pattern_compile(struct arena *a, const char *regex, struct pattern **out,
		     struct err *e) MUST_USE;
bool pattern_compile_n(struct arena *a, const char *regex, size_t len, struct pattern **out,
		       struct err *e) MUST_USE;

/*
 * Whether it matches anywhere in text: 1 yes, 0 no, -1 when the match was given up
 * for taking too long.
 */
int pattern_search(const struct pattern *p, const char *text, size_t len);

/* As pattern_search, with an attempt given up counting as no. */
bool pattern_matches(const struct pattern *p, const char *text);

struct pattern_span {
	size_t start, end;              /* bytes; both SIZE_MAX for a group that took no part */
};

/*
 * The first match at or after from; spans[0] is the whole, then groups, at most max.
 * Returns how many spans were set; 0: no match.
 */
size_t pattern_find(const struct pattern *p, struct str text, size_t from, struct pattern_span *spans,
		    size_t max);

#endif
