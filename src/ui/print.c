/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Printing the board. It is drawn as on a very tall terminal; then the blank rows are removed, and
 * the keys, which cannot be pressed.
 */
#include "ui/print.h"

#include <string.h>

#include "base/buf.h"
#include "model/fleet.h"
#include "model/world.h"
#include "term/canvas.h"
#include "term/text.h"
#include "ui/dashboard.h"
#include "ui/port.h"

enum { LEAST_ROWS = 24, LEAST_COLS = 40, MOST_ROWS = 4000, ROWS_A_STAGE = 9, FOOT_ROWS = 3 };

static bool print_is_blank(const struct canvas *c, int row)
{
	for (int col = 0; col < c->cols; col++)
		if (strcmp(canvas_at(c, row, col)->text, " ") != 0)
			return false;
	return true;
}

/* Runs of blank rows are left out. */
static void write_rows(struct buf *b, const struct canvas *c)
{
	int last = c->rows - FOOT_ROWS;

	while (last > 0 && print_is_blank(c, last - 1))
		last--;
	for (int row = 0; row < last; row++) {
		struct canvas one = *c;

		if (row > 0 && print_is_blank(c, row) && print_is_blank(c, row - 1))
			continue;
		one.rows = 1;
		one.cells = c->cells + (size_t)row * (size_t)c->cols;
		text_write(b, &one);
	}
}

/* Rows for all of the one board, or for the fleet. */
static size_t print_room(const struct ui_port *port)
{
	const struct fleet *f = port->borrow_fleet ? port->borrow_fleet(port->context) : NULL;
	const struct world *w = f ? NULL : port->borrow(port->context);
	const struct world *one = f && f->nworlds == 1 ? f->worlds[0] : w;
	size_t rows = one ? ROWS_A_STAGE * one->nstages + one->nwarehouses : f->nworlds;

	if (f)
		port->give_back_fleet(port->context, f);
	else
		port->give_back(port->context, w);
	return rows;
}

void ui_print(struct buf *b, const struct ui_port *port, int cols, bool ascii)
{
	struct screens_options options = { .read_only = true, .printed = true };
	size_t rows = LEAST_ROWS;
	struct screens *screens;
	struct canvas c;

	rows += print_room(port);
	screens = screens_new(port, &options);
	canvas_init(&c, rows > MOST_ROWS ? MOST_ROWS : (int)rows, cols < LEAST_COLS ? LEAST_COLS : cols,
		    ascii);
	screens_draw(screens, &c);
	write_rows(b, &c);
	canvas_release(&c);
	screens_free(screens);
}
