/* SPDX-License-Identifier: Apache-2.0 */
/* Which freight into which stage: every way there is from the selection, best first. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/ask.h"
#include "ui/operation.h"
#include "ui/dashboard.h"
#include "ui/page.h"
#include "ui/display.h"

static void choose_screen_fill(struct view *v, struct sheet *sheet)
{
	struct subject subject = { 0 };
	struct freight_choice *choices;
	size_t count;

	ask_subject(v, &subject);
	subject.onward = v->s->form;
	count = operation_choices(v, &subject, &choices);
	if (!count)
		sheet_text(sheet, 1, ROLE_MUTED, "There is no other freight to promote.");
	for (size_t i = 0; i < count; i++) {
		const struct freight_choice *choice = &choices[i];
		struct line *l = sheet_line(sheet, str_format(v->a, "%s/%s", choice->stage->name,
							      choice->freight->name));
		enum role role = choice->open ? ROLE_TEXT : ROLE_REFUSED;

		page_name(v, l, cells_at(0, 1, 14), choice->open ? ROLE_NAME : role, choice->stage->name);
		line_at(l, 16, role, glyph_text(choice->older ? GLYPH_ROLLBACK : GLYPH_TO,
						       v->ascii));
		line_cut(l, 18, 18, choice->open ? ROLE_FREIGHT : role,
			 freight_label(v->a, choice->freight));
		line_cut(l, 37, 12, choice->open ? ROLE_VERSION : role,
			 freight_version(v->a, choice->freight));
		line_cut(l, 50, v->cols - 53, ROLE_MUTED,
			 choice->open && !choice->backed_out && choice->older
				 ? "older than what runs" : choice->summary);
	}
}

static void chosen(struct view *v, struct subject *out)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet), *slash = strrchr(name, '/');

	if (!slash)
		return;
	out->stage = world_stage(v->w, str_copy_n(v->a, name, (size_t)(slash - name)));
	out->freight = world_freight(v->w, slash + 1);
}

static const char *choose_screen_about(struct view *v)
{
	const char *stage = buf_str(&v->s->stage);

	return *stage ? str_format(v->a, v->s->form ? "promote from %s" : "promote into %s", stage)
		      : str_format(v->a, "promote %s", display_freight(v, buf_str(&v->s->freight)));
}

static bool choose_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_OPEN)
		return false;
	screens_act(v->screens, UI_ACTION_PLAN);
	return true;
}

static const char *choose_screen_sentence(struct view *v)
{
	struct setback setback = { 0 };
	struct subject subject = { 0 };
	struct offer offer;

	chosen(v, &subject);
	offer = operation_offer(v, &subject, UI_ACTION_PLAN);
	if (subject.stage && subject.freight)
		setback_of(v->w, subject.stage, subject.freight, &setback);
	if (offer.state == OFFER_OPEN && setback.kind)
		return str_format(v->a, "%s: %s", display_freight(v, subject.freight->name),
				  setback_sentence(v->a, &setback, v->now));
	return offer.state == OFFER_OPEN ? "Enter shows the plan; nothing is done before that."
					 : offer.why ? offer.why : "";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "plan" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_choose = {
	.name = "promote",
	.flags = SCREEN_POPUP,
	.keys = keys,
	.fill = choose_screen_fill,
	.subject = chosen,
	.about = choose_screen_about,
	.act = choose_screen_act,
	.sentence = choose_screen_sentence,
};
