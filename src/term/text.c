/* SPDX-License-Identifier: Apache-2.0 */
/* The text backend. Trailing blanks are cut, so that golden frames survive editors. */
#include "term/text.h"

#include <string.h>

#include "base/buf.h"
#include "term/canvas.h"

/* One past the last cell of the row that says anything. */
static int row_end(const struct canvas *c, int row)
{
	int end = c->cols;

	while (end > 0 && strcmp(canvas_at(c, row, end - 1)->text, " ") == 0)
		end--;
	return end;
}

void text_write(struct buf *b, const struct canvas *c)
{
	for (int row = 0; row < c->rows; row++) {
		int end = row_end(c, row);

		for (int col = 0; col < end; col++)
			buf_text(b, canvas_at(c, row, col)->text);
		buf_char(b, '\n');
	}
}
