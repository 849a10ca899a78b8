/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as people keep it in files: with comments, and commas after the last element. Any thread. */
#ifndef GANTRY_DATA_JSON_RELAXED_H
#define GANTRY_DATA_JSON_RELAXED_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;

/*
 * A copy with blanks in the place of comments and of a byte order mark, so that each byte is
 * still where it was. ERR_CONFIG when a comment never ends.
 */
bool json_without_comments(struct arena *a, struct str text, struct str *out,
			   struct err *e) MUST_USE;

/* The same for commas that only a bracket follows, in a text without comments. */
struct str json_without_spare_commas(struct arena *a, struct str text);

#endif
