/* SPDX-License-Identifier: Apache-2.0 */
/* Replacements in a text, collected and then made at once. One thread. */
#ifndef GANTRY_CONFIG_EDITS_H
#define GANTRY_CONFIG_EDITS_H

#include "base/list.h"
#include "base/str.h"

struct arena;

struct edits {
	struct arena *a;
	struct str text;
	struct list list;
};

void edits_replace(struct edits *ed, size_t start, size_t end, const char *with);

/* The text with all replacements; those that overlap an earlier one are left out. */
struct str edits_apply(const struct edits *ed);

#endif
