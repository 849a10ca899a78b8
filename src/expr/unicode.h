/* SPDX-License-Identifier: Apache-2.0 */
/* Characters as Go's unicode and strings packages see them. Any thread. */
#ifndef GANTRY_EXPR_UNICODE_H
#define GANTRY_EXPR_UNICODE_H

#include "base/base.h"
#include "base/str.h"

struct arena;

bool unicode_is_space(uint32_t point);

/* A letter, a digit, '_' or '$'. */
bool unicode_is_name(uint32_t point);

/* A copy in upper or lower case; malformed bytes become U+FFFD, as in Go. */
struct str unicode_change_case(struct arena *a, struct str s, bool upper);

/* With malformed bytes made U+FFFD; s itself when there are none. */
struct str unicode_repair(struct arena *a, struct str s);

/* Characters; a malformed byte counts as one. */
size_t unicode_count(struct str s);

#endif
