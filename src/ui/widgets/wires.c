/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines between two columns. Sources and targets that are all joined with each other share
 * one vertical track; else each target has its own, and where lines of two tracks cross
 * without meeting, the horizontal one passes over.
 */
#include "ui/widgets/wires.h"

#include <string.h>

#include "base/arena.h"
#include "term/glyph.h"

/* Links that share a track. */
struct net {
	int top, bottom;                /* rows its track spans */
	int track;
	bool straight;                  /* one row: needs no track */
};

/* All between column k and the next. */
struct gap {
	size_t *links;
	size_t nlinks;
	size_t *nets;                   /* of each link */
	struct net *items;
	size_t nitems;
	int tracks;
};

static int wires_middle(const struct layout_spot *s)
{
	return s->row + s->rows / 2;
}

static size_t root_of(size_t *roots, size_t i)
{
	while (roots[i] != i)
		i = roots[i] = roots[roots[i]];
	return i;
}

/* Is every source of this group joined with every target of it? */
static bool wires_is_complete(const struct layout *lay, const struct gap *gap, size_t *roots,
			      size_t root)
{
	size_t sources = 0, targets = 0, links = 0;

	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_link *l = &lay->links[gap->links[i]];
		bool new_source = true, new_target = true;

		if (root_of(roots, l->from) != root)
			continue;
		links++;
		for (size_t j = 0; j < i; j++) {
			if (lay->links[gap->links[j]].from == l->from)
				new_source = false;
			if (lay->links[gap->links[j]].to == l->to)
				new_target = false;
		}
		sources += new_source;
		targets += new_target;
	}
	return links == sources * targets;
}

static void span_net(struct net *net, int row, bool first)
{
	net->top = first || row < net->top ? row : net->top;
	net->bottom = first || row > net->bottom ? row : net->bottom;
}

/* Each link its net: by group when that is complete, else by target. */
static void make_nets(struct arena *a, const struct layout *lay, struct gap *gap, size_t *roots)
{
	size_t *of = arena_array(a, lay->nspots, sizeof(*of));
	unsigned char *complete = arena_array(a, lay->nspots, 1);

	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_link *l = &lay->links[gap->links[i]];

		roots[root_of(roots, l->from)] = root_of(roots, l->to);
	}
	gap->nets = arena_array(a, gap->nlinks, sizeof(*gap->nets));
	gap->items = arena_array(a, gap->nlinks, sizeof(*gap->items));
	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_link *l = &lay->links[gap->links[i]];
		size_t root = root_of(roots, l->from), key;
		struct net *net;

		if (!complete[root])
			complete[root] = wires_is_complete(lay, gap, roots, root) ? 1 : 2;
		key = complete[root] == 1 ? root : l->to;
		if (!of[key])
			of[key] = ++gap->nitems;
		gap->nets[i] = of[key] - 1;
		net = &gap->items[of[key] - 1];
		span_net(net, wires_middle(&lay->spots[l->from]),
			 net->bottom == 0 && net->top == 0);
		span_net(net, wires_middle(&lay->spots[l->to]), false);
	}
}

/* The first track on which no other net is in the way. */
static void give_tracks(struct gap *gap)
{
	for (size_t i = 0; i < gap->nitems; i++) {
		struct net *net = &gap->items[i];
		bool free_track = false;

		net->straight = net->top == net->bottom;
		while (!net->straight && !free_track) {
			free_track = true;
			for (size_t j = 0; j < i && free_track; j++) {
				const struct net *other = &gap->items[j];

				free_track = other->straight || other->track != net->track ||
					     other->bottom + 1 < net->top || other->top > net->bottom + 1;
			}
			net->track += !free_track;
		}
		if (net->track + 1 > gap->tracks)
			gap->tracks = net->track + 1;
	}
}

static void mark(struct wires *w, int row, int col, unsigned ways)
{
	if (row < 0 || col < 0 || row >= w->rows || col >= w->cols)
		return;
	w->cells[(size_t)row * (size_t)w->cols + (size_t)col] |= (unsigned char)ways;
}

static void across(struct wires *w, int row, int from, int to)
{
	for (int col = from; col <= to; col++)
		mark(w, row, col, (col > from ? WIRE_LEFT : 0u) | (col < to ? WIRE_RIGHT : 0u));
}

static int track_col(const struct layout_spot *to, const struct net *net, int gap_width)
{
	return to->col - gap_width / 2 - 1 - 2 * net->track;
}

/* Does the net's track meet a line of its own in this row? */
static bool is_joint(const struct layout *lay, const struct gap *gap, size_t net, int row)
{
	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_link *l = &lay->links[gap->links[i]];

		if (gap->nets[i] == net && (wires_middle(&lay->spots[l->from]) == row ||
					    wires_middle(&lay->spots[l->to]) == row))
			return true;
	}
	return false;
}

/* Lines that only cross it stay as they are: they pass over. */
static void draw_track(struct wires *w, const struct layout *lay, const struct gap *gap, size_t net,
		       int col)
{
	const struct net *n = &gap->items[net];

	for (int row = n->top; row <= n->bottom; row++) {
		unsigned char here = w->cells[(size_t)row * (size_t)w->cols + (size_t)col];

		if (!here || is_joint(lay, gap, net, row))
			mark(w, row, col, (row > n->top ? WIRE_UP : 0u) |
			     (row < n->bottom ? WIRE_DOWN : 0u));
	}
}

static void draw_gap(struct wires *w, const struct layout *lay, const struct gap *gap, int gap_width)
{
	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_link *l = &lay->links[gap->links[i]];
		const struct layout_spot *from = &lay->spots[l->from], *to = &lay->spots[l->to];
		const struct net *net = &gap->items[gap->nets[i]];
		int start = from->col + from->cols - 1, end = to->col;
		int track = track_col(to, net, gap_width);

		across(w, wires_middle(from), start, net->straight ? end : track);
		across(w, wires_middle(to), net->straight ? start : track, end);
	}
	for (size_t net = 0; net < gap->nitems; net++)
		for (size_t i = 0; i < gap->nlinks; i++)
			if (gap->nets[i] == net && !gap->items[net].straight) {
				draw_track(w, lay, gap, net,
					   track_col(&lay->spots[lay->links[gap->links[i]].to],
						     &gap->items[net], gap_width));
				break;
			}
	for (size_t i = 0; i < gap->nlinks; i++) {
		const struct layout_spot *to = &lay->spots[lay->links[gap->links[i]].to];

		if (!to->lane)
			w->cells[(size_t)wires_middle(to) * (size_t)w->cols + (size_t)to->col - 1] =
				WIRE_ARROW;
	}
}

static void find_gaps(struct arena *a, const struct layout *lay, struct gap *gaps)
{
	size_t *roots = arena_array(a, lay->nspots, sizeof(*roots));

	for (size_t j = 0; j < lay->nlinks; j++)
		gaps[lay->spots[lay->links[j].from].column].nlinks++;
	for (int k = 0; k < lay->ncolumns; k++) {
		gaps[k].links = arena_array(a, gaps[k].nlinks, sizeof(size_t));
		gaps[k].nlinks = 0;
	}
	for (size_t j = 0; j < lay->nlinks; j++) {
		struct gap *gap = &gaps[lay->spots[lay->links[j].from].column];

		gap->links[gap->nlinks++] = j;
	}
	for (int k = 0; k < lay->ncolumns; k++) {
		for (size_t i = 0; i < lay->nspots; i++)
			roots[i] = i;
		make_nets(a, lay, &gaps[k], roots);
		give_tracks(&gaps[k]);
	}
}

/* Widths of columns and of what is between them; then the size of the whole. */
static void place_columns(struct layout *lay, struct wires *w, const struct gap *gaps, int gap_width)
{
	int col = 0;

	w->rows = 0;
	for (int k = 0; k < lay->ncolumns; k++) {
		const struct layout_column *c = &lay->columns[k];
		int width = 0;

		for (size_t i = 0; i < c->count; i++)
			if (lay->spots[c->spots[i]].cols > width)
				width = lay->spots[c->spots[i]].cols;
		for (size_t i = 0; i < c->count; i++) {
			struct layout_spot *s = &lay->spots[c->spots[i]];

			s->col = col;
			s->cols = s->lane ? width : s->cols;
			if (s->row + s->rows > w->rows)
				w->rows = s->row + s->rows;
		}
		col += width;
		w->cols = col;
		col += gaps[k].tracks > 1 ? gap_width + 2 * (gaps[k].tracks - 1) : gap_width;
	}
}

bool wires_draw(struct arena *a, struct layout *lay, int gap, size_t max_cells, struct wires *out)
{
	struct gap *gaps = arena_array(a, (size_t)lay->ncolumns, sizeof(*gaps));

	*out = (struct wires){ 0 };
	find_gaps(a, lay, gaps);
	place_columns(lay, out, gaps, gap);
	if ((size_t)out->rows * (size_t)out->cols > max_cells)
		return false;
	out->cells = arena_alloc(a, (size_t)out->rows * (size_t)out->cols);
	/* A lane is a line through its column. */
	for (size_t i = 0; i < lay->nspots; i++)
		if (lay->spots[i].lane)
			across(out, lay->spots[i].row, lay->spots[i].col - 1,
			       lay->spots[i].col + lay->spots[i].cols);
	for (int k = 0; k < lay->ncolumns; k++)
		draw_gap(out, lay, &gaps[k], gap);
	return true;
}
