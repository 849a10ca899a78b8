/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine says when it looks again and gives up; where it runs on another machine, the manifest still
 * says what the step waits for, and for how long at most.
 */
#include "ui/step_wait.h"

#include <assert.h>

#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/promotion.h"
#include "ui/display.h"
#include "ui/page.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND };

/* "in 4s"; what is shown changes then. */
static const char *step_wait_in(struct view *v, int64_t at)
{
	int64_t left = at - v->now, change = left > MINUTE ? MINUTE : SECOND;

	v->next_change = v->next_change < change ? v->next_change : change;
	return str_format(v->a, "in %s", clock_age(v->a, left + SECOND - 1));
}

/* The step as the manifest has it. */
static const struct value *step_wait_spec(const struct promotion *p, const struct promotion_step *step)
{
	assert(step >= p->steps && step < p->steps + p->nsteps);
	return value_at(value_path(p->object, "spec.steps"), (size_t)(step - p->steps));
}

static void step_wait_add_conditions(struct view *v, struct sheet *sheet, const struct value *spec)
{
	static const char *const conditions[][2] = {
		{ "config.successExpression", "until" },  { "config.failureExpression", "fails if" },
		{ "config.until", "until" },              { "config.duration", "for" },
	};

	for (size_t i = 0; i < COUNTOF(conditions); i++) {
		const char *text = value_path_text(spec, conditions[i][0], "");

		if (*text)
			page_text(v, sheet, conditions[i][1], ROLE_TEXT, text);
	}
}

/* Wall clock, ms; 0: never. */
static int64_t step_wait_deadline(const struct promotion_step *step, const struct value *spec)
{
	int64_t timeout;

	if (step->wait.next_look || step->wait.gives_up)
		return step->wait.gives_up;
	if (!step->started_at || !duration_parse(value_path_text(spec, "retry.timeout", ""), &timeout) ||
	    timeout <= 0)
		return 0;
	return step->started_at + timeout / 1000000;
}

static void step_wait_add_tries(struct view *v, struct sheet *sheet, const struct promotion_step *step,
				const struct value *spec)
{
	int64_t allowed = step->wait.errors_allowed;

	if (!allowed && !value_integer(value_path(spec, "retry.errorThreshold"), &allowed))
		allowed = 0;
	if (allowed > 1)
		page_text(v, sheet, "tries", step->error_count ? ROLE_WAITING : ROLE_TEXT,
			  str_format(v->a, "%u failed, ends with %lld", step->error_count,
				     (long long)allowed));
	else if (step->error_count)
		page_text(v, sheet, "tries", ROLE_WAITING,
			  str_format(v->a, "%u failed", step->error_count));
}

void step_wait_rows(struct view *v, struct sheet *sheet, const struct promotion *p,
		    const struct promotion_step *step)
{
	const struct value *spec = step_wait_spec(p, step);
	int64_t deadline;

	step_wait_add_conditions(v, sheet, spec);
	step_wait_add_tries(v, sheet, step, spec);
	if (step->status != STEP_RUNNING)
		return;
	if (step->wait.next_look)
		page_text(v, sheet, "next look", ROLE_WAITING,
			  step->wait.next_look > v->now ? step_wait_in(v, step->wait.next_look) : "now");
	deadline = step_wait_deadline(step, spec);
	if (deadline)
		page_text(v, sheet, "gives up", ROLE_TEXT,
			  deadline > v->now ? str_format(v->a, "at %s, %s", display_when(v, deadline),
							 step_wait_in(v, deadline))
					    : "at the next look");
	else if (step->wait.next_look)
		page_text(v, sheet, "gives up", ROLE_TEXT, "never: it has no retry.timeout");
}

const char *step_wait_line(struct view *v, const struct promotion *p, const struct promotion_step *step)
{
	int64_t deadline;
	const char *next = "", *end = "";

	if (step->status != STEP_RUNNING)
		return "";
	deadline = step_wait_deadline(step, step_wait_spec(p, step));
	if (step->wait.next_look)
		next = step->wait.next_look > v->now
			       ? str_format(v->a, "looks again %s", step_wait_in(v, step->wait.next_look))
			       : "looks now";
	if (deadline)
		end = deadline > v->now ? str_format(v->a, "gives up %s", step_wait_in(v, deadline))
					: "gives up at the next look";
	return str_format(v->a, "%s%s%s", next, *next && *end ? ", " : "", end);
}
