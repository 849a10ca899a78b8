/* SPDX-License-Identifier: Apache-2.0 */
/* The board as cards, laid out once a world and size. Ui thread. */
#ifndef GANTRY_UI_SCREENS_BOARD_CARDS_H
#define GANTRY_UI_SCREENS_BOARD_CARDS_H

#include "base/base.h"
#include "ui/screen.h"

/* Columns that stay free at each side of the cards. */
enum { CARDS_MARGIN = 2 };

struct cards {
	struct graph *graph;
	int content;                    /* lines within a card */
	size_t nwarehouses;
	bool fits;                      /* all of it within the body */
};

/*
 * The largest size of card with which all fits into rows and cols; when none does, the usual one. In the
 * view's arena. NULL: the graph is too large for cards, or, with only_if_all_fits, for the body.
 */
struct cards *cards_layout(struct view *v, int rows, int cols, bool only_if_all_fits);
void cards_draw(struct view *v, const struct cards *cards, struct canvas *c, struct area area);

/* Moves the cursor to another card; false: the key moves nothing. */
bool cards_move(struct view *v, const struct cards *cards, uint32_t key);

#endif
