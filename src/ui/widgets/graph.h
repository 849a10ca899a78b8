/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A graph laid out from left to right: boxes in columns by their longest way from the
 * left, lines between them at right angles. Knows nothing of what is in the boxes. Ui thread.
 */
#ifndef GANTRY_UI_WIDGETS_GRAPH_H
#define GANTRY_UI_WIDGETS_GRAPH_H

#include "base/base.h"
#include "ui/widgets/wires.h"

struct arena;
struct canvas;

struct graph_node {
	int column;
	int row, col, rows, cols;       /* where its box is; (0, 0) is the graph's top left */
};

struct graph_edge {
	size_t from, to;                /* indexes of nodes, from < to */
};

struct graph {
	struct graph_node *nodes;       /* in: rows and cols of each; out: the rest */
	size_t nnodes;
	const struct graph_edge *edges;
	size_t nedges;
	int rows, cols, ncolumns;       /* out: the whole */
	struct wires wires;             /* out: the lines */
};

/*
 * Places the nodes and draws the lines into wires. False when the graph would be larger than
 * max_cells: there are no wires then.
 */
bool graph_layout(struct arena *a, struct graph *g, int gap, size_t max_cells);

/* Draws the lines; (row, col) of the canvas shows the graph's top left. */
void graph_draw(const struct graph *g, struct canvas *c, int row, int col);

#endif
