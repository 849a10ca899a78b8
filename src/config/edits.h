/* SPDX-License-Identifier: Apache-2.0 */
/* Replacements in a text, collected and then made at once. One thread. */
#ifndef GANTRY_CONFIG_EDITS_H
#define GANTRY_CONFIG_EDITS_H

#include "base/list.h"
#include "base/str.h"

struct arena;
struct value;

struct edits {
	struct arena *a;
	struct str text;
	struct list list;
};

/* The offset of a place as YAML counts it (lines and characters from 1); SIZE_MAX: none. */
size_t edits_offset(const struct edits *ed, unsigned line, unsigned column);

/* Where a scalar that begins at start ends; SIZE_MAX when it is not written on one line. */
size_t edits_scalar_end(const struct edits *ed, size_t start, const struct value *scalar);

void edits_replace(struct edits *ed, size_t start, size_t end, const char *with);

/* The text with all replacements; those that overlap an earlier one are left out. */
struct str edits_apply(const struct edits *ed);

#endif
