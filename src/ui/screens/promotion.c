/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One promotion, live: each step with its time and result, and below what the selected
 * step says. The cursor follows the step that runs until the user moves it.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/screens.h"
#include "ui/copy.h"
#include "ui/dialog.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/pull_request.h"
#include "ui/step_wait.h"

enum { BAR_CELLS = 10, FOLLOWS = 0, STAYS = 1, LOG_LINES = 200 };

static const struct promotion *promotion_screen_shown(struct view *v)
{
	return world_promotion(v->w, buf_str(&v->s->item));
}

static const char *step_key(struct view *v, size_t index)
{
	return str_format(v->a, "step/%zu", index);
}

static void add_step(struct view *v, struct sheet *sheet, const struct promotion *p, size_t i)
{
	const struct promotion_step *step = &p->steps[i];
	struct display say = display_step(step);
	struct line *l = sheet_line(sheet, step_key(v, i));
	const char *name = display_step_name(step);
	int col = v->cols < 70 ? 22 : 30;
	const char *pull = pull_request_fit(v, step, v->cols - col - 11);
	bool named = strcmp(name, step->uses) != 0 && !pull;

	line_at(l, 0, ROLE_MUTED, str_format(v->a, "%2zu", i + 1));
	line_at(l, 3, say.role, glyph_text(say.glyph, v->ascii));
	line_cut(l, 5, col - 6, step->status == STEP_PENDING ? ROLE_MUTED : ROLE_NAME, name);
	line_cut(l, col, 7, step->status == STEP_RUNNING ? ROLE_BUSY : ROLE_MUTED,
		 display_took(v, step->started_at, step->status == STEP_RUNNING ? 0 : step->finished_at));
	if (named)
		line_cut(l, col + 8, 20, ROLE_MUTED, step->uses);
	line_cut(l, col + (named ? 29 : 8), v->cols - col - (named ? 32 : 11),
		 say.role == ROLE_BAD || (pull && pull_request_role(step) == ROLE_BAD) ? ROLE_BAD : ROLE_TEXT,
		 step->error_count > 0 && step->status == STEP_RUNNING
			 ? str_format(v->a, "try %u. %s", step->error_count + 1, step->message)
			 : pull && step->status != STEP_FAILED ? pull : step->message);
	if (pull && step->status != STEP_FAILED)
		line_link(l, pull_request_url(step));
}

static void promotion_screen_add_head(struct view *v, struct sheet *sheet,
				      const struct promotion *p)
{
	struct line *l = sheet_line(sheet, NULL);
	struct display say = display_phase(p);
	size_t filled = p->nsteps ? display_steps_done(p) * BAR_CELLS / p->nsteps : 0;
	int64_t start = p->started_at ? p->started_at : p->created_at;

	line_at(l, 0, ROLE_NAME, p->stage);
	line_add(l, ROLE_MUTED,
		 str_format(v->a, "   %s %s ", p->from_freight ? display_freight(v, p->from_freight) : "",
			    glyph_text(p->rollback ? GLYPH_ROLLBACK : GLYPH_TO, v->ascii)));
	line_add(l, ROLE_STRONG, display_freight(v, p->freight));
	line_add(l, ROLE_VERSION, str_format(v->a, " %s   ", display_version(v, p->freight)));
	for (size_t i = 0; i < BAR_CELLS && v->cols >= 70; i++)
		line_add(l, i < filled ? ROLE_DONE : ROLE_LEFT,
			 glyph_text(i < filled ? GLYPH_DONE : GLYPH_LEFT, v->ascii));
	line_add(l, say.role, str_format(v->a, "  %s %s", glyph_text(say.glyph, v->ascii),
						p->abort_requested && !promotion_is_over(p)
							? "being aborted" : say.word));
	line_add(l, ROLE_MUTED,
		 str_format(v->a, " %s", display_took(v, start, promotion_is_over(p) ? p->finished_at : 0)));
	l = sheet_line(sheet, NULL);
	line_at(l, 0, ROLE_MUTED,
		str_format(v->a, "by %s, %s%s%s", display_actor(v, p->actor),
			   display_full_time(v, p->created_at), p->from ? ", " : "",
			   p->from ? p->from : ""));
	if (p->reason && *p->reason)
		sheet_wrap(sheet, 0, v->cols - 4, ROLE_TEXT, str_format(v->a, "reason: %s", p->reason));
	if (promotion_is_over(p) && *display_outcome(v, p))
		sheet_wrap(sheet, 0, v->cols - 4, p->phase == PHASE_SUCCEEDED ? ROLE_OK : ROLE_BAD,
			   display_outcome(v, p));
	sheet_line(sheet, NULL);
}

/* The step to look at: the one that failed, else the current one. */
static size_t promotion_screen_telling(const struct promotion *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].status == STEP_FAILED || p->steps[i].status == STEP_ERRORED)
			return i;
	return p->current_step < p->nsteps ? p->current_step : p->nsteps - 1;
}

static void promotion_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct promotion *p = promotion_screen_shown(v);

	if (!p) {
		sheet_text(sheet, 0, ROLE_WARNING, "This promotion is no longer kept.");
		return;
	}
	promotion_screen_add_head(v, sheet, p);
	for (size_t i = 0; i < p->nsteps; i++)
		add_step(v, sheet, p, i);
	if (v->s->form == FOLLOWS && p->nsteps)
		place_set(&v->s->place, step_key(v, promotion_screen_telling(p)));
}

static const struct promotion_step *promotion_screen_selected(struct view *v)
{
	const struct promotion *p = promotion_screen_shown(v);
	const char *name = place_name(&v->s->place);

	for (size_t i = 0; p && i < p->nsteps; i++)
		if (strcmp(step_key(v, i), name) == 0)
			return &p->steps[i];
	return NULL;
}

/* What the step says, its outputs, and the applications that the stage updates. */
static void promotion_screen_add_below(struct view *v, struct sheet *sheet,
				       const struct promotion_step *step)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));
	size_t from = step->nlog > LOG_LINES ? step->nlog - LOG_LINES : 0;
	const bool has_pull = pull_request_url(step) != NULL;

	if (has_pull) {
		pull_request_rows(v, sheet, step);
		page_gap(sheet);
	}
	if (*step->message && (!step->nlog || strcmp(step->message, step->log[step->nlog - 1]) != 0))
		sheet_wrap(sheet, 2, v->cols - 6, ROLE_TEXT, step->message);
	for (size_t i = from; i < step->nlog; i++)
		sheet_wrap(sheet, 2, v->cols - 6, ROLE_TEXT, step->log[i]);
	if (!has_pull)
		page_outputs(v, sheet, "  outputs", step->output);
	if (!*step->message && !step->nlog && !step->output)
		sheet_text(sheet, 2, ROLE_MUTED, step->status == STEP_PENDING ? "has not begun"
									      : "has nothing to say");
	for (size_t i = 0; s && i < s->napplications; i++) {
		const struct application *app = s->applications[i];
		struct line *l;

		if (!i) {
			sheet_line(sheet, NULL);
			sheet_text(sheet, 0, ROLE_HEADING, "applications");
		}
		l = sheet_line(sheet, NULL);
		page_name(v, l, cells_at(0, 2, 28), ROLE_NAME, app->name);
		display_add(v, l, 31, display_application(app));
		display_add(v, l, 46, display_application_sync(app));
		if (*app->revision)
			line_at(l, 60, ROLE_MUTED, str_format(v->a, "at %.7s", app->revision));
	}
}

static void promotion_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	const struct promotion_step *step = promotion_screen_selected(v);
	int most = step ? area.rows * 2 / 3 : area.rows, rows = (int)v->s->sheet.count;
	struct area top = { area.row, area.col, rows < most ? rows : most, area.cols };
	struct area low = { area.row + top.rows + 1, area.col, area.rows - top.rows - 1, area.cols };
	struct sheet sheet = { .a = v->a }, named = { .a = v->a };
	struct sheet_place place = { 0 };
	struct line *l;

	sheet_draw(&v->s->sheet, &v->s->place, c, top);
	if (!step || low.rows < 2)
		return;
	canvas_rule(c, low.row - 1, area.col, area.cols, ROLE_RULE);
	l = sheet_line(&named, NULL);
	line_at(l, 0, ROLE_HEADING, display_step_name(step));
	line_add(l, ROLE_WAITING,
		 str_format(v->a, "   %s", step_wait_line(v, promotion_screen_shown(v), step)));
	sheet_draw(&named, &place, c, (struct area){ low.row, low.col, 1, low.cols });
	low.row++;
	low.rows--;
	promotion_screen_add_below(v, &sheet, step);
	/* The newest lines, while it runs; but a pull request is what people come for. */
	if (step->status == STEP_RUNNING && !pull_request_url(step) && sheet.count > (size_t)low.rows)
		place.top = sheet.count - (size_t)low.rows;
	sheet_draw(&sheet, &place, c, low);
}

static bool promotion_screen_move(struct view *v, uint32_t key)
{
	if (!place_move(&v->s->place, &v->s->sheet, key, v->rows))
		return false;
	v->s->form = STAYS;
	return true;
}

static void promotion_screen_subject(struct view *v, struct subject *out)
{
	out->promotion = promotion_screen_shown(v);
	if (out->promotion)
		out->stage = world_stage(v->w, out->promotion->stage);
}

static void promotion_screen_copies(struct view *v, struct copies *out)
{
	const struct promotion_step *step = promotion_screen_selected(v);

	if (step)
		copies_add_output(v, out, step->output);
}

static const char *promotion_screen_about(struct view *v)
{
	const struct promotion *p = promotion_screen_shown(v);

	return p ? str_format(v->a, "%s promotion", p->stage) : "promotion";
}

static bool promotion_screen_act(struct view *v, enum ui_action action)
{
	const struct promotion_step *step = promotion_screen_selected(v);
	const struct promotion *p = promotion_screen_shown(v);

	if (action != UI_ACTION_OPEN || !step)
		return false;
	step_screen_open(v, p, (size_t)(step - p->steps));
	return true;
}

static bool promotion_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action != UI_ACTION_OPEN)
		return false;
	*out = (struct offer){ promotion_screen_selected(v) ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "step" },
	{ 'm', UI_ACTION_MERGE, "merge" },
	{ 'c', UI_ACTION_CLOSE, "close" },
	{ 'x', UI_ACTION_ABORT, "abort" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'o', UI_ACTION_APPS, "apps" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ 'L', UI_ACTION_LOG, "log" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_promotion = {
	.name = "promotion",
	.keys = keys,
	.fill = promotion_screen_fill,
	.draw = promotion_screen_draw,
	.move = promotion_screen_move,
	.subject = promotion_screen_subject,
	.copies = promotion_screen_copies,
	.about = promotion_screen_about,
	.act = promotion_screen_act,
	.offer = promotion_screen_offer,
};
