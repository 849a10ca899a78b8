/* SPDX-License-Identifier: Apache-2.0 */
/* Between graph.c and wires.c: a layout in the making. */
#ifndef GANTRY_UI_WIDGETS_WIRES_H
#define GANTRY_UI_WIDGETS_WIRES_H

#include "base/base.h"

struct arena;
struct graph;

struct link {
	size_t from, to;
};

/* A node, or a lane that an edge takes through a column. */
struct spot {
	int column, row, col, rows, cols;
	bool lane;
	double order, wish, sum, weight;
};

struct column {
	size_t *spots;
	size_t count;
};

struct lay {
	struct spot *spots;             /* nodes first */
	size_t nspots;
	struct link *links;             /* each to the next column */
	size_t nlinks;
	struct column *columns;
	int ncolumns;
};

/* Gives spots their columns of cells and draws the lines into g->wires. */
bool wires_draw(struct arena *a, struct lay *lay, struct graph *g, int gap, size_t max_cells);

#endif
