/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Value trees as bytes, for caches: written and read back by the same build on the
 * same machine, so numbers are as they lie in memory. Any thread.
 */
#ifndef GANTRY_DATA_BINARY_H
#define GANTRY_DATA_BINARY_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct buf;
struct value;

/* Each appends one item. NULL texts and values come back as NULL. */
void binary_put_count(struct buf *b, size_t count);
void binary_put_text(struct buf *b, const char *text);
void binary_put_value(struct buf *b, const struct value *v);

/*
 * Each takes one item from the front of *in; false when that is not one. Texts are not
 * copied: they lie in the bytes, which must live as long as the value.
 */
bool binary_take_count(struct str *in, size_t *out) MUST_USE;
bool binary_take_text(struct str *in, const char **out) MUST_USE;
bool binary_take_value(struct str *in, struct arena *a, struct value **out) MUST_USE;

#endif
