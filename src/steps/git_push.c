/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-push: send a checkout's commits or a tag (doc/kargo-rules.md 6.1). The push comes
 * first; only when the remote has moved is there anything to integrate. A branch that
 * holds the commit already is left alone, so that pushing again does nothing.
 */
#include "steps/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "git/work.h"
#include "steps/foresee.h"
#include "steps/git_work.h"
#include "steps/rehearse.h"
#include "steps/turns.h"

/* TURN_MS is how soon it asks by itself; it is asked sooner when its turn comes. */
enum { ATTEMPTS = 10, AT_ONCE = 2, FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, TURN_MS = 30000 };

static const char *const providers[] = { "azure", "bitbucket", "gitea", "github", "gitlab", NULL };

static const struct step_param params[] = {
	{ .name = "path",
	  .kind = PARAM_PATH,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The checkout." },
	{ .name = "targetBranch",
	  .kind = PARAM_STRING,
	  .help = "The branch to push to.",
	  .otherwise = "the current branch" },
	{ .name = "generateTargetBranch",
	  .kind = PARAM_BOOL,
	  .help = "Push, by force, to kargo/promotion/<promotion>.",
	  .otherwise = "false" },
	{ .name = "tag", .kind = PARAM_STRING, .help = "Push this tag instead of a branch." },
	{ .name = "force",
	  .kind = PARAM_BOOL,
	  .help = "Replace what the branch holds.",
	  .otherwise = "false" },
	{ .name = "maxAttempts",
	  .kind = PARAM_INT,
	  .help = "How often to rebase and try again when the remote has moved.",
	  .otherwise = "10" },
	{ .name = "provider",
	  .kind = PARAM_STRING,
	  .choices = providers,
	  .help = "Whose pages commitURL leads to.",
	  .otherwise = "told by the host's name" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "branch", "The branch pushed to (the current one for a tag)." },
	{ "commit", "Id of the checkout's commit." },
	{ "commitURL", "The commit's page, when the provider is known." },
	{ 0 },
};

static const char *git_push_given(const struct value *config, const char *name)
{
	const char *text = value_text(value_get(config, name), "");

	return *text ? text : NULL;
}

static bool git_push_check(const struct value *config, struct err *e)
{
	bool generate = value_truth(value_get(config, "generateTargetBranch"), false);
	int targets = generate + !!git_push_given(config, "targetBranch") +
		      !!git_push_given(config, "tag");
	const struct value *attempts = value_get(config, "maxAttempts");
	int64_t count;

	if (targets > 1)
		return err_set(e, ERR_CONFIG,
			       "only one of targetBranch, generateTargetBranch and tag can "
			       "be given");
	if (git_push_given(config, "tag") && value_truth(value_get(config, "force"), false))
		return err_set(e, ERR_CONFIG, "force: does not go with tag");
	if (attempts && (!value_integer(attempts, &count) || count < 1))
		return err_set(e, ERR_CONFIG, "maxAttempts: must be at least 1");
	return true;
}

/* One run of the step. */
struct git_push_state {
	struct step_run *r;
	struct repo *repo;
	struct work_origin origin;
	struct remote_access access;
	const char *branch;             /* the output */
	const char *source, *target;    /* full refs, or an id */
	bool force, is_tag;
};

static bool aim(struct git_push_state *p, struct err *e)
{
	struct arena *a = p->r->arena;
	const char *tag = git_push_given(p->r->config, "tag");

	p->branch = git_push_given(p->r->config, "targetBranch");
	p->force = step_truth(p->r, "force", false);
	if (step_truth(p->r, "generateTargetBranch", false)) {
		p->branch = str_format(a, "kargo/promotion/%s", p->r->subject->promotion);
		p->force = true;
	}
	if (!p->branch)
		p->branch = p->origin.branch;
	p->is_tag = tag != NULL;
	if (tag) {
		p->source = p->target = str_format(a, "refs/tags/%s", tag);
		return true;
	}
	if (!p->branch)
		return err_set(e, ERR_CONFIG,
			       "the checkout is of a commit and not of a branch: name a "
			       "targetBranch");
	if (!p->origin.head.hex[0])
		return err_set(e, ERR_CONFIG, "the checkout has no commit yet");
	p->source = p->origin.head.hex;
	p->target = str_format(a, "refs/heads/%s", p->branch);
	return true;
}

/*
 * Which of the two ways, when both are safe: as the setting says, else as the
 * GIT_PUSH_INTEGRATION_POLICY of Kargo's server. AlwaysRebase was the default before Kargo 1.12,
 * RebaseOrMerge is since then.
 */
static bool must_merge(struct git_push_state *p, const struct oid *theirs, bool *merge,
		       struct err *e)
{
	const struct step_services *s = p->r->services;
	const char *policy = s && s->push_policy ? s->push_policy
						 : getenv("GIT_PUSH_INTEGRATION_POLICY");
	bool would_unsign;

	*merge = false;
	if (!policy || !*policy || strcmp(policy, "AlwaysRebase") == 0)
		return true;
	*merge = strcmp(policy, "AlwaysMerge") == 0;
	if (*merge)
		return true;
	if (strcmp(policy, "RebaseOrMerge") != 0 && strcmp(policy, "RebaseOrFail") != 0)
		return err_set(e, ERR_CONFIG, "GIT_PUSH_INTEGRATION_POLICY: \"%s\" is no policy",
			       policy);
	if (!work_would_unsign(p->repo, theirs, &would_unsign, e))
		return false;
	if (would_unsign && strcmp(policy, "RebaseOrFail") == 0)
		return err_set(e, ERR_REFUSED, "%s has moved, and a rebase would strip signatures",
			       p->branch);
	*merge = would_unsign;
	return true;
}

/* What the remote's branch holds now; "" when there is none. */
static bool git_push_look(struct git_push_state *p, struct oid *theirs, struct err *e)
{
	struct arena *a = p->r->arena;
	const char *here = str_format(a, "refs/remotes/origin/%s", p->branch);
	const char *spec = str_format(a, "+%s:%s", p->target, here);

	theirs->hex[0] = '\0';
	if (!remote_fetch(p->repo, a, p->origin.url, &p->access, &spec, 1, true, NULL, e))
		return false;
	return repo_ref(p->repo, here, theirs, e) || e->code == ERR_NOT_FOUND;
}

static bool put_on_top(struct git_push_state *p, const struct oid *theirs, struct err *e)
{
	struct repo_person who;
	bool merge;

	if (!must_merge(p, theirs, &merge, e))
		return false;
	git_work_person(p->r, p->origin.author_name, p->origin.author_email, &who);
	return merge ? work_merge(p->repo, theirs, &who,
				  str_format(p->r->arena, "Merge branch '%s'\n", p->branch),
				  &p->origin.head, e)
		     : work_rebase(p->repo, theirs, &p->origin.head, e);
}

/* The remote has moved: what it has comes first. A branch that is gone is pushed anew. */
static bool integrate(struct git_push_state *p, struct err *e)
{
	struct oid theirs;

	step_report(p->r, "%s has moved: integrating", p->branch);
	return git_push_look(p, &theirs, e) && (!theirs.hex[0] || put_on_top(p, &theirs, e));
}

static bool integrate_first(struct git_push_state *p, struct step_result *result, struct err *e)
{
	if (p->force || integrate(p, e))
		return true;
	if (e->code == ERR_REFUSED)
		result->status = STEP_FAILED;
	return false;
}

/* Up to half again as long, so that those who met here do not meet once more. */
static int64_t pause_after(int64_t attempts)
{
	int64_t wait = FIRST_WAIT_MS;
	uint32_t dice;

	for (int64_t i = AT_ONCE; i < attempts && wait < LONGEST_WAIT_MS; i++)
		wait = wait * 3 / 2;
	wait = wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
	random_bytes(&dice, sizeof(dice));
	return wait + (int64_t)(dice % (uint32_t)(wait / 2 + 1));
}

/* Another process was faster twice: the step waits its pause outside the worker, and goes on counting. */
static bool come_back(struct git_push_state *p, struct step_result *result, int64_t attempts)
{
	struct value *memory = value_map(p->r->arena);

	value_set(p->r->arena, memory, "attempts", value_int(p->r->arena, attempts));
	result->memory = memory;
	result->status = STEP_RUNNING;
	result->retry_after = pause_after(attempts);
	result->message = str_format(p->r->arena, "%s moves faster than we push: %lld attempts so far",
				     p->branch, (long long)attempts);
	return true;
}

static bool push_or_come_back(struct git_push_state *p, struct step_result *result, struct err *e)
{
	int64_t most = ATTEMPTS, attempts = 0;
	const struct remote_push what = { .source = p->source,
					  .target = p->target,
					  .force = p->force };

	value_integer(value_get(p->r->config, "maxAttempts"), &most);
	value_integer(value_get(p->r->memory, "attempts"), &attempts);
	for (int i = 0; i < AT_ONCE; i++) {
		if (attempts && !integrate_first(p, result, e))
			return false;
		step_report(p->r, "pushing to %s", p->branch);
		if (remote_push(p->repo, p->origin.url, &p->access, &what, 1, e))
			return true;
		if (e->code != ERR_CONFLICT || p->is_tag || ++attempts >= most)
			return false;
	}
	return come_back(p, result, attempts);
}

static void git_push_report(struct git_push_state *p, struct step_result *result)
{
	struct arena *a = p->r->arena;
	const char *url = forge_commit_url(a, git_push_given(p->r->config, "provider"),
					   p->origin.url, p->origin.head.hex);

	step_output(p->r, result, "branch", value_string(a, p->branch ? p->branch : ""));
	step_output(p->r, result, "commit", value_string(a, p->origin.head.hex));
	if (url)
		step_output(p->r, result, "commitURL", value_string(a, url));
}

static bool git_push_begin(struct git_push_state *p, struct err *e)
{
	struct step_run *r = p->r;

	if (!git_work_open(r, step_text(r, "path", ""), &p->repo, e) ||
	    !work_origin(p->repo, r->arena, &p->origin, e))
		return git_work_failed(e);
	if (!p->origin.url)
		return err_set(e, ERR_CONFIG, "%s has no remote origin", step_text(r, "path", ""));
	return git_work_access(r, p->origin.url, p->origin.insecure, &p->access, e) && aim(p, e);
}

/* As a push would find the branch if it were sent now: on top of what others pushed. */
static bool foresee(struct git_push_state *p, bool *is_new, size_t *commits, struct err *e)
{
	struct foreseen_push push = { .url = p->origin.url, .branch = p->branch };
	struct oid theirs, before = p->origin.head;
	bool holds;

	if (!git_push_look(p, &theirs, e))
		return git_work_failed(e);
	*is_new = !theirs.hex[0];
	if (!*is_new && !repo_is_ancestor(p->repo, &theirs, &p->origin.head, &holds, e))
		return false;
	if (!*is_new && !holds && !p->force && !put_on_top(p, &theirs, e))
		return false;
	push.tip = *is_new ? NULL : &theirs;
	push.head = &p->origin.head;
	push.is_integrated = strcmp(before.hex, p->origin.head.hex) != 0;
	return foresee_push(p->r, p->repo, &push, commits, e);
}

static bool rehearse_push(struct git_push_state *p, struct step_result *result, struct err *e)
{
	const char *where = remote_name(p->r->arena, p->origin.url);
	size_t commits = 0;
	bool is_new = false;

	if (p->is_tag) {
		step_announce(p->r, result, "push the tag %s to %s",
			      git_push_given(p->r->config, "tag"), where);
		git_push_report(p, result);
		return true;
	}
	if (!foresee(p, &is_new, &commits, e))
		return false;
	if (!commits && !is_new)
		step_announce(p->r, result, "push nothing: %s of %s holds it already", p->branch, where);
	else
		step_announce(p->r, result, "%spush %zu commit%s to %s%s of %s",
			      p->force ? "force-" : "", commits, commits == 1 ? "" : "s",
			      is_new ? "the new branch " : "", p->branch, where);
	git_push_report(p, result);
	return true;
}

static bool git_push_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct git_push_state p = { .r = r };
	bool fine = git_push_begin(&p, e) && rehearse_push(&p, result, e);

	repo_close(p.repo);
	return fine;
}

/* Pushes to one branch go one after the other within a process; whose turn it is not yet comes back. */
static bool is_our_turn(struct git_push_state *p, struct step_result *result)
{
	struct arena *a = p->r->arena;
	struct turns *turns = p->r->services->turns;
	const char *what = str_format(a, "%s %s", url_normal_git(a, p->origin.url), p->target);

	if (!turns || turns_take(turns, what, p->r->subject->promotion))
		return true;
	result->status = STEP_RUNNING;
	result->retry_after = TURN_MS;
	result->message = str_format(a, "waits for its turn to push to %s of %s",
				     p->branch ? p->branch : p->target, remote_name(a, p->origin.url));
	return false;
}

static bool git_push_send(struct git_push_state *p, struct step_result *result, struct err *e)
{
	if (!push_or_come_back(p, result, e)) {
		bool passes = e->passes;

		git_work_failed(e);
		/* Both sides changed the same: another attempt would find the same. */
		e->again = passes || (e->again && result->status != STEP_FAILED);
		return false;
	}
	if (result->status == STEP_RUNNING)
		return true;
	if (git_work_mirrors(p->r))
		mirror_link_objects(git_work_mirrors(p->r), p->repo, &p->origin.head);
	git_push_report(p, result);
	return true;
}

static bool git_push_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct git_push_state p = { .r = r };
	bool fine = git_push_begin(&p, e);

	if (fine && is_our_turn(&p, result)) {
		fine = git_push_send(&p, result, e);
		if (r->services->turns)
			turns_leave(r->services->turns, r->subject->promotion);
	}
	repo_close(p.repo);
	return fine;
}

const struct step_def step_git_push = {
	.kind = "git-push",
	.summary = "Push a checkout's commits or a tag.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS,
	.is_effect = true,
	.check = git_push_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = git_push_rehearse,
	.run = git_push_run,
};
