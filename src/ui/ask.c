/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a dialog asks for: always a reason, which may be left empty; and the stage's name to be typed when a
 * production stage would run something else, when the plan says that it would fail, when there is no
 * plan yet, and when the freight was backed out there.
 */
#include "ui/ask.h"

#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/plan.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"
#include "ui/dialog.h"
#include "ui/operation.h"
#include "ui/screens.h"

static bool is_backed_out(const struct view *v)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));
	struct setback setback;

	if (!s || !f)
		return false;
	setback_of(v->w, s, f, &setback);
	return setback.kind == SETBACK_BACKED_OUT;
}

static bool asks_name(const struct view *v)
{
	const struct dialog *d = v->s->dialog;

	if (d->operation == INTENT_ABORT || d->operation == INTENT_RESUME || d->operation == INTENT_HOLD ||
	    d->operation == INTENT_VERIFY || d->operation == INTENT_MERGE || d->operation == INTENT_CLOSE)
		return false;
	if (d->plan ? plan_would_fail(d->plan) : d->plans && d->hurried)
		return true;
	return operation_is_grave(v, v->s) || is_backed_out(v);
}

static bool is_named(const struct view *v)
{
	return strcmp(prompt_text(&v->s->dialog->name), buf_str(&v->s->stage)) == 0;
}

void ask_update(struct view *v)
{
	if (v->s->dialog->field == DIALOG_NAME && !asks_name(v))
		v->s->dialog->field = DIALOG_NO_FIELD;
}

int ask_rows(const struct view *v)
{
	return 1 + asks_name(v);
}

void ask_draw(struct view *v, struct canvas *c, struct area area)
{
	struct dialog *d = v->s->dialog;
	int col = canvas_text(c, area.row, area.col + 1, d->field == DIALOG_REASON ? ROLE_PROMPT
										    : ROLE_HEADING,
			      "reason") + 3;

	if (d->field != DIALOG_REASON && !prompt_text(&d->reason)[0])
		canvas_text(c, area.row, col, ROLE_MUTED, "Tab to give one");
	else
		prompt_draw(&d->reason, c, cells_at(area.row, col, area.cols - col + area.col - 2),
			    d->field == DIALOG_REASON);
	if (!asks_name(v))
		return;
	col = canvas_text(c, area.row + 1, area.col + 1, ROLE_DANGER,
			  str_format(v->a, " type %s to %s ", buf_str(&v->s->stage),
				     intent_verb(d->operation))) + 2;
	prompt_draw(&d->name, c, cells_at(area.row + 1, col, 30), d->field == DIALOG_NAME);
	if (is_named(v))
		canvas_glyph(c, area.row + 1, col + text_width(prompt_text(&d->name), v->ascii) + 1,
			     ROLE_OK, GLYPH_PASSED);
}

/* A typed name proves that the dialog was read; Enter alone may have been meant for the screen before. */
static bool ask_was_read(struct view *v)
{
	if (asks_name(v) || screens_was_seen(v->screens, v->s))
		return true;
	screens_notify(v->screens, "this has only just come: read it, then Enter", true);
	return false;
}

static void ask_do_it(struct view *v)
{
	struct screen *s = v->s;

	if (!ask_was_read(v))
		return;
	if (asks_name(v) && !is_named(v)) {
		bool typed = s->dialog->field == DIALOG_NAME && prompt_text(&s->dialog->name)[0];

		s->dialog->field = DIALOG_NAME;
		screens_notify(v->screens,
			       str_format(v->a,
					  typed ? "that is not the name: type %s, then Enter"
						: "type %s, then Enter",
					  buf_str(&s->stage)),
			       true);
		return;
	}
	operation_submit(v, s);
	screens_close(v->screens);
	if (screens_top(v->screens)->def == &screen_choose)
		screens_close(v->screens);
}

bool ask_act(struct view *v, enum ui_action action)
{
	struct screen *s = v->s;

	if (action == UI_ACTION_DO) {
		ask_do_it(v);
		return true;
	}
	if (action != UI_ACTION_FIELD)
		return false;
	/* No field at last, so that keys are commands again. */
	dialog_next_field(s->dialog, asks_name(v));
	return true;
}

void ask_subject(struct view *v, struct subject *out)
{
	out->stage = world_stage(v->w, buf_str(&v->s->stage));
	out->freight = world_freight(v->w, buf_str(&v->s->freight));
}
