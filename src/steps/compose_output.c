/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compose-output: its whole configuration becomes its output. Inside a task the
 * engine also merges the output into the task's (doc/kargo-rules.md 4.7).
 */
#include "steps/step.h"

#include "base/err.h"
#include "data/value.h"

static const struct step_param params[] = { { 0 } };
static const struct step_output outputs[] = { { 0 } };

static bool compose_output_check(const struct value *config, struct err *e)
{
	if (!value_count(config))
		return err_set(e, ERR_CONFIG, "at least one output is needed: name: value");
	return true;
}

static bool compose_output_run(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)e;
	result->output = value_copy(r->arena, r->config);
	return true;
}

const struct step_def step_compose_output = {
	.kind = "compose-output",
	.summary = "Compose outputs of earlier steps into new ones.",
	.params = params,
	.outputs = outputs,
	.any_param = true,
	.check = compose_output_check,
	.reach = STEP_REACH_WORK,
	.run = compose_output_run,
};
