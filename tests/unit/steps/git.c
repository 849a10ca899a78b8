/* SPDX-License-Identifier: Apache-2.0 */
/* The git steps as a promotion runs them: against a bare repository, seen with the system's git. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "git/play.h"
#include "promotion_play.h"
#include "steps/git_work.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/turns.h"
#include "steps/workdir.h"
#include "tap.h"

/* Resumed after its push, a promotion clones what it has pushed: git-commit finds nothing left to do. */
TEST(a_resumed_commit_says_what_happened)
{
	const char *clone = "{'repoURL':'REMOTE','checkout':[{'branch':'main','path':'src'}]}";
	const char *commit = "{'path':'src','message':'edit'}";
	struct promotion_play t;
	const char *id;

	play_begin(&t);
	ok(play_step(&t, "git-clone", clone), "cloned %s", t.e.message);
	play_write(&t.p, t.folder, "src/x", "1");
	ok(play_step(&t, "git-commit", commit) && t.result.status == STEP_SUCCEEDED, "committed %s", t.e.message);
	id = play_output(&t, "commit");
	t.before = t.result.output;
	ok(play_step(&t, "git-push", "{'path':'src'}"), "pushed %s", t.e.message);
	ok(play_step(&t, "git-clone", clone) && play_step(&t, "git-commit", commit), "and once more %s", t.e.message);
	is_number(t.result.status, STEP_SKIPPED, "nothing is left to commit");
	is_text(t.result.message, str_format(t.p.a, "committed before as %.7s", id), "which it explains");
	is_text(play_output(&t, "commit"), id, "the commit is the same");
	t.before = NULL;
	ok(play_step(&t, "git-commit", commit), "another promotion, which changes nothing");
	is_text(t.result.message, "nothing has changed", "says so");
	play_end(&t);
}

TEST(the_cluster_says_who_commits)
{
	struct promotion_play t;
	struct value *client;

	play_begin(&t);
	client = value_map(t.p.a);
	value_set(t.p.a, client, "name", value_string(t.p.a, "Robot"));
	value_set(t.p.a, client, "email", value_string(t.p.a, "robot@example.org"));
	t.git_client = client;
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "git-clone %s",
	   t.e.message);
	play_write(&t.p, t.folder, "src/x", "1");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit %s", t.e.message);
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(play_remote_git(&t, "log -1 --format=%an|%ae main"), "Robot|robot@example.org",
		"when no step does");
	play_end(&t);
}

TEST(a_promotion_through_git)
{
	struct promotion_play t;
	const char *first, *config = "{'repoURL':'REMOTE','checkout':[{'path':'./src'},"
		"{'path':'./out','branch':'stage/uat','create':true,'as':'out'}],"
		"'author':{'name':'Ada','email':'ada@example.org'}}";

	play_begin(&t);
	ok(play_step(&t, "git-clone", config), "git-clone %s", t.e.message);
	is_text(play_output(&t, "commits.out"), play_remote_git(&t, "rev-parse stage/uat"), "made a branch");
	is_text(value_text(value_get(value_get(t.result.output, "commits"), "./src"), NULL),
		play_remote_git(&t, "rev-parse main"), "and took the default one");
	is_text(play_remote_git(&t, "log --format=%s|%an|%at stage/uat"), "Initial commit|Ada|1700000000",
		"with one empty commit");
	ok(play_step(&t, "git-clear", "{'path':'./out'}"), "git-clear %s", t.e.message);
	play_write(&t.p, t.folder, "out/manifest.yaml", "image: 1\n");
	ok(play_step(&t, "git-commit", "{'path':'./out','message':'to 1'}"), "git-commit %s", t.e.message);
	first = play_output(&t, "commit");
	ok(play_step(&t, "git-commit", "{'path':'./out','message':'to 1'}"), "again");
	ok(t.result.status == STEP_SKIPPED, "is skipped");
	is_text(play_output(&t, "commit"), first, "but says the commit");
	ok(play_step(&t, "git-push", "{'path':'./out'}"), "git-push %s", t.e.message);
	is_text(play_output(&t, "branch"), "stage/uat", "to the branch that is checked out");
	is_text(play_output(&t, "commit"), first, "says what");
	is_text(play_remote_git(&t, "rev-parse stage/uat"), first, "and the remote has it");
	is_text(play_remote_git(&t, "log -1 --format=%s|%ae|%ct stage/uat"), "to 1|ada@example.org|1700000000",
		"by her, dated as the promotion");
	play_end(&t);
}

TEST(a_branch_that_cannot_be_says_why)
{
	struct promotion_play t;

	play_begin(&t);
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'a','branch':'main/uat','create':true}]}"),
	   "below another branch");
	ok(strstr(t.e.message, "since main is one: give one of them another name"), "it says which: %s",
	   t.e.message);
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'b','branch':'env/uat','create':true}]}"),
	   "beside it %s", t.e.message);
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'c','branch':'env','create':true}]}"),
	   "above another");
	ok(strstr(t.e.message, "creating the branch env: "), "the remote's own words are told: %s", t.e.message);
	play_end(&t);
}

TEST(what_a_crash_interrupted_is_done_once)
{
	struct promotion_play t;
	const char *first = "";

	play_begin(&t);
	for (int i = 0; i < 3; i++) {
		ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"),
		   "git-clone, time %d %s", i, t.e.message);
		play_write(&t.p, t.folder, "src/x", "1\n");
		ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit %s", t.e.message);
		if (i == 0)
			first = play_output(&t, "commit");
		is_text(play_output(&t, "commit"), first, "is the same commit");
		if (i == 0)
			continue;       /* as if it had crashed before the push */
		ok(play_step(&t, "git-tag", "{'path':'src','tag':'v1','message':'one'}"), "git-tag %s",
		   t.e.message);
		ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
		ok(play_step(&t, "git-push", "{'path':'src','tag':'v1'}"), "git-push of the tag %s",
		   t.e.message);
	}
	is_text(play_remote_git(&t, "rev-list --count main"), "2", "two commits in all");
	is_text(play_remote_git(&t, "rev-parse v1^{commit}"), first, "and one tag");
	play_end(&t);
}

TEST(commits_and_tags_are_checked_out)
{
	struct promotion_play t;
	struct oid loose;
	const char *main_id;

	play_begin(&t);
	main_id = play_remote_git(&t, "rev-parse main");
	play_remote_git(&t, "tag v1 main");
	loose = play_commit(&t.p, t.remote, "gone", "x", "1\n");
	play_remote_git(&t, "config uploadpack.allowAnySHA1InWant true");
	play_remote_git(&t, "update-ref refs/pull/1/head gone");
	play_remote_git(&t, "branch -D gone");
	ok(play_step(&t, "git-clone", str_format(t.p.a, "{'repoURL':'REMOTE','checkout':[{'path':'a','tag':'v1'},"
						  "{'path':'b','commit':'%.10s'},{'path':'c','commit':'%s'},"
						  "{'path':'d','branch':'','tag':'','commit':''}]}",
					   main_id, loose.hex)), "git-clone %s", t.e.message);
	is_text(play_output(&t, "commits.a"), main_id, "a tag's");
	is_text(play_output(&t, "commits.b"), main_id, "a short id's");
	is_text(play_output(&t, "commits.c"), loose.hex, "one of no branch");
	is_text(play_output(&t, "commits.d"), main_id, "and the default, for empty texts");
	ok(!play_step(&t, "git-push", "{'path':'a'}") && t.e.code == ERR_CONFIG, "no branch to push to: %s",
	   t.e.message);
	ok(!play_step(&t, "git-clone", str_format(t.p.a, "{'repoURL':'REMOTE','checkout':[{'path':'e','commit':"
						   "'%.39s0'}]}", "123456789012345678901234567890123456789")),
	   "none: %s", t.e.message);
	play_end(&t);
}

TEST(a_checkout_of_somebody_else_stays)
{
	struct promotion_play t;

	play_begin(&t);
	play_write(&t.p, t.folder, "src/x", "1\n");
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "refused: %s",
	   t.e.message);
	is_text(play_read(&t.p, t.folder, "src/x"), "1\n", "nothing lost");
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'../x'}]}"), "nor outside: %s",
	   t.e.message);
	ok(!file_exists(path_join(t.p.a, t.p.folder, "x")), "nothing there");
	play_end(&t);
}

TEST(a_remote_that_has_moved_is_integrated)
{
	struct promotion_play t;

	play_begin(&t);
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "git-clone %s",
	   t.e.message);
	play_write(&t.p, t.folder, "src/x", "1\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit");
	play_commit(&t.p, t.remote, "main", "y", "1\n");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	is_text(play_remote_git(&t, "log --format=%s main"), "x\nwrite y\nwrite README", "on top");
	is_text(play_output(&t, "commit"), play_remote_git(&t, "rev-parse main"), "and says the new commit");
	play_write(&t.p, t.folder, "src/x", "2\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit");
	play_commit(&t.p, t.remote, "main", "x", "3\n");
	ok(!play_step(&t, "git-push", "{'path':'src'}"), "a conflict: %s", t.e.message);
	ok(t.result.status == STEP_FAILED && !t.e.again, "is final");
	setenv("GIT_PUSH_INTEGRATION_POLICY", "AlwaysMerge", 1);
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "cloned again");
	play_write(&t.p, t.folder, "src/z", "1\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'z'}"), "git-commit");
	play_commit(&t.p, t.remote, "main", "y", "4\n");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "or merged %s", t.e.message);
	unsetenv("GIT_PUSH_INTEGRATION_POLICY");
	is_text(play_remote_git(&t, "log -1 --format=%s main"), "Merge branch 'main'", "as the policy says");
	t.push_policy = "AlwaysMerge";
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "cloned again");
	play_write(&t.p, t.folder, "src/w", "1\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'w'}"), "git-commit");
	play_commit(&t.p, t.remote, "main", "y", "5\n");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "or by the setting %s", t.e.message);
	is_text(play_remote_git(&t, "log --merges --format=%s main"), "Merge branch 'main'\nMerge branch 'main'",
		"which is a merge, too");
	play_end(&t);
}

TEST(targets_of_a_push)
{
	struct promotion_play t;

	play_begin(&t);
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "git-clone");
	play_write(&t.p, t.folder, "src/x", "1\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit");
	ok(play_step(&t, "git-push", "{'path':'src','generateTargetBranch':true}"), "generated %s", t.e.message);
	is_text(play_output(&t, "branch"), "kargo/promotion/uat.01.abc", "for the promotion");
	play_commit(&t.p, t.remote, "kargo/promotion/uat.01.abc", "z", "1\n");
	ok(play_step(&t, "git-push", "{'path':'src','generateTargetBranch':true}"), "by force %s", t.e.message);
	is_text(play_remote_git(&t, "log -1 --format=%s kargo/promotion/uat.01.abc"), "x", "it is replaced");
	ok(play_step(&t, "git-push", "{'path':'src','targetBranch':'new/one'}"), "a branch by name");
	is_text(play_output(&t, "branch"), "new/one", "is the one");
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'c','commit':'main'}]}") == false,
	   "a commit is an id: %s", t.e.message);
	ok(!play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'c','branch':'none'}]}") &&
		   t.e.again, "no such branch, yet: %s", t.e.message);
	play_end(&t);
}

static void complains(const char *kind, const char *config, const char *words)
{
	struct promotion_play t = { .p = { arena_new(), "/" }, .remote = "/" };

	ok(!play_step(&t, kind, config) && t.e.code == ERR_CONFIG && strstr(t.e.message, words), "%s: %s",
	   kind, t.e.message);
	arena_free(t.p.a);
}

TEST(configurations_are_checked)
{
	complains("git-clone", "{'repoURL':'a','checkout':[]}", "checkout");
	complains("git-clone", "{'repoURL':'a','checkout':[{'path':'a','branch':'b','tag':'c'}]}",
		  "only one of");
	complains("git-clone", "{'repoURL':'a','checkout':[{'path':'a','as':'x'},{'path':'b','as':'x'}]}",
		  "used twice");
	complains("git-clone", "{'repoURL':'a','checkout':[{'path':'a'}],'author':{'name':'a',"
		  "'email':'b'}}", "not an email address");
	complains("git-push", "{'path':'a','tag':'x','targetBranch':'y'}", "only one of");
	complains("git-push", "{'path':'a','tag':'x','force':true}", "force");
	complains("git-push", "{'path':'a','maxAttempts':0}", "maxAttempts");
	complains("git-push", "{'path':'a','provider':'x'}", "provider");
	complains("git-commit", "{'path':'a'}", "message");
}

TEST(what_was_pushed_need_not_be_fetched)
{
	struct promotion_play t;
	const char *commit, *mirror;

	play_begin(&t);
	ok(play_step(&t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"), "git-clone");
	play_write(&t.p, t.folder, "src/a/b/x", "1\n");
	ok(play_step(&t, "git-commit", "{'path':'src','message':'x'}"), "git-commit");
	ok(play_step(&t, "git-push", "{'path':'src'}"), "git-push %s", t.e.message);
	commit = play_output(&t, "commit");
	mirror = str_format(t.p.a, "%s", play_git(&t.p, path_join(t.p.a, t.folder, "src"),
						  "rev-parse --git-path objects/info/alternates"));
	mirror = play_read(&t.p, path_join(t.p.a, t.folder, "src"), mirror);
	mirror = str_copy_n(t.p.a, mirror, strlen(mirror) - strlen("/objects\n"));
	is_text(play_git(&t.p, mirror, str_format(t.p.a, "ls-tree -r --name-only %s", commit)),
		"README\na/b/x", "the mirror has it already");
	is_text(play_git(&t.p, mirror, "fsck --no-dangling"), "", "and is whole");
	play_end(&t);
}

struct pusher {
	struct promotion_play t;
	unsigned number;
	bool done;
};

static void push_thrice(void *context)
{
	struct pusher *p = context;

	p->done = true;
	for (unsigned i = 0; i < 3 && p->done; i++) {
		const char *file = str_format(p->t.p.a, "src/%u/%u", p->number, i);

		p->done = play_step(&p->t, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}");
		play_write(&p->t.p, p->t.folder, file, "1\n");
		p->done = p->done && play_step(&p->t, "git-commit", "{'path':'src','message':'more'}") &&
			  play_step(&p->t, "git-push", "{'path':'src','maxAttempts':50}");
	}
}

enum { STAGES = 200, WORKERS = 4 };

/* What the workers of one process share. */
struct stages {
	struct promotion_play plays[STAGES];
	unsigned next;                  /* atomic */
	unsigned failed;                /* atomic */
};

static void push_stages(void *context)
{
	struct stages *all = context;
	unsigned i;

	while ((i = __atomic_fetch_add(&all->next, 1, __ATOMIC_RELAXED)) < STAGES) {
		struct promotion_play *t = &all->plays[i];

		if (!play_step(t, "git-push", "{'path':'src'}")) {
			note("stage %u: %s", i, t->e.message);
			__atomic_fetch_add(&all->failed, 1, __ATOMIC_RELAXED);
		}
		if (t->turns)
			turns_leave(t->turns, t->promotion);
	}
}

/* All of them have cloned the same commit and changed a file each when the first pushes. */
static bool prepare_stages(struct promotion_play *t, struct stages *all, struct turns *turns)
{
	for (unsigned i = 0; i < STAGES; i++) {
		struct promotion_play *own = &all->plays[i];

		*own = *t;
		own->p.a = arena_new();
		own->turns = turns;
		own->promotion = str_format(own->p.a, "stage-%u.01.abc", i);
		own->folder = str_format(own->p.a, "%s/stage-%u", t->p.folder, i);
		if (!folder_make(own->folder, 0700, &t->e) ||
		    !workdir_open(own->p.a, own->folder, &own->work, &t->e) ||
		    !play_step(own, "git-clone", "{'repoURL':'REMOTE','checkout':[{'path':'src'}]}"))
			return false;
		play_write(&own->p, own->folder, str_format(own->p.a, "src/env/%u", i), "1\n");
		if (!play_step(own, "git-commit", "{'path':'src','message':'promote'}"))
			return false;
	}
	return true;
}

TEST(two_hundred_stages_push_to_one_branch)
{
	struct promotion_play t;
	struct stages *all = xmalloc(sizeof(*all));
	struct turns *turns = turns_new();
	struct thread *threads[WORKERS];

	play_begin(&t);
	memset(all, 0, sizeof(*all));
	if (ok(prepare_stages(&t, all, turns), "200 stages have committed on the same base %s", t.e.message)) {
		for (size_t i = 0; i < WORKERS; i++)
			ok(thread_start(&threads[i], "pusher", push_stages, all, &t.e), "a worker");
		for (size_t i = 0; i < WORKERS; i++)
			thread_join(threads[i]);
		is_number(all->failed, 0, "no promotion is lost");
		is_text(play_remote_git(&t, "rev-list --count main"), "201", "each is a commit");
		is_text(play_remote_git(&t, "rev-list --count --merges main"), "0", "in one line");
	}
	for (size_t i = 0; i < STAGES && all->plays[i].work; i++) {
		workdir_close(all->plays[i].work);
		arena_free(all->plays[i].p.a);
	}
	turns_free(turns);
	free(all);
	play_end(&t);
}

TEST(promotions_push_at_once)
{
	struct promotion_play t;
	struct pusher pushers[3];
	struct thread *threads[3];

	play_begin(&t);
	for (unsigned i = 0; i < COUNTOF(pushers); i++) {
		struct pusher *p = &pushers[i];

		*p = (struct pusher){ .t = t, .number = i };
		p->t.p.a = arena_new();
		p->t.folder = str_format(t.p.a, "%s/work-%u", t.p.folder, i);
		ok(folder_make(p->t.folder, 0700, &t.e) &&
			   workdir_open(t.p.a, p->t.folder, &p->t.work, &t.e) &&
			   thread_start(&threads[i], "pusher", push_thrice, p, &t.e),
		   "a promotion %s", t.e.message);
	}
	for (unsigned i = 0; i < COUNTOF(pushers); i++) {
		thread_join(threads[i]);
		ok(pushers[i].done, "has pushed three times %s", pushers[i].t.e.message);
		workdir_close(pushers[i].t.work);
		arena_free(pushers[i].t.p.a);
	}
	is_text(play_remote_git(&t, "rev-list --count main"), "10", "and nothing was lost");
	is_text(play_remote_git(&t, "rev-list --count --merges main"), "0", "in one line");
	play_end(&t);
}
