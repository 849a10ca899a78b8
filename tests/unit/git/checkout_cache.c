/* SPDX-License-Identifier: Apache-2.0 */
/* Files that go from one checkout to the next are those of a new one, whatever was done to them. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "git/mirror.h"
#include "git/remote.h"
#include "play.h"
#include "tap.h"

enum { TICK_MS = 30 };

static const struct remote_access nobody = { .timeout_ms = 20000 };

struct scene {
	struct play p;
	const char *remote, *mirrors, *work, *src;
	unsigned count;
};

static void begin(struct scene *s)
{
	static const char *const files[] = { "a", "b", "x/c", "x/y/d", "x/y/e", "z/f" };

	*s = (struct scene){ .count = 0 };
	play_start(&s->p);
	s->mirrors = path_join(s->p.a, s->p.folder, "mirrors");
	s->remote = play_remote(&s->p, "a.git");
	for (size_t i = 0; i < COUNTOF(files); i++)
		play_commit(&s->p, s->remote, "main", files[i], files[i]);
}

/* A promotion's checkout of a branch; the clock ticks on, so that its files are not racy. */
static void check_out(struct scene *s, const char *branch)
{
	struct checkout c = { .branch = branch, .is_kept = true };
	struct mirror *m = NULL;
	struct err e = { 0 };

	s->work = str_format(s->p.a, "%s/work/%u", s->p.folder, s->count++);
	s->src = c.path = path_join(s->p.a, s->work, "src");
	ok(folder_make(path_join(s->p.a, c.path, ".git"), 0755, &e) &&
		   mirror_open(s->p.a, s->mirrors, s->remote, &m, &e) &&
		   mirror_update(m, &nobody, &e) &&
		   repo_resolve(mirror_repo(m), branch, &c.commit, &e) && mirror_checkout(m, &c, &e),
	   "a checkout %s", e.message);
	mirror_close(m);
	clock_sleep(TICK_MS);
}

static void discard(struct scene *s)
{
	struct err e = { 0 };

	mirror_keep(s->mirrors, s->work);
	ok(folder_remove(s->work, &e), "the promotion is over %s", e.message);
}

/* git reads every file anew: its index knows none of them. */
static const char *changes(struct scene *s)
{
	unlink(path_join(s->p.a, s->src, ".git/index"));
	play_git(&s->p, s->src, "reset -q");
	return play_git(&s->p, s->src, "status --porcelain --ignored");
}

static ino_t inode(struct scene *s, const char *file)
{
	struct stat st = { 0 };

	return lstat(path_join(s->p.a, s->src, file), &st) == 0 ? st.st_ino : 0;
}

TEST(untouched_files_are_kept)
{
	struct scene s;
	ino_t a, d;

	begin(&s);
	check_out(&s, "main");
	a = inode(&s, "a");
	d = inode(&s, "x/y/d");
	discard(&s);
	play_commit(&s.p, s.remote, "main", "b", "changed");
	play_commit(&s.p, s.remote, "main", "new/one", "1");
	check_out(&s, "main");
	ok(inode(&s, "a") == a && inode(&s, "x/y/d") == d, "the same files");
	is_text(play_read(&s.p, s.src, "b"), "changed", "but what the branch has changed");
	is_text(play_read(&s.p, s.src, "new/one"), "1", "and what it has more");
	is_text(changes(&s), "", "git agrees");
	discard(&s);
	play_git(&s.p, s.remote, "branch other main");
	check_out(&s, "other");
	ok(inode(&s, "a") != a, "another branch has its own");
	check_out(&s, "main");
	ok(inode(&s, "a") == a, "the first is still there");
	check_out(&s, "main");
	ok(inode(&s, "a") != a, "but once");
	is_text(changes(&s), "", "and all the same without");
	play_stop(&s.p);
}

/* Same length, same modification time: only the change time tells. */
static void forge(struct scene *s, const char *file, const char *content)
{
	const char *path = path_join(s->p.a, s->src, file);
	struct stat st = { 0 };
	int fd = open(path, O_WRONLY);

	ok(fd >= 0 && fstat(fd, &st) == 0 && write(fd, content, strlen(content)) > 0, "%s is written to",
	   file);
	const struct timespec times[] = { st.st_atim, st.st_mtim };
	ok(futimens(fd, times) == 0, "and looks as old as before");
	close(fd);
}

TEST(what_was_touched_is_written_anew)
{
	struct scene s;
	struct err e = { 0 };

	begin(&s);
	check_out(&s, "main");
	forge(&s, "a", "A");
	unlink(path_join(s.p.a, s.src, "b"));
	play_write(&s.p, s.src, "b/now-a-folder", "1");
	play_write(&s.p, s.src, "x/untracked", "1");
	play_write(&s.p, s.src, "deep/er/untracked", "1");
	chmod(path_join(s.p.a, s.src, "x/c"), 0755);
	ok(folder_remove(path_join(s.p.a, s.src, "z"), &e) &&
		   symlink(s.p.folder, path_join(s.p.a, s.src, "z")) == 0,
	   "a link where a folder was");
	play_write(&s.p, s.src, ".git/hooks/pre-commit", "exit 1");
	play_write(&s.p, s.src, ".git/info/exclude", "*");
	discard(&s);
	play_write(&s.p, s.p.folder, "f", "outside");
	check_out(&s, "main");
	is_text(changes(&s), "", "all is as committed");
	is_text(play_read(&s.p, s.p.folder, "f"), "outside", "the link's target was not touched");
	ok(!file_exists(path_join(s.p.a, s.src, ".git/hooks/pre-commit")), "no hook came along");
	play_stop(&s.p);
}

TEST(a_mark_is_not_believed)
{
	static const char *const marks[] = { "", "../../../../etc\n", "x/y\n",
		"0123456789012345678901234567890123456789/../../../aaaaaaaa-bbbbbbbbbbbbbbbb\n" };
	struct scene s;
	struct err e = { 0 };

	begin(&s);
	for (size_t i = 0; i < COUNTOF(marks); i++) {
		check_out(&s, "main");
		play_write(&s.p, s.src, ".git/gantry-kept", marks[i]);
		discard(&s);
	}
	check_out(&s, "main");
	ino_t a = inode(&s, "a");
	const char *link = path_join(s.p.a, s.work, "link");
	ok(rename(s.src, path_join(s.p.a, s.p.folder, "elsewhere")) == 0 &&
		   symlink(path_join(s.p.a, s.p.folder, "elsewhere"), link) == 0,
	   "a link to a checkout");
	discard(&s);
	ok(folder_exists(path_join(s.p.a, s.p.folder, "elsewhere/.git")), "is not followed");
	check_out(&s, "main");
	ok(inode(&s, "a") != a, "so nothing was kept");
	is_text(changes(&s), "", "and nothing is wrong");
	ok(folder_remove(s.mirrors, &e), "mirrors may go at any time %s", e.message);
	check_out(&s, "main");
	is_text(changes(&s), "", "and nothing is wrong");
	play_stop(&s.p);
}

TEST(few_are_kept)
{
	struct scene s;
	struct list names = { 0 }, trees = { 0 };
	const char *works[7], *folder = "";
	struct err e = { 0 };

	begin(&s);
	for (size_t i = 0; i < COUNTOF(works); i++) {
		check_out(&s, "main");
		works[i] = s.work;
	}
	for (size_t i = 0; i < COUNTOF(works); i++) {
		s.work = works[i];
		discard(&s);
	}
	ok(folder_list(s.p.a, s.mirrors, &names, &e), "the mirrors");
	for (size_t i = 0; i < names.count; i++)
		if (has_suffix(names.items[i], ".trees"))
			folder = path_join(s.p.a, s.mirrors, names.items[i]);
	ok(folder_list(s.p.a, folder, &trees, &e), "have their trees");
	is_number(trees.count, 4, "at most four of a branch");
	play_stop(&s.p);
}
