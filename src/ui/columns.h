/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The columns of a list, and the order of its lines by one of them: S goes to the next column, I turns the
 * order round, as in htop. A screen that sets screen_def.columns has both. Ui thread.
 */
#ifndef GANTRY_UI_COLUMNS_H
#define GANTRY_UI_COLUMNS_H

#include "base/base.h"
#include "ui/screen.h"

/* What a line is sorted by: the number, then the text as people count ("1.9" before "1.10"; NULL is ""). */
struct column_key {
	int64_t number;
	const char *text;
};

struct column {
	const char *name;               /* its head; NULL ends the table */
	bool falls;                     /* the greatest first, until the order is turned round */
};

struct columns {
	const struct column *table;
	size_t own;                     /* the column in whose order fill() adds the lines */
	/* Of the lazy line with this index; texts live as long as the view's arena. */
	struct column_key (*key)(struct view *v, size_t index, size_t column);
};

/* The heads as sheet_heads() takes them, the sorted one with an arrow: up when values grow downwards. */
void columns_heads(struct view *v, struct sheet *sheet, const struct sheet_head *heads);

/*
 * Puts the lazy lines of a sheet that fill() just made in the screen's order. Lines that are equal
 * there stay as they were; those without a text in a column of texts come last, either way round.
 */
void columns_sort(struct view *v, struct sheet *sheet);

/* UI_ACTION_SORT and UI_ACTION_REVERSE: the screen is sorted anew, and says how. False: not these. */
bool columns_act(struct view *v, enum ui_action action);

#endif
