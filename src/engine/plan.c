/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plans as the engine's thread sees them: made ready with copies of all they need, given to
 * workers a few at a time, so that promotions never wait for them, and handed over.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/request.h"
#include "engine/round.h"
#include "engine/run_steps.h"
#include "engine/worker.h"
#include "model/freight.h"
#include "model/intent.h"
#include "model/plan.h"
#include "model/state.h"
#include "model/world.h"

enum { AT_ONCE = 2, MAX_WAITING = 16 };

static void plan_deliver(struct engine *en, struct plan *p)
{
	if (en->options.on_plan)
		en->options.on_plan(en->options.context, p);
	else
		plan_free(p);
}

static void plan_refuse(struct engine *en, uint64_t id, const struct err *e)
{
	struct plan *p = plan_new(id);

	p->error = str_copy(p->arena, e->message);
	p->code = (int)e->code;
	plan_deliver(en, p);
}

/* What a plan is asked of. */
struct plan_subject {
	const struct intent *intent;
	const struct stage *stage;
	const struct freight *freight;
};

/* The promotion as it would be a moment after it began. */
static bool make_object(struct engine *en, struct promotion_run *r, const struct plan_subject *of,
			struct err *e)
{
	const struct intent *i = of->intent;
	AUTO(arena) struct arena *a = arena_new();
	unsigned char dice[10];
	struct value *object, *status;

	random_bytes(dice, sizeof(dice));
	struct request q = { .world = en->world, .stage = of->stage, .freight = of->freight,
			     .actor = i->actor, .from = i->from, .reason = i->reason,
			     .rollback = i->kind == INTENT_ROLLBACK, .now = clock_now(), .dice = dice };
	if (!request_make(a, &q, &object, e))
		return false;
	status = value_map(a);
	value_set(a, status, "phase", value_string(a, "Running"));
	value_set(a, status, "startedAt", value_string(a, clock_rfc3339(a, q.now)));
	value_set(a, status, "freight", freight_reference(a, of->freight->object));
	value_set(a, status, "freightCollection", collection_with(a, of->stage, of->freight));
	value_set(a, object, "status", status);
	r->object = value_copy(r->arena, object);
	return true;
}

static const char *plan_commit_of(const struct value *freight, const char *url)
{
	const struct value *commits = value_get(freight, "commits");

	for (size_t i = 0; i < value_count(commits); i++)
		if (strcmp(value_text(value_get(value_at(commits, i), "repoURL"), ""), url) == 0)
			return value_text(value_get(value_at(commits, i), "id"), "");
	return "";
}

/* Which commits lie between is for the worker to find. */
static void ask_changelogs(struct engine *en, struct plan *p, const struct value *to)
{
	const struct value *from = p->from_freight
		? state_freight(engine_state(en), p->from_freight) : NULL;
	const struct value *commits = value_get(to, "commits");

	for (size_t i = 0; from && i < value_count(commits); i++) {
		const char *url = value_text(value_get(value_at(commits, i), "repoURL"), "");
		const char *old = plan_commit_of(from, url), *new = plan_commit_of(to, url);
		struct plan_changelog *c;

		if (!*old || !*new || strcmp(old, new) == 0)
			continue;
		c = arena_alloc(p->arena, sizeof(*c));
		*c = (struct plan_changelog){ .url = str_copy(p->arena, url),
					      .from = str_copy(p->arena, old),
					      .to = str_copy(p->arena, new) };
		list_add(p->arena, &p->changelogs, c);
	}
}

static void plan_describe(struct promotion_run *r, const struct plan_subject *of)
{
	const struct stage *s = of->stage;
	const struct freight *f = of->freight;
	struct plan *p = plan_new(of->intent->id);

	p->stage = str_copy(p->arena, s->name);
	p->freight = str_copy(p->arena, f->name);
	p->from_freight = str_copy(p->arena, stage_freight(s, f->warehouse));
	p->rollback = of->intent->kind == INTENT_ROLLBACK;
	p->made_at = clock_now();
	list_add(p->arena, &p->varying, str_format(p->arena, "%s", r->promotion));
	r->plan = p;
}

static bool plan_find_subject(struct engine *en, const struct intent *i, struct plan_subject *out,
			      struct err *e)
{
	const struct stage *s;
	const struct freight *f;

	if (!engine_look(en))
		return err_again(e, ERR_CONFIG, "no good manifests have been read yet");
	s = world_stage(en->world, i->stage);
	if (!s || !s->object)
		return err_set(e, ERR_NOT_FOUND, "there is no stage \"%s\"", i->stage ? i->stage : "");
	f = i->freight ? world_find_freight(en->world, i->freight)
		       : world_rollback_target(en->world, s, i->warehouse);
	if (!f)
		return err_set(e, ERR_NOT_FOUND, "there is no freight \"%s\"",
			       i->freight ? i->freight : "");
	if (s->nsteps == 0)
		return err_set(e, ERR_REFUSED, "%s has no steps: freight passes through it by itself",
			       s->name);
	if (!stage_request(s, f->warehouse))
		return err_set(e, ERR_REFUSED, "%s does not ask for freight of %s", s->name, f->warehouse);
	*out = (struct plan_subject){ i, s, f };
	return true;
}

static void plan_drop(struct engine *en, struct promotion_run *r)
{
	for (size_t i = 0; i < en->plans.count; i++)
		if (en->plans.items[i] == r) {
			en->plans.count--;
			memmove(&en->plans.items[i], &en->plans.items[i + 1],
				(en->plans.count - i) * sizeof(void *));
			break;
		}
	if (r->project)
		en->options.give_back(en->options.context, r->project);
	plan_free(r->plan);
	arena_free(r->arena);
}

/* A folder of its own, which says when it was made (engine/rehearse.c). */
static const char *plan_folder(const struct engine *en, struct arena *a)
{
	unsigned char dice[4];

	random_bytes(dice, sizeof(dice));
	return str_format(a, "%s/.plans/%lld-%02x%02x%02x%02x", en->work, (long long)clock_now(),
			  dice[0], dice[1], dice[2], dice[3]);
}

static bool plan_prepare(struct engine *en, struct promotion_run *r, const struct intent *i,
			 struct err *e)
{
	struct plan_subject of = { .intent = NULL };
	struct arena *a = r->arena;

	if (!plan_find_subject(en, i, &of, e) || !make_object(en, r, &of, e))
		return false;
	r->ui_base_url = en->options.ui_base_url;
	r->project_name = str_copy(a, value_path_text(r->object, "metadata.namespace", ""));
	r->stage = str_copy(a, of.stage->name);
	r->promotion = value_path_text(r->object, "metadata.name", "");
	r->actor = str_copy(a, i->actor ? i->actor : "");
	r->label = r->promotion;
	r->target_freight = value_copy(a, of.freight->object);
	run_collect(en, r, a);
	orchestration_read(a, r->object, true, &r->o);
	r->sets = value_list(a);
	plan_describe(r, &of);
	ask_changelogs(en, r->plan, r->target_freight);
	return true;
}

/* The oldest first, so that two operators are both served. */
static void plan_dispatch(struct engine *en)
{
	size_t busy = 0;

	for (size_t i = 0; i < en->plans.count; i++)
		busy += ((struct promotion_run *)en->plans.items[i])->busy;
	for (size_t i = 0; i < en->plans.count && busy < AT_ONCE; i++) {
		struct promotion_run *r = en->plans.items[i];

		if (r->busy)
			continue;
		worker_give(en, r, NULL);
		if (!r->busy)
			return;
		busy++;
	}
}

void engine_plan_asked(struct engine *en, const struct intent *i)
{
	struct arena *a = arena_new();
	struct promotion_run *r = arena_alloc(a, sizeof(*r));
	struct err e;
	bool fine;

	r->arena = a;
	r->engine = en;
	r->announced = r->touched = SIZE_MAX;
	r->work = plan_folder(en, a);
	if (flag_is_set(&en->stop))
		fine = err_set(&e, ERR_CANCELLED, "gantry is shutting down");
	else if (en->plans.count >= MAX_WAITING)
		fine = err_set(&e, ERR_LIMIT, "too many plans are being made already");
	else if (i->kind == INTENT_MERGE)
		fine = engine_look(en) ? pull_plan_prepare(en, r, i, &e)
				       : err_again(&e, ERR_CONFIG, "no good manifests have been read yet");
	else
		fine = plan_prepare(en, r, i, &e);
	engine_look_away(en);
	if (!fine) {
		plan_refuse(en, i->id, &e);
		plan_drop(en, r);
		return;
	}
	list_add(en->own, &en->plans, r);
	plan_dispatch(en);
}

void engine_plan_dropped(struct engine *en, uint64_t id)
{
	for (size_t i = en->plans.count; i-- > 0;) {
		struct promotion_run *r = en->plans.items[i];

		if (r->plan->id != id)
			continue;
		flag_set(&r->cancelled);
		if (!r->busy)
			plan_drop(en, r);
	}
	plan_dispatch(en);
}

void engine_planned(struct engine *en, struct promotion_run *r)
{
	if (!flag_is_set(&r->cancelled)) {
		plan_deliver(en, r->plan);
		r->plan = NULL;
	}
	r->busy = false;
	plan_drop(en, r);
	plan_dispatch(en);
}

void engine_plans_free(struct engine *en)
{
	while (en->plans.count > 0)
		plan_drop(en, en->plans.items[0]);
}
