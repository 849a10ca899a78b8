/* SPDX-License-Identifier: Apache-2.0 */
/* Before many things are done at once: every deed, a reason for all, and a typed word where one is
 * grave. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/dialog.h"
#include "ui/display.h"
#include "ui/marks.h"
#include "ui/screens.h"

enum { ASK_ROWS = 3 };

static size_t deeds_screen_list(struct view *v, struct deed **out)
{
	return marks_deeds(v, v->s->below, v->s->dialog->operation, out);
}

static bool deeds_screen_is_grave(struct view *v)
{
	struct deed *deeds;
	size_t count = deeds_screen_list(v, &deeds);

	if (v->s->dialog->operation != INTENT_PROMOTE && v->s->dialog->operation != INTENT_APPROVE)
		return false;
	for (size_t i = 0; i < count; i++)
		if (deeds[i].stage && deeds[i].stage->production)
			return true;
	return false;
}

/* "promote": typed, since no one stage's name stands for all. */
static const char *deeds_screen_word(const struct view *v)
{
	return v->s->dialog->operation == INTENT_PROMOTE ? "promote" : "approve";
}

static const char *deeds_screen_from(struct view *v, const struct deed *deed)
{
	const struct freight *f =
		world_freight(deed->world, stage_freight(deed->stage, deed->freight->warehouse));

	return f ? freight_version(v->a, f) : "nothing";
}

/* Another list than the one that was drawn has not been read: Enter must not be for it. */
static void deeds_screen_remember(struct view *v, const struct deed *deeds, size_t count)
{
	struct screen *s = v->s;
	const char *before = str_copy(v->a, buf_str(&s->item));

	buf_clear(&s->item);
	for (size_t i = 0; i < count; i++)
		buf_format(&s->item, "%s/%s/%s\n", deeds[i].world->project->name,
			   deeds[i].stage ? deeds[i].stage->name : "",
			   deeds[i].freight ? deeds[i].freight->name : "");
	if (strcmp(before, buf_str(&s->item)) != 0)
		s->dialog->shown_at = 0;
}

/* Marks that nothing follows from are told, lest they be taken for done. */
static const char *deeds_screen_title(struct view *v, size_t count)
{
	size_t marks = marks_count(v->s->below);
	const char *verb = intent_verb(v->s->dialog->operation);

	return count < marks ? str_format(v->a, "%zu to %s, of %zu marked:", count, verb, marks)
			     : str_format(v->a, "%zu to %s:", count, verb);
}

static void deeds_screen_fill(struct view *v, struct sheet *sheet)
{
	struct deed *deeds;
	size_t count = deeds_screen_list(v, &deeds);

	deeds_screen_remember(v, deeds, count);
	sheet_text(sheet, 1, ROLE_STRONG, deeds_screen_title(v, count));
	sheet_line(sheet, NULL);
	for (size_t i = 0; i < count; i++) {
		const struct deed *deed = &deeds[i];
		struct line *l = sheet_line(sheet, NULL);

		line_cut(l, 1, 22, ROLE_NAME, deed->world->project->name);
		line_cut(l, 24, 16, ROLE_TEXT, deed->stage ? deed->stage->name : "");
		if (deed->stage && deed->stage->production)
			line_at(l, 41, ROLE_DANGER, "!");
		if (!deed->freight)
			continue;
		line_at(l, 43, ROLE_VERSION,
			str_format(v->a, "%s %s %s  %s", deeds_screen_from(v, deed),
				   glyph_text(GLYPH_TO, v->ascii),
				   freight_version(v->a, deed->freight),
				   freight_label(v->a, deed->freight)));
	}
	for (int i = 0; i < ASK_ROWS; i++)
		sheet_line(sheet, NULL);
}

static void deeds_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	struct screen *s = v->s;
	struct area top = { area.row, area.col, area.rows - ASK_ROWS, area.cols };
	struct sheet said = s->sheet;
	int row = area.row + area.rows - 2;
	int col = canvas_text(c, row, area.col + 2,
			      s->dialog->field == DIALOG_REASON ? ROLE_PROMPT : ROLE_HEADING, "reason") +
		  3;

	said.count -= said.count > ASK_ROWS ? ASK_ROWS : 0;
	sheet_draw(&said, &s->place, c, top);
	if (s->dialog->field != DIALOG_REASON && !prompt_text(&s->dialog->reason)[0])
		canvas_text(c, row, col, ROLE_MUTED, "Tab to give one");
	else
		prompt_draw(&s->dialog->reason, c, cells_at(row, col, area.cols - col + area.col - 2),
			    s->dialog->field == DIALOG_REASON);
	if (!deeds_screen_is_grave(v))
		return;
	col = canvas_text(c, row + 1, area.col + 2, ROLE_DANGER,
			  str_format(v->a, " type %s: production is among them ",
				     deeds_screen_word(v))) +
	      2;
	prompt_draw(&s->dialog->name, c, cells_at(row + 1, col, 20), s->dialog->field == DIALOG_NAME);
}

static void deeds_screen_send(struct view *v)
{
	struct deed *deeds;
	size_t count = deeds_screen_list(v, &deeds), sent = 0;
	const char *reason = prompt_text(&v->s->dialog->reason);

	while (sent < count) {
		const struct deed *deed = &deeds[sent];
		struct intent intent = {
			.kind = v->s->dialog->operation,
			.project = deed->world->project->name,
			.stage = deed->stage ? deed->stage->name : NULL,
			.freight = deed->freight ? deed->freight->name : NULL,
			.reason = *reason ? reason : NULL,
		};

		if (v->s->dialog->operation == INTENT_PROMOTE)
			intent.seen_freight = stage_freight(deed->stage, deed->freight->warehouse);
		if (!screens_send(v->screens, &intent))
			break;
		sent++;
	}
	if (sent < count)
		screens_notify(v->screens,
			       str_format(v->a,
					  "%zu of %zu sent: too much is waiting to be done "
					  "already; try the rest again",
					  sent, count),
			       true);
	else
		screens_notify(v->screens,
			       str_format(v->a, "%s: %zu sent", intent_verb(v->s->dialog->operation), sent),
			       false);
}

static void deeds_screen_do(struct view *v)
{
	struct screen *s = v->s;
	bool grave = deeds_screen_is_grave(v);

	if (grave && strcmp(prompt_text(&s->dialog->name), deeds_screen_word(v)) != 0) {
		s->dialog->field = DIALOG_NAME;
		screens_notify(v->screens,
			       str_format(v->a, "type %s, then Enter", deeds_screen_word(v)), true);
		return;
	}
	if (!screens_was_seen(v->screens, s)) {
		screens_notify(v->screens, "this has only just come: read it, then Enter", true);
		return;
	}
	deeds_screen_send(v);
	marks_drop(s->below);
	screens_close(v->screens);
}

static bool deeds_screen_act(struct view *v, enum ui_action action)
{
	if (action == UI_ACTION_DO) {
		deeds_screen_do(v);
		return true;
	}
	if (action != UI_ACTION_FIELD)
		return false;
	dialog_next_field(v->s->dialog, deeds_screen_is_grave(v));
	return true;
}

static const char *deeds_screen_about(struct view *v)
{
	return intent_verb(v->s->dialog->operation);
}

static const char *deeds_screen_sentence(struct view *v)
{
	(void)v;
	return "Enter does all of it, Esc leaves everything as it is.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "do all" },
	{ PRESS_TAB, UI_ACTION_FIELD, "reason" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_deeds = {
	.name = "deeds",
	.flags = SCREEN_POPUP | SCREEN_FLEET | SCREEN_ASKS,
	.keys = keys,
	.fill = deeds_screen_fill,
	.draw = deeds_screen_draw,
	.act = deeds_screen_act,
	.about = deeds_screen_about,
	.sentence = deeds_screen_sentence,
};
