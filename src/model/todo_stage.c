/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage needs: made of the functions that the board's sentences are made of, so that both agree. */
#include "model/todo_stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/intent.h"
#include "model/next_freight.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/window.h"
#include "model/world.h"

enum { HOUR_MS = 60 * 60 * 1000, STUCK_MS = 2 * HOUR_MS };

/* A world may hold a thousand stages and as many promotions: each is looked at once. */
struct todo_stage {
	const struct stage *stage;
	const struct promotion *newest; /* NULL: none */
	const struct promotion *running; /* NULL: none */
	bool busy;                      /* one is pending or running */
};

static int todo_stage_compare(const void *a, const void *b)
{
	const struct todo_stage *x = a, *y = b;

	return strcmp(x->stage->name, y->stage->name);
}

static struct todo_stage *todo_stage_of(const struct todo_search *t, const char *stage)
{
	const struct stage named = { .name = stage };
	const struct todo_stage key = { .stage = &named };

	return bsearch(&key, t->stages, t->w->nstages, sizeof(key), todo_stage_compare);
}

static void todo_look_up_stages(struct todo_search *t)
{
	t->stages = arena_array(t->a, t->w->nstages + 1, sizeof(*t->stages));
	for (size_t i = 0; i < t->w->nstages; i++)
		t->stages[i] = (struct todo_stage){ .stage = t->w->stages[i] };
	qsort(t->stages, t->w->nstages, sizeof(*t->stages), todo_stage_compare);
	for (size_t i = 0; i < t->w->npromotions; i++) {
		const struct promotion *p = t->w->promotions[i];
		struct todo_stage *at = todo_stage_of(t, p->stage);

		if (!at)
			continue;
		at->newest = at->newest ? at->newest : p;
		at->busy = at->busy || !promotion_is_over(p);
		at->running = p->phase == PHASE_RUNNING ? p : at->running;
	}
}

struct todo *todo_add(struct todo_search *t, enum todo_kind kind, int64_t since, const char *text)
{
	struct todo *item = &t->out->items[t->out->count];

	assert(t->out->count < t->room);
	t->out->count++;
	*item = (struct todo){ .kind = kind, .world = t->w, .since = since, .text = text };
	return item;
}

void todo_alert_after(struct todo_search *t, struct todo *item, int64_t ms)
{
	item->alerts_at = item->since + ms;
	if (item->alerts_at > t->now && item->alerts_at < t->out->until)
		t->out->until = item->alerts_at;
}

/* The stage's newest promotion, when it left the stage failed. */
static const struct promotion *todo_failure_of(const struct todo_search *t, const struct stage *s)
{
	const struct promotion *p = todo_stage_of(t, s->name)->newest;

	return p && stage_failed_with(t->w, s, p) ? p : NULL;
}

static void todo_changes_at(struct todo_search *t, int64_t at)
{
	if (at > t->now && at < t->out->until)
		t->out->until = at;
}

static struct todo *todo_add_of(struct todo_search *t, enum todo_kind kind, const struct stage *s,
				int64_t since, const char *text)
{
	struct todo *item = todo_add(t, kind, since, text);

	item->stage = s;
	return item;
}

static const char *todo_freight_name(struct todo_search *t, const struct freight *f)
{
	const char *version = freight_version(t->a, f);

	return str_format(t->a, "%s%s%s", freight_label(t->a, f), *version ? " " : "", version);
}

static void todo_failed(struct todo_search *t, const struct stage *s)
{
	const struct promotion *p = todo_failure_of(t, s);
	const struct freight *f = p ? world_freight(t->w, p->freight) : NULL;
	struct auto_outlook outlook;
	struct todo *item;

	if (!f)
		return;
	auto_outlook(t->w, s, f, t->now, &outlook);
	if (outlook.state == AUTO_LATER)
		todo_changes_at(t, outlook.again_at);
	if (outlook.state == AUTO_LATER || outlook.state == AUTO_NEXT ||
	    todo_stage_of(t, s->name)->busy)
		return;
	item = todo_add(t, NEED_FAILED, p->finished_at,
			str_format(t->a, "%s not taken: %s", todo_freight_name(t, f),
				   *p->message ? promotion_cause(t->a, p) : "no cause is known"));
	item->stage = s;
	item->freight = f;
	item->promotion = p;
	todo_alert_after(t, item, 0);
}

/* When the worst of its applications became so; else when what runs came. */
static int64_t todo_unhealthy_since(const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	int64_t since = 0;

	for (size_t i = 0; i < s->napplications; i++) {
		const struct application *app = s->applications[i];

		if (strcmp(app->health, "Healthy") != 0 && app->health_since &&
		    (!since || app->health_since < since))
			since = app->health_since;
	}
	return since ? since : runs ? runs->since : 0;
}

static bool todo_is_unverified(const struct collection *runs)
{
	return same_text(runs->verification, "Failed") || same_text(runs->verification, "Error") ||
	       same_text(runs->verification, "Inconclusive");
}

static int64_t todo_unverified_since(const struct collection *runs)
{
	const struct value *newest = value_at(value_get(runs->object, "verificationHistory"), 0);
	int64_t at;

	return clock_parse(value_text(value_get(newest, "finishTime"), ""), &at) ? at : runs->since;
}

static void todo_unverified(struct todo_search *t, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);

	if (!runs || !todo_is_unverified(runs) || todo_stage_of(t, s->name)->busy)
		return;
	todo_alert_after(t, todo_add_of(t, NEED_UNVERIFIED, s, todo_unverified_since(runs),
					runs->verification_message
						? str_format(t->a, "verification failed: %s",
							     runs->verification_message)
						: "verification failed"), 0);
}

/* What was measured says more than that an application is not healthy. */
static void todo_unhealthy(struct todo_search *t, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);

	if (s->health != HEALTH_UNHEALTHY || todo_stage_of(t, s->name)->busy ||
	    (runs && todo_is_unverified(runs)))
		return;
	todo_alert_after(t, todo_add_of(t, NEED_UNHEALTHY, s, todo_unhealthy_since(s),
					s->nissues ? s->issues[0] : "its applications are not healthy"),
			 HOUR_MS / 4);
}

static void todo_held(struct todo_search *t, const struct stage *s)
{
	const char *actor = s->nholds ? actor_name(t->a, s->holds[0].actor) : "";

	if (s->nholds)
		todo_add_of(t, NEED_HELD, s, s->holds[0].created_at,
			    *actor ? str_format(t->a, "auto-promotion is held, by %s", actor)
				   : "auto-promotion is held");
}

/* Where the freight runs upstream and was not verified, so that waiting does not help; NULL: nowhere. */
static const struct stage *todo_refused_by(const struct todo_search *t,
					   const struct freight_request *r, const struct freight *f)
{
	const struct stage *found = NULL;

	for (size_t i = 0; i < r->nstages; i++) {
		const struct todo_stage *at = todo_stage_of(t, r->stages[i]);
		const struct collection *runs = at ? stage_runs(at->stage) : NULL;

		if (freight_mark(&f->verified_in, r->stages[i]) && !r->all)
			return NULL;
		if (runs && todo_is_unverified(runs) &&
		    same_text(stage_freight(at->stage, r->warehouse), f->name) &&
		    !freight_mark(&f->verified_in, r->stages[i]))
			found = at->stage;
	}
	return found;
}

static void todo_approve(struct todo_search *t, const struct stage *s,
			 const struct freight_request *r, const struct freight *f)
{
	const struct stage *upstream = r->direct ? NULL : todo_refused_by(t, r, f);
	struct todo *item;
	struct gates gates;

	if (!upstream) {
		gates_of(t->a, &(struct gate_question){ t->w, s, f, t->now }, &gates);
		todo_changes_at(t, gates.opens_at);
		return;
	}
	item = todo_add(t, NEED_APPROVE, todo_unverified_since(stage_runs(upstream)),
			str_format(t->a, "%s was not verified in %s: only an approval lets it in",
				   todo_freight_name(t, f), upstream->name));
	item->stage = s;
	item->freight = f;
}

static void todo_promote(struct todo_search *t, const struct stage *s, const struct next_freight *next)
{
	struct window_state window = { 0 };
	const struct freight *f = next->open;
	struct todo *item;

	if (t->w->project)
		window_state(t->w->project, s, t->now, &window);
	todo_changes_at(t, window.closed ? window.opens_at : window.closes_at);
	todo_changes_at(t, window.opens_at - HOUR_MS);
	if (window.closed && (!window.opens_at || window.opens_at - t->now > HOUR_MS))
		return;
	if (window.closed)
		item = todo_add(t, NEED_WINDOW, window.opens_at,
				str_format(t->a, "the window for %s is about to open",
					   todo_freight_name(t, f)));
	else
		item = todo_add(t, NEED_PROMOTE, next->open_since,
				str_format(t->a, "can take %s", todo_freight_name(t, f)));
	item->stage = s;
	item->freight = f;
}

/* Whoever reviews may not look at gantry: after an hour it is time to ask them. */
static void todo_merge(struct todo_search *t, const struct stage *s)
{
	const struct promotion *p = todo_stage_of(t, s->name)->running;
	const struct promotion_step *step;
	int64_t number, since;
	struct todo *item;

	step = p ? promotion_pull_request(p, &number) : NULL;
	if (!step)
		return;
	if (!value_integer(value_path(step->output, "forge.openedAt"), &since))
		since = step->started_at;
	todo_changes_at(t, since + HOUR_MS);
	if (t->now < since + HOUR_MS)
		return;
	item = todo_add(t, NEED_MERGE, since,
			str_format(t->a, "waits for pull request %lld to be merged", (long long)number));
	item->stage = s;
	item->promotion = p;
	item->freight = world_freight(t->w, p->freight);
}

/* A promotion that nothing is said to end: it neither ends nor waits for people. */
static void todo_stuck(struct todo_search *t, const struct stage *s)
{
	const struct promotion *p = todo_stage_of(t, s->name)->running;
	int64_t number;
	struct todo *item;

	if (!p || !p->started_at || promotion_pull_request(p, &number))
		return;
	todo_changes_at(t, p->started_at + STUCK_MS);
	if (t->now < p->started_at + STUCK_MS)
		return;
	item = todo_add_of(t, NEED_STUCK, s, p->started_at,
			   p->current_step < p->nsteps
				   ? str_format(t->a, "still at step %zu of %zu, %s", p->current_step + 1,
						p->nsteps, p->steps[p->current_step].uses)
				   : "still running");
	item->promotion = p;
	item->freight = world_freight(t->w, p->freight);
	todo_alert_after(t, item, STUCK_MS);
}

/* What it could take next, where nothing else is in the way: what failed is listed as failed. */
static void todo_next(struct todo_search *t, const struct stage *s)
{
	bool promotes = !s->auto_promotion && !todo_failure_of(t, s), any = false;

	if (stage_is_control_flow(s) || s->fault || todo_stage_of(t, s->name)->busy)
		return;
	for (size_t i = 0; i < s->nrequests && !any; i++) {
		struct next_freight next;

		next_freight(t->w, s, &s->requests[i], t->now, &next);
		any = next.open && promotes;
		if (any)
			todo_promote(t, s, &next);
		else if (next.waiting)
			todo_approve(t, s, &s->requests[i], next.waiting);
	}
}

void todo_of_stages(struct todo_search *t)
{
	todo_look_up_stages(t);
	for (size_t i = 0; i < t->w->nstages; i++) {
		const struct stage *s = t->w->stages[i];

		if (!s->object)
			continue;
		todo_failed(t, s);
		todo_unhealthy(t, s);
		todo_unverified(t, s);
		todo_merge(t, s);
		todo_stuck(t, s);
		todo_held(t, s);
		todo_next(t, s);
	}
}
