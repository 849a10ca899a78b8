/* SPDX-License-Identifier: Apache-2.0 */
/* File and name patterns as Go's doublestar matches them. Any thread. */
#ifndef GANTRY_DATA_GLOB_H
#define GANTRY_DATA_GLOB_H

#include "base/base.h"

struct list;

/*
 * Whether the whole of text matches: * (not /), ** (any folders), ?, [a-z], [^a],
 * {a,b}, and backslash. Bounded: a pattern that would take too long does not match.
 */
bool glob_matches(const char *pattern, const char *text);

/* Whether the pattern is well formed. */
bool glob_is_valid(const char *pattern);

/* Whether nothing in it is special: it matches only the text that it is. */
bool glob_is_plain(const char *pattern);

/* Whether one of the patterns, const char *, matches; where there are none, any text is meant. */
bool glob_selects(const struct list *patterns, const char *text);

#endif
