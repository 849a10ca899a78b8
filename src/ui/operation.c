/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may be done. Every offer asks the same gates that the engine will check again when the
 * intent arrives; the intent carries what was seen, so that a change in between is refused.
 */
#include "ui/operation.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/why.h"
#include "model/world.h"
#include "ui/denial.h"
#include "ui/dialog.h"
#include "ui/screens.h"
#include "ui/display.h"

static struct offer open_offer(void)
{
	return (struct offer){ OFFER_OPEN, NULL };
}

static struct offer operation_refuse(const char *why)
{
	return (struct offer){ OFFER_REFUSED, why };
}

/* Its key is not shown; pressed anyway, it says why, with the selected stage's name. */
static struct offer operation_hide(struct view *v, const struct subject *subject, const char *before,
				   const char *after)
{
	const char *why = "no stage is selected";

	if (subject->stage)
		why = str_format(v->a, "%s%s%s", before, subject->stage->name, after);
	return (struct offer){ OFFER_HIDDEN, why };
}

static struct offer when(bool condition, const char *why)
{
	return condition ? open_offer() : operation_refuse(why);
}

static void add_choice(struct view *v, struct freight_choice *all, size_t *count,
		       const struct stage *s, const struct freight *f)
{
	const struct freight *now = world_freight(v->w, stage_freight(s, f->warehouse));
	bool forward = !now || f->discovered_at > now->discovered_at;
	struct setback setback;
	struct gates gates;

	gates_of(v->a, &(struct gate_question){ v->w, s, f, v->now }, &gates);
	setback_of(v->w, s, f, &setback);
	all[(*count)++] = (struct freight_choice){ s, f, gates.open, forward,
						   freight_is_older(f, now),
						   setback.kind == SETBACK_BACKED_OUT,
						   gates.open && setback.kind
							   ? setback_sentence(v->a, &setback, v->now)
							   : gates.summary };
}

static void choices_into(struct view *v, const struct stage *s, struct freight_choice *all,
			 size_t *count)
{
	for (size_t i = 0; i < v->w->nfreight; i++) {
		const struct freight *f = v->w->freight[i];

		if (!stage_request(s, f->warehouse))
			continue;
		if (!same_text(stage_freight(s, f->warehouse), f->name))
			add_choice(v, all, count, s, f);
	}
}

static void choices_onward(struct view *v, const struct stage *s, struct freight_choice *all,
			   size_t *count)
{
	for (size_t r = 0; r < s->nrequests; r++) {
		const struct freight *f =
			world_freight(v->w, stage_freight(s, s->requests[r].warehouse));

		for (size_t i = 0; f && i < v->w->nstages; i++) {
			const struct stage *next = v->w->stages[i];

			if (display_is_downstream(next, s->name) && !stage_is_control_flow(next) &&
			    stage_request(next, f->warehouse) &&
			    !same_text(stage_freight(next, f->warehouse), f->name))
				add_choice(v, all, count, next, f);
		}
	}
}

static void choices_of_freight(struct view *v, const struct freight *f, struct freight_choice *all,
			       size_t *count)
{
	for (size_t i = 0; i < v->w->nstages; i++) {
		const struct stage *s = v->w->stages[i];

		if (!stage_is_control_flow(s) && stage_request(s, f->warehouse) &&
		    !same_text(stage_freight(s, f->warehouse), f->name))
			add_choice(v, all, count, s, f);
	}
}

/* Open before closed, forward before back, what was backed out last; stable. */
static void sort_choices(struct view *v, struct freight_choice *all, size_t count)
{
	struct freight_choice *sorted = arena_array(v->a, count, sizeof(*sorted));
	size_t n = 0;

	for (int pass = 0; pass < 6; pass++)
		for (size_t i = 0; i < count; i++)
			if ((!all[i].open ? 4 : all[i].backed_out ? 2 : 0) + !all[i].forward == pass)
				sorted[n++] = all[i];
	if (count)
		memcpy(all, sorted, count * sizeof(*all));
}

size_t operation_choices(struct view *v, const struct subject *subject, struct freight_choice **out)
{
	size_t count = 0;

	/* Several keys of one frame need the same choices. */
	if (v->choices && v->choices_of.stage == subject->stage &&
	    v->choices_of.freight == subject->freight && v->choices_of.onward == subject->onward) {
		*out = v->choices;
		return v->nchoices;
	}
	*out = arena_array(v->a, v->w->nfreight + 2 * v->w->nstages, sizeof(**out));
	if (subject->freight && subject->stage) {
		if (stage_request(subject->stage, subject->freight->warehouse) &&
		    !same_text(stage_freight(subject->stage, subject->freight->warehouse),
			       subject->freight->name))
			add_choice(v, *out, &count, subject->stage, subject->freight);
	} else if (subject->freight) {
		choices_of_freight(v, subject->freight, *out, &count);
	} else if (subject->stage) {
		if (subject->onward)
			choices_onward(v, subject->stage, *out, &count);
		else if (!stage_is_control_flow(subject->stage))
			choices_into(v, subject->stage, *out, &count);
	}
	sort_choices(v, *out, count);
	v->choices = *out;
	v->nchoices = count;
	v->choices_of = *subject;
	return count;
}

static struct offer offer_promote(struct view *v, const struct subject *subject)
{
	struct freight_choice *choices;
	size_t count;

	if (!subject->stage && !subject->freight)
		return operation_hide(v, subject, "", "");
	count = operation_choices(v, subject, &choices);
	for (size_t i = 0; i < count; i++)
		if (choices[i].open)
			return open_offer();
	if (count)
		return operation_refuse(str_format(v->a, "%s into %s: %s",
						   freight_label(v->a, choices[0].freight),
						   choices[0].stage->name, choices[0].summary));
	return operation_refuse(subject->stage && subject->freight
					? "it runs there already, or the stage does not ask for it"
					: "there is no other freight to promote");
}

static struct subject onward_of(const struct subject *subject)
{
	return (struct subject){ .stage = subject->stage, .onward = true };
}

static struct offer offer_onward(struct view *v, const struct subject *subject)
{
	struct subject onward = onward_of(subject);
	struct freight_choice *choices;

	if (!subject->stage || (!operation_choices(v, &onward, &choices)))
		return operation_hide(v, subject, "", " runs nothing that a stage after it could take");
	return offer_promote(v, &onward);
}

/* The newest freight that only an approval would let into a stage. */
static bool approval(struct view *v, const struct subject *subject, const struct stage **s,
		     const struct freight **f)
{
	struct freight_choice *choices;
	size_t count = operation_choices(v, subject, &choices);
	bool named = subject->stage && subject->freight;

	for (size_t i = 0; i < count; i++) {
		const struct freight_choice *way = &choices[i];
		const struct freight_request *r = stage_request(way->stage, way->freight->warehouse);

		if (way->open || (!way->forward && !named) || !r || r->direct ||
		    stage_is_control_flow(way->stage) ||
		    freight_mark(&way->freight->approved_for, way->stage->name))
			continue;
		*s = choices[i].stage;
		*f = choices[i].freight;
		return true;
	}
	return false;
}

static struct offer offer_approve(struct view *v, const struct subject *subject)
{
	const struct stage *s;
	const struct freight *f;

	if (!subject->stage && !subject->freight)
		return operation_hide(v, subject, "", "");
	return when(approval(v, subject, &s, &f), "nothing here waits for an approval");
}

static const struct promotion *live_promotion(struct view *v, const struct subject *subject)
{
	const struct promotion *p = subject->promotion;

	if (!p && subject->stage)
		p = world_promotion_in(v->w, subject->stage->name);
	return p && !promotion_is_over(p) ? p : NULL;
}

static const struct promotion *newest_promotion(struct view *v, const struct subject *subject)
{
	if (subject->promotion)
		return subject->promotion;
	for (size_t i = 0; subject->stage && i < v->w->npromotions; i++)
		if (strcmp(v->w->promotions[i]->stage, subject->stage->name) == 0)
			return v->w->promotions[i];
	return NULL;
}

static struct offer offer_abort(struct view *v, const struct subject *subject)
{
	const struct promotion *p = live_promotion(v, subject);

	if (!p && subject->promotion)
		return (struct offer){ OFFER_HIDDEN, "this promotion is over" };
	if (!p)
		return operation_hide(v, subject, "nothing is promoting in ", "");
	return when(!p->abort_requested, "it is being aborted already");
}

static struct offer offer_pull_request(struct view *v, const struct subject *subject)
{
	const struct promotion *p = live_promotion(v, subject);
	int64_t number;

	return p && promotion_pull_request(p, &number)
		       ? open_offer()
		       : operation_hide(v, subject, "no pull request is waited for in ", "");
}

static struct offer offer_rollback(struct view *v, const struct subject *subject)
{
	if (!subject->stage || stage_is_control_flow(subject->stage))
		return operation_hide(v, subject, "", " has no steps: there is nothing to back out");
	return when(world_rollback_target(v->w, subject->stage, NULL) != NULL,
		    "no other freight was verified here before");
}

static struct offer offer_verify(struct view *v, const struct subject *subject)
{
	const struct stage *s = subject->stage;
	const struct collection *runs = s ? stage_runs(s) : NULL;

	if (!runs || stage_is_control_flow(s) || !value_path(s->object, "spec.verification"))
		return operation_hide(v, subject, "", " has nothing to verify");
	if (world_promotion_in(v->w, s->name))
		return operation_refuse("it is promoting; what it will run is verified after that");
	return when(!s->reverify && runs->verification && strcmp(runs->verification, "Running") != 0 &&
			    strcmp(runs->verification, "Pending") != 0,
		    "it is being verified, or will be as soon as it is healthy");
}

static struct offer offer_resume(struct view *v, const struct subject *subject)
{
	return subject->stage && subject->stage->nholds ? open_offer()
							: operation_hide(v, subject, "", " is not held");
}

static struct offer offer_hold(struct view *v, const struct subject *subject)
{
	const struct stage *s = subject->stage;

	if (s && s->auto_promotion && !s->nholds)
		return open_offer();
	return operation_hide(v, subject, "",
			      s && s->nholds ? " is held already" : " does not promote by itself");
}

static bool is_change(enum ui_action action)
{
	return action == UI_ACTION_PROMOTE || action == UI_ACTION_ONWARD || action == UI_ACTION_APPROVE ||
	       action == UI_ACTION_ROLLBACK || action == UI_ACTION_ABORT || action == UI_ACTION_RESUME ||
	       action == UI_ACTION_MERGE || action == UI_ACTION_CLOSE || action == UI_ACTION_HOLD ||
	       action == UI_ACTION_VERIFY;
}

/* Where in time a key goes; false: nowhere. */
static bool travel_of(enum ui_action action, enum travel *out)
{
	switch (action) {
	case UI_ACTION_EARLIER: *out = TRAVEL_EARLIER; return true;
	case UI_ACTION_LATER: *out = TRAVEL_LATER; return true;
	case UI_ACTION_HOUR_EARLIER: *out = TRAVEL_HOUR_EARLIER; return true;
	case UI_ACTION_HOUR_LATER: *out = TRAVEL_HOUR_LATER; return true;
	case UI_ACTION_DAY_EARLIER: *out = TRAVEL_DAY_EARLIER; return true;
	case UI_ACTION_DAY_LATER: *out = TRAVEL_DAY_LATER; return true;
	case UI_ACTION_PRESENT: *out = TRAVEL_PRESENT; return true;
	default: return false;
	}
}

static struct offer offer_of(struct view *v, const struct subject *subject, enum ui_action action)
{
	enum travel ignored;

	if (v->many && v->s->def->flags & SCREEN_FLEET && travel_of(action, &ignored))
		return operation_refuse("one project has a past: Enter opens its board, { and ( go back");
	switch (action) {
	case UI_ACTION_PROMOTE:
	case UI_ACTION_PLAN: return offer_promote(v, subject);
	case UI_ACTION_ONWARD: return offer_onward(v, subject);
	case UI_ACTION_APPROVE: return offer_approve(v, subject);
	case UI_ACTION_ROLLBACK: return offer_rollback(v, subject);
	case UI_ACTION_ABORT: return offer_abort(v, subject);
	case UI_ACTION_MERGE:
	case UI_ACTION_CLOSE: return offer_pull_request(v, subject);
	case UI_ACTION_RESUME: return offer_resume(v, subject);
	case UI_ACTION_HOLD: return offer_hold(v, subject);
	case UI_ACTION_VERIFY: return offer_verify(v, subject);
	case UI_ACTION_MARK: case UI_ACTION_SORT: case UI_ACTION_REVERSE:
		return (struct offer){ OFFER_HIDDEN, NULL };
	case UI_ACTION_WHY:
		return subject->stage || subject->freight ? open_offer() : operation_hide(v, subject, "", "");
	case UI_ACTION_PROMOTION:
		return newest_promotion(v, subject)
			       ? open_offer()
			       : operation_hide(v, subject, "nothing has been promoted into ", " yet");
	case UI_ACTION_OPEN:
		return subject->stage || subject->freight || subject->promotion || subject->warehouse
			       ? open_offer() : (struct offer){ OFFER_HIDDEN, NULL };
	case UI_ACTION_LATER: case UI_ACTION_HOUR_LATER: case UI_ACTION_DAY_LATER: case UI_ACTION_PRESENT:
		return when(v->w->past_at, "this is the present already; [ and { go back");
	case UI_ACTION_EARLIER: case UI_ACTION_HOUR_EARLIER: case UI_ACTION_DAY_EARLIER:
		return when(v->w->nevents, "nothing is in the ledger yet");
	default: return open_offer();
	}
}

struct offer operation_offer(struct view *v, const struct subject *subject, enum ui_action action)
{
	struct offer offer = offer_of(v, subject, action);

	if (offer.state != OFFER_HIDDEN && v->w->past_at && (is_change(action) || action == UI_ACTION_PLAN))
		return operation_refuse(
			"this is the past, where nothing can be done; 0 comes back");
	if (offer.state == OFFER_OPEN && is_change(action) && screens_is_read_only(v->screens))
		return operation_refuse(
			"this gantry is read-only: it was started with --read-only");
	if (offer.state == OFFER_OPEN && denial_of(v, subject, action))
		return operation_refuse(denial_of(v, subject, action));
	if (offer.state != OFFER_HIDDEN && is_change(action) && v->w->loading)
		return operation_refuse("the ledger has not been read yet");
	return offer;
}

static void open_plan(struct view *v, enum intent_kind operation, const struct stage *s,
		      const struct freight *f)
{
	struct screen *plan = screens_open(v->screens, &screen_plan, s->name, f->name,
					stage_freight(s, f->warehouse));

	plan->dialog->operation = operation;
	plan->dialog->field = s->production ? DIALOG_NAME : DIALOG_NO_FIELD;
	screens_plan(v->screens, plan);
}

static void open_confirm(struct view *v, enum intent_kind operation, const char *stage,
			 const char *freight, const char *item)
{
	const struct stage *s = world_stage(v->w, stage);
	struct screen *confirm = screens_open(v->screens, &screen_confirm, stage, freight, item);

	confirm->dialog->operation = operation;
	if (operation == INTENT_APPROVE && s && s->production)
		confirm->dialog->field = DIALOG_NAME;
}

static void do_promote(struct view *v, const struct subject *subject)
{
	struct freight_choice *choices;
	size_t count = operation_choices(v, subject, &choices), open = 0;
	struct screen *choose;

	if (subject->stage && subject->freight) {
		open_plan(v, INTENT_PROMOTE, subject->stage, subject->freight);
		return;
	}
	/* A key always does the same: the list is skipped only when there is nothing to choose. */
	while (open < count && choices[open].open)
		open++;
	if (open == 1) {
		open_plan(v, INTENT_PROMOTE, choices[0].stage, choices[0].freight);
		return;
	}
	choose = screens_open(v->screens, &screen_choose, subject->stage ? subject->stage->name : NULL,
			      subject->freight ? subject->freight->name : NULL, NULL);
	choose->form = subject->onward;
}

static void do_why(struct view *v, const struct subject *subject)
{
	struct freight_choice *choices;
	const struct freight *f = subject->freight;

	if (subject->stage) {
		f = f ? f : why_freight(v->a, v->w, subject->stage, v->now);
		screens_open(v->screens, &screen_why, subject->stage->name, f ? f->name : "", NULL);
	} else if (operation_choices(v, subject, &choices)) {
		screens_open(v->screens, &screen_why, choices[0].stage->name, choices[0].freight->name, NULL);
	} else {
		screens_notify(v->screens, "there is no freight that this could be about", true);
	}
}

static void do_open(struct view *v, const struct subject *subject)
{
	if (subject->promotion)
		screens_open(v->screens, &screen_promotion, subject->promotion->stage,
			  subject->promotion->freight, subject->promotion->name);
	else if (subject->freight)
		screens_open(v->screens, &screen_freight, NULL, subject->freight->name, NULL);
	else if (subject->stage)
		screens_open(v->screens, &screen_stage, subject->stage->name, NULL, NULL);
	else if (subject->warehouse)
		screens_open(v->screens, &screen_warehouse, NULL, NULL, subject->warehouse->name);
}

static void do_refresh(struct view *v, const struct subject *subject)
{
	struct intent intent = { .kind = INTENT_REFRESH };

	if (subject->warehouse)
		intent.warehouse = subject->warehouse->name;
	else if (subject->stage)
		intent.stage = subject->stage->name;
	screens_submit(v->screens, &intent);
}

static void do_change(struct view *v, const struct subject *subject, enum ui_action action)
{
	const struct promotion *p;
	const struct stage *s;
	const struct freight *f;

	switch (action) {
	case UI_ACTION_APPROVE:
		if (approval(v, subject, &s, &f))
			open_confirm(v, INTENT_APPROVE, s->name, f->name, NULL);
		break;
	case UI_ACTION_ROLLBACK:
		open_plan(v, INTENT_ROLLBACK, subject->stage,
			  world_rollback_target(v->w, subject->stage, NULL));
		break;
	case UI_ACTION_ABORT:
		p = live_promotion(v, subject);
		if (p)
			open_confirm(v, INTENT_ABORT, p->stage, p->freight, p->name);
		break;
	case UI_ACTION_MERGE:
	case UI_ACTION_CLOSE:
		p = live_promotion(v, subject);
		if (p)
			open_confirm(v, action == UI_ACTION_MERGE ? INTENT_MERGE : INTENT_CLOSE, p->stage,
				     p->freight, p->name);
		break;
	case UI_ACTION_VERIFY: open_confirm(v, INTENT_VERIFY, subject->stage->name, NULL, NULL); break;
	case UI_ACTION_HOLD: open_confirm(v, INTENT_HOLD, subject->stage->name, NULL, NULL); break;
	default:
		open_confirm(v, INTENT_RESUME, subject->stage->name, NULL, NULL);
		break;
	}
}

/* Screens that need no selection. */
static const struct screen_def *operation_place_of(enum ui_action action)
{
	switch (action) {
	case UI_ACTION_FREIGHT: return &screen_freights;
	case UI_ACTION_HISTORY: return &screen_history;
	case UI_ACTION_EVENTS: return &screen_audit;
	case UI_ACTION_APPS: return &screen_apps;
	case UI_ACTION_DELIVERY: return &screen_delivery;
	case UI_ACTION_COPIES: return &screen_copies;
	case UI_ACTION_PROBLEMS: return &screen_todo;
	case UI_ACTION_MATRIX: return &screen_matrix;
	case UI_ACTION_LOG: return &screen_log;
	case UI_ACTION_THEMES: return &screen_themes;
	case UI_ACTION_PALETTE: return &screen_palette;
	case UI_ACTION_HELP: return &screen_help;
	default: return NULL;
	}
}

bool operation_do(struct view *v, const struct subject *subject, enum ui_action action)
{
	const struct screen_def *place = operation_place_of(action);
	const struct promotion *p;
	struct intent travel = { .kind = INTENT_TRAVEL };
	struct subject onward;

	if (travel_of(action, &travel.travel)) {
		screens_submit(v->screens, &travel);
		return true;
	}
	if (place) {
		bool one = (action == UI_ACTION_MATRIX || action == UI_ACTION_DELIVERY) &&
			   !(v->s->def->flags & SCREEN_FLEET);
		const struct stage *of = action == UI_ACTION_APPS ? subject->stage : NULL;

		screens_open(v->screens, place, of ? of->name : NULL, NULL, one ? world_name(v->w) : NULL);
		return true;
	}
	switch (action) {
	case UI_ACTION_OPEN: do_open(v, subject); return true;
	case UI_ACTION_PROMOTE:
	case UI_ACTION_PLAN: do_promote(v, subject); return true;
	case UI_ACTION_ONWARD:
		onward = onward_of(subject);
		do_promote(v, &onward);
		return true;
	case UI_ACTION_WHY: do_why(v, subject); return true;
	case UI_ACTION_REFRESH: do_refresh(v, subject); return true;
	case UI_ACTION_PROMOTION:
		p = newest_promotion(v, subject);
		screens_open(v->screens, &screen_promotion, p->stage, p->freight, p->name);
		return true;
	default: break;
	}
	if (!is_change(action))
		return false;
	do_change(v, subject, action);
	return true;
}
