/* SPDX-License-Identifier: Apache-2.0 */
/* Where the branches are is in the output that git-wait-for-pr leaves in the ledger. */
#include "engine/run_steps.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "model/intent.h"
#include "model/plan.h"
#include "model/world.h"
#include "steps/foresee.h"

static struct plan_pull *pull_plan_read(struct arena *a, const struct value *output)
{
	const struct value *forge = value_get(output, "forge");
	bool is_merged = value_truth(value_path(output, "pr.merged"), false);
	struct plan_pull *pull = arena_alloc(a, sizeof(*pull));

	*pull = (struct plan_pull){
		.url = str_copy(a, value_text(value_get(forge, "repoURL"), "")),
		.source = str_copy(a, value_text(value_get(forge, "source"), "")),
		.target = str_copy(a, value_text(value_get(forge, "target"), "")),
		.head = str_copy(a, value_text(value_get(forge, "head"), "")),
		.merged = is_merged ? str_copy(a, value_text(value_get(output, "commit"), "")) : "",
	};
	return *pull->url && *pull->source && *pull->target ? pull : NULL;
}

bool pull_plan_prepare(struct engine *en, struct promotion_run *r, const struct intent *i,
		       struct err *e)
{
	const struct promotion *p = world_promotion(en->world, i->promotion);
	struct arena *a = r->arena;

	assert(i->promotion);
	if (!p || i->step >= p->nsteps)
		return err_set(e, ERR_NOT_FOUND, "this promotion is no longer kept");
	r->object = value_copy(a, p->object);
	r->project_name = str_copy(a, value_path_text(r->object, "metadata.namespace", ""));
	r->stage = str_copy(a, p->stage);
	r->promotion = r->label = str_copy(a, p->name);
	r->actor = "";
	orchestration_read(a, r->object, true, &r->o);
	r->plan = plan_new(i->id);
	r->plan->stage = str_copy(r->plan->arena, p->stage);
	r->plan->freight = str_copy(r->plan->arena, p->freight);
	r->plan->made_at = clock_now();
	r->plan->pull = pull_plan_read(r->plan->arena, p->steps[i->step].output);
	return r->plan->pull ||
	       err_set(e, ERR_NOT_FOUND, "this step does not say which branches its pull "
					 "request connects");
}

static bool pull_plan_find(const struct step_def *def, struct step_run *r, struct step_result *result,
			   struct err *e)
{
	(void)def, (void)result;
	return foresee_open_pull(r, r->plan->pull, e);
}

void pull_plan_make(struct promotion_run *r)
{
	static const struct step_def asks = { .kind = "pull-request", .needs = STEP_NEEDS_CREDENTIALS };
	const struct pass_work work = { &asks, "", value_map(r->o.arena), pull_plan_find };
	struct step_result none = { .status = STEP_SUCCEEDED };
	int64_t start = clock_ticks();
	struct plan *p = r->plan;
	struct err e;

	if (!folder_make(r->work, 0700, &e) || !pass_step(r, &r->o, &work, &none, &e)) {
		p->error = str_copy(p->arena, e.message);
		p->code = (int)e.code;
	}
	p->phase = PHASE_SUCCEEDED;
	p->took = clock_ticks() - start;
	plan_seal(p);
}
