/* SPDX-License-Identifier: Apache-2.0 */
/* git-wait-for-pr: wait until a pull request is merged (doc/kargo-rules.md 6.1). */
#include "steps/step.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/remote.h"
#include "model/intent.h"
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
	{ "commit", "The merge commit, when the forge reports it." },
	{ "forge", "gantry's own, for people: repoURL, title, source, target, head, openedAt; "
		   "while it is open, counts of approvals and checks, and a request that was refused." },
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

static bool git_wait_for_pr_wish(const struct step_run *r, const char *what)
{
	return same_text(r->subject->wish.what, what);
}

/* What the forge has refused for good is not tried at every look, only when somebody asks again. */
static const char *git_wait_for_pr_refused(const struct step_run *r, const struct value *memory)
{
	const struct value *refused = value_get(memory, "refused");
	const struct pull_request_wish *wish = &r->subject->wish;

	return refused && same_text(value_path_text(refused, "wish", NULL), wish->what) &&
			       same_text(value_path_text(refused, "asked", NULL), wish->asked)
		       ? value_path_text(refused, "why", "")
		       : NULL;
}

static void git_wait_for_pr_note(struct step_run *r, struct step_result *result, const char *why)
{
	struct value *memory = value_map(r->arena), *refused = value_map(r->arena);
	const struct pull_request_wish *wish = &r->subject->wish;

	value_set(r->arena, refused, "wish", value_string(r->arena, wish->what));
	if (wish->asked)
		value_set(r->arena, refused, "asked", value_string(r->arena, wish->asked));
	value_set(r->arena, refused, "why", value_string(r->arena, why));
	value_set(r->arena, memory, "refused", refused);
	result->memory = memory;
}

/* True with *waits_for set: it cannot be merged yet. */
static bool git_wait_for_pr_merge(struct step_run *r, struct forge *forge, int64_t number,
				  const char **waits_for, struct err *e)
{
	struct forge_merge merge = { .method = NULL };

	step_report(r, "merging pull request %lld, as asked", (long long)number);
	if (!forge_merge(forge, r->arena, number, &merge, e))
		return false;
	*waits_for = merge.merged ? NULL : merge.waits_for;
	return true;
}

/* The forge shows only the token's owner, often a bot, as the one that closed it. */
static const char *git_wait_for_pr_comment(struct step_run *r)
{
	const struct pull_request_wish *wish = &r->subject->wish;
	const char *by = actor_name(r->arena, wish->by), *reason = wish->reason ? wish->reason : "";

	return str_format(r->arena, "Closed%s%s with gantry, %s promotion %s.%s%s", *by ? " by " : "", by,
			  git_wait_for_pr_wish(r, "abort") ? "together with" : "which fails",
			  r->subject->promotion, *reason ? "\n\nReason: " : "", reason);
}

/* A refused comment is not a reason to fail. */
static bool git_wait_for_pr_close(struct step_run *r, struct forge *forge, int64_t number, struct err *e)
{
	struct err refused;

	step_report(r, "closing pull request %lld, as asked", (long long)number);
	if (!forge_close(forge, r->arena, number, e))
		return false;
	if (!forge_comment(forge, r->arena, number, git_wait_for_pr_comment(r), &refused))
		step_report(r, "it is closed, but nothing on it says why: %s", refused.message);
	return true;
}

/* The forge's words without ours around them, which the message repeats. */
static const char *git_wait_for_pr_words(struct step_run *r, int64_t number, const struct err *e)
{
	const char *ours = str_format(r->arena, " pull request %lld: ", (long long)number);
	const char *at = strstr(e->message, ours);

	return str_copy(r->arena, at ? at + strlen(ours) : e->message);
}

/*
 * Does what somebody asked for while it waited; *pull is as it is afterwards. What is not possible yet
 * is told and tried again at the next look. NULL, or why it is not done.
 */
static const char *git_wait_for_pr_obey(struct step_run *r, struct forge *forge,
					struct forge_pull *pull, struct step_result *result)
{
	const char *refused = git_wait_for_pr_refused(r, r->memory), *waits_for = NULL;
	bool merges = git_wait_for_pr_wish(r, "merge"), done;
	struct err e;

	if (!r->subject->wish.what)
		return NULL;
	done = !refused && (merges ? git_wait_for_pr_merge(r, forge, pull->number, &waits_for, &e)
				   : git_wait_for_pr_close(r, forge, pull->number, &e));
	if (!done && !refused) {
		refused = git_wait_for_pr_words(r, pull->number, &e);
		if (!e.again && !e.passes)
			git_wait_for_pr_note(r, result, refused);
	}
	if (refused)
		return str_format(r->arena, "it was to be %s, but: %s",
				  merges ? "merged" : "closed", refused);
	if (waits_for)
		return str_format(r->arena, "it is merged as soon as it can be: %s", waits_for);
	return forge_get(forge, r->arena, pull->number, pull, &e) ? NULL : str_copy(r->arena, e.message);
}

/* Counts of reviews and checks; false: there are none, such as when the token may not read them. */
static bool git_wait_for_pr_count(struct step_run *r, struct forge *forge, const struct forge_pull *pull,
				  struct value *said)
{
	struct forge_review review;
	struct err ignored;

	if (!forge_review(forge, r->arena, pull, &review, &ignored))
		return false;

	const struct { const char *key; int count; } counts[] = {
		{ "approvals", review.approvals },
		{ "approvalsWanted", review.approvals_wanted },
		{ "refusals", review.refusals },
		{ "checksPassed", review.checks_passed },
		{ "checksFailed", review.checks_failed },
		{ "checksPending", review.checks_pending },
	};

	for (size_t i = 0; i < COUNTOF(counts); i++)
		if (counts[i].count >= 0)
			value_set(r->arena, said, counts[i].key, value_int(r->arena, counts[i].count));
	return true;
}

/* For those who look at it, and for its diff (engine/pull_plan.c). No step depends on it. */
static void git_wait_for_pr_tell(struct step_run *r, struct forge *forge,
				 const struct forge_pull *pull, struct step_result *result)
{
	const char *refused = pull->is_open ? git_wait_for_pr_refused(r, result->memory) : NULL;
	struct arena *a = r->arena;
	struct value *said = value_map(a);
	const struct { const char *key, *text; } facts[] = {
		{ "repoURL", remote_name(a, step_text(r, "repoURL", "")) },
		{ "title", pull->title },
		{ "source", pull->source },
		{ "target", pull->target },
		{ "head", pull->head },
	};

	/* What Kargo has no field for is added only where there is something to tell. */
	if (!(pull->is_open ? git_wait_for_pr_count(r, forge, pull, said) || refused
			    : value_get(r->before, "forge") != NULL))
		return;
	for (size_t i = 0; i < COUNTOF(facts); i++)
		if (facts[i].text && *facts[i].text)
			value_set(a, said, facts[i].key, value_string(a, facts[i].text));
	if (pull->created_at > 0)
		value_set(a, said, "openedAt", value_int(a, pull->created_at));
	if (refused)
		value_set(a, said, "refused", value_string(a, refused));
	step_output(r, result, "forge", said);
}

static void git_wait_for_pr_put_out(struct step_run *r, const struct forge_pull *pull,
				    struct step_result *result)
{
	step_output(r, result, "pr", pull_request_output(r->arena, pull, true));
	if (*pull->merge_commit)
		step_output(r, result, "commit", value_string(r->arena, pull->merge_commit));
}

/* The last look of a promotion that is being aborted: whatever comes of it, no further step runs. */
static void git_wait_for_pr_end(struct step_run *r, struct step_result *result)
{
	long long number = (long long)pull_request_number(r);
	struct forge_pull pull = { .is_open = true };
	const char *hindered = NULL;
	struct forge *forge;
	struct err e;

	pull_request_wait(r, result, POLL_MS);
	result->output = r->before ? value_copy(r->arena, r->before) : NULL;
	if (!pull_request_forge(r, &forge, &e) || !forge_get(forge, r->arena, number, &pull, &e)) {
		hindered = e.message;
	} else {
		if (pull.is_open)
			hindered = git_wait_for_pr_obey(r, forge, &pull, result);
		git_wait_for_pr_put_out(r, &pull, result);
	}
	result->message = pull.is_merged
				  ? str_format(r->arena, "pull request %lld was merged before", number)
			  : pull.is_open ? str_format(r->arena, "pull request %lld stays open: %s", number,
						      hindered ? hindered : "the forge did not close it")
					 : str_format(r->arena, "pull request %lld is closed", number);
	step_report(r, "%s", result->message);
}

static bool git_wait_for_pr_run(struct step_run *r, struct step_result *result, struct err *e)
{
	int64_t number = pull_request_number(r);
	const char *hindered = NULL;
	struct forge_pull pull;
	struct forge *forge;

	if (git_wait_for_pr_wish(r, "abort")) {
		git_wait_for_pr_end(r, result);
		return true;
	}
	if (!pull_request_forge(r, &forge, e) || !forge_get(forge, r->arena, number, &pull, e))
		return git_work_failed(e);
	if (pull.is_open)
		hindered = git_wait_for_pr_obey(r, forge, &pull, result);
	git_wait_for_pr_put_out(r, &pull, result);
	git_wait_for_pr_tell(r, forge, &pull, result);
	if (pull.is_open) {
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
