/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A push that was refused since others were faster waits longer each time, outside the worker; what
 * it has counted comes back to it as its memory.
 */
#include "steps/push.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/remote.h"
#include "git/repo.h"
#include "steps/foresee.h"
#include "steps/git_work.h"
#include "steps/rehearse.h"
#include "steps/turns.h"

/* TURN_MS is how soon it asks by itself; it is asked sooner when its turn comes. */
enum { FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000, TURN_MS = 30000 };

const char *push_given(const struct value *config, const char *name)
{
	const char *text = value_text(value_get(config, name), "");

	return *text ? text : NULL;
}

bool push_check(const struct value *config, struct err *e)
{
	bool generate = value_truth(value_get(config, "generateTargetBranch"), false);
	int targets = generate + !!push_given(config, "targetBranch") +
		      !!push_given(config, "tag");
	const struct value *attempts = value_get(config, "maxAttempts");
	int64_t count;

	if (targets > 1)
		return err_set(e, ERR_CONFIG,
			       "only one of targetBranch, generateTargetBranch and tag can "
			       "be given");
	if (push_given(config, "tag") && value_truth(value_get(config, "force"), false))
		return err_set(e, ERR_CONFIG, "force: does not go with tag");
	if (attempts && (!value_integer(attempts, &count) || count < 1))
		return err_set(e, ERR_CONFIG, "maxAttempts: must be at least 1");
	return true;
}

/* The branch, once the checkout is known. */
static bool push_aim(struct push *p, struct err *e)
{
	struct arena *a = p->r->arena;
	const char *tag = push_given(p->r->config, "tag");

	p->branch = push_given(p->r->config, "targetBranch");
	p->force = step_truth(p->r, "force", false);
	if (step_truth(p->r, "generateTargetBranch", false)) {
		p->branch = str_format(a, "kargo/promotion/%s", p->r->subject->promotion);
		p->force = true;
	}
	if (!p->branch)
		p->branch = p->origin.branch;
	if (tag) {
		p->target = str_format(a, "refs/tags/%s", tag);
		return true;
	}
	if (!p->branch)
		return err_set(e, ERR_CONFIG,
			       "the checkout is of a commit and not of a branch: name a "
			       "targetBranch");
	if (!p->origin.head.hex[0])
		return err_set(e, ERR_CONFIG, "the checkout has no commit yet");
	p->target = str_format(a, "refs/heads/%s", p->branch);
	return true;
}

bool push_begin(struct push *p, struct err *e)
{
	struct step_run *r = p->r;
	struct git_identity who;

	if (!git_work_open(r, step_text(r, "path", ""), &p->repo, e) ||
	    !work_origin(p->repo, r->arena, &p->origin, e))
		return git_work_failed(e);
	if (!p->origin.url)
		return err_set(e, ERR_CONFIG, "%s has no remote origin", step_text(r, "path", ""));
	who = git_work_identity_in(r, p->repo, &p->origin, NULL);
	return git_work_access(r, p->origin.url, p->origin.insecure, &p->access, e) && push_aim(p, e) &&
	       git_work_author_open(r, &who, &p->author, e);
}

void push_end(struct push *p)
{
	git_work_author_close(&p->author);
	repo_close(p->repo);
}

bool push_look(struct push *p, struct oid *theirs, struct err *e)
{
	struct arena *a = p->r->arena;
	const char *here = str_format(a, "refs/remotes/origin/%s", p->branch);
	const char *spec = str_format(a, "+%s:%s", p->target, here);
	const struct remote_fetch branch = { { p->origin.url, &p->access }, &spec, 1, .prune = true };

	theirs->hex[0] = '\0';
	if (!remote_fetch(p->repo, a, &branch, NULL, e))
		return false;
	return repo_ref(p->repo, here, theirs, e) || e->code == ERR_NOT_FOUND;
}

/*
 * Which of the two ways, when both are safe: as the setting says, else as the
 * GIT_PUSH_INTEGRATION_POLICY of Kargo's server. AlwaysRebase was the default before Kargo 1.12,
 * RebaseOrMerge is since then.
 */
static bool push_must_merge(struct push *p, const struct oid *theirs, bool *merge,
		       struct err *e)
{
	const struct step_services *s = p->r->services;
	const char *policy = s && s->push_policy ? s->push_policy
						 : getenv("GIT_PUSH_INTEGRATION_POLICY");
	bool may;

	*merge = false;
	if (!policy || !*policy || strcmp(policy, "AlwaysRebase") == 0)
		return true;
	*merge = strcmp(policy, "AlwaysMerge") == 0;
	if (*merge)
		return true;
	if (strcmp(policy, "RebaseOrMerge") != 0 && strcmp(policy, "RebaseOrFail") != 0)
		return err_set(e, ERR_CONFIG, "GIT_PUSH_INTEGRATION_POLICY: \"%s\" is not a policy",
			       policy);
	if (!work_may_rebase(p->repo, theirs, p->author.by.key, &may, e))
		return false;
	if (!may && strcmp(policy, "RebaseOrFail") == 0)
		return err_set(e, ERR_REFUSED,
			       "%s has moved, and a rebase would strip signatures or sign what others "
			       "made",
			       p->branch);
	*merge = !may;
	return true;
}

static bool push_put_on_top(struct push *p, const struct oid *theirs, struct err *e)
{
	const struct work_merge how = { *theirs, &p->author.by,
					str_format(p->r->arena, "Merge branch '%s'\n", p->branch) };
	bool merge;

	if (!push_must_merge(p, theirs, &merge, e))
		return false;
	return merge ? work_merge(p->repo, &how, &p->origin.head, e)
		     : work_rebase(p->repo, theirs, &p->author.by, &p->origin.head, e);
}

/* What the remote has comes first. A branch that is gone is pushed again. */
bool push_integrate(struct push *p, struct step_result *result, struct err *e)
{
	struct oid theirs;

	if (p->force)
		return true;
	if (push_look(p, &theirs, e) && (!theirs.hex[0] || push_put_on_top(p, &theirs, e)))
		return true;
	if (e->code == ERR_REFUSED)
		result->status = STEP_FAILED;
	return false;
}

/* Up to half again as long, so that those who met here do not meet once more. */
static int64_t push_pause(int64_t attempts)
{
	int64_t wait = FIRST_WAIT_MS;
	uint32_t dice;

	for (int64_t i = PUSH_AT_ONCE; i < attempts && wait < LONGEST_WAIT_MS; i++)
		wait = wait * 3 / 2;
	wait = wait < LONGEST_WAIT_MS ? wait : LONGEST_WAIT_MS;
	random_bytes(&dice, sizeof(dice));
	return wait + (int64_t)(dice % (uint32_t)(wait / 2 + 1));
}

int64_t push_attempts(const struct push *p)
{
	int64_t attempts = 0;

	value_integer(value_get(p->r->memory, "attempts"), &attempts);
	return attempts;
}

int64_t push_most_attempts(const struct push *p)
{
	int64_t most = PUSH_ATTEMPTS;

	value_integer(value_get(p->r->config, "maxAttempts"), &most);
	return most;
}

void push_come_back(struct push *p, struct step_result *result, int64_t attempts)
{
	struct value *memory = value_map(p->r->arena);

	value_set(p->r->arena, memory, "attempts", value_int(p->r->arena, attempts));
	result->memory = memory;
	result->status = STEP_RUNNING;
	result->retry_after = push_pause(attempts);
	result->message = str_format(p->r->arena, "%s moves faster than we push: %lld attempts so far",
				     p->branch, (long long)attempts);
}

void push_report(struct push *p, struct step_result *result, const char *provider)
{
	struct arena *a = p->r->arena;
	const char *url = forge_commit_url(a, provider, p->origin.url, p->origin.head.hex);

	step_output(p->r, result, "branch", value_string(a, p->branch ? p->branch : ""));
	step_output(p->r, result, "commit", value_string(a, p->origin.head.hex));
	if (url)
		step_output(p->r, result, "commitURL", value_string(a, url));
}

/* As a push would find the branch if it were sent now: on top of what others pushed. */
static bool push_foresee(struct push *p, bool *is_new, size_t *commits, struct err *e)
{
	struct foreseen_push push = { .url = p->origin.url, .branch = p->branch };
	struct oid theirs, before = p->origin.head;
	bool holds;

	if (!push_look(p, &theirs, e))
		return git_work_failed(e);
	*is_new = !theirs.hex[0];
	if (!*is_new && !repo_is_ancestor(p->repo, &theirs, &p->origin.head, &holds, e))
		return false;
	if (!*is_new && !holds && !p->force && !push_put_on_top(p, &theirs, e))
		return false;
	push.tip = *is_new ? NULL : &theirs;
	push.head = &p->origin.head;
	push.is_integrated = strcmp(before.hex, p->origin.head.hex) != 0;
	return foresee_push(p->r, p->repo, &push, commits, e);
}

bool push_rehearse(struct push *p, const char *how, size_t *commits, struct step_result *result,
		   struct err *e)
{
	const char *where = remote_name(p->r->arena, p->origin.url);
	bool is_new = false;

	if (!push_foresee(p, &is_new, commits, e))
		return false;
	if (!*commits && !is_new)
		step_announce(p->r, result, "push nothing: %s of %s holds it already", p->branch, where);
	else
		step_announce(p->r, result, "%spush %zu commit%s to %s%s of %s%s",
			      p->force ? "force-" : "", *commits, *commits == 1 ? "" : "s",
			      is_new ? "the new branch " : "", p->branch, where, how);
	return true;
}

bool push_is_our_turn(struct push *p, struct step_result *result)
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
