/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rehearsal. What a step needs is found in the text of its expressions before they are
 * evaluated: an output that is not known must not be taken for one that is absent.
 */
#include "engine/run_steps.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/needs.h"
#include "model/plan.h"
#include "steps/foresee.h"
#include "steps/rehearse.h"

enum { FORGOTTEN_MS = 24 * 3600 * 1000 };

/* One rehearsal. */
struct rehearsal {
	struct promotion_run *run;
	struct plan *plan;
	struct needs needs;
	const char *missing;    /* what the step at hand needs and nobody knows; NULL: nothing */
};

static struct plan_step *rehearse_note(struct rehearsal *h, size_t index, enum plan_way way,
				       const char *message)
{
	struct plan_step *s = &h->plan->steps[index];

	s->way = way;
	s->message = str_copy(h->plan->arena, log_redacted(h->run->o.arena, message ? message : ""));
	return s;
}

static bool rehearse_traits(void *context, const char *uses, struct step_traits *out)
{
	return pass_traits(((struct rehearsal *)context)->run, uses, out);
}

static bool rehearse_condition(void *context, const struct orchestration *o,
			       const struct value *step, bool *out, struct err *e)
{
	struct rehearsal *h = context;

	*out = true;
	return needs_missing(&h->needs, o->arena, value_get(step, "if")) ||
	       evaluate_condition(h->run, o, step, out, e);
}

static bool rehearse_config(void *context, const struct orchestration *o, const struct value *step,
			    struct value **out, struct err *e)
{
	struct rehearsal *h = context;

	h->missing = needs_missing(&h->needs, o->arena, step);
	*out = value_map(o->arena);
	return h->missing || evaluate_config(h->run, o, step, out, e);
}

/* known: those that the step has put out anyway; NULL: none. */
static void forget_outputs(struct rehearsal *h, const char *alias, const char *uses,
			   const struct value *known)
{
	struct arena *a = h->run->o.arena;
	const char *inner = strstr(alias, "::");

	needs_add(&h->needs, a, alias, known ? value_copy(a, known) : NULL);
	if (inner && strcmp(uses, "compose-output") == 0)
		needs_add(&h->needs, a, str_copy_n(a, alias, (size_t)(inner - alias)), NULL);
}

static bool rehearse_run(void *context, const struct orchestration *o, const struct step_call *call,
			 struct step_result *result, struct err *e)
{
	struct rehearsal *h = context;
	const char *uses = value_text(value_get(call->step, "uses"), "");
	const char *alias = value_text(value_get(call->step, "as"), "");
	const struct step_def *def = pass_kind(h->run, uses);
	const struct pass_work work = { def, alias, call->config, step_rehearse };
	bool failed;

	if (h->missing) {
		rehearse_note(h, o->current, PLAN_UNFORESEEN, h->missing);
		forget_outputs(h, alias, uses, NULL);
		return true;
	}
	h->plan->steps[o->current].about =
		str_copy(h->plan->arena, log_redacted(o->arena, plan_about(o->arena, call->config)));
	failed = !pass_checked(def, call->config, result, e) || !pass_step(h->run, o, &work, result, e);
	if (failed || result->status == STEP_FAILED || result->status == STEP_ERRORED) {
		if (!failed)
			err_set(e, ERR_REFUSED, "%s", result->message && *result->message
				? result->message : "it gives no reason");
		rehearse_note(h, o->current, PLAN_FAILED, e->message);
		e->again = e->passes = false;   /* once is enough to know */
		return false;
	}
	rehearse_note(h, o->current, result->is_announced ? PLAN_ANNOUNCED
		      : result->is_unforeseen ? PLAN_UNFORESEEN : PLAN_RAN, result->message);
	if (result->is_unforeseen)
		forget_outputs(h, alias, uses, result->output);
	if (result->is_announced && def->needs & STEP_NEEDS_STATE)
		h->needs.metadata = true;
	return true;
}

static bool rehearse_stop(void *context, size_t index)
{
	(void)index;
	return flag_is_set(&((struct rehearsal *)context)->run->cancelled);
}

static int64_t rehearse_now(void *context)
{
	(void)context;
	return clock_now();
}

/* Steps that were never run. */
static void note_others(struct rehearsal *h)
{
	const struct orchestration *o = &h->run->o;

	for (size_t i = 0; i < h->plan->nsteps; i++) {
		const struct step_meta *m = orchestration_meta(o, h->plan->steps[i].alias);

		if (!m || h->plan->steps[i].way != PLAN_SKIPPED)
			continue;
		if (m->status == STEP_ERRORED || m->status == STEP_FAILED)
			rehearse_note(h, i, PLAN_FAILED, m->message);
	}
}

static void prepare_steps(struct rehearsal *h)
{
	const struct orchestration *o = &h->run->o;
	struct plan *p = h->plan;

	p->nsteps = value_count(o->steps);
	p->steps = arena_array(p->arena, p->nsteps + 1, sizeof(*p->steps));
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct value *step = value_at(o->steps, i);

		p->steps[i] = (struct plan_step){
			.alias = str_copy(p->arena, value_text(value_get(step, "as"), "")),
			.uses = str_copy(p->arena, value_text(value_get(step, "uses"), "")),
			.about = "", .message = "", .way = PLAN_SKIPPED,
		};
	}
}

static bool add_changelog(const struct step_def *def, struct step_run *r,
			  struct step_result *result, struct err *e)
{
	struct plan_changelog **all = (struct plan_changelog **)r->plan->changelogs.items;
	size_t kept = 0;

	(void)def;
	(void)result;
	(void)e;
	for (size_t i = 0; i < r->plan->changelogs.count && !flag_is_set(r->cancelled); i++) {
		struct err why;

		if (foresee_changelog(r, r->plan->arena, all[i], &why))
			all[kept++] = all[i];
		else
			log_line(LOG_INFO, "engine", "the commits of %s: %s", all[i]->url, why.message);
	}
	r->plan->changelogs.count = kept;
	return true;
}

/* What earlier processes left when they were killed. */
static void rehearse_sweep(struct arena *a, const char *plans)
{
	struct list names = { 0 };
	struct err e;

	if (!folder_list(a, plans, &names, &e))
		return;
	for (size_t i = 0; i < names.count; i++) {
		long long made = strtoll(names.items[i], NULL, 10);

		if (made < clock_now() - FORGOTTEN_MS &&
		    !folder_remove(path_join(a, plans, names.items[i]), &e))
			log_line(LOG_WARN, "engine", "an old plan: %s", e.message);
	}
}

static void perform_all(struct rehearsal *h)
{
	struct orchestrator orchestrator = {
		.context = h,
		.traits = rehearse_traits,
		.condition = rehearse_condition,
		.config = rehearse_config,
		.run = rehearse_run,
		.stop = rehearse_stop,
		.now = rehearse_now,
	};
	static const struct step_def asks = { .kind = "changelog", .needs = STEP_NEEDS_CREDENTIALS };
	struct pass_work changelogs = { .def = &asks, .alias = "", .perform = add_changelog };
	struct step_result none = { .status = STEP_SUCCEEDED };
	struct promotion_run *r = h->run;
	struct err e;

	prepare_steps(h);
	orchestrate(&orchestrator, &r->o);
	note_others(h);
	h->plan->phase = r->o.phase;
	changelogs.config = value_map(r->o.arena);
	if (h->plan->changelogs.count > 0 &&
	    !pass_step(r, &r->o, &changelogs, &none, &e))
		h->plan->changelogs.count = 0;
	plan_seal(h->plan);
}

void rehearse(struct promotion_run *r)
{
	struct rehearsal h = { .run = r, .plan = r->plan };
	int64_t start = clock_ticks();
	struct err e;

	needs_init(&h.needs, value_path(r->object, "spec.vars"));
	rehearse_sweep(r->arena, path_folder(r->arena, r->work));
	if (folder_make(r->work, 0700, &e)) {
		perform_all(&h);
	} else {
		r->plan->error = str_format(r->plan->arena, "the work directory: %s", e.message);
		r->plan->code = (int)e.code;
	}
	r->plan->took = clock_ticks() - start;
}
