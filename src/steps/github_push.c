/* SPDX-License-Identifier: Apache-2.0 */
/*
 * github-push: send a checkout's commits through GitHub's API, which signs them
 * (doc/kargo-rules.md 6.1). A push to a staging ref brings the objects there; each commit is made
 * again from them, and the branch moves to the last one. A branch that holds the commit already is
 * left alone, so that a step that runs again after a crash pushes nothing twice.
 */
#include "steps/step.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge.h"
#include "forge/github_objects.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "git/signed_commit.h"
#include "steps/git_work.h"
#include "steps/pull_request.h"
#include "steps/push.h"
#include "steps/turns.h"

enum { MOST_COMMITS = 10 };

static const struct step_param params[] = {
	PUSH_PARAMS,
	{ .name = "insecureSkipTLSVerify",
	  .kind = PARAM_BOOL,
	  .help = "Do not check the certificate of GitHub's API.",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "branch", "The branch pushed to." },
	{ "commit", "Id of the branch's commit, as GitHub made it." },
	{ "commitURL", "The commit's page." },
	{ 0 },
};

struct github_push {
	struct push push;
	struct forge *forge;
	const char *staging;            /* a ref that no list of branches shows */
};

/* As Kargo's server takes it from its environment. */
static size_t most_commits(void)
{
	const char *text = getenv("GITHUB_PUSH_MAX_REVISIONS");
	long count = text ? strtol(text, NULL, 10) : 0;

	return count > 0 ? (size_t)count : MOST_COMMITS;
}

static bool signs_all(void)
{
	const char *text = getenv("GITHUB_PUSH_VERIFY_UNTRUSTED_COMMITS");

	return text && strcmp(text, "true") == 0;
}

/* The API takes tokens only, so what git could do with a key is not enough. */
static bool github_push_begin(struct github_push *g, struct step_result *result, struct err *e)
{
	struct push *p = &g->push;
	struct step_run *r = p->r;
	struct forge_options o = { .provider = "github" };
	const char *where;

	if (!push_begin(p, e))
		return false;
	where = remote_name(r->arena, p->origin.url);
	if (!p->access.password || !*p->access.password) {
		result->status = STEP_FAILED;
		return err_set(e, ERR_CONFIG,
			       p->access.ssh_key
				       ? "GitHub's API takes no SSH key: %s needs a Secret with a "
					 "token or a GitHub App"
				       : "%s has no Secret with a token or a GitHub App",
			       where);
	}
	o.url = p->origin.url;
	o.token = p->access.password;
	o.insecure = step_truth(r, "insecureSkipTLSVerify", false);
	g->staging = str_format(r->arena, "kargo/staging/%s", r->subject->promotion);
	return pull_request_open(r, &o, &g->forge, e);
}

/* Whether the commit is to be GitHub's own: our key vouches for it, or whoever set this up does for all. */
static bool github_push_trusts(struct github_push *g, const char *commit, bool *ours, bool *trusts,
			       struct err *e)
{
	struct push *p = &g->push;
	enum commit_trust is;
	struct oid id;

	assert(strlen(commit) == sizeof(id.hex) - 1);
	memcpy(id.hex, commit, sizeof(id.hex));
	if (!commit_trust(p->repo, &id, p->author.by.key, &is, e))
		return false;
	*ours = is == COMMIT_OURS;
	*trusts = *ours || signs_all();
	return true;
}

/* A commit without people is GitHub's to sign; whose work it is stays in its message. */
static void github_push_credit(struct github_push *g, const struct value *author, bool ours,
			       struct github_commit *out)
{
	const struct repo_person *self = &g->push.author.by.who;
	struct arena *a = g->push.r->arena;
	const char *name = value_text(value_get(author, "name"), "");
	const char *email = value_text(value_get(author, "email"), "");

	if (ours && strcmp(name, self->name) == 0 && strcmp(email, self->email) == 0)
		return;
	if (*name && *email)
		out->message = str_format(a, "%s\n\nCo-authored-by: %s <%s>", out->message, name,
					  email);
}

/* What became of a commit that was made again; itself when it was not. */
struct replayed {
	const char **old, **made;
	size_t count;
};

static const char *replayed_as(const struct replayed *all, const char *old)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(all->old[i], old) == 0)
			return all->made[i];
	return old;
}

static bool github_push_replay_one(struct github_push *g, const struct value *original,
				   const char *before, struct replayed *all, struct err *e)
{
	struct arena *a = g->push.r->arena;
	const struct value *commit = value_get(original, "commit");
	const struct value *parents = value_get(original, "parents");
	const char **mapped = arena_array(a, value_count(parents) + 1, sizeof(*mapped));
	struct github_commit made = { .tree = value_path_text(commit, "tree.sha", ""),
				      .message = value_path_text(commit, "message", ""),
				      .parents = mapped,
				      .nparents = 1 };

	bool ours, trusts;

	if (!github_push_trusts(g, value_path_text(original, "sha", ""), &ours, &trusts, e))
		return false;
	mapped[0] = before;
	if (value_count(parents) > 1)
		made.nparents = value_count(parents);
	for (size_t i = 0; made.nparents > 1 && i < made.nparents; i++)
		mapped[i] = replayed_as(all, value_path_text(value_at(parents, i), "sha", ""));
	if (trusts) {
		github_push_credit(g, value_get(commit, "author"), ours, &made);
	} else {
		made.author = value_get(commit, "author");
		made.committer = value_get(commit, "committer");
	}
	all->old[all->count] = value_path_text(original, "sha", "");
	return github_make_commit(g->forge, a, &made, &all->made[all->count], e);
}

/* Makes the commits again; *head is the last one. */
static bool github_push_replay(struct github_push *g, const struct github_comparison *c,
			       const char **head, struct err *e)
{
	size_t count = value_count(c->commits);
	struct replayed all = { .old = arena_array(g->push.r->arena, count + 1, sizeof(*all.old)),
				.made = arena_array(g->push.r->arena, count + 1, sizeof(*all.made)) };

	*head = c->merge_base;
	for (size_t i = 0; i < count; i++) {
		if (!github_push_replay_one(g, value_at(c->commits, i), *head, &all, e))
			return err_wrap(e, "commit %zu of %zu", i + 1, count);
		*head = all.made[all.count++];
	}
	return true;
}

/* Where the branch is now, or where a new one begins, compared with what is to be pushed. */
static bool github_push_compare(struct github_push *g, bool is_new, struct github_comparison *out,
				struct err *e)
{
	struct push *p = &g->push;
	struct arena *a = p->r->arena;
	const char *from = is_new ? p->origin.branch : p->branch;

	if (!from)
		return err_set(e, ERR_CONFIG,
			       "%s does not exist, and the checkout is of no branch that it could "
			       "begin at",
			       p->branch);
	*out = (struct github_comparison){ .head = p->origin.head.hex };
	if (!github_ref(g->forge, a, str_format(a, "heads/%s", from), &out->base, e) ||
	    !github_compare(g->forge, a, out, e))
		return false;
	if (out->order > GITHUB_AHEAD && !p->force)
		return err_again(e, ERR_CONFLICT, "%s has moved", p->branch);
	if (out->total > most_commits())
		return err_set(e, ERR_LIMIT,
			       "%zu commits are to be pushed, and at most %zu may be "
			       "(GITHUB_PUSH_MAX_REVISIONS)",
			       out->total, most_commits());
	if (out->total > value_count(out->commits))
		return err_set(e, ERR_LIMIT, "%zu commits are to be pushed, and GitHub lists only %zu",
			       out->total, value_count(out->commits));
	return true;
}

static bool github_push_move(struct github_push *g, bool is_new, const char *head, struct err *e)
{
	struct push *p = &g->push;
	struct arena *a = p->r->arena;
	const char *ref = str_format(a, "heads/%s", p->branch);
	const struct github_move move = { ref, head, p->force };

	return is_new ? github_make_ref(g->forge, a, ref, head, e)
		      : github_move_ref(g->forge, a, &move, e);
}

/* The checkout goes on from what GitHub made. */
static bool github_push_sync(struct push *p, const char *head, struct err *e)
{
	struct oid made, theirs;

	assert(strlen(head) == sizeof(made.hex) - 1);
	memcpy(made.hex, head, sizeof(made.hex));
	if (strcmp(made.hex, p->origin.head.hex) == 0)
		return true;
	if (!push_look(p, &theirs, e) || !work_move(p->repo, &made, e))
		return err_wrap(e, "fetching what was pushed");
	p->origin.head = made;
	return true;
}

static bool github_push_attempt(struct github_push *g, struct step_result *result, struct err *e)
{
	struct push *p = &g->push;
	struct github_comparison found;
	struct remote_push stage = { .force = true };
	struct oid theirs;
	const char *head;

	if (!push_integrate(p, result, e))
		return false;
	stage.source = p->origin.head.hex;
	stage.target = str_format(p->r->arena, "refs/%s", g->staging);
	step_report(p->r, "pushing to %s through GitHub's API", p->branch);
	if (!remote_push(p->repo, &(struct remote){ p->origin.url, &p->access }, &stage, 1, e) ||
	    !push_look(p, &theirs, e) || !github_push_compare(g, !theirs.hex[0], &found, e))
		return false;
	if (found.order == GITHUB_IDENTICAL && theirs.hex[0])
		return true;
	return github_push_replay(g, &found, &head, e) &&
	       github_push_move(g, !theirs.hex[0], head, e) && github_push_sync(p, head, e);
}

static bool github_push_or_come_back(struct github_push *g, struct step_result *result,
				     struct err *e)
{
	int64_t attempts = push_attempts(&g->push), most = push_most_attempts(&g->push);

	for (int i = 0; i < PUSH_AT_ONCE; i++) {
		if (github_push_attempt(g, result, e))
			return true;
		if (e->code != ERR_CONFLICT || result->status == STEP_FAILED || ++attempts >= most)
			return false;
	}
	push_come_back(&g->push, result, attempts);
	return true;
}

static bool github_push_send(struct github_push *g, struct step_result *result, struct err *e)
{
	struct push *p = &g->push;
	bool fine = github_push_or_come_back(g, result, e);
	struct err ignored;

	if (!github_delete_ref(g->forge, p->r->arena, g->staging, &ignored))
		step_report(p->r, "%s", ignored.message);
	if (!fine) {
		bool passes = e->passes;

		git_work_failed(e);
		e->again = passes || (e->again && result->status != STEP_FAILED);
		return false;
	}
	if (result->status == STEP_RUNNING)
		return true;
	if (git_work_mirrors(p->r))
		mirror_link_objects(git_work_mirrors(p->r), p->repo, &p->origin.head);
	push_report(p, result, "github");
	return true;
}

static bool github_push_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct github_push g = { .push.r = r };
	bool fine = github_push_begin(&g, result, e);

	if (fine && push_is_our_turn(&g.push, result)) {
		fine = github_push_send(&g, result, e);
		if (r->services->turns)
			turns_leave(r->services->turns, r->subject->promotion);
	}
	push_end(&g.push);
	return fine;
}

/* The commit's id is GitHub's to make, so it is not among the outputs that a plan knows. */
static bool github_push_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct github_push g = { .push.r = r };
	size_t commits = 0;
	bool fine = github_push_begin(&g, result, e) &&
		    push_rehearse(&g.push, " through GitHub's API", &commits, result, e);

	if (fine && commits > most_commits())
		fine = err_set(e, ERR_LIMIT,
			       "%zu commits would be pushed, and at most %zu may be "
			       "(GITHUB_PUSH_MAX_REVISIONS)",
			       commits, most_commits());
	if (fine)
		step_output(r, result, "branch", value_string(r->arena, g.push.branch));
	result->is_unforeseen = true;
	push_end(&g.push);
	return fine;
}

const struct step_def step_github_push = {
	.kind = "github-push",
	.summary = "Push a checkout's commits through GitHub's API, which signs them.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.is_effect = true,
	.check = push_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = github_push_rehearse,
	.run = github_push_run,
};
