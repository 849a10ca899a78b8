/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests in a branch of a repository: git+URL#REF:PATH. */
#include "observe/git_manifests.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "config/config.h"
#include "git/play.h"
#include "tap.h"

struct manifests_play {
	struct play p;
	const char *remote;
	struct git_manifests read;
	struct err e;
};

static void manifests_begin(struct manifests_play *t)
{
	memset(t, 0, sizeof(*t));
	play_start(&t->p);
	setenv("XDG_CACHE_HOME", path_join(t->p.a, t->p.folder, "cache"), 1);
	t->remote = play_remote(&t->p, "manifests.git");
	play_commit(&t->p, t->remote, "main", "README.md", "not a manifest");
	play_commit(&t->p, t->remote, "main", "prod/stage.yaml", "kind: Stage\n");
	play_commit(&t->p, t->remote, "main", "prod/more/warehouse.yml", "kind: Warehouse\n");
	play_commit(&t->p, t->remote, "main", "prod/project.json", "{}");
	play_commit(&t->p, t->remote, "main", "test/stage.yaml", "kind: Stage # of test\n");
}

static void manifests_end(struct manifests_play *t)
{
	unsetenv("XDG_CACHE_HOME");
	play_stop(&t->p);
}

/* What is read there: "name=content|…", sorted as it comes; an error's text when it fails. */
static const char *manifests_at(struct manifests_play *t, const char *where)
{
	const char *all = "", *name = str_format(t->p.a, "git+file://%s%s", t->remote, where);

	if (!git_manifests_read(t->p.a, name, &t->read, &t->e))
		return str_format(t->p.a, "error: %s", t->e.message);
	for (size_t i = 0; i < t->read.count; i++)
		all = str_format(t->p.a, "%s%s=%.*s|", all, t->read.files[i].name,
				 (int)strcspn(t->read.files[i].text.at, "\n"), t->read.files[i].text.at);
	return all;
}

TEST(a_folder_of_a_branch_is_read)
{
	struct manifests_play t;

	manifests_begin(&t);
	is_text(manifests_at(&t, "#main:test"), "test/stage.yaml=kind: Stage # of test|", "one folder");
	is_text(manifests_at(&t, "#main:prod"),
		"prod/more/warehouse.yml=kind: Warehouse|prod/project.json={}|prod/stage.yaml=kind: Stage|",
		"with what lies below it: manifests only, whatever they are in");
	is_number(strlen(t.read.commit), 40, "the commit is known");
	is_text(t.read.commit, play_git(&t.p, t.remote, "rev-parse main"), "and is the branch's");
	manifests_end(&t);
}

TEST(without_a_name_the_default_branch_is_read)
{
	struct manifests_play t;

	manifests_begin(&t);
	play_git(&t.p, t.remote, "tag v1 main");
	play_commit(&t.p, t.remote, "main", "test/stage.yaml", "kind: Stage # newer\n");
	is_text(manifests_at(&t, "#:test"), "test/stage.yaml=kind: Stage # newer|", "a folder of it");
	manifests_at(&t, "");
	is_number(t.read.count, 4, "or all of it");
	is_text(manifests_at(&t, "#v1:test"), "test/stage.yaml=kind: Stage # of test|", "a tag is read, too");
	manifests_end(&t);
}

TEST(what_is_not_there_is_told_by_its_name)
{
	const char *home = getenv("HOME");
	struct manifests_play t;

	manifests_begin(&t);
	home = str_copy(t.p.a, home);
	ok(strstr(manifests_at(&t, "#release:prod"), "release") != NULL, "a branch: %s", t.e.message);
	ok(strstr(manifests_at(&t, "#main:nowhere"), "nowhere") != NULL, "a folder: %s", t.e.message);
	t.remote = path_join(t.p.a, t.p.folder, "gone.git");
	ok(strstr(manifests_at(&t, "#main"), "gone.git") != NULL, "a repository: %s", t.e.message);
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	ok(strstr(manifests_at(&t, "#main"), "XDG_CACHE_HOME") != NULL, "a place to keep it: %s", t.e.message);
	if (home)
		setenv("HOME", home, 1);
	manifests_end(&t);
}

/* What is no file of its own could lead anywhere. */
TEST(links_and_submodules_are_left_out)
{
	struct manifests_play t;
	const char *link;

	manifests_begin(&t);
	link = play_git(&t.p, t.remote, "rev-parse main:README.md");
	play_git(&t.p, t.remote, "read-tree main");
	play_git(&t.p, t.remote, str_format(t.p.a, "update-index --add --cacheinfo 120000,%s,test/link.yaml", link));
	play_git(&t.p, t.remote, str_format(t.p.a, "update-index --add --cacheinfo 160000,%s,test/sub.yaml",
					    play_git(&t.p, t.remote, "rev-parse main")));
	play_git(&t.p, t.remote, str_format(t.p.a, "update-ref refs/heads/odd %s",
		 play_git(&t.p, t.remote, str_format(t.p.a, "commit-tree -m odd %s",
						     play_git(&t.p, t.remote, "write-tree")))));
	is_text(manifests_at(&t, "#odd:test"), "test/stage.yaml=kind: Stage # of test|", "only the file is read");
	manifests_end(&t);
}

TEST(a_branch_that_moved_has_changed)
{
	struct manifests_play t;
	const char *name;

	manifests_begin(&t);
	name = str_format(t.p.a, "git+file://%s#main:test", t.remote);
	manifests_at(&t, "#main:test");
	ok(git_manifests_named(name) && !git_manifests_named(t.remote), "what is in git is told by its prefix");
	ok(!git_manifests_changed(name, t.read.commit), "nothing has changed yet");
	play_commit(&t.p, t.remote, "main", "test/stage.yaml", "kind: Stage # newer\n");
	ok(git_manifests_changed(name, t.read.commit), "now it has");
	is_text(manifests_at(&t, "#main:test"), "test/stage.yaml=kind: Stage # newer|", "and is read anew");
	ok(!git_manifests_changed(name, t.read.commit), "after which it has not");
	play_git(&t.p, t.p.folder, str_format(t.p.a, "-C %s branch -m main other", t.remote));
	ok(git_manifests_changed(name, t.read.commit), "one that cannot be asked is looked at again");
	manifests_end(&t);
}
