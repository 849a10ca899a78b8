/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board: home. One project's stages as cards from left to right, or, where those do not
 * fit, as a tree of rows; the freight on top.
 */
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/home.h"
#include "ui/spots.h"
#include "ui/screens.h"
#include "ui/display.h"
#include "ui/screens/board_cards.h"
#include "ui/screens/board_happening.h"
#include "ui/screens/board_names.h"
#include "ui/screens/board_rows.h"

enum { MAX_NAMES = 4 };         /* of stages beside a freight */

enum board_form { BOARD_AUTO, BOARD_CARDS, BOARD_ROWS };

/* Laid out once for each world and size. */
struct board {
	struct cards *cards;            /* NULL: rows */
	int beside;                     /* columns that what happens takes; 0: none */
};

static void board_screen_find_subject(struct view *v, struct subject *out)
{
	board_find(v, place_chosen(&v->s->place, &v->s->sheet), out);
}

/* The timeline takes one row and a rule. */
static int timeline_rows(const struct view *v)
{
	return v->w->nfreight && v->rows >= 8 ? (v->rows >= 14 ? 2 : 1) : 0;
}

static void choose_first(struct view *v)
{
	struct subject subject = { 0 };

	board_find(v, place_name(&v->s->place), &subject);
	if (subject.stage || subject.warehouse)
		return;
	if (v->w->nstages)
		place_set(&v->s->place, board_name(v->a, NULL, v->w->stages[0]));
	else if (v->w->nwarehouses)
		place_set(&v->s->place, board_name(v->a, v->w->warehouses[0], NULL));
}

static void board_screen_fill(struct view *v, struct sheet *sheet)
{
	int rows = v->rows - timeline_rows(v);

	struct board *board = arena_alloc(v->a, sizeof(*board));

	if (v->s->form != BOARD_ROWS && !prompt_text(&v->s->filter)[0] && v->w->nstages) {
		board->beside = happening_beside(v, rows, &board->cards);
		if (!board->beside)
			board->cards = cards_layout(v, rows, v->cols, v->s->form == BOARD_AUTO);
	}
	choose_first(v);
	v->s->own = board;
	rows_fill(v, sheet, rows);
}

/* Freight of the timeline, and the first stages that run it. */
struct mark_of {
	const struct freight *freight;
	const char *stages[MAX_NAMES];
	size_t count, most;             /* at most so many are named */
	bool selected, brief;           /* brief: no room for its alias */
};

static struct mark_of mark_of(const struct view *v, const struct freight *f,
			      const struct stage *selected)
{
	struct mark_of m = { .freight = f };

	m.selected = selected && same_text(stage_freight(selected, f->warehouse), f->name);

	for (size_t i = 0; i < v->w->nstages; i++) {
		if (!same_text(stage_freight(v->w->stages[i], f->warehouse), f->name))
			continue;
		if (m.count < MAX_NAMES)
			m.stages[m.count] = v->w->stages[i]->name;
		m.count++;
	}
	return m;
}

/* "soft-squirrel 1.29.5 3d  test uat": where it is, in at most so many names. */
static int draw_freight(struct view *v, struct canvas *c, int row, int col, const struct mark_of *m)
{
	const struct freight *f = m->freight;
	size_t shown = m->most < m->count ? m->most : m->count;
	int start = col;

	if (c->rows)
		screens_spot_freight(v->screens, (struct area){ row, col, 1, c->cols }, f->name);
	/* The sign's cells are always reserved, so that the selection moves nothing else. */
	if (m->selected)
		canvas_glyph(c, row, col, ROLE_SELECTED, GLYPH_HERE);
	col += 2;
	if (!m->brief)
		col = canvas_text(c, row, col, ROLE_FREIGHT, freight_label(v->a, f)) + 1;
	col = canvas_text(c, row, col, ROLE_VERSION, freight_version(v->a, f)) + 1;
	col = canvas_text(c, row, col, ROLE_MUTED, display_age(v, f->discovered_at));
	for (size_t i = 0; i < shown; i++)
		col = canvas_text(c, row, col + 1 + !i, ROLE_ACCENT, m->stages[i]);
	if (m->count > shown)
		col = canvas_text(c, row, col + 1 + !shown, ROLE_ACCENT,
				  str_format(v->a, shown ? "+%zu" : "in %zu", m->count - shown));
	return col - start;
}

/* Names as many stages as fit, and lets the alias go if it may; false: there is no room at all. */
static bool fit_freight(struct view *v, const struct canvas *c, struct mark_of *m, int room,
			bool may_be_brief)
{
	/* Measured on an empty canvas. */
	struct canvas scratch = { .ascii = c->ascii };

	for (int brief = 0; brief <= may_be_brief; brief++)
		for (size_t most = brief ? 1 : MAX_NAMES + 1; most-- > 0;) {
			m->most = most;
			m->brief = brief;
			if (draw_freight(v, &scratch, 0, 0, m) <= room)
				return true;
		}
	return false;
}

static void draw_timeline(struct view *v, struct canvas *c, struct area area)
{
	struct subject subject = { 0 };
	int col = area.col + 1;
	size_t i;

	board_screen_find_subject(v, &subject);
	col = canvas_text(c, area.row, col, ROLE_MUTED, "freight") + 1;
	for (i = 0; i < v->w->nfreight; i++) {
		struct mark_of m = mark_of(v, v->w->freight[i], subject.stage);

		if (!fit_freight(v, c, &m, area.col + area.cols - 8 - col, !i))
			break;
		if (i)
			col = canvas_glyph(c, area.row, col, ROLE_RULE, GLYPH_POINT) + 1;
		col += draw_freight(v, c, area.row, col, &m) + 2;
	}
	screens_spot_action(v->screens, (struct area){ area.row, col, 1, 8 }, UI_ACTION_FREIGHT);
	if (i < v->w->nfreight)
		canvas_text(c, area.row, col, ROLE_MUTED,
			    str_format(v->a, "+%zu", v->w->nfreight - i));
}

static const struct source *failing(const struct view *v, enum source_kind kind)
{
	for (size_t i = 0; i < v->w->nsources; i++)
		if (v->w->sources[i].kind == kind && v->w->sources[i].failing_since)
			return &v->w->sources[i];
	return NULL;
}

static void draw_teaching(struct view *v, struct canvas *c, struct area area)
{
	struct sheet sheet = { .a = v->a };
	struct sheet_place place = { 0 };
	size_t errors = 0;

	for (size_t i = 0; i < v->w->ncomplaints; i++)
		errors += v->w->complaints[i].is_error;
	sheet_text(&sheet, 2, ROLE_TEXT, "");
	if (v->w->loading) {
		sheet_text(&sheet, 2, ROLE_MUTED, "Reading manifests and ledger.");
	} else if (errors) {
		sheet_text(&sheet, 2, ROLE_BAD, "The manifests have errors, so there is no stage to show.");
		sheet_wrap(&sheet, 2, area.cols - 6, ROLE_MUTED,
			   complaint_text(v->a, &v->w->complaints[0]));
		sheet_text(&sheet, 2, ROLE_MUTED, "! shows all of them.");
	} else if (failing(v, SOURCE_MANIFESTS)) {
		sheet_text(&sheet, 2, ROLE_BAD,
			   "The manifests cannot be read, so there is no stage to show.");
		sheet_wrap(&sheet, 2, area.cols - 6, ROLE_MUTED, failing(v, SOURCE_MANIFESTS)->error);
		sheet_text(&sheet, 2, ROLE_MUTED, "They are looked for again by themselves; r looks now.");
	} else {
		sheet_text(&sheet, 2, ROLE_STRONG, "This project has no stages yet.");
		sheet_wrap(&sheet, 2, area.cols - 6, ROLE_MUTED,
			   "Put Kargo manifests of kind Stage and Warehouse where gantry reads them "
			   "and they appear here by themselves. gantry demo shows a whole pipeline.");
	}
	sheet_draw(&sheet, &place, c, area);
	place_release(&place);
}

/* The graph or the rows, and what happens beside or below them. */
static void draw_pipeline(struct view *v, struct canvas *c, struct area area)
{
	const struct board *board = v->s->own;
	int below = board->beside ? 0 : happening_below(v, area.rows, board->cards);

	struct area happens = { area.row + area.rows - below, area.col, below, area.cols };

	if (board->beside)
		happens = (struct area){ area.row, area.col + area.cols - board->beside, area.rows,
					 board->beside };
	if (board->beside || below)
		happening_draw(v, c, happens, board->beside);
	area.rows -= below;
	area.cols -= board->beside;
	if (board->cards)
		cards_draw(v, board->cards, c, area);
	else
		sheet_draw(&v->s->sheet, &v->s->place, c, area);
}

static void board_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	int rows = timeline_rows(v);
	struct area rest = { area.row + rows, area.col, area.rows - rows, area.cols };

	if (rows && !screens_keeps_row(v->screens, c, area.row))
		draw_timeline(v, c, area);
	if (rows > 1)
		canvas_rule(c, area.row + 1, area.col, area.cols, ROLE_RULE);
	if (!v->s->sheet.count && !prompt_text(&v->s->filter)[0])
		draw_teaching(v, c, rest);
	else
		draw_pipeline(v, c, rest);
}

static bool board_screen_move(struct view *v, uint32_t key)
{
	const struct board *board = v->s->own;

	v->rows -= timeline_rows(v);
	if (!board)
		return false;
	if (board->cards)
		return cards_move(v, board->cards, key);
	place_move(&v->s->place, &v->s->sheet, key, v->rows);
	return true;
}

/* With several projects, [ and ] go to the next board; in the past they go by events. */
static bool board_screen_turns(const struct view *v, enum ui_action action)
{
	return v->many && !v->w->past_at && (action == UI_ACTION_EARLIER || action == UI_ACTION_LATER);
}

static bool board_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	*out = (struct offer){ OFFER_OPEN, NULL };
	return board_screen_turns(v, action);
}

static bool board_screen_act(struct view *v, enum ui_action action)
{
	const struct board *board = v->s->own;

	if (board_screen_turns(v, action)) {
		screens_neighbour(v->screens, action == UI_ACTION_EARLIER ? -1 : 1);
		return true;
	}
	if (action != UI_ACTION_VIEW)
		return false;
	v->s->form = board && board->cards ? BOARD_ROWS : BOARD_CARDS;
	v->s->filled = false;
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'm', UI_ACTION_MERGE, "merge" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ '>', UI_ACTION_ONWARD, "onward" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'x', UI_ACTION_ABORT, "abort" },
	{ 'c', UI_ACTION_RESUME, "continue" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'f', UI_ACTION_FREIGHT, "freight" },
	{ 'H', UI_ACTION_HISTORY, "history" },
	{ 'e', UI_ACTION_EVENTS, "audit" },
	{ 'o', UI_ACTION_APPS, "apps" },
	{ 'D', UI_ACTION_DELIVERY, "delivery" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ ':', UI_ACTION_PALETTE, "command" },
	{ 'v', UI_ACTION_VIEW, "view" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ '!', UI_ACTION_PROBLEMS, "todo" },
	{ '=', UI_ACTION_PLAN, NULL },
	{ 'z', UI_ACTION_HOLD, NULL },
	{ 'V', UI_ACTION_VERIFY, NULL },
	{ 'i', UI_ACTION_MATRIX, NULL },
	{ 'q', UI_ACTION_QUIT, "quit" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_board = {
	.name = "board",
	.keys = keys,
	.fill = board_screen_fill,
	.line = rows_line,
	.draw = board_screen_draw,
	.subject = board_screen_find_subject,
	.act = board_screen_act,
	.offer = board_screen_offer,
	.move = board_screen_move,
};
