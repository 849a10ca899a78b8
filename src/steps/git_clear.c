/* SPDX-License-Identifier: Apache-2.0 */
/* git-clear: remove a checkout's files, tracked or new, but ignored ones (doc/kargo-rules.md 6.1). */
#include "steps/step.h"

#include "base/err.h"
#include "git/repo.h"
#include "git/work.h"
#include "steps/git_work.h"

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The checkout." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool git_clear_run(struct step_run *r, struct step_result *result, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;

	(void)result;
	if (!git_work_open(r, step_text(r, "path", ""), &repo, e) || !work_clear(repo, e))
		return git_work_failed(e);
	return true;
}

const struct step_def step_git_clear = {
	.kind = "git-clear",
	.summary = "Remove all files of a checkout.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_WORK,
	.run = git_clear_run,
};
