/* SPDX-License-Identifier: Apache-2.0 */
/*
 * git-push: send a checkout's commits or a tag (doc/kargo-rules.md 6.1). The push comes
 * first; only when the remote has moved is there anything to integrate. A branch that
 * holds the commit already is left alone, so that pushing again does nothing.
 */
#include "steps/step.h"

#include "base/err.h"
#include "data/value.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "git/repo.h"
#include "steps/git_work.h"
#include "steps/pull_request.h"
#include "steps/push.h"
#include "steps/rehearse.h"
#include "steps/turns.h"

static const struct step_param params[] = {
	PUSH_PARAMS,
	{ .name = "tag", .kind = PARAM_STRING, .help = "Push this tag instead of a branch." },
	{ .name = "provider",
	  .kind = PARAM_STRING,
	  .choices = pull_request_providers,
	  .help = "Whose pages commitURL leads to.",
	  .otherwise = "determined by the host's name" },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "branch", "The branch pushed to (the current one for a tag)." },
	{ "commit", "Id of the checkout's commit." },
	{ "commitURL", "The commit's page, when the provider is known." },
	{ 0 },
};

static bool push_or_come_back(struct push *p, struct step_result *result, struct err *e)
{
	bool is_tag = push_given(p->r->config, "tag") != NULL;
	int64_t attempts = push_attempts(p), most = push_most_attempts(p);

	for (int i = 0; i < PUSH_AT_ONCE; i++) {
		if (attempts)
			step_report(p->r, "%s has moved: integrating", p->branch);
		if (attempts && !push_integrate(p, result, e))
			return false;
		step_report(p->r, "pushing to %s", p->branch);

		const struct remote_push what = { .source = is_tag ? p->target : p->origin.head.hex,
						  .target = p->target,
						  .force = p->force };

		if (remote_push(p->repo, &(struct remote){ p->origin.url, &p->access }, &what, 1, e))
			return true;
		if (e->code != ERR_CONFLICT || is_tag || ++attempts >= most)
			return false;
	}
	push_come_back(p, result, attempts);
	return true;
}

static bool git_push_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct push p = { .r = r };
	const char *tag = push_given(r->config, "tag");
	bool fine = push_begin(&p, e);
	size_t commits;

	if (fine && tag)
		step_announce(r, result, "push the tag %s to %s", tag,
			      remote_name(r->arena, p.origin.url));
	else
		fine = fine && push_rehearse(&p, "", &commits, result, e);
	if (fine)
		push_report(&p, result, push_given(r->config, "provider"));
	push_end(&p);
	return fine;
}

static bool git_push_send(struct push *p, struct step_result *result, struct err *e)
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
	push_report(p, result, push_given(p->r->config, "provider"));
	return true;
}

static bool git_push_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct push p = { .r = r };
	bool fine = push_begin(&p, e);

	if (fine && push_is_our_turn(&p, result)) {
		fine = git_push_send(&p, result, e);
		if (r->services->turns)
			turns_leave(r->services->turns, r->subject->promotion);
	}
	push_end(&p);
	return fine;
}

const struct step_def step_git_push = {
	.kind = "git-push",
	.summary = "Push a checkout's commits or a tag.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS,
	.is_effect = true,
	.check = push_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = git_push_rehearse,
	.run = git_push_run,
};
