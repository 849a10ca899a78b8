/* SPDX-License-Identifier: Apache-2.0 */
/* The board as rows: a tree of warehouses and stages, as lines of the board's sheet. Ui thread. */
#ifndef GANTRY_UI_SCREENS_BOARD_ROWS_H
#define GANTRY_UI_SCREENS_BOARD_ROWS_H

#include "base/base.h"
#include "ui/screen.h"

/* Adds every row, which rows_line() completes; a stage takes two lines where rows are enough for that. */
void rows_fill(struct view *v, struct sheet *sheet, int rows);
void rows_line(struct view *v, struct line *l, size_t index);

#endif
