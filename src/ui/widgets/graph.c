/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laying out, in Sugiyama's four moves: columns by longest path, long edges cut by lanes of
 * one row, order within a column by the middle of the neighbours, then heights. Lines are
 * drawn in wires.c.
 */
#include "ui/widgets/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "term/canvas.h"

enum { SWEEPS = 4, BETWEEN = 1 };

/* Edges come sorted by where they start, so one walk finds the longest ways. */
static int graph_by_start(const void *a, const void *b)
{
	const struct layout_link *x = a, *y = b;

	return x->from != y->from ? (x->from < y->from ? -1 : 1)
	       : x->to != y->to   ? (x->to < y->to ? -1 : 1) : 0;
}

static void find_columns(struct layout *lay)
{
	for (size_t j = 0; j < lay->nlinks; j++) {
		const struct layout_link *l = &lay->links[j];
		int after = lay->spots[l->from].column + 1;

		if (lay->spots[l->to].column < after)
			lay->spots[l->to].column = after;
	}
}

static size_t add_lane(struct layout *lay, int column)
{
	lay->spots[lay->nspots] = (struct layout_spot){ .column = column, .rows = 1, .lane = true };
	return lay->nspots++;
}

/* An edge over several columns becomes lanes; those of one source share them. */
static void cut_long_links(struct arena *a, struct layout *lay)
{
	size_t count = lay->nlinks, room = 0, out = 0;
	struct layout_link *old = lay->links;
	size_t *lanes = arena_array(a, (size_t)lay->ncolumns + 1, sizeof(*lanes));

	for (size_t j = 0; j < count; j++)
		room += (size_t)(lay->spots[old[j].to].column - lay->spots[old[j].from].column);
	lay->links = arena_array(a, room, sizeof(*lay->links));
	for (size_t j = 0; j < count; j++) {
		size_t from = old[j].from;
		int last = lay->spots[old[j].to].column;

		if (!j || old[j - 1].from != from)
			memset(lanes, 0, ((size_t)lay->ncolumns + 1) * sizeof(*lanes));
		for (int k = lay->spots[from].column + 1; k < last; k++) {
			if (!lanes[k]) {
				lanes[k] = add_lane(lay, k);
				lay->links[out++] = (struct layout_link){ from, lanes[k] };
			}
			from = lanes[k];
		}
		lay->links[out++] = (struct layout_link){ from, old[j].to };
	}
	lay->nlinks = out;
}

/* Spots of each column, in order. */
static void list_columns(struct arena *a, struct layout *lay)
{
	lay->columns = arena_array(a, (size_t)lay->ncolumns, sizeof(*lay->columns));
	for (size_t i = 0; i < lay->nspots; i++)
		lay->columns[lay->spots[i].column].count++;
	for (int k = 0; k < lay->ncolumns; k++) {
		lay->columns[k].spots = arena_array(a, lay->columns[k].count, sizeof(size_t));
		lay->columns[k].count = 0;
	}
	for (size_t i = 0; i < lay->nspots; i++) {
		struct layout_column *c = &lay->columns[lay->spots[i].column];

		lay->spots[i].order = (double)c->count;
		c->spots[c->count++] = i;
	}
}

static void average_orders(struct layout *lay, bool forward)
{
	for (size_t i = 0; i < lay->nspots; i++)
		lay->spots[i].sum = lay->spots[i].weight = 0;
	for (size_t j = 0; j < lay->nlinks; j++) {
		struct layout_spot *to = &lay->spots[forward ? lay->links[j].to : lay->links[j].from];
		const struct layout_spot *from = &lay->spots[forward ? lay->links[j].from : lay->links[j].to];

		to->sum += from->order / (double)lay->columns[from->column].count;
		to->weight += 1;
	}
}

/* Insertion keeps what is equal in its order. */
static void sort_column(struct layout *lay, struct layout_column *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct layout_spot *s = &lay->spots[c->spots[i]];

		s->wish = s->weight > 0 ? s->sum / s->weight : s->order / (double)c->count;
	}
	for (size_t i = 1; i < c->count; i++) {
		size_t spot = c->spots[i], j = i;

		for (; j > 0 && lay->spots[c->spots[j - 1]].wish > lay->spots[spot].wish + 1e-9; j--)
			c->spots[j] = c->spots[j - 1];
		c->spots[j] = spot;
	}
	for (size_t i = 0; i < c->count; i++)
		lay->spots[c->spots[i]].order = (double)i;
}

static void order_columns(struct layout *lay)
{
	for (int sweep = 0; sweep < SWEEPS; sweep++) {
		bool forward = sweep % 2 == 0;

		for (int i = 0; i < lay->ncolumns; i++) {
			average_orders(lay, forward);
			sort_column(lay, &lay->columns[forward ? i : lay->ncolumns - 1 - i]);
		}
	}
}

/* The middle of the neighbours' middles, doubled to stay whole. */
static void wish_rows(struct layout *lay, bool before, bool after)
{
	for (size_t i = 0; i < lay->nspots; i++)
		lay->spots[i].sum = lay->spots[i].weight = 0;
	for (size_t j = 0; j < lay->nlinks; j++) {
		struct layout_spot *from = &lay->spots[lay->links[j].from];
		struct layout_spot *to = &lay->spots[lay->links[j].to];

		if (before) {
			to->sum += from->row + from->rows / 2;
			to->weight += 1;
		}
		if (after) {
			from->sum += to->row + to->rows / 2;
			from->weight += 1;
		}
	}
}

/*
 * The mean of pushing all down and of pushing all up: both keep the boxes apart, and so
 * does their mean.
 */
static void place_column(struct arena *a, struct layout *lay, const struct layout_column *c)
{
	int *down = arena_array(a, c->count, sizeof(*down)), *up = arena_array(a, c->count, sizeof(*up));

	for (size_t i = 0; i < c->count; i++) {
		const struct layout_spot *s = &lay->spots[c->spots[i]];
		const struct layout_spot *above = i ? &lay->spots[c->spots[i - 1]] : NULL;
		int wish = s->weight > 0 ? (int)(s->sum / s->weight) - s->rows / 2 : s->row;

		up[i] = wish;
		down[i] = above && wish < down[i - 1] + above->rows + BETWEEN
				  ? down[i - 1] + above->rows + BETWEEN : wish;
	}
	for (size_t i = c->count; i-- > 0;) {
		const struct layout_spot *s = &lay->spots[c->spots[i]];

		if (i + 1 < c->count && up[i] > up[i + 1] - s->rows - BETWEEN)
			up[i] = up[i + 1] - s->rows - BETWEEN;
	}
	for (size_t i = 0; i < c->count; i++) {
		int sum = down[i] + up[i];

		lay->spots[c->spots[i]].row = sum >= 0 ? sum / 2 : -((1 - sum) / 2);
	}
}

static void place_rows(struct arena *a, struct layout *lay)
{
	int least = 0;

	for (int k = 0; k < lay->ncolumns; k++) {
		wish_rows(lay, true, false);
		place_column(a, lay, &lay->columns[k]);
	}
	for (int k = lay->ncolumns - 1; k >= 0; k--) {
		wish_rows(lay, false, true);
		place_column(a, lay, &lay->columns[k]);
	}
	for (int k = 0; k < lay->ncolumns; k++) {
		wish_rows(lay, true, true);
		place_column(a, lay, &lay->columns[k]);
	}
	for (size_t i = 0; i < lay->nspots; i++)
		least = lay->spots[i].row < least ? lay->spots[i].row : least;
	for (size_t i = 0; i < lay->nspots; i++)
		lay->spots[i].row -= least;
}

static void graph_begin(struct arena *a, struct layout *lay, const struct graph *g)
{
	size_t lanes = 0;

	lay->links = arena_array(a, g->nedges, sizeof(*lay->links));
	for (size_t j = 0; j < g->nedges; j++)
		if (g->edges[j].from < g->edges[j].to)
			lay->links[lay->nlinks++] = (struct layout_link){ g->edges[j].from, g->edges[j].to };
	if (lay->nlinks)
		qsort(lay->links, lay->nlinks, sizeof(*lay->links), graph_by_start);
	lay->spots = arena_array(a, g->nnodes, sizeof(*lay->spots));
	lay->nspots = g->nnodes;
	for (size_t i = 0; i < g->nnodes; i++)
		lay->spots[i] = (struct layout_spot){ .rows = g->nodes[i].rows, .cols = g->nodes[i].cols };
	find_columns(lay);
	for (size_t i = 0; i < lay->nspots; i++)
		if (lay->spots[i].column >= lay->ncolumns)
			lay->ncolumns = lay->spots[i].column + 1;
	for (size_t j = 0; j < lay->nlinks; j++)
		lanes += (size_t)(lay->spots[lay->links[j].to].column -
				  lay->spots[lay->links[j].from].column);
	struct layout_spot *more = arena_array(a, lay->nspots + lanes, sizeof(*more));

	if (lay->nspots)
		memcpy(more, lay->spots, lay->nspots * sizeof(*more));
	lay->spots = more;
}

bool graph_layout(struct arena *a, struct graph *g, int gap, size_t max_cells)
{
	struct layout lay = { 0 };

	graph_begin(a, &lay, g);
	cut_long_links(a, &lay);
	list_columns(a, &lay);
	order_columns(&lay);
	place_rows(a, &lay);
	if (!wires_draw(a, &lay, gap, max_cells, &g->wires))
		return false;
	g->rows = g->wires.rows;
	g->cols = g->wires.cols;
	g->ncolumns = lay.ncolumns;
	for (size_t i = 0; i < g->nnodes; i++) {
		g->nodes[i].column = lay.spots[i].column;
		g->nodes[i].row = lay.spots[i].row;
		g->nodes[i].col = lay.spots[i].col;
	}
	return true;
}

void graph_draw(const struct graph *g, struct canvas *c, int row, int col)
{
	int top = c->clip.row - row, left = c->clip.col - col;

	for (int y = top < 0 ? 0 : top; y < g->rows && y < top + c->clip.rows; y++)
		for (int x = left < 0 ? 0 : left; x < g->cols && x < left + c->clip.cols; x++) {
			unsigned char wire = g->wires.cells[(size_t)y * (size_t)g->cols + (size_t)x];

			if (wire & WIRE_ARROW)
				canvas_glyph(c, row + y, col + x, ROLE_WIRE, GLYPH_HERE);
			else if (wire)
				canvas_wire(c, row + y, col + x, ROLE_WIRE, wire);
		}
}
