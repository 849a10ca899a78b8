/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-commit: commit all changes of a checkout (doc/kargo-rules.md 6.1). Its dates are the
 * promotion's start, so that it is the same commit when it has to be made again.
 */
#include "steps/step.h"

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "git/repo.h"
#include "git/work.h"
#include "steps/git_work.h"

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The checkout." },
	{ .name = "message", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The commit's message." },
	{ .name = "author", .kind = PARAM_MAP, .of = git_author_params,
	  .help = "The author and committer; better set in git-clone.", .otherwise = "as git-clone says" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commit", "Id of the commit, or of the one before when nothing had changed." },
	{ 0 },
};

static bool git_commit_check(const struct value *config, struct err *e)
{
	return git_work_check_author(value_get(config, "author"), e);
}

static bool git_commit_make(struct step_run *r, struct repo *repo, struct oid *id, bool *made,
			    struct err *e)
{
	struct work_origin origin;
	struct git_identity who;
	struct git_author author;
	bool done;

	if (!work_origin(repo, r->arena, &origin, e))
		return false;
	who = git_work_identity_in(r, repo, &origin, value_get(r->config, "author"));
	if (!git_work_author_open(r, &who, &author, e))
		return false;

	const struct work_commit change = { &author.by, step_text(r, "message", "") };

	done = work_commit(repo, &change, id, made, e);
	git_work_author_close(&author);
	return done;
}

static bool git_commit_run(struct step_run *r, struct step_result *result, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	struct oid id;
	bool made;

	if (!git_work_open(r, step_text(r, "path", ""), &repo, e) ||
	    !git_commit_make(r, repo, &id, &made, e))
		return git_work_failed(e);
	step_output(r, result, "commit", value_string(r->arena, id.hex));
	if (!made) {
		result->status = STEP_SKIPPED;
		/* Gone on with after an interruption, it finds its own commit: that is a change. */
		result->message = same_text(value_text(value_get(r->before, "commit"), NULL), id.hex)
					  ? str_format(r->arena, "committed before as %.7s", id.hex)
					  : "nothing has changed";
	}
	return true;
}

const struct step_def step_git_commit = {
	.kind = "git-commit",
	.summary = "Commit all changes of a checkout.",
	.params = params,
	.outputs = outputs,
	.check = git_commit_check,
	.reach = STEP_REACH_WORK,
	.run = git_commit_run,
};
