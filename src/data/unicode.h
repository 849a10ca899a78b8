/* SPDX-License-Identifier: Apache-2.0 */
/* What Go's package unicode says of a code point, whatever the locale. Any thread. */
#ifndef GANTRY_DATA_UNICODE_H
#define GANTRY_DATA_UNICODE_H

#include "base/base.h"

/* A letter, mark, number, punctuation, symbol, or the ASCII space. */
bool unicode_is_print(uint32_t point);

/* A table of these is sorted, and no two overlap. */
struct unicode_range {
	uint32_t first, last;
};

bool unicode_is_within(const struct unicode_range *table, size_t count, uint32_t point);

/* The simple case mappings: one code point for one. */
uint32_t unicode_lower(uint32_t point);
uint32_t unicode_upper(uint32_t point);

#endif
