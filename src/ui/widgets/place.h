/* SPDX-License-Identifier: Apache-2.0 */
/* Where the user is in a sheet: its cursor, how far it is scrolled, and the sheet drawn so. Ui thread. */
#ifndef GANTRY_UI_WIDGETS_PLACE_H
#define GANTRY_UI_WIDGETS_PLACE_H

#include "base/base.h"
#include "base/buf.h"
#include "ui/widgets/sheet.h"

/* Where the user is in a sheet; the cursor is a name, so that it stays when lines come and go. */
struct sheet_place {
	struct buf cursor;
	size_t top;                     /* first line shown */
	size_t at;                      /* where the cursor was last, for when its name is gone */
	struct area drawn;              /* where sheet_draw() has put the lines; rows 0: nowhere */
};

void place_init(struct sheet_place *p);
void place_release(struct sheet_place *p);
const char *place_name(const struct sheet_place *p);

/* The name of the line under the cursor; "" when the sheet has none to choose. */
const char *place_chosen(struct sheet_place *p, const struct sheet *s);
void place_set(struct sheet_place *p, const char *name);

/* The line under the cursor, after the cursor was put on a line that exists; NULL: none can be. */
const struct line *place_line(struct sheet_place *p, const struct sheet *s);

/* Moves by a key (arrows, jk, gG, pages of rows lines); false when the key moves nothing. */
bool place_move(struct sheet_place *p, const struct sheet *s, uint32_t key, int rows);

/* Draws what fits, scrolled so that the cursor is seen. Without choices it scrolls as text. */
void sheet_draw(struct sheet *s, struct sheet_place *p, struct canvas *c, struct area area);

#endif
