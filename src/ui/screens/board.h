/* SPDX-License-Identifier: Apache-2.0 */
/* Between the board's files: its two forms, cards and rows. Ui thread. */
#ifndef GANTRY_UI_SCREENS_BOARD_H
#define GANTRY_UI_SCREENS_BOARD_H

#include "base/base.h"
#include "ui/screen.h"

enum board_form { BOARD_AUTO, BOARD_CARDS, BOARD_ROWS };

/* Cards: laid out once a world. */
struct cards {
	struct graph *graph;
	int content;                    /* lines within a card */
	size_t nwarehouses;
	bool fits;                      /* all of it within the body */
};

/* Lays out; NULL when the graph is too large for cards. */
struct cards *cards_layout(struct view *v, int rows, int cols);
void cards_draw(struct view *v, const struct cards *cards, struct canvas *c, struct area area);
bool cards_move(struct view *v, const struct cards *cards, uint32_t key);

/* Rows: a tree. */
void rows_fill(struct view *v, struct sheet *sheet, int rows);
void rows_line(struct view *v, struct sheet *sheet, struct line *l, size_t index);

/* Names of the cursor: "warehouse/x" and "stage/x". */
const char *board_name(struct arena *a, const struct warehouse *w, const struct stage *s);

#endif
