/* SPDX-License-Identifier: Apache-2.0 */
/* Mirrors follow their remotes, mend themselves, and checkouts stand whatever happens to them. */
#include "git/mirror.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/thread.h"
#include "git/remote.h"
#include "git/submodule.h"
#include "git/work.h"
#include "play.h"
#include "tap.h"

static const struct remote_access nobody = { .timeout_ms = 20000 };

static struct mirror *updated(struct play *p, const char *url)
{
	struct mirror *m = NULL;
	struct err e = { 0 };

	ok(mirror_open(p->a, path_join(p->a, p->folder, "mirrors"), url, &m, &e), "a mirror %s",
	   e.message);
	ok(mirror_update(m, &nobody, &e), "is brought up to date %s", e.message);
	return m;
}

static bool mirror_commit(struct repo *r, const char *message, struct oid *id, bool *made, struct err *e)
{
	static const struct work_author ada = { { "Ada", "ada@example.org", 1700000000000, 0 }, NULL };
	const struct work_commit c = { &ada, message };

	return work_commit(r, &c, id, made, e);
}

TEST(a_mirror_follows_its_remote)
{
	struct play p;
	struct err e = { 0 };
	struct oid id = { "" }, tip;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	struct mirror *m = updated(&p, path);
	is_text(mirror_default(m), "main", "it knows the default branch");
	play_commit(&p, path, "next", "x", "1");
	play_git(&p, path, "branch -D main");
	play_git(&p, path, "symbolic-ref HEAD refs/heads/next");
	tip = play_commit(&p, path, "next", "x", "2");
	ok(mirror_update(m, &nobody, &e), "again %s", e.message);
	is_text(mirror_default(m), "next", "another default branch");
	ok(repo_ref(mirror_repo(m), "refs/heads/next", &id, &e), "and its commit");
	is_text(id.hex, tip.hex, "are seen");
	ok(!repo_ref(mirror_repo(m), "refs/heads/main", &id, &e), "and what is gone is gone");
	mirror_close(m);
	play_stop(&p);
}

TEST(a_broken_mirror_is_made_again)
{
	struct play p;
	struct err e = { 0 };
	struct oid tip, id = { "" };

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	struct mirror *m = updated(&p, path);
	const char *folder = str_copy(p.a, repo_folder(mirror_repo(m)));
	tip = play_commit(&p, path, "main", "x", "1");
	mirror_close(m);
	ok(folder_remove(path_join(p.a, folder, "objects/pack"), &e), "its packs are lost");
	m = updated(&p, path);
	ok(repo_ref(mirror_repo(m), "refs/heads/main", &id, &e) && strcmp(id.hex, tip.hex) == 0,
	   "and it is whole again");
	is_text(play_git(&p, folder, "fsck"), "", "git says so, too");
	mirror_close(m);
	ok(unlink(path_join(p.a, folder, "HEAD")) == 0, "HEAD is lost");
	m = updated(&p, path);
	mirror_close(m);
	play_stop(&p);
}

static void checked_out(struct play *p, struct mirror *m, const char *name, const char *branch,
			struct checkout *c)
{
	struct err e = { 0 };

	c->path = path_join(p->a, p->folder, name);
	c->branch = branch;
	ok(repo_resolve(mirror_repo(m), branch ? branch : "main", &c->commit, &e) &&
		   mirror_checkout(m, c, &e),
	   "a checkout %s", e.message);
}

TEST(a_checkout_is_as_git_makes_it)
{
	struct play p;
	struct err e = { 0 };
	struct checkout c = { .author_name = "A \"da\"\\", .author_email = "ada@example.org",
			      .insecure = true };
	struct work_origin origin = { 0 };
	AUTO(repo) struct repo *r = NULL;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	play_commit(&p, path, "main", "x/y/z", "1");
	play_git(&p, path, "tag -a -m one v1 main");
	play_git(&p, path, "tag v0 main~1");
	struct mirror *m = updated(&p, str_format(p.a, "file://%s", path));
	checked_out(&p, m, "work", "main", &c);
	is_text(play_read(&p, c.path, "x/y/z"), "1", "has its files");
	is_text(play_git(&p, c.path, "status -sb"), "## main", "git finds nothing changed");
	is_text(play_git(&p, c.path, "fsck"), "", "or wrong");
	is_text(play_git(&p, c.path, "describe --tags HEAD"), "v1", "and knows the tags");
	is_text(play_git(&p, c.path, "config user.name"), "A \"da\"\\", "and who commits");
	ok(repo_open(c.path, &r, &e) && work_origin(r, p.a, &origin, &e), "and so do we");
	is_text(origin.url, str_format(p.a, "file://%s", path), "where from");
	is_text(origin.branch, "main", "which branch");
	is_text(origin.author_name, "A \"da\"\\", "by whom");
	ok(origin.insecure, "and how");
	play_git(&p, repo_folder(mirror_repo(m)), "repack -a -d -k -q");
	is_text(play_git(&p, c.path, "fsck"), "", "the mirror may be packed again");
	struct checkout d = { 0 };
	checked_out(&p, m, "detached", NULL, &d);
	is_text(play_git(&p, d.path, "status -sb"), "## HEAD (no branch)", "without a branch, too");
	repo_close(r);
	r = NULL;
	mirror_close(m);
	play_stop(&p);
}

TEST(sparse_checkouts_hold_what_git_would)
{
	static const char *const files[] = { "top", "a/in-a", "a/b/in-b", "a/b/c/deep", "a/x/out",
					     "y/out" };
	static const char *const folders[] = { "a/b" };
	struct play p;
	struct err e = { 0 };
	struct checkout c = { .sparse = folders, .sparse_count = 1 };
	AUTO(repo) struct repo *r = NULL;
	struct oid id = { "" };
	bool made = true;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	for (size_t i = 0; i < COUNTOF(files); i++)
		play_commit(&p, path, "main", files[i], "1");
	struct mirror *m = updated(&p, path);
	checked_out(&p, m, "work", "main", &c);
	is_text(play_git(&p, c.path, "sparse-checkout list"), "a/b", "git reads it as its own");
	is_text(play_git(&p, c.path, "status -s"), "", "with nothing changed");
	is_text(play_git(&p, c.path, "ls-files -t"),
		"H README\nH a/b/c/deep\nH a/b/in-b\nH a/in-a\nS a/x/out\nH top\nS y/out", "and left out");
	is_text(play_read(&p, c.path, "a/in-a"), "1", "what is above is there");
	ok(!file_exists(path_join(p.a, c.path, "y/out")), "and what is beside is not");
	ok(repo_open(c.path, &r, &e), "it opens");
	ok(mirror_commit(r, "nothing", &id, &made, &e) && !made, "nothing to commit %s",
	   e.message);
	play_write(&p, c.path, "a/b/in-b", "2");
	ok(mirror_commit(r, "something", &id, &made, &e) && made, "something to commit");
	is_text(play_git(&p, c.path, "show --stat --format= HEAD"),
		"a/b/in-b | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)", "is all there is");
	ok(work_clear(r, &e) && mirror_commit(r, "clear", &id, &made, &e) && made, "cleared");
	is_text(play_git(&p, c.path, "ls-tree -r --name-only HEAD"), "a/x/out\ny/out",
		"what is left out stays");
	repo_close(r);
	r = NULL;
	mirror_close(m);
	play_stop(&p);
}

struct racer {
	const char *folder, *url;
	bool done;
};

static void race(void *context)
{
	struct racer *racer = context;

	racer->done = true;
	for (int i = 0; i < 5; i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct mirror *m = NULL;
		struct oid id;
		struct err e;

		racer->done &= mirror_open(a, racer->folder, racer->url, &m, &e) &&
			       mirror_update(m, &nobody, &e) &&
			       repo_ref(mirror_repo(m), "refs/heads/main", &id, &e);
		mirror_close(m);
	}
}

TEST(threads_share_a_mirror)
{
	struct play p;
	struct err e = { 0 };
	struct thread *threads[4];
	struct racer racers[4];

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	for (size_t i = 0; i < 4; i++) {
		racers[i] = (struct racer){ path_join(p.a, p.folder, "mirrors"), path, false };
		ok(thread_start(&threads[i], "racer", race, &racers[i], &e), "a thread");
	}
	play_commit(&p, path, "main", "x", "1");
	for (size_t i = 0; i < 4; i++) {
		thread_join(threads[i]);
		ok(racers[i].done, "updates the one mirror");
	}
	play_stop(&p);
}

static void no_access(void *context, const char *url, struct remote_access *out)
{
	(void)context;
	(void)url;
	*out = nobody;
}

TEST(submodules_are_checked_out_and_kept)
{
	struct play p;
	struct err e = { 0 };
	struct checkout c = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid id = { "" };
	bool made = true;

	play_start(&p);
	const char *inner = play_remote(&p, "inner.git"), *outer = play_remote(&p, "outer.git");
	play_git(&p, p.folder, "clone -q outer.git super");
	const char *super = path_join(p.a, p.folder, "super");
	play_git(&p, super, str_format(p.a, "-c protocol.file.allow=always submodule add -q %s sub/m",
				       "../inner.git"));
	play_git(&p, super, "commit -q -m sub");
	play_git(&p, super, "push -q origin main");
	play_commit(&p, inner, "main", "later", "1");
	struct mirror *m = updated(&p, outer);
	checked_out(&p, m, "work", "main", &c);
	ok(repo_open(c.path, &r, &e), "it opens");
	ok(mirror_commit(r, "nothing", &id, &made, &e) && !made,
	   "a submodule that is not there is no change %s", e.message);
	const struct submodules how = { .mirrors = path_join(p.a, p.folder, "mirrors"),
					.access = no_access };
	ok(submodules_checkout(p.a, c.path, &how, &e), "checked out %s", e.message);
	is_text(play_read(&p, c.path, "sub/m/README"), "hello\n", "it has its files");
	ok(!file_exists(path_join(p.a, c.path, "sub/m/later")), "of the commit that was meant");
	is_text(play_git(&p, c.path, "status -s"), "", "which git finds right");
	ok(mirror_commit(r, "nothing", &id, &made, &e) && !made, "and is no change, either");
	repo_close(r);
	r = NULL;
	mirror_close(m);
	play_stop(&p);
}

TEST(attributes_are_obeyed)
{
	struct play p;
	struct err e = { 0 };
	struct checkout c = { 0 };
	AUTO(repo) struct repo *r = NULL;
	struct oid id = { "" };
	bool made = false;

	play_start(&p);
	const char *path = play_remote(&p, "a.git");
	play_commit(&p, path, "main", "x/run", "1\n");
	struct mirror *m = updated(&p, path);
	checked_out(&p, m, "plain", "main", &c);
	play_write(&p, c.path, "x/run", "2\n");
	ok(repo_open(c.path, &r, &e) && mirror_commit(r, "2", &id, &made, &e) && made,
	   "a change of the same size right after is seen %s", e.message);
	play_commit(&p, path, "main", ".gitattributes", "*.txt text eol=crlf\n");
	play_commit(&p, path, "main", "a.txt", "1\n");
	ok(mirror_update(m, &nobody, &e), "a file with attributes");
	struct checkout d = { 0 };
	checked_out(&p, m, "crlf", "main", &d);
	is_text(play_read(&p, d.path, "a.txt"), "1\r\n", "is written as they say");
	is_text(play_git(&p, d.path, "status -s"), "", "which git finds right");
	repo_close(r);
	r = NULL;
	mirror_close(m);
	play_stop(&p);
}
