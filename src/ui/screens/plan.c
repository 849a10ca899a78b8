/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan before the deed: what changes, what stands in the way, what will be done. It
 * carries what ran when it was opened; when that is no longer so, it says so.
 */
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/deed.h"
#include "ui/desk.h"
#include "ui/page.h"
#include "ui/say.h"

static void add_title(struct view *v, struct sheet *sheet, const struct stage *s)
{
	struct line *l = sheet_line(sheet, NULL);
	const char *from = buf_str(&v->s->item), *now = NULL;
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));

	line_at(sheet, l, 0, ROLE_STRONG, v->s->deed == INTENT_ROLLBACK ? "Roll back " : "Promote ");
	line_add(sheet, l, ROLE_NAME, buf_str(&v->s->stage));
	line_add(sheet, l, ROLE_TEXT, "   ");
	line_add(sheet, l, ROLE_MUTED, *from ? say_freight(v, from) : "nothing");
	line_add(sheet, l, ROLE_MUTED, str_format(v->a, " %s ", glyph_text(GLYPH_TO, v->ascii)));
	line_add(sheet, l, ROLE_STRONG, say_freight(v, buf_str(&v->s->freight)));
	if (s && f)
		now = stage_freight(s, f->warehouse);
	if (s && strcmp(now ? now : "", from) != 0)
		sheet_wrap(sheet, 0, v->cols - 4, ROLE_WARNING,
			   str_format(v->a, "%s runs %s by now: this plan was made when it ran %s. "
				      "Esc, and look again.", s->name, say_freight(v, now),
				      *from ? say_freight(v, from) : "nothing"));
}

/* What a step is about, in few words: the first of its texts that tell. */
static const char *step_about(const struct value *config)
{
	static const char *const telling[] = { "path", "message", "apps", "repoURL", "targetBranch",
					       "inPath", "outPath" };

	for (size_t i = 0; i < COUNTOF(telling); i++) {
		const char *text = value_text(value_get(config, telling[i]), NULL);

		if (text)
			return text;
	}
	return value_text(value_get(value_at(value_get(config, "apps"), 0), "name"), "");
}

static void add_steps(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct value *steps = value_path(s->object, "spec.promotionTemplate.spec.steps");

	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);
		struct line *l = page_row(v, sheet, NULL, i ? NULL : "steps");
		const char *uses = value_text(value_get(step, "uses"), NULL);

		if (!uses)
			uses = str_format(v->a, "task %s", value_path_text(step, "task.name", "?"));
		line_at(sheet, l, PAGE_COL, ROLE_MUTED, str_format(v->a, "%2zu", i + 1));
		line_cut(sheet, l, PAGE_COL + 4, 22, ROLE_TEXT, uses);
		line_cut(sheet, l, PAGE_COL + 27, v->cols - PAGE_COL - 30, ROLE_MUTED,
			 step_about(value_get(step, "config")));
	}
}

static void fill(struct view *v, struct sheet *sheet)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));

	add_title(v, sheet, s);
	if (!s || !f) {
		sheet_text(sheet, 0, ROLE_WARNING, "The stage or the freight is gone by now.");
		return;
	}
	page_gap(sheet);
	page_changes(v, sheet, "changes", world_freight(v->w, buf_str(&v->s->item)), f);
	page_gap(sheet);
	page_gates(v, sheet, "gates", s, f);
	page_gap(sheet);
	add_steps(v, sheet, s);
}

static void draw(struct view *v, struct canvas *c, struct area area)
{
	int rows = ask_rows(v);
	struct area top = { area.row, area.col, area.rows - rows - 1, area.cols };
	struct area ask = { area.row + area.rows - rows, area.col, rows, area.cols };

	sheet_draw(&v->s->sheet, &v->s->place, c, top);
	canvas_rule(c, ask.row - 1, area.col, area.cols, ROLE_RULE);
	ask_draw(v, c, ask);
}

static const char *sentence(struct view *v)
{
	struct subject subject = { 0 };
	struct gates gates;

	ask_subject(v, &subject);
	if (!subject.stage || !subject.freight)
		return "";
	gates_of(v->a, v->w, subject.stage, subject.freight, v->now, &gates);
	if (!gates.open)
		return str_format(v->a, "It would be refused: %s", gates.summary);
	if (v->s->deed == INTENT_ROLLBACK)
		return "Auto-promotion is held afterwards, until somebody lets it go on.";
	return "Nothing is in the way. If it changes what it rests on, gantry asks again.";
}

static bool offer(struct view *v, enum action action, struct offer *out)
{
	struct subject subject = { 0 };
	struct gates gates;

	if (action != ACTION_DO)
		return false;
	ask_subject(v, &subject);
	*out = (struct offer){ OFFER_REFUSED, "the stage or the freight is gone by now" };
	if (!subject.stage || !subject.freight)
		return true;
	gates_of(v->a, v->w, subject.stage, subject.freight, v->now, &gates);
	if (desk_is_read_only(v->desk))
		out->why = "this gantry is read-only: it was started with --read-only";
	else if (!gates.open)
		out->why = gates.summary;
	else
		*out = (struct offer){ OFFER_OPEN, NULL };
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, ACTION_DO, "do it" },
	{ PRESS_TAB, ACTION_FIELD, "reason" },
	{ 'w', ACTION_WHY, "why" },
	{ 'a', ACTION_APPROVE, "approve" },
	{ 0, ACTION_NONE, NULL },
};

const struct screen_def screen_plan = {
	.name = "plan",
	.keys = keys,
	.fill = fill,
	.draw = draw,
	.subject = ask_subject,
	.sentence = sentence,
	.offer = offer,
	.act = ask_act,
};
