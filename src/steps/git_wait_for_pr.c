/* SPDX-License-Identifier: Apache-2.0 */
/* git-wait-for-pr: wait until a pull request is merged (doc/kargo-rules.md 6.1). */
#include "steps/step.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/remote.h"
#include "steps/git_work.h"
#include "steps/pull_request.h"
#include "steps/rehearse.h"

enum { POLL_MS = 30000 };

static const struct step_param params[] = {
	PULL_REQUEST_PARAMS,
	PULL_REQUEST_WAIT_PARAMS("30s"),
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "pr", "The pull request: {id, url, open, merged}." },
	{ "commit", "The merge commit, when the forge tells it." },
	{ "forge", "While it is open, gantry's own: title, openedAt and counts of approvals and checks." },
	{ 0 },
};

static const char *git_wait_for_pr_why(struct step_run *r, const struct forge_pull *pull)
{
	static const char *const ready[] = {
		[FORGE_READY] = "nobody has merged it yet",
		[FORGE_DRAFT] = "it is a draft",
		[FORGE_CONFLICT] = "it has conflicts",
		[FORGE_BLOCKED] = "reviews or checks are missing",
		[FORGE_CHECKING] = "the forge is checking whether it can be merged",
	};

	return str_format(r->arena, "waiting for pull request %lld to be merged: %s",
			  (long long)pull->number, ready[pull->ready]);
}

/* What people and machines said of it, for those who look. Nothing depends on it: a refusal is fine. */
static void git_wait_for_pr_tell(struct step_run *r, struct forge *forge,
				 const struct forge_pull *pull, struct step_result *result)
{
	struct arena *a = r->arena;
	struct value *said = value_map(a);
	struct forge_review review;
	struct err ignored;

	if (!forge_review(forge, a, pull, &review, &ignored))
		return;

	const struct { const char *key; int count; } counts[] = {
		{ "approvals", review.approvals },
		{ "approvalsWanted", review.approvals_wanted },
		{ "refusals", review.refusals },
		{ "checksPassed", review.checks_passed },
		{ "checksFailed", review.checks_failed },
		{ "checksPending", review.checks_pending },
	};

	value_set(a, said, "title", value_string(a, pull->title ? pull->title : ""));
	if (pull->created_at > 0)
		value_set(a, said, "openedAt", value_int(a, pull->created_at));
	for (size_t i = 0; i < COUNTOF(counts); i++)
		if (counts[i].count >= 0)
			value_set(a, said, counts[i].key, value_int(a, counts[i].count));
	step_output(r, result, "forge", said);
}

/*
 * Does what somebody asked for while it waited; *pull is as it is afterwards. What the forge does not
 * allow, or not yet, is told and tried again at the next look. NULL, or why it is not done.
 */
static const char *git_wait_for_pr_obey(struct step_run *r, struct forge *forge,
					struct forge_pull *pull)
{
	const char *wish = r->subject->pull_request_wish;
	struct forge_merge merge = { .method = NULL };
	int64_t number = pull->number;
	struct err e;

	if (!wish)
		return NULL;
	step_report(r, "%s pull request %lld, as asked", strcmp(wish, "merge") == 0 ? "merging" : "closing",
		    (long long)number);
	if (strcmp(wish, "merge") == 0) {
		if (!forge_merge(forge, r->arena, number, &merge, &e))
			return str_format(r->arena, "it was to be merged, but: %s", e.message);
		if (!merge.merged)
			return str_format(r->arena, "it is merged as soon as it can be: %s",
					  merge.waits_for);
	} else if (!forge_close(forge, r->arena, number, &e)) {
		return str_format(r->arena, "it was to be closed, but: %s", e.message);
	}
	return forge_get(forge, r->arena, number, pull, &e) ? NULL : str_copy(r->arena, e.message);
}

static bool git_wait_for_pr_run(struct step_run *r, struct step_result *result, struct err *e)
{
	int64_t number = pull_request_number(r);
	const char *hindered = NULL;
	struct forge_pull pull;
	struct forge *forge;

	if (!pull_request_forge(r, &forge, e) || !forge_get(forge, r->arena, number, &pull, e))
		return git_work_failed(e);
	if (pull.is_open)
		hindered = git_wait_for_pr_obey(r, forge, &pull);
	step_output(r, result, "pr", pull_request_output(r->arena, &pull, true));
	if (*pull.merge_commit)
		step_output(r, result, "commit", value_string(r->arena, pull.merge_commit));
	if (pull.is_open) {
		git_wait_for_pr_tell(r, forge, &pull, result);
		result->message = hindered ? hindered : git_wait_for_pr_why(r, &pull);
		step_report(r, "%s", result->message);
		pull_request_wait(r, result, POLL_MS);
		return true;
	}
	if (pull.is_merged)
		return true;
	result->status = STEP_FAILED;
	return err_set(e, ERR_REFUSED, "pull request %lld was closed without being merged",
		       (long long)number);
}

static bool git_wait_for_pr_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)e;
	step_announce(r, result, "wait until pull request %lld of %s is merged",
		      (long long)pull_request_number(r),
		      remote_name(r->arena, step_text(r, "repoURL", "")));
	result->is_unforeseen = true;
	return true;
}

const struct step_def step_git_wait_for_pr = {
	.kind = "git-wait-for-pr",
	.summary = "Wait until a pull request is merged.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.is_effect = true,
	.check = pull_request_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = git_wait_for_pr_rehearse,
	.run = git_wait_for_pr_run,
};
