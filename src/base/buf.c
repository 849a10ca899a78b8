/* SPDX-License-Identifier: Apache-2.0 */
/* A growing buffer with a ceiling. */
#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"

void buf_init(struct buf *b, size_t max)
{
	assert(b);
	*b = (struct buf){ .max = max };
}

void buf_release(struct buf *b)
{
	free(b->at);
	b->at = NULL;
	b->len = b->room = 0;
}

void auto_buf(struct buf *b)
{
	buf_release(b);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->too_big = false;
	if (b->at)
		b->at[0] = '\0';
}

/* Room for len more bytes and a NUL; false when that would pass the ceiling. */
static bool buf_make_room(struct buf *b, size_t len)
{
	if (b->too_big || len > b->max - b->len) {
		b->too_big = true;
		return false;
	}
	if (b->len + len + 1 > b->room) {
		size_t room = b->room ? b->room : 64;

		while (room < b->len + len + 1)
			room *= 2;
		b->at = xrealloc(b->at, room);
		b->room = room;
	}
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (!buf_make_room(b, len))
		return;
	if (len)
		memcpy(b->at + b->len, bytes, len);
	b->len += len;
	b->at[b->len] = '\0';
}

void buf_text(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

void buf_char(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_format(struct buf *b, const char *format, ...)
{
	va_list ap, again;
	int n;

	va_start(ap, format);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n >= 0 && buf_make_room(b, (size_t)n)) {
		vsnprintf(b->at + b->len, (size_t)n + 1, format, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

bool buf_ok(const struct buf *b)
{
	return !b->too_big;
}

const char *buf_str(const struct buf *b)
{
	return b->at ? b->at : "";
}

const char *buf_copy(const struct buf *b, struct arena *a)
{
	return str_copy_n(a, buf_str(b), b->len);
}
