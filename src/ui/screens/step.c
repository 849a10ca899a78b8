/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One step of a promotion, whole: its message, outputs and everything it said. Of one that waits for a pull
 * request, what it brings, which is read from git while the screen is open.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/plan.h"
#include "model/promotion.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/copy.h"
#include "ui/dialog.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/pull_request.h"
#include "ui/screens.h"
#include "ui/screens/plan_diff.h"
#include "ui/step_wait.h"

/* The screen's freight is the step's key, "step/4"; its item is the promotion. */
static const struct promotion_step *step_screen_shown(struct view *v, size_t *index)
{
	const struct promotion *p = world_promotion(v->w, buf_str(&v->s->item));

	*index = strtoul(buf_str(&v->s->freight) + strlen("step/"), NULL, 10);
	return p && *index < p->nsteps ? &p->steps[*index] : NULL;
}

/* What the pull request's merge would bring. */
static void step_screen_add_diff(struct view *v, struct sheet *sheet, const struct promotion_step *step)
{
	const struct plan *p = v->s->dialog->plan;

	if (!v->s->dialog->plans)
		return;
	if (p && !p->error && p->diffs.count) {
		if (strcmp(p->pull->head, value_path_text(step->output, "forge.head", "")) != 0)
			page_text(v, sheet, NULL, ROLE_WARNING,
				  "The branch has been pushed to since the diff was read: r reads it again.");
		plan_diffs(v, sheet);
		return;
	}
	page_gap(sheet);
	if (p && p->error)
		page_text(v, sheet, "diff", ROLE_WARNING, str_format(v->a, "can't be shown: %s", p->error));
	else
		page_text(v, sheet, "diff", ROLE_MUTED,
			  p ? "both branches hold the same" : "being read from git");
}

static void step_screen_add_said(struct view *v, struct sheet *sheet, const struct promotion_step *step)
{
	if (*step->message)
		page_text(v, sheet, step->status == STEP_RUNNING ? "last look" : "says",
			  display_step(step).role == ROLE_BAD ? ROLE_BAD : ROLE_TEXT, step->message);
}

static void step_screen_add_times(struct view *v, struct sheet *sheet, const struct promotion_step *step)
{
	if (step->started_at)
		page_text(v, sheet, "began", ROLE_TEXT, display_full_time(v, step->started_at));
	if (step->finished_at)
		page_text(v, sheet, "took", ROLE_TEXT,
			  display_took(v, step->started_at, step->finished_at));
	else if (step->status == STEP_RUNNING && step->started_at)
		page_text(v, sheet, "runs for", ROLE_BUSY, display_took(v, step->started_at, 0));
}

/* People come for the pull request: the step itself, on one row, stands below it. */
static void step_screen_add_pull(struct view *v, struct sheet *sheet, const struct promotion_step *step,
				 size_t index)
{
	const struct display say = display_step(step);
	struct line *l;

	pull_request_rows(v, sheet, step);
	step_screen_add_said(v, sheet, step);
	page_gap(sheet);
	l = page_row(v, sheet, NULL, "step");
	line_at(l, PAGE_COL, ROLE_STRONG, str_format(v->a, "%zu  %s   ", index + 1, display_step_name(step)));
	line_add(l, say.role, str_format(v->a, "%s %s", glyph_text(say.glyph, v->ascii), say.word));
	line_add(l, ROLE_MUTED, str_format(v->a, "   %s", step->uses));
	step_screen_add_times(v, sheet, step);
	step_wait_rows(v, sheet, world_promotion(v->w, buf_str(&v->s->item)), step);
	step_screen_add_diff(v, sheet, step);
}

static void step_screen_add_step(struct view *v, struct sheet *sheet, const struct promotion_step *step,
				 size_t index)
{
	page_text(v, sheet, "step", ROLE_STRONG,
		  str_format(v->a, "%zu  %s", index + 1, display_step_name(step)));
	page_text(v, sheet, "uses", ROLE_TEXT, step->uses);
	display_add(v, page_row(v, sheet, NULL, "state"), PAGE_COL, display_step(step));
	step_screen_add_times(v, sheet, step);
	step_wait_rows(v, sheet, world_promotion(v->w, buf_str(&v->s->item)), step);
	step_screen_add_said(v, sheet, step);
	if (!value_is(step->output, VALUE_MAP))
		return;
	page_gap(sheet);
	page_outputs(v, sheet, "outputs", step->output);
}

/* The forge may say between which branches the pull request is only after the screen was opened. */
static void step_screen_want_diff(struct view *v, const struct promotion_step *step)
{
	if (v->s->dialog->plans || v->w->past_at || !pull_request_has_diff(step))
		return;
	v->s->dialog->operation = INTENT_MERGE;
	screens_want_plan(v->screens, v->s);
}

static void step_screen_fill(struct view *v, struct sheet *sheet)
{
	size_t index;
	const struct promotion_step *step = step_screen_shown(v, &index);

	if (!step) {
		sheet_text(sheet, 0, ROLE_WARNING, "This step is no longer kept.");
		return;
	}
	step_screen_want_diff(v, step);
	if (pull_request_url(step))
		step_screen_add_pull(v, sheet, step, index);
	else
		step_screen_add_step(v, sheet, step, index);
	page_gap(sheet);
	for (size_t i = 0; i < step->nlog; i++)
		sheet_wrap(sheet, 0, v->cols - 3, ROLE_TEXT, step->log[i]);
}

void step_screen_open(struct view *v, const struct promotion *p, size_t step)
{
	screens_open(v->screens, &screen_step, p->stage, str_format(v->a, "step/%zu", step), p->name)->form =
		(int)step;
}

static const char *step_screen_about(struct view *v)
{
	size_t index;
	const struct promotion_step *step = step_screen_shown(v, &index);

	return step ? display_step_name(step) : "step";
}

static void step_screen_copies(struct view *v, struct copies *out)
{
	size_t index;
	const struct promotion_step *step = step_screen_shown(v, &index);

	if (!step)
		return;
	copies_add_output(v, out, step->output);
	copies_add(out, "message", step->message);
}

static const char *step_screen_sentence(struct view *v)
{
	return v->s->dialog->plan && v->s->dialog->plan->diffs.count
		       ? "Up and down scroll, left and right move long lines of the diff."
		       : "Up and down scroll.";
}

static void step_screen_subject(struct view *v, struct subject *out)
{
	out->promotion = world_promotion(v->w, buf_str(&v->s->item));
	if (out->promotion)
		out->stage = world_stage(v->w, out->promotion->stage);
}

static bool step_screen_move(struct view *v, uint32_t key)
{
	return plan_diff_move(v, key) || place_move(&v->s->place, &v->s->sheet, key, v->rows);
}

static bool step_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_REFRESH || !v->s->dialog->plans)
		return false;
	screens_plan(v->screens, v->s);
	return true;
}

static bool step_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action != UI_ACTION_REFRESH)
		return false;
	*out = (struct offer){ v->s->dialog->plans ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return true;
}

static const struct key_def keys[] = {
	{ 'm', UI_ACTION_MERGE, "merge" },
	{ 'c', UI_ACTION_CLOSE, "close" },
	{ 'r', UI_ACTION_REFRESH, "diff again" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ 'Y', UI_ACTION_COPIES, "copy other" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_step = {
	.name = "step",
	.flags = SCREEN_ASKS,
	.keys = keys,
	.fill = step_screen_fill,
	.line = plan_diff_line,
	.move = step_screen_move,
	.subject = step_screen_subject,
	.act = step_screen_act,
	.offer = step_screen_offer,
	.about = step_screen_about,
	.sentence = step_screen_sentence,
	.copies = step_screen_copies,
};
