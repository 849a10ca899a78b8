/* SPDX-License-Identifier: Apache-2.0 */
/* Why is this freight not in that stage: each gate, until when, and who can unblock it. */
#include <string.h>

#include "base/str.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/page.h"
#include "ui/display.h"

/* Auto-promotion takes the newest that may enter, and what failed not again. */
static bool why_starts_by_itself(const struct view *v, const struct stage *s, const struct freight *f)
{
	struct auto_outlook outlook;

	auto_outlook(v->w, s, f, v->now, &outlook);
	return outlook.state == AUTO_NEXT && v->w->engine != ENGINE_NONE &&
	       freight_candidate(v->w, s, stage_request(s, f->warehouse), v->now) == f;
}

static void add_outlook(struct view *v, struct sheet *sheet, const struct stage *s,
			const struct freight *f)
{
	struct gates gates;

	const struct promotion *p = world_promotion_in(v->w, s->name);

	gates_of(v->a, v->w, s, f, v->now, &gates);
	page_gap(sheet);
	if (p && strcmp(p->freight, f->name) == 0)
		page_text(v, sheet, " outlook", ROLE_BUSY, "It is on its way: t shows its steps.");
	else if (gates.open)
		page_text(v, sheet, " outlook", ROLE_OK,
			  why_starts_by_itself(v, s, f)
				  ? "It can start now; auto-promotion is on: it starts by itself."
				  : "It can start now: p shows the plan.");
	else if (gates.opens_at)
		page_text(v, sheet, " outlook", ROLE_TEXT,
			  str_format(v->a, "Soonest it can start: %s.", display_when(v, gates.opens_at)));
	else if (gates.not_before)
		page_text(v, sheet, " outlook", ROLE_TEXT,
			  str_format(v->a, "Not before %s; exactly when is unknown.",
				     display_when(v, gates.not_before)));
	else
		page_text(v, sheet, " outlook", ROLE_TEXT,
			  "Nobody can say when it can start: it waits for what is above.");
	sheet_line(sheet, NULL);
}

/* No freight is there to ask about: each of its warehouses says why. */
static void fill_empty(struct view *v, struct sheet *sheet, const struct stage *s)
{
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_STRONG,
		   str_format(v->a, "Why is there no freight for %s?", s->name));
	sheet_line(sheet, NULL);
	for (size_t i = 0; i < s->nrequests; i++) {
		const char *name = s->requests[i].warehouse;
		const struct warehouse *w = world_warehouse(v->w, name);

		page_text(v, sheet, i ? NULL : " warehouses", w ? ROLE_TEXT : ROLE_WARNING,
			  str_format(v->a, "%s %s", name,
				     w ? display_warehouse_sentence(v, w) : "is not in the manifests"));
	}
	sheet_line(sheet, NULL);
}

static void why_screen_fill(struct view *v, struct sheet *sheet)
{
	struct subject subject = { 0 };
	bool runs;

	ask_subject(v, &subject);
	sheet_line(sheet, NULL);
	if (subject.stage && !buf_str(&v->s->freight)[0]) {
		fill_empty(v, sheet, subject.stage);
		return;
	}
	if (!subject.stage || !subject.freight) {
		sheet_text(sheet, 1, ROLE_WARNING, "The stage or the freight is gone by now.");
		return;
	}
	runs = same_text(stage_freight(subject.stage, subject.freight->warehouse),
			 subject.freight->name);
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_STRONG,
		   str_format(v->a, runs ? "%s %s runs in %s." : "Why is %s %s not in %s?",
			      freight_label(v->a, subject.freight),
			      freight_version(v->a, subject.freight), subject.stage->name));
	sheet_line(sheet, NULL);
	page_gates(v, sheet, " gates", subject.stage, subject.freight);
	if (!runs)
		add_outlook(v, sheet, subject.stage, subject.freight);
}

static const char *why_screen_sentence(struct view *v)
{
	struct subject subject = { 0 };
	struct gates gates;

	ask_subject(v, &subject);
	if (!subject.stage || !subject.freight)
		return "";
	gates_of(v->a, v->w, subject.stage, subject.freight, v->now, &gates);
	return gates.open ? "Nothing is in the way." : gates.summary;
}

static const char *why_screen_about(struct view *v)
{
	(void)v;
	return "why";
}

static const struct key_def keys[] = {
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'r', UI_ACTION_REFRESH, "look again" },
	{ 'w', UI_ACTION_BACK, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_why = {
	.name = "why",
	.flags = SCREEN_POPUP,
	.keys = keys,
	.fill = why_screen_fill,
	.subject = ask_subject,
	.sentence = why_screen_sentence,
	.about = why_screen_about,
};
