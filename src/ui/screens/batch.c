/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before many marked lines are acted on at once: the operations one by one, a reason for all, and a word to
 * type when one of them changes production.
 */
#include <string.h>

#include "base/str.h"
#include "model/attachment.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/dialog.h"
#include "ui/home.h"
#include "ui/display.h"
#include "ui/marks.h"
#include "ui/page.h"
#include "ui/screens.h"

enum { ASK_ROWS = 3 };

static size_t batch_screen_list(struct view *v, struct batch_item **out)
{
	return marks_batch(v, v->s->below, v->s->dialog->operation, out);
}

static bool batch_screen_is_grave(struct view *v)
{
	struct batch_item *items;
	size_t count = batch_screen_list(v, &items);

	if (v->s->dialog->operation != INTENT_PROMOTE && v->s->dialog->operation != INTENT_APPROVE)
		return false;
	for (size_t i = 0; i < count; i++)
		if (items[i].stage && items[i].stage->production)
			return true;
	return false;
}

/* "promote": typed, since no one stage's name stands for all. */
static const char *batch_screen_word(const struct view *v)
{
	return v->s->dialog->operation == INTENT_PROMOTE ? "promote" : "approve";
}

static const char *batch_screen_from(struct view *v, const struct batch_item *item)
{
	const struct freight *f =
		world_freight(item->world, stage_freight(item->stage, item->freight->warehouse));

	return f ? freight_version(v->a, f) : "nothing";
}

/* A list that has changed since it was drawn has not been read: Enter must not confirm it. */
static void batch_screen_remember(struct view *v, const struct batch_item *items, size_t count)
{
	struct screen *s = v->s;
	const char *before = str_copy(v->a, buf_str(&s->item));

	buf_clear(&s->item);
	for (size_t i = 0; i < count; i++)
		buf_format(&s->item, "%s/%s/%s\n", world_name(items[i].world),
			   items[i].stage ? items[i].stage->name : "",
			   items[i].freight ? items[i].freight->name : "");
	if (strcmp(before, buf_str(&s->item)) != 0)
		s->dialog->shown_at = 0;
}

/* Says how many marks the operation leaves out, so that nobody takes them for done. */
static const char *batch_screen_title(struct view *v, size_t count)
{
	size_t marks = marks_count(v->s->below);
	const char *verb = intent_verb(v->s->dialog->operation);

	const char *where = screens_header_world(v->screens)->attachment
		? str_format(v->a, ", in Kargo at %s", screens_header_world(v->screens)->attachment->context)
		: "";

	return count < marks ? str_format(v->a, "%zu to %s, of %zu marked%s:", count, verb, marks, where)
			     : str_format(v->a, "%zu to %s%s:", count, verb, where);
}

static void batch_screen_fill(struct view *v, struct sheet *sheet)
{
	struct batch_item *items;
	size_t count = batch_screen_list(v, &items);

	batch_screen_remember(v, items, count);
	sheet_text(sheet, 1, ROLE_STRONG, batch_screen_title(v, count));
	sheet_line(sheet, NULL);
	for (size_t i = 0; i < count; i++) {
		const struct batch_item *item = &items[i];
		struct line *l = sheet_line(sheet, NULL);

		page_name(v, l, cells_at(0, 1, 22), ROLE_NAME, world_name(item->world));
		page_name(v, l, cells_at(0, 24, 16), ROLE_TEXT, item->stage ? item->stage->name : "");
		if (item->stage && item->stage->production)
			line_at(l, 41, ROLE_DANGER, "!");
		if (!item->freight)
			continue;
		line_at(l, 43, ROLE_VERSION,
			str_format(v->a, "%s %s %s  %s", batch_screen_from(v, item),
				   glyph_text(GLYPH_TO, v->ascii),
				   freight_version(v->a, item->freight),
				   freight_label(v->a, item->freight)));
	}
	for (int i = 0; i < ASK_ROWS; i++)
		sheet_line(sheet, NULL);
}

static void batch_screen_draw(struct view *v, struct canvas *c, struct area area)
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
	if (!batch_screen_is_grave(v))
		return;
	col = canvas_text(c, row + 1, area.col + 2, ROLE_DANGER,
			  str_format(v->a, " type %s: production is among them ",
				     batch_screen_word(v))) +
	      2;
	prompt_draw(&s->dialog->name, c, cells_at(row + 1, col, 20), s->dialog->field == DIALOG_NAME);
}

/* NULL when it is sent, else why not. */
static const char *batch_screen_send_one(struct view *v, const struct batch_item *item)
{
	const char *reason = prompt_text(&v->s->dialog->reason);
	struct intent intent = {
		.kind = v->s->dialog->operation,
		.project = world_name(item->world),
		.stage = item->stage ? item->stage->name : NULL,
		.freight = item->freight ? item->freight->name : NULL,
		.reason = *reason ? reason : NULL,
	};

	if (intent.kind == INTENT_PROMOTE)
		intent.seen_freight = stage_freight(item->stage, item->freight->warehouse);
	return screens_send(v->screens, &intent);
}

/* One project that takes nothing now does not stop the others; the marks of what was not sent stay. */
static void batch_screen_send(struct view *v)
{
	struct batch_item *items;
	size_t count = batch_screen_list(v, &items), unsent = 0;
	const char *first = NULL;

	for (size_t i = 0; i < count; i++) {
		const char *why = batch_screen_send_one(v, &items[i]);

		if (!why)
			continue;
		first = first ? first : why;
		items[unsent++] = items[i];
	}
	marks_keep(v->s->below, items, unsent);
	screens_notify(v->screens,
		       first ? str_format(v->a, "%zu of %zu sent, the rest stays marked: %s",
					  count - unsent, count, first)
			     : str_format(v->a, "%s: %zu sent",
					  intent_verb(v->s->dialog->operation), count),
		       first != NULL);
}

static void batch_screen_do(struct view *v)
{
	struct screen *s = v->s;
	bool grave = batch_screen_is_grave(v);

	if (grave && strcmp(prompt_text(&s->dialog->name), batch_screen_word(v)) != 0) {
		s->dialog->field = DIALOG_NAME;
		screens_notify(v->screens,
			       str_format(v->a, "type %s, then Enter", batch_screen_word(v)), true);
		return;
	}
	if (!screens_was_seen(v->screens, s)) {
		screens_notify(v->screens, "this has only just come: read it, then Enter", true);
		return;
	}
	batch_screen_send(v);
	screens_close(v->screens);
}

static bool batch_screen_act(struct view *v, enum ui_action action)
{
	if (action == UI_ACTION_DO) {
		batch_screen_do(v);
		return true;
	}
	if (action != UI_ACTION_FIELD)
		return false;
	dialog_next_field(v->s->dialog, batch_screen_is_grave(v));
	return true;
}

static const char *batch_screen_about(struct view *v)
{
	return intent_verb(v->s->dialog->operation);
}

static const char *batch_screen_sentence(struct view *v)
{
	(void)v;
	return "Enter does all of it, Esc leaves everything as it is.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "do all" },
	{ PRESS_TAB, UI_ACTION_FIELD, "reason" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_batch = {
	.name = "batch",
	.flags = SCREEN_POPUP | SCREEN_FLEET | SCREEN_ASKS,
	.keys = keys,
	.fill = batch_screen_fill,
	.draw = batch_screen_draw,
	.act = batch_screen_act,
	.about = batch_screen_about,
	.sentence = batch_screen_sentence,
};
