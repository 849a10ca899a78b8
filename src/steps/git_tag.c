/* SPDX-License-Identifier: Apache-2.0 */
/* git-tag: an annotated tag on a checkout's HEAD; git-push sends it (doc/kargo-rules.md 6.1). */
#include "steps/step.h"

#include "base/err.h"
#include "data/value.h"
#include "git/repo.h"
#include "git/work.h"
#include "steps/git_work.h"

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The checkout." },
	{ .name = "tag", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Name of the tag." },
	{ .name = "message", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The tag's message." },
	{ .name = "force", .kind = PARAM_BOOL, .help = "Replace a tag that exists.",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commit", "Id of the tagged commit." },
	{ 0 },
};

static bool git_tag_run(struct step_run *r, struct step_result *result, struct err *e)
{
	AUTO(repo) struct repo *repo = NULL;
	struct work_origin origin;
	struct git_identity who;
	struct git_author author;
	bool done;

	if (!git_work_open(r, step_text(r, "path", ""), &repo, e) ||
	    !work_origin(repo, r->arena, &origin, e))
		return git_work_failed(e);
	who = git_work_identity_in(r, repo, &origin, NULL);
	if (!git_work_author_open(r, &who, &author, e))
		return git_work_failed(e);

	const struct work_tag tag = { &author.by, step_text(r, "tag", ""), step_text(r, "message", ""),
				      step_truth(r, "force", false) };

	done = work_tag(repo, &tag, e);
	git_work_author_close(&author);
	if (!done)
		return git_work_failed(e);
	step_output(r, result, "commit", value_string(r->arena, origin.head.hex));
	return true;
}

const struct step_def step_git_tag = {
	.kind = "git-tag",
	.summary = "Tag the current commit of a checkout.",
	.params = params,
	.outputs = outputs,
	.any_param = true,      /* as Kargo's schema has it, for this step alone */
	.reach = STEP_REACH_WORK,
	.run = git_tag_run,
};
