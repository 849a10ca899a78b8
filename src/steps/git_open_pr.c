/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-open-pr: open a pull request, or adopt the one that is open already (doc/kargo-rules.md
 * 6.1). Found by both branches and the source's commit, so that a step that runs again after a
 * crash opens no second one. Without a difference there is nothing to ask for: it is skipped.
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "model/plan.h"
#include "steps/foresee.h"
#include "steps/git_work.h"
#include "steps/pull_request.h"
#include "steps/rehearse.h"

static const struct step_param params[] = {
	PULL_REQUEST_PARAMS,
	{ .name = "sourceBranch",
	  .kind = PARAM_STRING,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The branch with the changes; it must have been pushed." },
	{ .name = "targetBranch",
	  .kind = PARAM_STRING,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The branch to merge them into." },
	{ .name = "createTargetBranch",
	  .kind = PARAM_BOOL,
	  .flags = PARAM_REMOVED,
	  .help = "Has no effect: the target branch must exist." },
	{ .name = "title",
	  .kind = PARAM_STRING,
	  .flags = PARAM_NOT_EMPTY,
	  .help = "The title.",
	  .otherwise = "the first line of the newest commit's message" },
	{ .name = "description",
	  .kind = PARAM_STRING,
	  .flags = PARAM_NOT_EMPTY,
	  .help = "The text below it.",
	  .otherwise = "the rest of that message" },
	{ .name = "labels",
	  .kind = PARAM_LIST,
	  .help = "Names of labels; on Gitea they must exist." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "pr", "The pull request: {id, url}." },
	{ 0 },
};

/* One run: what the branches hold. */
struct open_pr {
	struct step_run *r;
	struct mirror *mirror;
	const char *url, *source, *target;
	struct repo_commit head, base;
};

static bool git_open_pr_check(const struct value *config, struct err *e)
{
	const struct value *labels = value_get(config, "labels");

	for (size_t i = 0; i < value_count(labels); i++)
		if (!*value_text(value_at(labels, i), ""))
			return err_set(e, ERR_CONFIG,
				       "labels: each must be a text of one character or more");
	return pull_request_check(config, e);
}

static bool read_branch(struct open_pr *p, const char *branch, struct repo_commit *out,
			struct err *e)
{
	struct repo *repo = mirror_repo(p->mirror);
	struct arena *a = p->r->arena;
	struct oid id;

	if (!repo_ref(repo, str_format(a, "refs/heads/%s", branch), &id, e)) {
		if (e->code == ERR_NOT_FOUND)
			return err_set(e, ERR_NOT_FOUND, "%s has no branch \"%s\"",
				       remote_name(a, p->url), branch);
		return false;
	}
	return repo_read_commit(repo, a, &id, out, e);
}

/* Older Kargos made the target where createTargetBranch was set, so that this says what to do instead. */
static bool git_open_pr_no_target(const struct open_pr *p, struct err *e)
{
	const char *where = remote_name(p->r->arena, p->url);

	return err_set(e, ERR_NOT_FOUND,
		       "%s has no branch \"%s\" that a pull request could go to: make it first, "
		       "for example with git push %s COMMIT:refs/heads/%s",
		       where, p->target, where, p->target);
}

static bool read_target(struct open_pr *p, struct err *e)
{
	return read_branch(p, p->target, &p->base, e) ||
	       (e->code == ERR_NOT_FOUND && git_open_pr_no_target(p, e));
}

/* Both branches as the remote has them now. */
static bool git_open_pr_look(struct open_pr *p, struct err *e)
{
	struct step_run *r = p->r;
	struct remote_access access;

	if (!git_work_access(r, p->url, step_truth(r, "insecureSkipTLSVerify", false), &access, e))
		return false;
	step_report(r, "looking at %s and %s", p->source, p->target);
	return git_work_mirror(r, p->url, &p->mirror, e) && mirror_update(p->mirror, &access, e) &&
	       read_branch(p, p->source, &p->head, e);
}

/* The newest open one of these branches and this commit; a merged one does, too. */
static const struct forge_pull *git_open_pr_best(const struct list *found)
{
	const struct forge_pull *best = NULL;

	for (size_t i = 0; i < found->count; i++) {
		const struct forge_pull *pull = found->items[i];
		int rank = pull->is_open ? 2 : pull->is_merged;
		int so_far = !best ? 0 : best->is_open ? 2 : 1;

		if (rank > so_far ||
		    (rank && rank == so_far && pull->created_at > best->created_at))
			best = pull;
	}
	return best;
}

static const char *git_open_pr_title(const struct open_pr *p)
{
	const char *message = p->head.message;

	return step_text(p->r, "title", str_copy_n(p->r->arena, message, strcspn(message, "\n")));
}

/* What the title leaves of the message; all of it when the title is given. */
static const char *git_open_pr_description(const struct open_pr *p)
{
	struct arena *a = p->r->arena;
	const char *rest = strchr(p->head.message, '\n');
	const char *text = p->head.message;
	const char *ui = p->r->subject->ui_base_url;

	if (!*step_text(p->r, "title", ""))
		text = rest ? rest + 1 : "";
	text = step_text(p->r, "description", text);
	if (!ui || !*ui)
		return text;
	return str_format(a, "%s\n\n[View in Kargo UI](%s/project/%s/stage/%s)", text, ui,
			  p->r->subject->project, p->r->subject->stage);
}

static bool git_open_pr_create(struct open_pr *p, struct forge *forge, struct forge_pull *out,
			       struct step_result *result, struct err *e)
{
	const struct value *labels = value_get(p->r->config, "labels");
	const char **names = arena_array(p->r->arena, value_count(labels) + 1, sizeof(*names));
	const struct forge_request rq = {
		.title = git_open_pr_title(p),
		.description = git_open_pr_description(p),
		.source = p->source,
		.target = p->target,
		.labels = labels ? names : NULL,
		.nlabels = value_count(labels),
	};

	for (size_t i = 0; i < rq.nlabels; i++)
		names[i] = value_text(value_at(labels, i), "");
	step_report(p->r, "opening a pull request on %s from %s to %s", forge_name(forge), p->source,
		    p->target);
	if (!forge_create(forge, p->r->arena, &rq, out, e))
		return false;
	if (out->note)
		result->message = out->note;
	return true;
}

static bool git_open_pr_open(struct open_pr *p, struct step_result *result, struct err *e)
{
	const struct forge_filter filter = { .source = p->source,
					     .target = p->target,
					     .head = p->head.id.hex };
	const struct forge_pull *old;
	struct forge_pull pull;
	struct list found = { 0 };
	struct forge *forge;

	if (!pull_request_forge(p->r, &forge, e) ||
	    !forge_find(forge, p->r->arena, &filter, &found, e))
		return false;
	old = git_open_pr_best(&found);
	if (old) {
		step_report(p->r, "pull request %lld is open already", (long long)old->number);
		pull = *old;
	} else {
		if (!read_target(p, e))
			return false;
		if (strcmp(p->head.tree.hex, p->base.tree.hex) == 0) {
			result->status = STEP_SKIPPED;
			result->message = str_format(p->r->arena, "%s and %s hold the same",
						     p->source, p->target);
			return true;
		}
		if (!git_open_pr_create(p, forge, &pull, result, e))
			return false;
	}
	step_output(p->r, result, "pr", pull_request_output(p->r->arena, &pull, false));
	return true;
}

/* What an earlier run of this step opened. */
static bool git_open_pr_before(struct step_run *r, struct step_result *result, bool *known,
			       struct err *e)
{
	const struct value *id = value_path(r->before, "pr.id");
	int64_t number;

	*known = false;
	if (!r->before || (value_is(r->before, VALUE_MAP) && !id))
		return true;
	if (!value_integer(id, &number))
		return err_set(e, ERR_CONFIG,
			       "the output of an earlier run of this step holds no number "
			       "of a pull request");
	*known = true;
	result->output = value_copy(r->arena, r->before);
	return true;
}

static bool git_open_pr_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct open_pr p = { .r = r,
			     .url = step_text(r, "repoURL", ""),
			     .source = step_text(r, "sourceBranch", ""),
			     .target = step_text(r, "targetBranch", "") };
	bool known, fine;

	if (!git_open_pr_before(r, result, &known, e))
		return git_work_failed(e);
	if (known)
		return true;
	fine = (git_open_pr_look(&p, e) && git_open_pr_open(&p, result, e)) || git_work_failed(e);
	mirror_close(p.mirror);
	return fine;
}

/* The rehearsal's checkout would push the source: it has its commit, and fetches the target's. */
static bool git_open_pr_foresee_push(struct open_pr *p, const struct plan_diff *push, bool *is_same,
				     struct err *e)
{
	struct arena *a = p->r->arena;
	const char *here = str_format(a, "refs/remotes/origin/%s", p->target);
	const char *spec = str_format(a, "+refs/heads/%s:%s", p->target, here);
	AUTO(repo) struct repo *repo = NULL;
	struct remote_access access;
	const struct remote_fetch branch = { { p->url, &access }, &spec, 1, .prune = true };
	struct oid head, base;

	bool insecure = step_truth(p->r, "insecureSkipTLSVerify", false);

	if (!git_work_access(p->r, p->url, insecure, &access, e) ||
	    !repo_open(push->folder, &repo, e) ||
	    !remote_fetch(repo, a, &branch, NULL, e) ||
	    !repo_resolve(repo, push->head, &head, e))
		return false;
	if (!repo_ref(repo, here, &base, e))
		return e->code == ERR_NOT_FOUND ? git_open_pr_no_target(p, e)
						: err_wrap(e, "the target branch \"%s\"", p->target);

	const struct foreseen_pull pull = { p->url, p->source, p->target, push->folder, repo, &head, &base };

	return foresee_pull(p->r, &pull, is_same, e);
}

/* Both branches are at the remote already. */
static bool git_open_pr_foresee_remote(struct open_pr *p, bool *is_same, struct err *e)
{
	bool fine = git_open_pr_look(p, e) && read_target(p, e);

	if (fine) {
		const struct foreseen_pull pull = { p->url, p->source, p->target, NULL,
						    mirror_repo(p->mirror), &p->head.id, &p->base.id };

		fine = foresee_pull(p->r, &pull, is_same, e);
	}
	mirror_close(p->mirror);
	return fine;
}

/* The forge is not asked: whether one is open already does not change what is merged. */
static bool git_open_pr_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct open_pr p = { .r = r,
			     .url = step_text(r, "repoURL", ""),
			     .source = step_text(r, "sourceBranch", ""),
			     .target = step_text(r, "targetBranch", "") };
	const char *where = remote_name(r->arena, p.url);
	const struct plan_diff *push = foresee_pushed(r, p.url, p.source, NULL), *d;
	bool is_same = false;

	if (!(push && push->folder ? git_open_pr_foresee_push(&p, push, &is_same, e)
				   : git_open_pr_foresee_remote(&p, &is_same, e)))
		return git_work_failed(e);
	if (is_same) {
		result->status = STEP_SKIPPED;
		result->message = str_format(r->arena, "%s and %s hold the same", p.source, p.target);
		return true;
	}
	d = foresee_pushed(r, p.url, p.source, p.target);
	step_announce(r, result, "open a pull request from %s to %s of %s: %zu file%s, +%zu -%zu",
		      p.source, p.target, where, d->files_in_all, d->files_in_all == 1 ? "" : "s",
		      d->added, d->removed);
	result->is_unforeseen = true;
	return true;
}

const struct step_def step_git_open_pr = {
	.kind = "git-open-pr",
	.summary = "Open a pull request, or adopt the one that is open.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.is_effect = true,
	.check = git_open_pr_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = git_open_pr_rehearse,
	.run = git_open_pr_run,
};
