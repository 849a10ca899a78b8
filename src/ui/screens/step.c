/* SPDX-License-Identifier: Apache-2.0 */
/* One step of a promotion, whole: its message, outputs and everything it said. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
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

/* The steps of the promotion as its manifest has them: what this one waits for, and how long. */
static const struct value *step_screen_spec(struct view *v, size_t index)
{
	const struct promotion *p = world_promotion(v->w, buf_str(&v->s->item));

	return p ? value_at(value_path(p->object, "spec.steps"), index) : NULL;
}

/* What the step waits for, what it saw last, how often it was tried, and when it gives up. */
static void step_screen_add_wait(struct view *v, struct sheet *sheet, const struct promotion_step *step,
				 const struct value *spec)
{
	static const char *const conditions[][2] = {
		{ "config.successExpression", "until" },  { "config.failureExpression", "fails if" },
		{ "config.until", "until" },              { "config.duration", "for" },
	};
	int64_t timeout, errors;

	for (size_t i = 0; i < COUNTOF(conditions); i++) {
		const char *text = value_path_text(spec, conditions[i][0], "");

		if (*text)
			page_text(v, sheet, conditions[i][1], ROLE_TEXT, text);
	}
	if (value_integer(value_path(spec, "retry.errorThreshold"), &errors) && errors > 1)
		page_text(v, sheet, "tries", step->error_count ? ROLE_WAITING : ROLE_TEXT,
			  str_format(v->a, "%u of %lld failed", step->error_count, (long long)errors));
	else if (step->error_count)
		page_text(v, sheet, "tries", ROLE_WAITING, str_format(v->a, "%u failed", step->error_count));
	if (step->status != STEP_RUNNING || !step->started_at ||
	    !duration_parse(value_path_text(spec, "retry.timeout", ""), &timeout) || timeout <= 0)
		return;
	v->next_change = v->next_change < 1000 ? v->next_change : 1000;
	timeout = step->started_at + timeout / 1000000;
	page_text(v, sheet, "gives up", ROLE_TEXT,
		  timeout > v->now ? str_format(v->a, "at %s, in %s", display_when(v, timeout),
						clock_age(v->a, timeout - v->now + 999))
				   : "at the next look");
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
	display_add(v, page_row(v, sheet, NULL, "state"), PAGE_COL, say);
	if (step->started_at)
		page_text(v, sheet, "began", ROLE_TEXT, display_full_time(v, step->started_at));
	if (step->finished_at)
		page_text(v, sheet, "took", ROLE_TEXT,
			  display_took(v, step->started_at, step->finished_at));
	else if (step->status == STEP_RUNNING && step->started_at)
		page_text(v, sheet, "runs for", ROLE_BUSY, display_took(v, step->started_at, 0));
	step_screen_add_wait(v, sheet, step, step_screen_spec(v, index));
	if (*step->message)
		page_text(v, sheet, step->status == STEP_RUNNING ? "last look" : "says",
			  say.role == ROLE_BAD ? ROLE_BAD : ROLE_TEXT, step->message);
	pull_request_rows(v, sheet, step);
	if (value_is(step->output, VALUE_MAP)) {
		page_gap(sheet);
		page_outputs(v, sheet, "outputs", step->output);
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
