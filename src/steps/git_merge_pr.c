/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-merge-pr: merge a pull request (doc/kargo-rules.md 6.1). What never can be merged fails at
 * once, on every forge: closed ones, conflicts, methods that are not allowed.
 */
#include "steps/step.h"

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/remote.h"
#include "steps/pull_request.h"
#include "steps/rehearse.h"

enum { POLL_MS = 10000 };

static const struct step_param params[] = {
	PULL_REQUEST_PARAMS,
	PULL_REQUEST_WAIT_PARAMS("10s"),
	{ .name = "mergeMethod",
	  .kind = PARAM_STRING,
	  .flags = PARAM_NOT_EMPTY,
	  .help = "The forge's own word: merge, squash, rebase, …",
	  .otherwise = "the forge's default" },
	{ .name = "deleteSourceBranch",
	  .kind = PARAM_BOOL,
	  .otherwise = "false",
	  .help = "Delete the source branch once it is merged." },
	{ .name = "wait",
	  .kind = PARAM_BOOL,
	  .otherwise = "false",
	  .help = "Wait while it is not ready, instead of failing." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commit", "The merge commit, or an empty text when the forge does not report it." },
	{ 0 },
};

/* The branch's end is not part of the merge: a refusal is told, and that is all. */
static void git_merge_pr_tidy(struct step_run *r, struct forge *forge,
			      const struct forge_pull *pull, struct step_result *result)
{
	struct err e;

	if (step_truth(r, "deleteSourceBranch", false) && *pull->source &&
	    !forge_delete_branch(forge, r->arena, pull->source, &e))
		result->message = str_format(r->arena, "merged, but: %s", e.message);
}

static bool git_merge_pr_judge(struct step_run *r, const struct forge_merge *merge,
			       struct step_result *result, struct err *e)
{
	long long number = (long long)merge->pull.number;

	if (merge->pull.ready == FORGE_CONFLICT) {
		result->status = STEP_FAILED;
		return err_set(e, ERR_REFUSED, "pull request %lld has conflicts with %s", number,
			       merge->pull.target);
	}
	if (!step_truth(r, "wait", false)) {
		result->status = STEP_FAILED;
		return err_set(e, ERR_REFUSED,
			       "pull request %lld is not ready to merge and wait is disabled: %s",
			       number, merge->waits_for);
	}
	result->message = str_format(r->arena, "pull request %lld is not ready to merge: %s",
				     number, merge->waits_for);
	step_report(r, "%s", result->message);
	pull_request_wait(r, result, POLL_MS);
	return true;
}

static bool git_merge_pr_run(struct step_run *r, struct step_result *result, struct err *e)
{
	int64_t number = pull_request_number(r);
	struct forge_merge merge = { .method = step_text(r, "mergeMethod", NULL) };
	struct forge *forge;

	if (!pull_request_forge(r, &forge, e)) {
		e->again = true;
		return false;
	}
	if (!forge_merge(forge, r->arena, number, &merge, e)) {
		if (!e->again)
			result->status = STEP_FAILED;
		return false;
	}
	merge.pull.number = number;
	if (!merge.merged)
		return git_merge_pr_judge(r, &merge, result, e);
	step_output(r, result, "commit", value_string(r->arena, merge.pull.merge_commit));
	git_merge_pr_tidy(r, forge, &merge.pull, result);
	return true;
}

static bool git_merge_pr_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)e;
	step_announce(r, result, "merge pull request %lld of %s", (long long)pull_request_number(r),
		      remote_name(r->arena, step_text(r, "repoURL", "")));
	result->is_unforeseen = true;
	return true;
}

const struct step_def step_git_merge_pr = {
	.kind = "git-merge-pr",
	.summary = "Merge a pull request.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.is_effect = true,
	.check = pull_request_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = git_merge_pr_rehearse,
	.run = git_merge_pr_run,
};
