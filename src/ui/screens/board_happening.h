/* SPDX-License-Identifier: Apache-2.0 */
/* What happens in a project: the steps that run, and the newest events. For large terminals. Ui thread. */
#ifndef GANTRY_UI_SCREENS_BOARD_HAPPENING_H
#define GANTRY_UI_SCREENS_BOARD_HAPPENING_H

#include "base/base.h"
#include "ui/screen.h"

struct cards;

/*
 * The columns that it takes beside the cards, which are laid out for the rest and put into *cards; 0: no
 * cards that are large enough would fit beside it, and *cards is as it was. rows: of the body, without the
 * timeline.
 */
int happening_beside(struct view *v, int rows, struct cards **cards);

/* The rows that it takes of those that the cards (NULL: the sheet's lines) leave free; 0: too few. */
int happening_below(const struct view *v, int rows, const struct cards *cards);

/* Beside: one under the other, behind a line; else side by side, under one. */
void happening_draw(struct view *v, struct canvas *c, struct area area, bool beside);

#endif
