/* SPDX-License-Identifier: Apache-2.0 */
/* fail: end the promotion as failed, with a message (doc/kargo-rules.md 6.7). */
#include "steps/step.h"

#include "base/err.h"

static const struct step_param params[] = {
	{ .name = "message", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "Why; shown with the promotion." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool fail_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *message = step_text(r, "message", "");

	result->status = STEP_FAILED;
	if (*message)
		return err_set(e, ERR_REFUSED, "failed: %s", message);
	return err_set(e, ERR_REFUSED, "failed");
}

const struct step_def step_fail = {
	.kind = "fail",
	.summary = "Fail the promotion with a message.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_WORK,
	.run = fail_run,
};
