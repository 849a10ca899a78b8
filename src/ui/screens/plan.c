/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan before the operation: what changes, what stands in the way, what will be done, and the exact
 * diff, once the steps have run on a scratch copy; the screen does not wait for that. It remembers what
 * ran when it was opened, and says when that has changed.
 */
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/attachment.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/plan.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/operation.h"
#include "ui/screens.h"
#include "ui/page.h"
#include "ui/display.h"
#include "ui/screens/plan_diff.h"

static void add_title(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct dialog *dialog = v->s->dialog;
	struct line *l = sheet_line(sheet, NULL);
	const char *from = buf_str(&v->s->item), *now = NULL;
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));

	line_at(l, 0, ROLE_STRONG, dialog->operation == INTENT_ROLLBACK ? "Roll back " : "Promote ");
	line_add(l, ROLE_NAME, buf_str(&v->s->stage));
	line_add(l, ROLE_TEXT, "   ");
	line_add(l, ROLE_MUTED, *from ? display_freight(v, from) : "nothing");
	line_add(l, ROLE_MUTED, str_format(v->a, " %s ", glyph_text(GLYPH_TO, v->ascii)));
	line_add(l, ROLE_STRONG, display_freight(v, buf_str(&v->s->freight)));
	if (dialog->plan && !dialog->plan->error && line_end(l, v->ascii) + 2 <= v->cols - 17)
		line_at(l, v->cols - 17, ROLE_MUTED,
			str_format(v->a, "plan %.8s", dialog->plan->mark));
	if (v->w->attachment)
		sheet_wrap(sheet, 0, v->cols - 4, ROLE_STRONG,
			   str_format(v->a, "in Kargo at %s", v->w->attachment->context));
	if (dialog->operation == INTENT_PROMOTE && freight_is_older(f, world_freight(v->w, from)))
		sheet_wrap(sheet, 0, v->cols - 4, ROLE_WARNING,
			   str_format(v->a, "This is older than %s.", display_freight(v, from)));
	if (s && f)
		now = stage_freight(s, f->warehouse);
	if (s && strcmp(now ? now : "", from) != 0)
		sheet_wrap(sheet, 0, v->cols - 4, ROLE_WARNING,
			   str_format(v->a, "%s runs %s by now: this plan was made when it ran %s. "
				      "Esc, and look again.", s->name, display_freight(v, now),
				      *from ? display_freight(v, from) : "nothing"));
}

/* Of the template: the plan is not there yet. */
static void add_steps(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct value *steps = value_path(s->object, "spec.promotionTemplate.spec.steps");

	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);
		struct line *l = page_row(v, sheet, NULL, i ? NULL : "steps");
		const char *uses = value_text(value_get(step, "uses"), NULL);

		if (!uses)
			uses = str_format(v->a, "task %s", value_path_text(step, "task.name", "?"));
		line_at(l, PAGE_COL, ROLE_MUTED, str_format(v->a, "%2zu", i + 1));
		line_cut(l, PAGE_COL + 4, 22, ROLE_TEXT, uses);
		line_cut(l, PAGE_COL + 27, v->cols - PAGE_COL - 30, ROLE_MUTED,
			 plan_about(v->a, value_get(step, "config")));
	}
}

static struct display display_way(enum plan_way way)
{
	switch (way) {
	case PLAN_RAN: return (struct display){ GLYPH_PASSED, ROLE_OK, "" };
	case PLAN_ANNOUNCED: return (struct display){ GLYPH_TO, ROLE_ACCENT, "would " };
	case PLAN_UNFORESEEN: return (struct display){ GLYPH_UNKNOWN, ROLE_WAITING, "unforeseen: " };
	case PLAN_SKIPPED: return (struct display){ GLYPH_SKIPPED, ROLE_MUTED, "skipped" };
	case PLAN_FAILED: break;
	}
	return (struct display){ GLYPH_BAD, ROLE_BAD, "fails: " };
}

static void add_rehearsed(struct view *v, struct sheet *sheet, const struct plan *p)
{
	int names = v->cols >= 100 ? 22 : 18, col = PAGE_COL + 4 + names + 1;

	for (size_t i = 0; i < p->nsteps; i++) {
		const struct plan_step *step = &p->steps[i];
		struct display say = display_way(step->way);
		bool plain = step->way == PLAN_RAN || step->way == PLAN_SKIPPED;
		size_t first = sheet->count;
		struct line *l;

		sheet_wrap(sheet, col + 2, v->cols - col - 5, plain ? ROLE_MUTED : ROLE_TEXT,
			   str_format(v->a, "%s%s", say.word, *step->message ? step->message
				      : step->way == PLAN_SKIPPED ? "" : step->about));
		if (sheet->count == first)
			sheet_line(sheet, NULL);
		l = &sheet->lines[first];
		if (!i)
			line_cut(l, 0, PAGE_COL - 1, ROLE_HEADING, "steps");
		line_at(l, PAGE_COL, ROLE_MUTED, str_format(v->a, "%2zu", i + 1));
		line_cut(l, PAGE_COL + 4, names, ROLE_TEXT, step->uses);
		line_at(l, col, say.role, glyph_text(say.glyph, v->ascii));
	}
}

static void add_plan(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct plan *p = v->s->dialog->plan;

	if (!p || p->error) {
		add_steps(v, sheet, s);
		if (v->s->dialog->plans)
			page_gap(sheet);
		if (p)
			page_text(v, sheet, "diff", ROLE_WARNING,
				  str_format(v->a, "can't be foreseen: %s", p->error));
		else if (v->s->dialog->plans)
			page_text(v, sheet, "diff", ROLE_WAITING,
				  "the steps are being tried out on a scratch copy");
		return;
	}
	add_rehearsed(v, sheet, p);
	plan_diffs(v, sheet);
}

static void plan_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));
	const struct plan *p = v->s->dialog->plan;

	ask_update(v);
	add_title(v, sheet, s);
	if (!s || !f) {
		sheet_text(sheet, 0, ROLE_WARNING, "The stage or the freight is gone by now.");
		return;
	}
	if (v->s->form && p && !p->error) {
		plan_diffs(v, sheet);
		return;
	}
	page_gap(sheet);
	page_changes(v, sheet, "changes", world_freight(v->w, buf_str(&v->s->item)), f);
	for (size_t i = 0; p && i < p->changelogs.count; i++)
		plan_commits(v, sheet, p->changelogs.items[i]);
	page_gap(sheet);
	page_gates(v, sheet, "gates", s, f);
	page_gap(sheet);
	add_plan(v, sheet, s);
}

static void plan_screen_line(struct view *v, struct line *l, size_t index)
{
	plan_diff_line(v, l, index);
}

static void plan_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	int rows = ask_rows(v);
	struct area top = { area.row, area.col, area.rows - rows - 1, area.cols };
	struct area ask = { area.row + area.rows - rows, area.col, rows, area.cols };

	sheet_draw(&v->s->sheet, &v->s->place, c, top);
	canvas_rule(c, ask.row - 1, area.col, area.cols, ROLE_RULE);
	ask_draw(v, c, ask);
}

static const char *first_failure(struct view *v, const struct plan *p)
{
	for (size_t i = 0; i < p->nsteps; i++)
		if (p->steps[i].way == PLAN_FAILED)
			return str_format(v->a, "It would fail at %s: %s", p->steps[i].uses,
					  p->steps[i].message);
	return "It would fail.";
}

/* What the plan comes to, in one sentence. */
static const char *plan_screen_outcome(struct view *v, const struct plan *p)
{
	size_t unforeseen = plan_count(p, PLAN_UNFORESEEN);
	const char *pushes = p->diffs.count ? "Pushes " : "Pushes nothing";

	if (plan_would_fail(p))
		return first_failure(v, p);
	for (size_t i = 0; i < p->diffs.count; i++)
		pushes = str_format(v->a, "%s%s%s", pushes, i ? "; " : "",
				    plan_diff_short(v, p->diffs.items[i]));
	if (unforeseen)
		return str_format(v->a, "%zu step%s can't be foreseen. %s", unforeseen,
				  unforeseen == 1 ? "" : "s", pushes);
	return pushes;
}

static const char *refusal(struct view *v, const struct subject *subject)
{
	struct gates gates;

	gates_of(v->a, &(struct gate_question){ v->w, subject->stage, subject->freight, v->now }, &gates);
	return gates_refusal(v->a, &gates, v->s->dialog->operation == INTENT_ROLLBACK);
}

static const char *plan_screen_sentence(struct view *v)
{
	const struct plan *p = v->s->dialog->plan;
	struct subject subject = { 0 };
	const char *refused;

	ask_subject(v, &subject);
	if (!subject.stage || !subject.freight)
		return "";
	refused = refusal(v, &subject);
	if (refused)
		return str_format(v->a, "It would be refused: %s", refused);
	if (p && !p->error)
		return str_format(v->a, "%s%s", plan_screen_outcome(v, p),
				  v->s->dialog->operation == INTENT_ROLLBACK
					  ? subject.stage->auto_promotion
						    ? ". Auto-promotion is held afterwards."
						    : ". Auto-promotion is off here."
					  : "");
	if (v->s->dialog->operation == INTENT_ROLLBACK)
		return subject.stage->auto_promotion
			       ? "Auto-promotion is held afterwards, until somebody lets it go on."
			       : "Auto-promotion is off here: it stays back until somebody promotes.";
	return "Nothing is in the way. If it changes what it rests on, gantry asks again.";
}

static struct offer offer_diff(const struct view *v)
{
	const struct plan *p = v->s->dialog->plan;

	if (!v->s->dialog->plans)
		return (struct offer){ OFFER_HIDDEN, NULL };
	if (!p)
		return (struct offer){ OFFER_REFUSED, "the steps are still being tried out" };
	if (p->error)
		return (struct offer){ OFFER_REFUSED, p->error };
	return (struct offer){ OFFER_OPEN, NULL };
}

static bool plan_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	struct subject subject = { 0 };
	const char *refused, *denied;

	if (action == UI_ACTION_DIFF)
		*out = offer_diff(v);
	if (action != UI_ACTION_DO)
		return action == UI_ACTION_DIFF;
	ask_subject(v, &subject);
	*out = (struct offer){ OFFER_REFUSED, "the stage or the freight is gone by now" };
	if (!subject.stage || !subject.freight)
		return true;
	refused = refusal(v, &subject);
	denied = attachment_denies(v->w->attachment, v->s->dialog->operation, subject.stage->name);
	if (screens_is_read_only(v->screens))
		out->why = "this gantry is read-only: it was started with --read-only";
	else if (denied || refused)
		out->why = denied ? denied : refused;
	else
		*out = (struct offer){ OFFER_OPEN, NULL };
	return true;
}

static bool plan_screen_act(struct view *v, enum ui_action action)
{
	struct screen *s = v->s;

	switch (action) {
	case UI_ACTION_DIFF:
		s->form = !s->form;
		s->place.top = 0;
		s->filled = false;
		return true;
	case UI_ACTION_REFRESH:
		screens_plan(v->screens, s);
		return true;
	case UI_ACTION_DO:
		if (s->dialog->plans && !s->dialog->plan && !s->dialog->hurried) {
			s->dialog->hurried = true;
			screens_notify(
				v->screens,
				str_format(v->a, "the plan is not there yet: wait for it, or type "
					   "%s, then Enter", buf_str(&s->stage)),
				true);
			s->dialog->field = DIALOG_NAME;
			return true;
		}
		return ask_act(v, action);
	default:
		return ask_act(v, action);
	}
}

static bool plan_screen_move(struct view *v, uint32_t key)
{
	/* The dialog covers the last rows. */
	return plan_diff_move(v, key) ||
	       place_move(&v->s->place, &v->s->sheet, key, v->rows - ask_rows(v) - 1);
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "do it" },
	{ PRESS_TAB, UI_ACTION_FIELD, "reason" },
	{ 'd', UI_ACTION_DIFF, "diff" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'r', UI_ACTION_REFRESH, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_plan = {
	.name = "plan",
	.flags = SCREEN_ASKS,
	.keys = keys,
	.fill = plan_screen_fill,
	.line = plan_screen_line,
	.draw = plan_screen_draw,
	.subject = ask_subject,
	.sentence = plan_screen_sentence,
	.offer = plan_screen_offer,
	.act = plan_screen_act,
	.move = plan_screen_move,
};
