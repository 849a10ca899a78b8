/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotions across stages: who, what, when, how long, with what outcome. The lower pane
 * tells more of the one under the cursor; the line above the keys counts those shown.
 */
#include <string.h>

#include "base/str.h"
#include "model/promotion.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/page.h"
#include "ui/display.h"

enum { LOWER_ROWS = 5, ROOMY = 16 };

static void history_screen_line(struct view *v, struct line *l, size_t index)
{
	page_promotion(v, l, v->w->promotions[index], true);
}

static void history_screen_fill(struct view *v, struct sheet *sheet)
{
	if (!v->w->npromotions) {
		sheet_text(sheet, 1, ROLE_STRONG, "Nothing has been promoted yet.");
		sheet_text(sheet, 1, ROLE_MUTED,
			   "p on the board promotes; each promotion is kept here for ever.");
	}
	if (v->w->npromotions)
		page_promotion_heads(v, sheet, true);
	for (size_t i = 0; i < v->w->npromotions; i++)
		sheet_lazy(sheet, v->w->promotions[i]->name, i);
}

static const struct promotion *history_screen_selected(struct view *v)
{
	return world_promotion(v->w, place_chosen(&v->s->place, &v->s->sheet));
}

static void history_screen_add_below(struct view *v, struct sheet *sheet, const struct promotion *p)
{
	struct display say = display_phase(p);
	struct line *l = page_row(v, sheet, NULL, "outcome");

	line_at(l, PAGE_COL, say.role, glyph_text(say.glyph, v->ascii));
	line_at(l, PAGE_COL + 2, say.role, say.word);
	line_add(l, ROLE_MUTED, str_format(v->a, "   %s", display_full_time(v, p->created_at)));
	if (p->reason && *p->reason)
		page_text(v, sheet, "reason", ROLE_TEXT, p->reason);
	if (*display_outcome(v, p))
		page_text(v, sheet, say.role == ROLE_BAD ? "cause" : "ended", ROLE_TEXT,
			  display_outcome(v, p));
	page_text(v, sheet, "by", ROLE_TEXT,
		  str_format(v->a, "%s%s%s", *p->actor ? p->actor : "auto-promotion",
			     p->from ? ", " : "", p->from ? p->from : ""));
	page_text(v, sheet, "promotion", ROLE_MUTED, p->name);
}

static void history_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	const struct promotion *p;
	int lower = area.rows >= ROOMY ? LOWER_ROWS + 1 : 0;
	struct area top = { area.row, area.col, area.rows - lower, area.cols };
	struct area low = { area.row + top.rows + 1, area.col, LOWER_ROWS, area.cols };
	struct sheet sheet = { .a = v->a };
	struct sheet_place place = { 0 };

	sheet_draw(&v->s->sheet, &v->s->place, c, top);
	p = history_screen_selected(v);
	if (!lower || !p)
		return;
	canvas_rule(c, low.row - 1, area.col, area.cols, ROLE_RULE);
	history_screen_add_below(v, &sheet, p);
	sheet_draw(&sheet, &place, c, low);
}

static void history_screen_subject(struct view *v, struct subject *out)
{
	out->promotion = history_screen_selected(v);
	if (out->promotion)
		out->stage = world_stage(v->w, out->promotion->stage);
}

static const char *history_screen_sentence(struct view *v)
{
	const char *filter = prompt_text(&v->s->filter);
	size_t over = 0, failed = 0;

	for (size_t i = 0; i < v->w->npromotions; i++) {
		const struct promotion *p = v->w->promotions[i];

		over += promotion_is_over(p);
		failed += p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED;
	}
	if (*filter)
		return str_format(v->a, "%zu of %zu promotions hold \"%s\"; Esc shows all again",
				  sheet_choices(&v->s->sheet), v->w->npromotions, filter);
	return str_format(v->a, "%zu promotion%s over, %zu failed", over, over == 1 ? " is" : "s are",
			  failed);
}

enum { HISTORY_WHEN, HISTORY_STAGE, HISTORY_FREIGHT, HISTORY_WHO, HISTORY_TOOK, HISTORY_OUTCOME };

static struct column_key history_screen_key(struct view *v, size_t index, size_t column)
{
	const struct promotion *p = v->w->promotions[index];
	int64_t end = promotion_is_over(p) ? p->finished_at : v->now;

	switch (column) {
	case HISTORY_WHEN: return (struct column_key){ p->started_at ? p->started_at : p->created_at, NULL };
	case HISTORY_STAGE: return (struct column_key){ 0, p->stage };
	case HISTORY_FREIGHT: return (struct column_key){ 0, display_freight(v, p->freight) };
	case HISTORY_WHO: return (struct column_key){ 0, display_actor(v, p->actor) };
	case HISTORY_TOOK: return (struct column_key){ p->started_at ? end - p->started_at : 0, NULL };
	default: return (struct column_key){ 0, display_phase(p).word };
	}
}

static const struct columns history_columns = {
	.table = (const struct column[]){
		[HISTORY_WHEN] = { "when", true },
		[HISTORY_STAGE] = { "stage", false },
		[HISTORY_FREIGHT] = { "freight", false },
		[HISTORY_WHO] = { "who", false },
		[HISTORY_TOOK] = { "took", true },
		[HISTORY_OUTCOME] = { "outcome", false },
		{ NULL, false },
	},
	.own = HISTORY_WHEN,
	.key = history_screen_key,
};

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'x', UI_ACTION_ABORT, "abort" },
	{ 'e', UI_ACTION_EVENTS, "audit" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'S', UI_ACTION_SORT, "sort" },
	{ 'I', UI_ACTION_REVERSE, NULL },
	{ 'H', UI_ACTION_BACK, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_history = {
	.name = "history",
	.keys = keys,
	.fill = history_screen_fill,
	.line = history_screen_line,
	.columns = &history_columns,
	.draw = history_screen_draw,
	.subject = history_screen_subject,
	.sentence = history_screen_sentence,
};
