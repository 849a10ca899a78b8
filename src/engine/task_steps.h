/* SPDX-License-Identifier: Apache-2.0 */
/* A template's steps with its tasks written out (doc/kargo-rules.md 4.7). Pure. Any thread. */
#ifndef GANTRY_ENGINE_TASK_STEPS_H
#define GANTRY_ENGINE_TASK_STEPS_H

#include "base/base.h"

struct arena;
struct err;
struct value;

struct task_input {
	const struct value *steps;      /* of the template */
	const struct value *vars;       /* of the promotion: the Stage's, then the template's */
	const struct value *tasks, *cluster_tasks; /* name to object; may be NULL */
};

/*
 * The steps a Promotion gets: each with its alias, none a task. ERR_CONFIG when a
 * task does not exist or one of its variables has no value.
 */
bool task_steps(struct arena *a, const struct task_input *in, struct value **steps,
	     struct err *e) MUST_USE;

#endif
