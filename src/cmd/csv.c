/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing is cleaned or cut: whoever reads it back has what was there. */
#include "cmd/formats.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static void csv_cell(struct buf *b, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buf_text(b, text);
		return;
	}
	buf_char(b, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_char(b, '"');
		buf_char(b, *text);
	}
	buf_char(b, '"');
}

void csv_line(struct buf *b, const char *const *cells, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(b, ',');
		csv_cell(b, cells[i]);
	}
	buf_text(b, "\r\n");
}

void csv_print(const char *const *cells, size_t count)
{
	enum { MAX_LINE = 1 << 26 };
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_LINE);
	csv_line(&b, cells, count);
	fwrite(buf_str(&b), 1, b.len, stdout);
}
