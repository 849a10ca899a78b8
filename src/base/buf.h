/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing buffer that must be given its maximum size: every reply, file and
 * output from outside has a ceiling. Going past it is sticky and loses nothing
 * silently: check buf_ok() once at the end. Any thread.
 */
#ifndef GANTRY_BASE_BUF_H
#define GANTRY_BASE_BUF_H

#include "base/base.h"

struct arena;

struct buf {
	char *at;          /* NUL-terminated once anything was added */
	size_t len, room, max;
	bool too_big;
};

/* No allocation yet; max is the most bytes it will hold. */
void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b);
void auto_buf(struct buf *b);

/* Empty again, keeping its memory. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_text(struct buf *b, const char *text);
void buf_char(struct buf *b, char c);
void buf_format(struct buf *b, const char *format, ...) PRINTF(2, 3);

/* False once anything did not fit. */
bool buf_ok(const struct buf *b);

/* The contents; "" when empty. Valid until the buffer changes. */
const char *buf_str(const struct buf *b);

/* A copy of the contents in the arena, NUL-terminated. */
const char *buf_copy(const struct buf *b, struct arena *a);

#endif
