/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing that a step is told to read, write or remove lies outside its work directory. */
#include "steps/workdir.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "tap.h"

struct world {
	struct arena *a;
	const char *outside, *inside;
	struct workdir *w;
};

static void set_up(struct world *t)
{
	struct err e = { 0 };

	t->a = arena_new();
	ok(folder_temporary(t->a, "gantry-test-", &t->outside, &e), "a folder to play in");
	t->inside = path_join(t->a, t->outside, "work");
	ok(folder_make(t->inside, 0700, &e) &&
		   file_write(path_join(t->a, t->outside, "secret"), "s3cret", 6, 0600, &e) &&
		   workdir_open(t->a, t->inside, &t->w, &e),
	   "a work directory beside a secret");
}

static void tear_down(struct world *t)
{
	struct err e;

	workdir_close(t->w);
	ok(folder_remove(t->outside, &e), "all is cleaned up");
	arena_free(t->a);
}

static void refused(struct world *t, const char *path)
{
	struct str s;
	struct err e = { 0 };

	ok(!workdir_read(t->w, t->a, &(struct workdir_file){ path, 100 }, &s, &e), "reading %s is refused", path);
	ok(strstr(e.message, path) != NULL, "and the message names it: %s", e.message);
	ok(!workdir_write(t->w, path, "x", 1, &e), "writing %s is refused", path);
	ok(!workdir_remove(t->w, path, &e), "removing %s is refused", path);
	ok(file_read(t->a, path_join(t->a, t->outside, "secret"), 100, &s, &e) &&
		   str_is(s, "s3cret"),
	   "the secret is as it was");
}

TEST(no_path_leads_out)
{
	struct world t;

	set_up(&t);
	ok(symlink("..", path_join(t.a, t.inside, "up")) == 0 &&
		   symlink(t.outside, path_join(t.a, t.inside, "absolute")) == 0 &&
		   symlink("/proc/self/cwd", path_join(t.a, t.inside, "magic")) == 0,
	   "links that lead out");
	refused(&t, "../secret");
	refused(&t, "a/../../secret");
	refused(&t, "up/secret");
	refused(&t, "absolute/secret");
	refused(&t, "magic/secret");
	tear_down(&t);
}

TEST(a_link_is_removed_not_what_it_names)
{
	struct world t;
	struct err e;

	set_up(&t);
	ok(symlink("../secret", path_join(t.a, t.inside, "link")) == 0, "a link to the secret");
	ok(workdir_remove(t.w, "link", &e), "can be removed");
	ok(file_exists(path_join(t.a, t.outside, "secret")), "and the secret stays");
	tear_down(&t);
}

TEST(files_are_written_read_and_removed)
{
	struct world t;
	struct str s = { 0 };
	struct err e = { 0 };
	const char *absolute = NULL;

	set_up(&t);
	ok(workdir_write(t.w, "a/b/c.txt", "hello world", 11, &e), "parents are made");
	ok(workdir_write(t.w, "/a/b/c.txt", "hello", 5, &e), "a leading slash is the directory itself");
	ok(workdir_read(t.w, t.a, &(struct workdir_file){ "a/b/c.txt", 100 }, &s, &e) && str_is(s, "hello"),
	   "the file is replaced whole");
	ok(workdir_resolve(t.w, t.a, "a/b", &absolute, &e), "a folder resolves");
	is_text(absolute, path_join(t.a, workdir_path(t.w), "a/b"), "to its absolute path");
	ok(workdir_resolve_new(t.w, t.a, "x/y", &absolute, &e), "what is to come resolves, too");
	is_text(absolute, path_join(t.a, workdir_path(t.w), "x/y"), "beneath its new folder");
	ok(workdir_remove(t.w, "a", &e), "a folder goes with all in it");
	ok(!workdir_read(t.w, t.a, &(struct workdir_file){ "a/b/c.txt", 100 }, &s, &e) && e.code == ERR_NOT_FOUND,
	   "and then it is not found");
	ok(!workdir_remove(t.w, "/", &e), "the work directory itself stays");
	tear_down(&t);
}

TEST(only_plain_files_are_read)
{
	struct world t;
	struct str s;
	struct err e;

	set_up(&t);
	ok(mkfifo(path_join(t.a, t.inside, "pipe"), 0600) == 0, "a pipe without a writer");
	ok(!workdir_read(t.w, t.a, &(struct workdir_file){ "pipe", 100 }, &s, &e) && e.code == ERR_REFUSED,
	   "is refused and does not block");
	tear_down(&t);
}
