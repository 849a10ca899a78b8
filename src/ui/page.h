/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces that several pages share: headed rows, artifacts, gates, promotions. Ui thread. */
#ifndef GANTRY_UI_PAGE_H
#define GANTRY_UI_PAGE_H

#include "base/base.h"
#include "term/canvas.h"
#include "ui/screen.h"

struct value;

/* Where the text of a headed row begins. */
enum { PAGE_COL = 13 };

/* From so many rows on lists name their columns. */
enum { PAGE_ROOMY = 12 };

/* A line with the heading at its left (NULL: none); text is added from PAGE_COL on. */
struct line *page_row(struct view *v, struct sheet *sheet, const char *name, const char *heading);

/* A name in so many cells of a line (the row is not meant): one that is too long loses its middle, for ends
 * tell names apart. */
void page_name(struct view *v, struct line *l, struct cells at, enum role role, const char *name);

/* A blank line, but not at the top. */
void page_gap(struct sheet *sheet);

/* A row of a heading and a text; text that is longer than the body is broken. */
void page_text(struct view *v, struct sheet *sheet, const char *heading, enum role role,
	       const char *text);

/* What changes from one freight (NULL: nothing) to another. */
void page_changes(struct view *v, struct sheet *sheet, const char *heading,
		  const struct freight *from, const struct freight *to);

/* Each gate between the freight and the stage. */
void page_gates(struct view *v, struct sheet *sheet, const char *heading, const struct stage *s,
		const struct freight *f);

/* A step's outputs, a line each; those that are null are left out. heading: of the first; may be NULL. */
void page_outputs(struct view *v, struct sheet *sheet, const char *heading, const struct value *outputs);

/* The heads of the columns that page_promotion() fills; nothing where rows are few. */
void page_promotion_heads(struct view *v, struct sheet *sheet, bool with_stage);

/* One promotion as a row of a list: when, stage, freight, who, took, outcome. */
void page_promotion(struct view *v, struct line *l,
		    const struct promotion *p, bool with_stage);

#endif
