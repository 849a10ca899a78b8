/* SPDX-License-Identifier: Apache-2.0 */
/* Why is this freight not in that stage: each gate, until when, and who can unblock it. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/why.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/ask.h"
#include "ui/page.h"
#include "ui/display.h"

static void add_outlook(struct view *v, struct sheet *sheet, const struct why *why)
{
	const char *text = NULL;
	enum role role = ROLE_TEXT;

	switch (why->outlook) {
	case WHY_RUNS: return;
	case WHY_ON_ITS_WAY:
		role = ROLE_BUSY;
		text = "It is on its way: t shows its steps.";
		break;
	case WHY_BY_ITSELF:
		role = ROLE_OK;
		text = "It can start now; auto-promotion is on: it starts by itself.";
		break;
	case WHY_NOW:
		role = ROLE_OK;
		text = "It can start now: p shows the plan.";
		break;
	case WHY_AT:
		text = str_format(v->a, "Soonest it can start: %s.", display_when(v, why->at));
		break;
	case WHY_NOT_BEFORE:
		text = str_format(v->a, "Not before %s; exactly when is unknown.", display_when(v, why->at));
		break;
	case WHY_UNKNOWN:
		text = "When it can start is unknown: it waits for what is above.";
		break;
	}
	page_gap(sheet);
	page_text(v, sheet, " outlook", role, text);
	sheet_line(sheet, NULL);
}

/* There is no freight to ask about: each warehouse says why. */
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
	struct why why;

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
	why = (struct why){ .stage = subject.stage, .freight = subject.freight };
	why_of(v->a, v->w, v->now, &why);
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_STRONG,
		   str_format(v->a, why.outlook == WHY_RUNS ? "%s %s runs in %s." : "Why is %s %s not in %s?",
			      freight_label(v->a, subject.freight),
			      freight_version(v->a, subject.freight), subject.stage->name));
	sheet_line(sheet, NULL);
	page_gates(v, sheet, " gates", subject.stage, subject.freight);
	add_outlook(v, sheet, &why);
}

static const char *why_screen_sentence(struct view *v)
{
	struct subject subject = { 0 };
	struct gates gates;

	ask_subject(v, &subject);
	if (!subject.stage || !subject.freight)
		return "";
	gates_of(v->a, &(struct gate_question){ v->w, subject.stage, subject.freight, v->now }, &gates);
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
