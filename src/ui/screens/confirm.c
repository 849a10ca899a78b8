/* SPDX-License-Identifier: Apache-2.0 */
/* A dialog: the operation in one sentence, what it means, a reason; Enter does it. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/ask.h"
#include "ui/dialog.h"
#include "ui/operation.h"
#include "ui/screens.h"
#include "ui/page.h"
#include "ui/display.h"

/* The pull request that the promotion to be aborted waits for; 0: none. */
static int64_t confirm_pull_request(const struct view *v)
{
	const struct promotion *p = world_promotion(v->w, buf_str(&v->s->item));
	int64_t number;

	if (v->s->dialog->operation != INTENT_ABORT || !p || !promotion_pull_request(p, &number))
		return 0;
	return number;
}

static bool asks_closing(const struct view *v)
{
	return confirm_pull_request(v) &&
	       strcmp(screens_close_pull_requests(v->screens), "ask") == 0;
}

static const char *abort_meaning(struct view *v)
{
	static const char stopped[] = "The step that runs is stopped. What earlier steps have pushed stays "
				      "pushed";
	long long number = (long long)confirm_pull_request(v);

	if (!number)
		return str_format(v->a, "%s.", stopped);
	if (operation_closes(v, v->s))
		return str_format(v->a, "%s. Pull request %lld is closed without a merge.%s", stopped, number,
				  asks_closing(v) ? " c leaves it open." : "");
	return str_format(v->a, "%s, and pull request %lld stays open.%s", stopped, number,
			  asks_closing(v) ? " c closes it, too." : "");
}

/* What Kargo does about it, where that is not what gantry itself does. NULL: the same. */
static const char *meaning_in_kargo(struct view *v)
{
	const char *stage = buf_str(&v->s->stage);

	switch (v->s->dialog->operation) {
	case INTENT_HOLD:
		return str_format(v->a, "Kargo holds a stage when other freight than the newest is promoted: "
				  "what runs in %s is promoted there once more, with all its steps.", stage);
	case INTENT_RESUME:
		return str_format(v->a, "The newest freight that may enter %s is promoted now, which drops "
				  "the hold.", stage);
	case INTENT_VERIFY:
		return "What runs there is verified once more. Kargo cannot store a reason.";
	case INTENT_APPROVE:
		return "It may then be promoted there without having been verified or having soaked "
		       "before. Kargo cannot store a reason.";
	case INTENT_ABORT:
		return "Kargo aborts it between two steps. What earlier steps have pushed stays pushed, and "
		       "a pull request stays open. Kargo cannot store a reason.";
	default: return NULL;
	}
}

static const char *meaning(struct view *v)
{
	const char *other = v->w->attachment ? meaning_in_kargo(v) : NULL;

	if (other)
		return other;
	switch (v->s->dialog->operation) {
	case INTENT_APPROVE:
		return "It may then be promoted there without having been verified or having soaked "
		       "before. Nothing is promoted by this alone, unless auto-promotion is on.";
	case INTENT_ABORT: return abort_meaning(v);
	case INTENT_MERGE:
		return "The forge merges it now, or as soon as reviews and checks allow; "
		       "the promotion goes on.";
	case INTENT_CLOSE:
		return "Nothing of it gets to its target branch. The promotion fails, since it waits "
		       "for the merge.";
	case INTENT_HOLD:
		return str_format(v->a, "Nothing is promoted into %s by itself until somebody lets it go on. "
				  "Promoting by hand still works.", buf_str(&v->s->stage));
	case INTENT_VERIFY:
		return str_format(v->a, "What runs in %s is measured once more, as soon as it is healthy. "
				  "Freight that was verified stays so.", buf_str(&v->s->stage));
	case INTENT_RESUME:
		return str_format(v->a, "Holds on %s are dropped: the newest freight that may enter is "
				  "promoted by itself.", buf_str(&v->s->stage));
	default: return "";
	}
}

/* The newest freight that may enter but is not auto-promoted. */
static void warn_of_backed_out(struct view *v, struct sheet *sheet, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight *f = freight_candidate(v->w, s, &s->requests[i], v->now);
		struct setback setback;

		if (!f)
			continue;
		setback_of(v->w, s, f, &setback);
		if (setback.kind != SETBACK_BACKED_OUT)
			continue;
		page_gap(sheet);
		sheet_wrap(sheet, 1, v->cols - 5, ROLE_WARNING,
			   str_format(v->a, "Not %s %s: %s. Promoting it by hand brings it back.",
				      freight_label(v->a, f), freight_version(v->a, f),
				      setback_sentence(v->a, &setback, v->now)));
	}
}

static void confirm_screen_fill(struct view *v, struct sheet *sheet)
{
	struct subject subject = { 0 };

	ask_subject(v, &subject);
	sheet_line(sheet, NULL);
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_STRONG, str_format(v->a, "%s?", operation_sentence(v, v->s)));
	sheet_line(sheet, NULL);
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_TEXT, meaning(v));
	if (v->s->dialog->operation == INTENT_RESUME && subject.stage)
		warn_of_backed_out(v, sheet, subject.stage);
	if (v->s->dialog->operation == INTENT_APPROVE && subject.stage && subject.freight) {
		page_gap(sheet);
		page_changes(v, sheet, " approves",
			     world_freight(v->w, stage_freight(subject.stage, subject.freight->warehouse)),
			     subject.freight);
		page_gap(sheet);
		page_gates(v, sheet, " gates", subject.stage, subject.freight);
	}
	for (int i = 0; i < ask_rows(v) + 2; i++)
		sheet_line(sheet, NULL);
}

static void confirm_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	int rows = ask_rows(v);
	struct area ask = { area.row + area.rows - rows - 1, area.col + 1, rows, area.cols - 2 };
	struct area top = { area.row, area.col, area.rows - rows - 1, area.cols };

	/* The last lines only keep room for what is asked. */
	struct sheet said = v->s->sheet;

	said.count -= said.count > (size_t)rows + 2 ? (size_t)rows + 2 : 0;
	sheet_draw(&said, &v->s->place, c, top);
	ask_draw(v, c, ask);
}

static const char *confirm_screen_about(struct view *v)
{
	return intent_verb(v->s->dialog->operation);
}

static const char *confirm_screen_sentence(struct view *v)
{
	(void)v;
	return "Enter does it, Esc leaves everything as it is.";
}

static bool confirm_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action != UI_ACTION_CLOSE)
		return false;
	*out = (struct offer){ asks_closing(v) ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return true;
}

static bool confirm_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_CLOSE)
		return ask_act(v, action);
	v->s->dialog->closes = !v->s->dialog->closes;
	v->s->filled = false;
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "do it" },
	{ 'c', UI_ACTION_CLOSE, "pull request" },
	{ PRESS_TAB, UI_ACTION_FIELD, "reason" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_confirm = {
	.name = "confirm",
	.flags = SCREEN_POPUP | SCREEN_ASKS,
	.keys = keys,
	.fill = confirm_screen_fill,
	.draw = confirm_screen_draw,
	.about = confirm_screen_about,
	.sentence = confirm_screen_sentence,
	.act = confirm_screen_act,
	.offer = confirm_screen_offer,
};
