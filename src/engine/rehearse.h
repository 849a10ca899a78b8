/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rehearsal: all steps of a promotion on a scratch copy. Steps
 * that touch the outside are announced (steps/rehearse.h); those that need an
 * output of such a step are not run, and the plan says so. A worker.
 */
#ifndef GANTRY_ENGINE_REHEARSE_H
#define GANTRY_ENGINE_REHEARSE_H

struct promotion_run;

/* Fills r->plan; what it worked in is left for the worker to discard. */
void rehearse(struct promotion_run *r);

#endif
