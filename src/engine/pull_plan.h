/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a pull request that a promotion has opened brings to its target: a plan with that diff alone, read
 * from git, which is the same for every forge.
 */
#ifndef GANTRY_ENGINE_PULL_PLAN_H
#define GANTRY_ENGINE_PULL_PLAN_H

#include "base/base.h"

struct engine;
struct err;
struct intent;
struct promotion_run;

/*
 * Makes r ready for the pull request that step i->step of i->promotion waits for. ERR_NOT_FOUND: it is not
 * known any more, or the step tells of no branches. The engine's thread, which has looked.
 */
bool pull_plan_prepare(struct engine *en, struct promotion_run *r, const struct intent *i,
		       struct err *e) MUST_USE;

/* Fills r->plan. A worker. */
void pull_plan_make(struct promotion_run *r);

#endif
