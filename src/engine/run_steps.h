/* SPDX-License-Identifier: Apache-2.0 */
/* Running the steps of a promotion, or rehearsing them for its plan. Workers, unless noted. */
#ifndef GANTRY_ENGINE_RUN_STEPS_H
#define GANTRY_ENGINE_RUN_STEPS_H

#include "base/base.h"

struct engine;
struct err;
struct intent;
struct orchestration;
struct promotion_run;
struct step_def;
struct step_result;
struct step_run;
struct step_traits;
struct value;

/*
 * evaluate.c: a step's "if" and configuration, with what its expressions may see
 * (doc/kargo-rules.md 4.6, 5).
 */

bool evaluate_condition(struct promotion_run *r, const struct orchestration *o,
			const struct value *step, bool *out, struct err *e) MUST_USE;
bool evaluate_config(struct promotion_run *r, const struct orchestration *o,
		     const struct value *step, struct value **out, struct err *e) MUST_USE;

/* pass.c: what a pass and a rehearsal do alike. A worker. */

/* The step of that kind; NULL: there is none. */
const struct step_def *pass_kind(const struct promotion_run *r, const char *uses);

bool pass_traits(void *run, const char *uses, struct step_traits *out);

/* Kargo: a configuration that its schema refuses fails the step for good. */
bool pass_checked(const struct step_def *def, const struct value *cfg, struct step_result *result,
		  struct err *e) MUST_USE;

struct pass_work {
	const struct step_def *def;
	const char *alias;
	const struct value *config;
	/* Does it, for real or not. */
	bool (*perform)(const struct step_def *def, struct step_run *r, struct step_result *result,
			struct err *e);
};

/* Opens the work directory, gives the step what it needs, and has it performed. */
bool pass_step(struct promotion_run *r, const struct orchestration *o, const struct pass_work *work,
	       struct step_result *result, struct err *e) MUST_USE;

/*
 * rehearse.c: a rehearsal: all steps of a promotion on a scratch copy. Steps that touch the
 * outside are announced (steps/rehearse.h); those that need an output of such a step are not run,
 * and the plan says so. A worker.
 */

/* Fills r->plan; what it worked in is left for the worker to discard. */
void rehearse(struct promotion_run *r);

/*
 * pull_plan.c: what the pull request of a promotion brings to its target branch: a plan with that
 * diff alone, read from git, so it is the same for every forge.
 */

/*
 * Prepares r for the pull request that step i->step of i->promotion waits for. ERR_NOT_FOUND: it is
 * no longer known, or the step names no branches. The engine's thread.
 */
bool pull_plan_prepare(struct engine *en, struct promotion_run *r, const struct intent *i,
		       struct err *e) MUST_USE;

/* Fills r->plan. A worker. */
void pull_plan_make(struct promotion_run *r);

#endif
