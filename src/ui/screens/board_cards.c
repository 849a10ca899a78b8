/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board as cards. Laid out once for each world; only the cards in view are drawn. When
 * they do not all fit, the graph is scrolled so that the selected card is visible.
 */
#include "ui/screens/board_cards.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/pull_request.h"
#include "ui/spots.h"
#include "ui/screens.h"
#include "ui/screens/board_names.h"
#include "ui/widgets/graph.h"

enum { GAP = 7, NARROW_GAP = 5, MAX_CELLS = 4 << 20, BAR_CELLS = 10, SYNC_COL = 13,
       USUAL = 3 };     /* of the sizes */

static const struct {
	int cols, content, gap;
} sizes[] = { { 34, 7, GAP },        { 31, 5, GAP },        { 27, 7, GAP },       { 27, 5, GAP },
	      { 25, 5, NARROW_GAP }, { 25, 3, NARROW_GAP }, { 22, 3, NARROW_GAP } };

static void add_edge(struct graph_edge *edges, size_t *count, size_t from, size_t to)
{
	for (size_t i = *count; i-- > 0 && edges[i].to == to;)
		if (edges[i].from == from)
			return;
	edges[(*count)++] = (struct graph_edge){ from, to };
}

static size_t stage_index(const struct world *w, const char *name)
{
	for (size_t i = 0; i < w->nstages; i++)
		if (strcmp(w->stages[i]->name, name) == 0)
			return i;
	return w->nstages;
}

static size_t collect_edges(struct view *v, struct graph_edge **out)
{
	const struct world *w = v->w;
	size_t room = 0, count = 0;

	for (size_t i = 0; i < w->nstages; i++)
		for (size_t r = 0; r < w->stages[i]->nrequests; r++)
			room += 1 + w->stages[i]->requests[r].nstages;
	*out = arena_array(v->a, room, sizeof(**out));
	for (size_t i = 0; i < w->nstages; i++)
		for (size_t r = 0; r < w->stages[i]->nrequests; r++) {
			const struct freight_request *q = &w->stages[i]->requests[r];

			for (size_t j = 0; q->direct && j < w->nwarehouses; j++)
				if (strcmp(w->warehouses[j]->name, q->warehouse) == 0)
					add_edge(*out, &count, j, w->nwarehouses + i);
			for (size_t j = 0; j < q->nstages; j++) {
				size_t up = stage_index(w, q->stages[j]);

				if (up < w->nstages)
					add_edge(*out, &count, w->nwarehouses + up, w->nwarehouses + i);
			}
		}
	return count;
}

static struct graph *lay_out(struct view *v, const struct graph_edge *edges, size_t nedges,
			     size_t size)
{
	struct graph *g = arena_alloc(v->a, sizeof(*g));

	g->nnodes = v->w->nwarehouses + v->w->nstages;
	g->nodes = arena_array(v->a, g->nnodes, sizeof(*g->nodes));
	for (size_t i = 0; i < g->nnodes; i++) {
		g->nodes[i].rows = (i < v->w->nwarehouses ? 3 : sizes[size].content) + 2;
		g->nodes[i].cols = sizes[size].cols - (i < v->w->nwarehouses ? 2 : 0);
	}
	g->edges = edges;
	g->nedges = nedges;
	return graph_layout(v->a, g, sizes[size].gap, MAX_CELLS) ? g : NULL;
}

struct cards *cards_layout(struct view *v, int rows, int cols, bool only_if_all_fits)
{
	struct cards *cards = arena_alloc(v->a, sizeof(*cards));
	struct graph_edge *edges;
	size_t nedges;

	/* More than a few cards a row of cells never fit. */
	if (only_if_all_fits && v->w->nstages > (size_t)(rows * cols / 60))
		return NULL;
	nedges = collect_edges(v, &edges);
	cards->nwarehouses = v->w->nwarehouses;
	for (size_t i = 0; i < COUNTOF(sizes) && !cards->fits; i++) {
		struct graph *g = lay_out(v, edges, nedges, i);

		if (!g)
			return NULL;
		cards->fits = g->rows <= rows && g->cols + 2 * CARDS_MARGIN <= cols;
		if (i == USUAL || cards->fits) {
			cards->graph = g;
			cards->content = sizes[i].content;
		}
		/* Nothing smaller will do: it is much too large. */
		if (i >= USUAL && (g->rows > 4 * rows || g->cols > 4 * cols))
			break;
	}
	return cards->fits || !only_if_all_fits ? cards : NULL;
}

/* A line within a card. */
struct inside {
	struct canvas *c;
	int row, col, cols;
};

static void display_in(struct view *v, struct inside *in, int col, struct display say)
{
	if (!say.word)
		return;
	canvas_glyph(in->c, in->row, in->col + col, say.role, say.glyph);
	canvas_cut(in->c, cells_at(in->row, in->col + col + 2, in->cols - col - 2), say.role, say.word);
	(void)v;
}

static void draw_bar(struct inside *in, const struct promotion *p, struct view *v)
{
	size_t done = display_steps_done(p), filled = p->nsteps ? done * BAR_CELLS / p->nsteps : 0;
	int col = in->col;

	for (size_t i = 0; i < BAR_CELLS; i++)
		col = canvas_glyph(in->c, in->row, col, i < filled ? ROLE_DONE : ROLE_LEFT,
				   i < filled ? GLYPH_DONE : GLYPH_LEFT);
	canvas_cut(in->c, cells_at(in->row, col + 2, in->cols - BAR_CELLS - 2), ROLE_TEXT,
		   str_format(v->a, "%zu of %zu", done, p->nsteps));
}

static void draw_versions(struct view *v, struct inside *in, const char *from, const char *to)
{
	const char *old = display_version(v, from), *new = display_version(v, to);
	int col = in->col, width = in->cols / 2 - 2;

	if (*old && strcmp(old, new) != 0) {
		col = canvas_cut(in->c, cells_at(in->row, col, width), ROLE_MUTED, old) + 1;
		col = canvas_glyph(in->c, in->row, col, ROLE_MUTED, GLYPH_TO) + 1;
	}
	canvas_cut(in->c, cells_at(in->row, col, in->col + in->cols - col), ROLE_VERSION, new);
}

static void draw_promotion(struct view *v, struct inside *in, const struct promotion *p,
			   int content)
{
	const struct promotion_step *step = p->current_step < p->nsteps ? &p->steps[p->current_step]
									 : NULL;
	struct display state = p->phase == PHASE_RUNNING
				   ? (struct display){ GLYPH_BUSY, ROLE_BUSY, "Promoting" }
				   : (struct display){ GLYPH_WAITING, ROLE_WAITING, "waits its turn" };

	display_in(v, in, 0, state);
	in->row++;
	draw_versions(v, in, p->from_freight, p->freight);
	in->row++;
	if (content > 3) {
		canvas_cut(in->c, cells_at(in->row, in->col, in->cols), ROLE_FREIGHT,
			   display_freight(v, p->freight));
		in->row++;
	}
	draw_bar(in, p, v);
	in->row++;
	if (content > 3 && step && pull_request_line(v, step))
		canvas_cut(in->c, cells_at(in->row, in->col, in->cols), pull_request_role(step),
			   pull_request_fit(v, step, in->cols));
	else if (content > 3 && step)
		canvas_cut(in->c, cells_at(in->row, in->col, in->cols), ROLE_BUSY,
			   str_format(v->a, "%s  %s", display_step_name(step),
				      display_took(v, step->started_at, 0)));
}

/* One a line; the last line also says how many more there are. */
static void draw_artifacts(struct view *v, struct inside *in, const struct freight *f, size_t lines)
{
	size_t count = display_artifacts(f);

	for (size_t i = 0; i < count && i < lines; i++, in->row++) {
		size_t more = i + 1 == lines ? count - lines : 0;
		const char *name, *version;
		int col;

		display_artifact_parts(v, f, i, &name, &version);
		col = canvas_cut(in->c, cells_at(in->row, in->col, in->cols / 2), ROLE_TEXT, name) + 1;
		col = canvas_cut(in->c, cells_at(in->row, col, in->col + in->cols - col - (more ? 3 : 0)),
				 ROLE_VERSION, version);
		if (more)
			canvas_text(in->c, in->row, col + 1, ROLE_MUTED, str_format(v->a, "+%zu", more));
	}
}

/* One warehouse a line: its name, then the version and the name of its freight that runs here. */
static void draw_by_warehouse(struct view *v, struct inside *in, const struct collection *runs,
			      size_t lines)
{
	for (size_t i = 0; i < lines; i++, in->row++) {
		size_t more = i + 1 == lines && runs->nitems > lines ? runs->nitems - lines : 0;
		int end = in->col + in->cols - (more ? 3 : 0), col = in->col;

		if (i >= runs->nitems)
			continue;
		col = canvas_cut(in->c, cells_at(in->row, col, in->cols / 2), ROLE_TEXT,
				 runs->items[i].warehouse) + 1;
		col = canvas_cut(in->c, cells_at(in->row, col, end - col), ROLE_VERSION,
				 display_version(v, runs->items[i].freight)) + 1;
		if (col < end)
			canvas_cut(in->c, cells_at(in->row, col, end - col), ROLE_FREIGHT,
				   display_freight(v, runs->items[i].freight));
		if (more)
			canvas_text(in->c, in->row, end + 1, ROLE_MUTED, str_format(v->a, "+%zu", more));
	}
}

/* What runs here: three rows of a card at most, by its size. */
static void draw_runs(struct view *v, struct inside *in, const struct stage *s, int content)
{
	const struct collection *runs = stage_runs(s);
	const char *name = runs && runs->nitems ? runs->items[0].freight : NULL;
	const struct freight *f = world_freight(v->w, name);

	if (runs && runs->nitems > 1) {
		draw_by_warehouse(v, in, runs, content > 5 ? 4 : content > 3 ? 2 : 1);
		return;
	}
	if (content > 3) {
		if (name)
			canvas_cut(in->c, cells_at(in->row, in->col, in->cols), ROLE_FREIGHT,
				   display_freight(v, name));
		in->row++;
	}
	if (f && display_artifacts(f))
		draw_artifacts(v, in, f, content > 5 ? 3 : 1);
	else
		in->row++;
}

/* A remark that needs both of the last lines; broken at a blank where there is one. */
static void draw_long(struct view *v, struct inside *in, struct display remark)
{
	size_t fits = text_fit(remark.word, in->cols - 2, v->ascii), cut = fits;
	const char *rest;

	while (cut > fits / 2 && remark.word[cut] != ' ')
		cut--;
	if (cut > fits / 2)
		fits = cut;
	rest = remark.word + fits;
	remark.word = str_copy_n(v->a, remark.word, fits);
	display_in(v, in, 0, remark);
	in->row++;
	canvas_cut(in->c, cells_at(in->row, in->col + 2, in->cols - 2), remark.role,
		   rest + strspn(rest, " "));
}

static void draw_settled(struct view *v, struct inside *in, const struct stage *s, int content)
{
	/* The last two lines, less what breaking them at a blank costs. */
	struct display remark = display_remark(v, s, content > 3 ? 2 * in->cols - 10 : in->cols - 2);
	struct display state = display_stage(v, s), sync = display_sync(s);
	const struct freight *newest;
	size_t count = 0;
	int after = 3 + text_width(state.word, v->ascii), at = after > SYNC_COL ? after : SYNC_COL;

	display_in(v, in, 0, state);
	/* Only the sign, if the word would be cut. */
	if (sync.word && at + 2 + text_width(sync.word, v->ascii) > in->cols)
		canvas_glyph(in->c, in->row, in->col + in->cols - 1, sync.role, sync.glyph);
	else
		display_in(v, in, at, sync);
	in->row++;
	draw_runs(v, in, s, content);
	if (content > 3 && text_width(remark.word, v->ascii) > in->cols - 2) {
		draw_long(v, in, remark);
		return;
	}
	display_in(v, in, 0, remark);
	in->row++;
	newest = display_newer(v, s, &count);
	if (content > 3 && remark.glyph != GLYPH_NEWER && newest && !stage_is_control_flow(s))
		display_in(v, in, 0, display_newer_remark(v, s, newest, count));
}

static struct inside card_inside(struct canvas *c, struct area box)
{
	return (struct inside){ c, box.row + 1, box.col + 2, box.cols - 4 };
}

static int64_t stage_since(const struct view *v, const struct stage *s)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);

	if (p && p->started_at)
		return p->started_at;
	return s->nhistory ? s->history[0].since : 0;
}

/* What a card's edge shows. */
struct card {
	struct area box;
	bool selected;
	const char *name, *age;
	enum role role;
};

static void draw_edge(struct view *v, struct canvas *c, const struct card *card)
{
	int width = text_width(card->age, v->ascii), end;
	struct area box = card->box;
	enum role role = card->role;

	canvas_fill(c, box, ROLE_TEXT);
	canvas_box(c, box, role, false);
	/* Only the title shows it: a bar along the edge would cost four times the bytes for each move. */
	canvas_text(c, box.row, box.col + 2, ROLE_NAME, " ");
	if (card->selected)
		canvas_glyph(c, box.row, box.col + 2, ROLE_SELECTED, GLYPH_BAR);
	end = canvas_cut(c, cells_at(box.row, box.col + 3, box.cols - width - 8),
			 card->selected ? ROLE_CHOSEN : ROLE_NAME,
			 text_shorten(v->a, card->name, box.cols - width - 8, v->ascii));
	canvas_text(c, box.row, end, role, " ");
	if (width) {
		canvas_text(c, box.row, box.col + box.cols - width - 4, role, " ");
		canvas_text(c, box.row, box.col + box.cols - width - 3, ROLE_MUTED, card->age);
		canvas_text(c, box.row, box.col + box.cols - 3, role, " ");
	}
}

static void draw_stage(struct view *v, struct canvas *c, struct card card, const struct stage *s,
		       int content)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);
	struct inside in = card_inside(c, card.box);
	bool bad = s->health == HEALTH_UNHEALTHY && !p;

	card.name = s->name;
	card.age = display_age(v, stage_since(v, s));
	card.role = bad ? ROLE_BAD : display_hue(s, ROLE_BORDER);
	draw_edge(v, c, &card);
	if (p)
		draw_promotion(v, &in, p, content);
	else
		draw_settled(v, &in, s, content);
}

static void draw_warehouse(struct view *v, struct canvas *c, struct card card, const struct warehouse *w)
{
	struct inside in = card_inside(c, card.box);
	size_t freight = 0;

	card.name = w->name;
	card.age = display_seen(v, w->looked_at);
	card.role = ROLE_BORDER;
	draw_edge(v, c, &card);
	if (w->nsubscriptions) {
		const struct subscription *s = &w->subscriptions[0];
		const char *url = *s->chart ? s->chart : s->repo_url, *name = strrchr(url, '/');

		display_in(v, &in, 0, (struct display){ GLYPH_WAREHOUSE, ROLE_TEXT,
						str_format(v->a, "%s  %s", name ? name + 1 : url,
							   s->constraint) });
	}
	in.row++;
	for (size_t i = 0; i < v->w->nfreight; i++)
		freight += strcmp(v->w->freight[i]->warehouse, w->name) == 0;
	if (w->error) {
		draw_long(v, &in, (struct display){ GLYPH_BAD, ROLE_BAD, w->fault ? "bad manifest"
						: display_telling(v, w->error, 2 * in.cols - 10) });
		return;
	}
	if (w->automatic && display_warehouse_reason(v, w))
		display_in(v, &in, 0,
			   (struct display){ GLYPH_WARNING, ROLE_WARNING,
					     display_warehouse_reason(v, w) });
	else
		canvas_cut(c, cells_at(in.row, in.col + 2, in.cols - 2), ROLE_MUTED,
			   !w->looked_at ? "not looked at yet"
			   : w->nsubscriptions > 1
				   ? str_format(v->a, "and %zu more", w->nsubscriptions - 1)
				   : w->subscriptions ? w->subscriptions[0].strategy : "");
	in.row++;
	if (!v->w->loading)
		canvas_cut(c, cells_at(in.row, in.col + 2, in.cols - 2), ROLE_MUTED,
			   str_format(v->a, "%zu freight", freight));
}

static const char *node_name(struct view *v, const struct cards *cards, size_t i)
{
	return i < cards->nwarehouses ? board_name(v->a, v->w->warehouses[i], NULL)
				      : board_name(v->a, NULL, v->w->stages[i - cards->nwarehouses]);
}

static size_t selected_node(struct view *v, const struct cards *cards)
{
	const char *name = place_name(&v->s->place);

	for (size_t i = 0; i < cards->graph->nnodes; i++)
		if (strcmp(node_name(v, cards, i), name) == 0)
			return i;
	return 0;
}

/* The smallest scroll that shows the span. */
static int cards_scroll(int top, int room, int whole, int from, int to)
{
	if (whole <= room)
		return -(room - whole) / 2;
	if (from < top)
		top = from;
	if (to > top + room)
		top = to - room;
	return top < 0 ? 0 : top > whole - room ? whole - room : top;
}

void cards_draw(struct view *v, const struct cards *cards, struct canvas *c, struct area area)
{
	const struct graph *g = cards->graph;
	struct area old = canvas_clip(c, area);
	size_t selected = selected_node(v, cards);
	const struct graph_node *at = &g->nodes[selected];
	int row, col;

	v->s->top = cards_scroll(v->s->top, area.rows, g->rows, at->row,
					      at->row + at->rows);
	v->s->left = cards_scroll(v->s->left, area.cols - 2 * CARDS_MARGIN, g->cols, at->col,
					       at->col + at->cols);
	/* A graph that is not wide stands at the left, where reading begins. */
	if (g->cols + 2 * CARDS_MARGIN <= area.cols && v->s->left < -(area.cols / 6))
		v->s->left = -(area.cols / 6);
	row = area.row - v->s->top;
	col = area.col + CARDS_MARGIN - v->s->left;
	graph_draw(g, c, row, col);
	for (size_t i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->nodes[i];
		struct area box = { row + n->row, col + n->col, n->rows, n->cols };

		if (box.row >= area.row + area.rows || box.row + box.rows <= area.row ||
		    box.col >= area.col + area.cols || box.col + box.cols <= area.col)
			continue;
		struct card card = { .box = box, .selected = i == selected };

		screens_spot_name(v->screens, box, node_name(v, cards, i));
		if (i < cards->nwarehouses)
			draw_warehouse(v, c, card, v->w->warehouses[i]);
		else
			draw_stage(v, c, card, v->w->stages[i - cards->nwarehouses], cards->content);
	}
	canvas_unclip(c, old);
}

static int cards_middle(const struct graph_node *n)
{
	return n->row + n->rows / 2;
}

static bool is_joined(const struct graph *g, size_t a, size_t b)
{
	for (size_t i = 0; i < g->nedges; i++)
		if ((g->edges[i].from == a && g->edges[i].to == b) ||
		    (g->edges[i].from == b && g->edges[i].to == a))
			return true;
	return false;
}

/* The next card up or down its column; sideways the nearest, joined ones first. */
static size_t neighbour(const struct graph *g, size_t at, int across, int down)
{
	const struct graph_node *from = &g->nodes[at];
	size_t best = at;
	int least = 0;

	for (size_t i = 0; i < g->nnodes; i++) {
		const struct graph_node *n = &g->nodes[i];
		int far = cards_middle(n) - cards_middle(from),
		    cost = abs(far);

		if (i == at || (down ? n->column != from->column || far * down <= 0
				     : (n->column - from->column) * across <= 0))
			continue;
		if (across)
			cost += 1000 * abs(n->column - from->column) + (is_joined(g, at, i) ? 0 : 300);
		if (best == at || cost < least) {
			best = i;
			least = cost;
		}
	}
	return best;
}

bool cards_move(struct view *v, const struct cards *cards, uint32_t key)
{
	const struct graph *g = cards->graph;
	size_t at = selected_node(v, cards), to = at;

	switch (key) {
	case PRESS_LEFT:
	case 'h': to = neighbour(g, at, -1, 0); break;
	case PRESS_RIGHT:
	case 'l': to = neighbour(g, at, 1, 0); break;
	case PRESS_UP:
	case 'k': to = neighbour(g, at, 0, -1); break;
	case PRESS_DOWN:
	case 'j': to = neighbour(g, at, 0, 1); break;
	case PRESS_TAB: to = (at + 1) % g->nnodes; break;
	case PRESS_BACK_TAB: to = (at + g->nnodes - 1) % g->nnodes; break;
	case PRESS_HOME:
	case 'g': to = 0; break;
	case PRESS_END:
	case 'G': to = g->nnodes - 1; break;
	default: return false;
	}
	place_set(&v->s->place, node_name(v, cards, to));
	return true;
}
