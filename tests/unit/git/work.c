/* SPDX-License-Identifier: Apache-2.0 */
/* Commits, tags, rebases and merges of a checkout, checked with the system's git. */
#include "git/work.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "play.h"
#include "tap.h"

static const struct work_author by_ada = { { "Ada", "ada@example.org", 1700000000000, 60 }, NULL };

struct checkout_play {
	struct play p;
	const char *path;
	struct repo *r;
	struct oid id;
	bool made;
	struct err e;
};

static void start(struct checkout_play *t)
{
	memset(t, 0, sizeof(*t));
	play_start(&t->p);
	t->path = path_join(t->p.a, t->p.folder, "work");
	play_git(&t->p, t->p.folder,
		 str_format(t->p.a, "clone -q %s work", play_remote(&t->p, "a.git")));
	ok(repo_open(t->path, &t->r, &t->e), "a checkout %s", t->e.message);
}

static void stop(struct checkout_play *t)
{
	repo_close(t->r);
	play_stop(&t->p);
}

static bool commit(struct checkout_play *t, const char *message)
{
	const struct work_commit c = { &by_ada, message };

	return work_commit(t->r, &c, &t->id, &t->made, &t->e);
}

static bool tag(struct checkout_play *t, const char *name, const char *message, bool force)
{
	const struct work_tag what = { &by_ada, name, message, force };

	return work_tag(t->r, &what, &t->e);
}

static bool merge(struct checkout_play *t, const struct oid *other, const char *message, struct oid *head)
{
	const struct work_merge m = { *other, &by_ada, message };

	return work_merge(t->r, &m, head, &t->e);
}

TEST(everything_is_committed)
{
	struct checkout_play t;

	start(&t);
	ok(commit(&t, "nothing") && !t.made, "nothing to do");
	is_text(play_git(&t.p, t.path, "rev-parse HEAD"), t.id.hex, "gives HEAD");
	play_write(&t.p, t.path, ".gitignore", "*.tmp\n");
	play_write(&t.p, t.path, "x/new", "1");
	play_write(&t.p, t.path, "x/y.tmp", "1");
	ok(unlink(path_join(t.p.a, t.path, "README")) == 0 &&
		   symlink("/etc/passwd", path_join(t.p.a, t.path, "link")) == 0,
	   "a file is gone, a link is new");
	play_write(&t.p, t.path, "run", "#!/bin/sh\n");
	ok(chmod(path_join(t.p.a, t.path, "run"), 0755) == 0, "and one can be run");
	ok(commit(&t, "\n\nseveral things  \n\n\n\nwith a body  \n\n") && t.made, "a commit %s", t.e.message);
	is_text(play_git(&t.p, t.path, "ls-tree -r --format=%(objectmode):%(path) HEAD"),
		"100644:.gitignore\n120000:link\n100755:run\n100644:x/new", "of all but what is ignored");
	is_text(play_git(&t.p, t.path, "log -1 --format=%an|%ae|%ad|%B --date=iso"),
		"Ada|ada@example.org|2023-11-14 23:13:20 +0100|several things\n\nwith a body", "by her");
	is_text(play_git(&t.p, t.path, "status -sb"), "## main...origin/main [ahead 1]",
		"on the branch");
	play_write(&t.p, t.path, "x/new", "2");
	ok(commit(&t, "again") && t.made, "a change of the same size in the same second is seen");
	ok(!commit(&t, " \n"), "a message is needed: %s", t.e.message);
	stop(&t);
}

TEST(a_commit_made_again_is_the_same)
{
	struct checkout_play t;
	struct oid first;

	start(&t);
	play_write(&t.p, t.path, "x", "1");
	ok(commit(&t, "x"), "a commit");
	first = t.id;
	play_git(&t.p, t.path, "reset -q --hard HEAD~1");
	play_write(&t.p, t.path, "x", "1");
	ok(commit(&t, "x") && t.made, "made again");
	is_text(t.id.hex, first.hex, "has the same id");
	stop(&t);
}

TEST(folders_and_files_change_places)
{
	struct checkout_play t;

	start(&t);
	play_write(&t.p, t.path, "a/b", "1");
	play_write(&t.p, t.path, "c", "1");
	ok(commit(&t, "one"), "a folder and a file");
	ok(folder_remove(path_join(t.p.a, t.path, "a"), &t.e) &&
		   unlink(path_join(t.p.a, t.path, "c")) == 0,
	   "go");
	play_write(&t.p, t.path, "a", "2");
	play_write(&t.p, t.path, "c/d", "2");
	ok(commit(&t, "two") && t.made, "and come back the other way %s", t.e.message);
	is_text(play_git(&t.p, t.path, "ls-tree -r --name-only HEAD"), "README\na\nc/d", "as they are");
	stop(&t);
}

TEST(clearing_leaves_what_is_ignored)
{
	struct checkout_play t;

	start(&t);
	play_write(&t.p, t.path, ".git/info/exclude", "*.tmp\n");
	play_write(&t.p, t.path, "a/b/c", "1");
	play_write(&t.p, t.path, "a/d.tmp", "1");
	play_write(&t.p, t.p.folder, "outside/c", "1");
	ok(commit(&t, "one"), "some files");
	play_write(&t.p, t.path, "untracked", "1");
	ok(folder_remove(path_join(t.p.a, t.path, "a/b"), &t.e) &&
		   symlink("../../outside", path_join(t.p.a, t.path, "a/b")) == 0,
	   "a link out in the place of a folder");
	ok(work_clear(t.r, &t.e), "clearing %s", t.e.message);
	is_text(play_read(&t.p, t.p.folder, "outside/c"), "1", "does not follow it");
	ok(!file_exists(path_join(t.p.a, t.path, "untracked")) &&
		   !file_exists(path_join(t.p.a, t.path, "README")), "all is gone");
	ok(file_exists(path_join(t.p.a, t.path, "a/d.tmp")), "but what is ignored");
	ok(commit(&t, "clear") && t.made, "which is a commit");
	is_text(play_git(&t.p, t.path, "ls-tree -r --name-only HEAD"), "", "of nothing");
	stop(&t);
}

TEST(tags_are_made_once)
{
	struct checkout_play t;

	start(&t);
	ok(tag(&t, "v1", "one", false), "a tag %s", t.e.message);
	is_text(play_git(&t.p, t.path, "tag -n --format=%(objecttype)|%(taggername)|%(contents)"),
		"tag|Ada|one", "annotated");
	ok(!tag(&t, "v1", "two", false) && t.e.code == ERR_CONFLICT, "once: %s",
	   t.e.message);
	ok(tag(&t, "v1", "two", true), "or by force");
	ok(!tag(&t, "a b", "x", true) && t.e.code == ERR_CONFIG, "well named: %s",
	   t.e.message);
	stop(&t);
}

static void go_apart(struct checkout_play *t, const char *ours, const char *theirs)
{
	play_git(&t->p, t->path, "branch theirs");
	play_write(&t->p, t->path, ours, "ours\n");
	ok(commit(t, "ours") && t->made, "a commit here");
	play_commit(&t->p, t->path, "theirs", theirs, "theirs\n");
}

TEST(commits_are_put_on_a_new_base)
{
	struct checkout_play t;
	struct oid base, head = { "" }, again = { "" };

	start(&t);
	go_apart(&t, "ours", "theirs");
	ok(repo_resolve(t.r, "theirs", &base, &t.e) && work_rebase(t.r, &base, &by_ada, &head, &t.e), "rebased %s",
	   t.e.message);
	is_text(play_git(&t.p, t.path, "log --format=%s%d -3"),
		"ours (HEAD -> main)\nwrite theirs (theirs)\nwrite README (origin/main, origin/HEAD)",
		"on top");
	is_text(play_git(&t.p, t.path, "status -s"), "", "files and index follow");
	is_text(play_read(&t.p, t.path, "theirs"), "theirs\n", "with theirs");
	play_git(&t.p, t.path, str_format(t.p.a, "reset -q --hard %s", t.id.hex));
	ok(work_rebase(t.r, &base, &by_ada, &again, &t.e), "rebased again");
	is_text(again.hex, head.hex, "it is the same commit");
	ok(work_rebase(t.r, &base, &by_ada, &again, &t.e) && strcmp(again.hex, head.hex) == 0,
	   "and nothing to do after that");
	stop(&t);
}

TEST(what_both_changed_is_named)
{
	struct checkout_play t;
	struct oid base, head;

	start(&t);
	go_apart(&t, "README", "README");
	ok(repo_resolve(t.r, "theirs", &base, &t.e), "both changed README");
	ok(!work_rebase(t.r, &base, &by_ada, &head, &t.e) && t.e.code == ERR_REFUSED &&
		   strstr(t.e.message, "README"),
	   "which is said: %s", t.e.message);
	ok(!merge(&t, &base, "merge", &head) && t.e.code == ERR_REFUSED,
	   "when merging, too: %s", t.e.message);
	is_text(play_git(&t.p, t.path, "rev-parse HEAD"), t.id.hex, "and nothing has moved");
	is_text(play_git(&t.p, t.path, "status -s"), "", "or changed");
	stop(&t);
}

TEST(the_same_change_made_twice_is_dropped)
{
	struct checkout_play t;
	struct oid base, head = { "" };

	start(&t);
	play_git(&t.p, t.path, "branch theirs");
	play_write(&t.p, t.path, "same", "theirs\n");
	ok(commit(&t, "ours"), "a commit here");
	base = play_commit(&t.p, t.path, "theirs", "same", "theirs\n");
	ok(work_rebase(t.r, &base, &by_ada, &head, &t.e), "rebased %s", t.e.message);
	is_text(head.hex, base.hex, "nothing of it is left");
	stop(&t);
}

TEST(histories_are_merged)
{
	struct checkout_play t;
	struct oid base, head;

	start(&t);
	go_apart(&t, "ours", "theirs");
	ok(repo_resolve(t.r, "theirs", &base, &t.e) &&
		   merge(&t, &base, "merge theirs", &head),
	   "merged %s", t.e.message);
	is_text(play_git(&t.p, t.path, "log -1 --format=%s|%p HEAD"),
		str_format(t.p.a, "merge theirs|%.7s %.7s", t.id.hex, base.hex), "with two parents");
	is_text(play_git(&t.p, t.path, "status -s"), "", "files follow");
	stop(&t);
}

TEST(changes_by_hand_are_not_overwritten)
{
	struct checkout_play t;
	struct oid base, head;

	start(&t);
	go_apart(&t, "ours", "README");
	play_write(&t.p, t.path, "README", "by hand\n");
	ok(repo_resolve(t.r, "theirs", &base, &t.e), "a change that was not committed");
	ok(!work_rebase(t.r, &base, &by_ada, &head, &t.e) && t.e.code == ERR_CONFLICT, "is in the way: %s",
	   t.e.message);
	is_text(play_read(&t.p, t.path, "README"), "by hand\n", "and stays");
	is_text(play_git(&t.p, t.path, "rev-parse HEAD"), t.id.hex, "as does HEAD");
	stop(&t);
}
