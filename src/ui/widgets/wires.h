/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lines of a layout: between two columns at right angles, on as few tracks as keep them apart.
 * Knows nothing of the graph that is laid out. Ui thread.
 */
#ifndef GANTRY_UI_WIDGETS_WIRES_H
#define GANTRY_UI_WIDGETS_WIRES_H

#include "base/base.h"

struct arena;

struct layout_link {
	size_t from, to;
};

/* A node, or a lane that an edge takes through a column. */
struct layout_spot {
	int column, row, col, rows, cols;
	bool lane;
	double order, wish, sum, weight;
};

struct layout_column {
	size_t *spots;
	size_t count;
};

struct layout {
	struct layout_spot *spots;      /* nodes first */
	size_t nspots;
	struct layout_link *links;      /* each to the next column */
	size_t nlinks;
	struct layout_column *columns;
	int ncolumns;
};

/* The cells that the lines pass through. */
struct wires {
	unsigned char *cells;           /* rows * cols of wire_flags (term/glyph.h) and WIRE_ARROW */
	int rows, cols;
};

enum { WIRE_ARROW = 1 << 4 };

/*
 * Gives spots their columns of cells and draws the lines, gap cells wide where one track will do. False when
 * there would be more than max_cells: cells is NULL then.
 */
bool wires_draw(struct arena *a, struct layout *lay, int gap, size_t max_cells, struct wires *out);

#endif
