/* SPDX-License-Identifier: Apache-2.0 */
/* github-push run again after it was killed: against a GitHub that is played over a bare repository. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "forge/forge.h"
#include "git/play.h"
#include "model/credentials.h"
#include "model/plan.h"
#include "net/http.h"
#include "steps/params.h"
#include "steps/rehearse.h"
#include "steps/step.h"
#include "steps/workdir.h"
#include "tap.h"
#include "../vectors/fake_github.h"

static const bool never;

struct github_play {
	struct play p;
	struct fake_github github;
	const char *remote, *folder, *asked;
	struct workdir *work;
	unsigned lives;                 /* how often the promotion has begun */
	unsigned dies_after;            /* requests, then the process is gone; 0: never */
	unsigned requests;
	bool tells_of_one;              /* GitHub says that there are more commits than it lists */
	struct step_result result;
	struct plan *plan;              /* not NULL: steps are rehearsed */
	struct err e;
};

/* A comparison of two commits whose list ends after the first. */
static struct str github_play_tell_of_one(struct arena *a, struct str answer)
{
	struct value *v, *commits;
	struct err e;

	if (!json_parse(a, answer.at, answer.len, &v, &e))
		return answer;
	commits = value_list(a);
	value_append(a, commits, value_at(value_get(v, "commits"), 0));
	value_set(a, v, "commits", commits);
	return str_of(json_text(a, v, 0));
}

static bool github_play_send(void *context, struct arena *a, const struct http_request *rq,
			     struct http_reply *reply, struct err *e)
{
	struct github_play *t = context;
	struct value *body = NULL;

	(void)a;
	if (t->dies_after && t->requests >= t->dies_after)
		return err_set(e, ERR_CANCELLED, "killed");
	t->requests++;
	if (rq->body.len && !json_parse(t->p.a, rq->body.at, rq->body.len, &body, e))
		return false;
	t->asked = str_format(t->p.a, "%s%s ", t->asked, rq->method ? rq->method : "GET");
	fake_github_answer(&t->github, rq, body, reply);
	if (t->tells_of_one && strstr(rq->url, "/compare/"))
		reply->body = github_play_tell_of_one(t->p.a, reply->body);
	return true;
}

static bool github_play_forge(void *context, struct arena *a, const struct forge_options *o,
			      struct forge **out, struct err *e)
{
	struct forge_options mine = *o;

	mine.url = "https://github.com/octo/app.git";
	mine.send = github_play_send;
	mine.context = context;
	return forge_open(a, &mine, out, e);
}

static bool github_play_credentials(void *context, struct arena *a,
				    const struct credentials_query *q, struct credentials *out,
				    struct err *e)
{
	(void)context, (void)a, (void)q, (void)e;
	out->password = "tok-1";
	return true;
}

static void github_play_start(struct github_play *t)
{
	memset(t, 0, sizeof(*t));
	play_start(&t->p);
	t->remote = play_remote(&t->p, "a.git");
	t->github = (struct fake_github){ .a = t->p.a, .path = t->remote };
}

/* A process that knows nothing: an empty work directory. */
static void github_play_begin(struct github_play *t)
{
	workdir_close(t->work);
	t->work = NULL;
	t->folder = path_join(t->p.a, t->p.folder, str_format(t->p.a, "work%u", ++t->lives));
	t->asked = "";
	t->requests = t->dies_after = 0;
	ok(folder_make(t->folder, 0700, &t->e) && workdir_open(t->p.a, t->folder, &t->work, &t->e),
	   "a work directory");
}

static void github_play_stop(struct github_play *t)
{
	workdir_close(t->work);
	play_stop(&t->p);
}

/* Runs a step; config is JSON with ' for ". */
static bool github_play_run(struct github_play *t, const char *kind, const char *config)
{
	const struct step_def *def = step_find(kind);
	const struct step_subject subject = { .promotion = "uat.01.abc", .alias = kind,
					      .started_at = 1700000000000 };
	const struct step_services services = {
		.context = t,
		.mirrors = path_join(t->p.a, t->p.folder, "mirrors"),
		.credentials = github_play_credentials,
		.forge = github_play_forge,
	};
	char *text = str_format(t->p.a, "%s", config);
	struct value *v;
	struct step_run r = { .arena = t->p.a, .work = t->work, .subject = &subject,
			      .services = &services, .cancelled = &never, .plan = t->plan };

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	t->result = (struct step_result){ .status = STEP_SUCCEEDED, .message = "" };
	if (!json_parse(t->p.a, text, strlen(text), &v, &t->e) || !params_check(def, v, &t->e))
		return false;
	r.config = v;
	return t->plan ? step_rehearse(def, &r, &t->result, &t->e)
		       : def->run(&r, &t->result, &t->e);
}

/* The promotion up to its push. */
static bool github_play_promote(struct github_play *t, const char *push)
{
	const char *clone = str_format(t->p.a, "{'repoURL':'%s','checkout':[{'path':'src'}]}", t->remote);

	github_play_begin(t);
	if (!github_play_run(t, "git-clone", clone))
		return false;
	play_write(&t->p, t->folder, "src/image", "2\n");
	return github_play_run(t, "git-commit", "{'path':'src','message':'to 2'}") &&
	       (!push || github_play_run(t, "github-push", push));
}

static const char *github_log(struct github_play *t, const char *branch)
{
	return play_git(&t->p, t->remote, str_format(t->p.a, "log --format=%%s|%%an %s", branch));
}

TEST(a_push_through_github_that_was_killed_is_not_made_twice)
{
	struct github_play t;

	github_play_start(&t);
	ok(github_play_promote(&t, NULL), "up to the push %s", t.e.message);
	t.dies_after = 4;               /* the branch has moved, and nobody has recorded it */
	ok(github_play_run(&t, "github-push", "{'path':'src'}"), "killed before tidying up");
	is_text(t.asked, "GET GET POST PATCH ", "when the branch had moved");
	ok(*play_git(&t.p, t.remote, "for-each-ref refs/kargo"), "the staging ref stays");
	is_text(github_log(&t, "main"), "to 2|Kargo\nwrite README|Ada", "and the commit is there");
	ok(github_play_promote(&t, "{'path':'src'}"), "it begins again %s", t.e.message);
	is_text(t.asked, "GET GET DELETE ", "finds all as it should be");
	is_text(github_log(&t, "main"), "to 2|Kargo\nwrite README|Ada", "and makes no second commit");
	is_text(play_git(&t.p, t.remote, "for-each-ref refs/kargo"), "", "nor leaves the staging ref");
	is_text(value_path_text(t.result.output, "commit", ""),
		play_git(&t.p, t.remote, "rev-parse main"), "its output is the commit");
	github_play_stop(&t);
}

TEST(a_generated_branch_is_the_same_again)
{
	static const char push[] = "{'path':'src','generateTargetBranch':true}";
	struct github_play t;
	const char *first;

	github_play_start(&t);
	ok(github_play_promote(&t, push), "pushed %s", t.e.message);
	first = play_git(&t.p, t.remote, "rev-parse kargo/promotion/uat.01.abc");
	ok(github_play_promote(&t, push), "and again %s", t.e.message);
	is_text(play_git(&t.p, t.remote, "rev-parse kargo/promotion/uat.01.abc"), first,
		"a pull request of it does not move");
	is_text(github_log(&t, "main"), "write README|Ada", "main stays as it was");
	github_play_stop(&t);
}

TEST(a_plan_tells_what_would_be_pushed_through_github)
{
	struct github_play t;

	github_play_start(&t);
	ok(github_play_promote(&t, NULL), "up to the push %s", t.e.message);
	t.plan = plan_new(1);
	ok(github_play_run(&t, "github-push", "{'path':'src'}"), "rehearsed %s", t.e.message);
	ok(strstr(t.result.message, "push 1 commit to main") &&
		   strstr(t.result.message, "through GitHub's API"), "it says so: %s", t.result.message);
	is_text(t.asked, "", "and asks GitHub for nothing");
	is_text(github_log(&t, "main"), "write README|Ada", "which is as it was");
	is_text(value_path_text(t.result.output, "branch", NULL), "main", "the branch is known");
	is_text(value_path_text(t.result.output, "commit", NULL), NULL, "its commit is not");
	plan_free(t.plan);
	github_play_stop(&t);
}

/* GitHub lists 250 commits at most, and GITHUB_PUSH_MAX_REVISIONS may be more. */
TEST(commits_that_github_does_not_list_are_not_left_out)
{
	struct github_play t;

	github_play_start(&t);
	ok(github_play_promote(&t, NULL), "one commit %s", t.e.message);
	play_write(&t.p, t.folder, "src/image", "3\n");
	ok(github_play_run(&t, "git-commit", "{'path':'src','message':'to 3'}"), "and one more");
	t.tells_of_one = true;
	ok(!github_play_run(&t, "github-push", "{'path':'src'}"), "are not pushed by half");
	is_text(t.e.message, "2 commits are to be pushed, and GitHub lists only 1", "it says why");
	is_text(github_log(&t, "main"), "write README|Ada", "main stays as it was");
	github_play_stop(&t);
}
