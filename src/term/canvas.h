/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A canvas of cells that screens draw on. It does not know a terminal, and
 * drawing cannot fail: what falls outside the clip is ignored, so layout code
 * needs no bounds checks. All text from outside may be hostile: control and
 * format characters and malformed UTF-8 become '?'. Ui thread.
 */
#ifndef GANTRY_TERM_CANVAS_H
#define GANTRY_TERM_CANVAS_H

#include "base/base.h"
#include "base/buf.h"
#include "term/glyph.h"
#include "term/role.h"

struct arena;

/*
 * One cell: NUL-terminated UTF-8 of a character and its combining marks. "" is the second
 * half of the wide character to its left.
 */
struct cell {
	char text[14];
	unsigned char role;
	unsigned char link;             /* of canvas_link_at(); 0: none */
};

struct area {
	int row, col, rows, cols;
};

/* Cells of one row. */
struct cells {
	int row, col, width;
};

static inline struct cells cells_at(int row, int col, int width)
{
	return (struct cells){ row, col, width };
}

/* URLs that cells link to. */
struct links {
	struct buf text;                /* each ended by NUL */
	uint32_t at[255];               /* where each begins */
	unsigned char count;
};

struct canvas {
	int rows, cols;
	struct cell *cells;             /* rows * cols */
	struct area clip;
	bool ascii;
	int cursor_row, cursor_col;     /* where the terminal's cursor stands; row -1: hidden */
	size_t room;
	struct links links;
	unsigned char link;             /* of what is drawn now; 0: URLs in the text itself */
};

/* All blank. */
void canvas_init(struct canvas *c, int rows, int cols, bool ascii);
void canvas_release(struct canvas *c);

/* Blank again, of this size (at least 1x1), clip and cursor reset. Allocates only when it grows. */
void canvas_reset(struct canvas *c, int rows, int cols);

const struct cell *canvas_at(const struct canvas *c, int row, int col);

/* Narrows the clip to its intersection with area; returns the old one for canvas_unclip(). */
struct area canvas_clip(struct canvas *c, struct area area);
void canvas_unclip(struct canvas *c, struct area old);

/* The whole canvas. */
struct area canvas_area(const struct canvas *c);

/*
 * Draws text and returns the column after it, also when it was clipped. NULL draws nothing. URLs in
 * it (osc_url()) become links, even when only a part of one is visible.
 */
int canvas_text(struct canvas *c, int row, int col, enum role role, const char *text);

/* The same in these cells at most; what is longer ends in an ellipsis. */
int canvas_cut(struct canvas *c, struct cells at, enum role role, const char *text);

int canvas_glyph(struct canvas *c, int row, int col, enum role role, enum glyph glyph);
int canvas_wire(struct canvas *c, int row, int col, enum role role, unsigned ways);

/* A horizontal line over cols cells. */
void canvas_rule(struct canvas *c, int row, int col, int cols, enum role role);

/* A border inside the area's edge. */
void canvas_box(struct canvas *c, struct area area, enum role role, bool heavy);

/* Blanks the area in this role. */
void canvas_fill(struct canvas *c, struct area area, enum role role);

/* What is drawn from now on links to the URL, which osc_url() found; NULL: to nothing. */
void canvas_link(struct canvas *c, const char *url);

/* What a cell links to; NULL: nothing. */
const char *canvas_link_at(const struct canvas *c, int row, int col);

/* Makes to look like from; and one row of it, where both have the same columns. */
void canvas_copy(struct canvas *to, const struct canvas *from);
void canvas_copy_row(struct canvas *to, const struct canvas *from, int row);

/* How many cells the text takes. */
int text_width(const char *text, bool ascii);

/* Text, or its beginning and end around an ellipsis where it is wider: the end tells names apart. */
const char *text_shorten(struct arena *a, const char *text, int width, bool ascii);

/* Bytes of text that fit into width cells. */
size_t text_fit(const char *text, int width, bool ascii);

#endif
