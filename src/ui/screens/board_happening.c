/* SPDX-License-Identifier: Apache-2.0 */
/* Two lists, one under the other beside the graph, or side by side below it. */
#include "ui/screens/board_happening.h"

#include <string.h>

#include "base/str.h"
#include "model/promotion.h"
#include "model/world.h"
#include "term/glyph.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screens.h"
#include "ui/screens/board_cards.h"
#include "ui/widgets/graph.h"

enum { ROWS_FROM = 36, BELOW_LEAST = 7, BELOW_MOST = 14, SIDE_LEAST = 64, SIDE_MOST = 90, SIDE_FROM = 150,
       CARD_LEAST = 5,          /* lines of a card that tells enough */
       STEP_COL = 17, TOOK_COL = 38, SAYS_COL = 45, ACTOR_COL = 13, EVENT_COL = 22 };

/* The past does not run, and a printed board is read once. */
static bool happening_fits(const struct view *v, int rows)
{
	return !v->w->past_at && !v->w->loading && !screens_is_printed(v->screens) && rows >= ROWS_FROM;
}

int happening_beside(struct view *v, int rows, struct cards **cards)
{
	struct cards *fit = NULL;
	int left;

	if (happening_fits(v, rows) && v->cols >= SIDE_FROM)
		fit = cards_layout(v, rows, v->cols - SIDE_LEAST, true);
	if (!fit || fit->content < CARD_LEAST)
		return 0;
	*cards = fit;
	left = v->cols - fit->graph->cols - 2 * CARDS_MARGIN;
	return left < SIDE_MOST ? left : SIDE_MOST;
}

int happening_below(const struct view *v, int rows, const struct cards *cards)
{
	int left = rows - (cards ? cards->graph->rows + 2 : (int)v->s->sheet.count + 1);

	if (!happening_fits(v, rows) || left < BELOW_LEAST)
		return 0;
	return left < BELOW_MOST ? left : BELOW_MOST;
}

static void happening_add_running(struct view *v, struct sheet *sheet, int cols)
{
	sheet_text(sheet, 0, ROLE_HEADING, "running");
	for (size_t i = 0; i < v->w->npromotions; i++) {
		const struct promotion *p = v->w->promotions[i];
		const struct promotion_step *step;
		struct line *l;

		if (p->phase != PHASE_RUNNING || p->current_step >= p->nsteps)
			continue;
		step = &p->steps[p->current_step];
		l = sheet_line(sheet, NULL);
		page_name(v, l, cells_at(0, 0, STEP_COL - 1), ROLE_NAME, p->stage);
		line_cut(l, STEP_COL, TOOK_COL - STEP_COL - 1, ROLE_BUSY, display_step_name(step));
		line_cut(l, TOOK_COL, SAYS_COL - TOOK_COL - 1, ROLE_MUTED,
			 display_took(v, step->started_at, 0));
		if (SAYS_COL + text_width(step->message, v->ascii) <= cols)
			line_at(l, SAYS_COL, ROLE_TEXT, step->message);
		else
			sheet_wrap(sheet, STEP_COL, cols - STEP_COL, ROLE_TEXT, step->message);
	}
	if (sheet->count == 1)
		sheet_text(sheet, 0, ROLE_MUTED, "nothing");
}

/* Steps are told by what runs. */
static void happening_add_events(struct view *v, struct sheet *sheet, int cols, size_t rows)
{
	sheet_text(sheet, 0, ROLE_HEADING, "newest events");
	for (size_t i = 0; i < v->w->nevents && sheet->count < rows; i++) {
		const struct event_line *ev = &v->w->events[i];
		size_t first = sheet->count;

		if (strcmp(ev->kind, "promotion.step") == 0)
			continue;
		sheet_wrap(sheet, EVENT_COL, cols - EVENT_COL, ROLE_TEXT, ev->subject);
		if (sheet->count == first)
			sheet_line(sheet, NULL);
		line_cut(&sheet->lines[first], 0, ACTOR_COL - 1, ROLE_MUTED, display_when(v, ev->at));
		line_cut(&sheet->lines[first], ACTOR_COL, EVENT_COL - ACTOR_COL - 1, ROLE_TEXT,
			 display_event_actor(v, ev));
	}
}

static void happening_show(struct sheet *sheet, struct canvas *c, struct area area)
{
	struct sheet_place place = { 0 };

	sheet->count = sheet->count < (size_t)area.rows ? sheet->count : (size_t)area.rows;
	sheet_draw(sheet, &place, c, area);
	place_release(&place);
}

static void happening_draw_beside(struct view *v, struct canvas *c, struct area area)
{
	struct sheet sheet = { .a = v->a };
	struct area list = { area.row, area.col + 1, area.rows, area.cols - 1 };

	for (int row = area.row; row < area.row + area.rows; row++)
		canvas_wire(c, row, area.col, ROLE_RULE, WIRE_UP | WIRE_DOWN);
	happening_add_running(v, &sheet, list.cols - 2);
	sheet_line(&sheet, NULL);
	happening_add_events(v, &sheet, list.cols - 2, (size_t)list.rows);
	happening_show(&sheet, c, list);
}

static void happening_draw_below(struct view *v, struct canvas *c, struct area area)
{
	struct sheet events = { .a = v->a }, running = { .a = v->a };
	int half = area.cols / 2;
	struct area left = { area.row + 1, area.col, area.rows - 1, half };
	struct area right = { area.row + 1, area.col + half, area.rows - 1, area.cols - half };

	canvas_rule(c, area.row, area.col, area.cols, ROLE_RULE);
	happening_add_events(v, &events, left.cols - 2, (size_t)left.rows);
	happening_show(&events, c, left);
	happening_add_running(v, &running, right.cols - 2);
	happening_show(&running, c, right);
}

void happening_draw(struct view *v, struct canvas *c, struct area area, bool beside)
{
	if (beside)
		happening_draw_beside(v, c, area);
	else
		happening_draw_below(v, c, area);
}
