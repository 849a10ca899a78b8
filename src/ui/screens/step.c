/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a promotion, whole: its message, outputs and everything it said. */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/promotion.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/copy.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/pull_request.h"

/* The screen's freight is the step's key, "step/4"; its item is the promotion. */
static const struct promotion_step *step_screen_shown(struct view *v, size_t *index)
{
	const struct promotion *p = world_promotion(v->w, buf_str(&v->s->item));

	*index = strtoul(buf_str(&v->s->freight) + strlen("step/"), NULL, 10);
	return p && *index < p->nsteps ? &p->steps[*index] : NULL;
}

static void add_output(struct view *v, struct sheet *sheet, const struct value *output)
{
	for (size_t i = 0; output && i < value_count(output); i++) {
		const struct value_member *m = &output->map.members[i];
		const char *text = value_is(m->value, VALUE_STRING)
					   ? value_text(m->value, "")
					   : json_text(v->a, m->value, JSON_SORT_KEYS);

		page_text(v, sheet, i ? NULL : "outputs", ROLE_TEXT,
			  str_format(v->a, "%s: %s", m->key.at, text ? text : "?"));
	}
}

static void step_screen_fill(struct view *v, struct sheet *sheet)
{
	size_t index;
	const struct promotion_step *step = step_screen_shown(v, &index);
	struct display say;

	if (!step) {
		sheet_text(sheet, 0, ROLE_WARNING, "This step is no longer kept.");
		return;
	}
	say = display_step(step->status);
	page_text(v, sheet, "step", ROLE_STRONG,
		  str_format(v->a, "%zu  %s", index + 1, display_step_name(step)));
	page_text(v, sheet, "uses", ROLE_TEXT, step->uses);
	display_add(v, sheet, page_row(v, sheet, NULL, "state"), PAGE_COL, say);
	if (step->started_at)
		page_text(v, sheet, "began", ROLE_TEXT, display_full_time(v, step->started_at));
	if (step->finished_at)
		page_text(v, sheet, "took", ROLE_TEXT,
			  display_took(v, step->started_at, step->finished_at));
	if (step->error_count)
		page_text(v, sheet, "errors", ROLE_WAITING, str_format(v->a, "%u", step->error_count));
	if (*step->message)
		page_text(v, sheet, "says", say.role == ROLE_BAD ? ROLE_BAD : ROLE_TEXT, step->message);
	pull_request_rows(v, sheet, step);
	if (value_is(step->output, VALUE_MAP)) {
		page_gap(sheet);
		add_output(v, sheet, step->output);
	}
	page_gap(sheet);
	for (size_t i = 0; i < step->nlog; i++)
		sheet_wrap(sheet, 0, v->cols - 3, ROLE_TEXT, step->log[i]);
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
	(void)v;
	return "Up and down scroll.";
}

static const struct key_def keys[] = {
	{ 'y', UI_ACTION_COPY, "copy" },
	{ 'Y', UI_ACTION_COPIES, "copy other" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_step = {
	.name = "step",
	.keys = keys,
	.fill = step_screen_fill,
	.about = step_screen_about,
	.sentence = step_screen_sentence,
	.copies = step_screen_copies,
};
