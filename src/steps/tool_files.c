/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Links are looked at before a child starts, because helm follows them and where the kernel cannot confine
 * it nobody else would refuse; what a child made is brought in by the kernel's rules.
 */
#define _GNU_SOURCE
#include "steps/tool.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "steps/step.h"
#include "steps/workdir.h"

enum { MAX_DEPTH = 100, MAX_ENTRIES = 200000, MAX_FILE = 64 << 20 };

struct tool_files_walk {
	struct step_run *r;
	size_t entries;
	struct err *e;
};

static bool check_folder(struct tool_files_walk *w, const char *path, int depth);

/* A link must lead somewhere inside, or nowhere; what it leads to is looked at as well. */
static bool check_link(struct tool_files_walk *w, const char *path, int depth)
{
	const char *absolute, *below;
	struct err e;

	if (workdir_resolve(w->r->work, w->r->arena, path, &absolute, &e)) {
		below = absolute + strlen(workdir_path(w->r->work));
		return !folder_exists(absolute) || check_folder(w, *below ? below + 1 : ".", depth + 1);
	}
	if (e.code == ERR_NOT_FOUND)
		return true;
	*w->e = e;
	return false;
}

static bool check_entry(struct tool_files_walk *w, const char *path, int depth)
{
	AUTO(fd) int fd = -1;
	struct stat st;

	if (++w->entries > MAX_ENTRIES)
		return err_set(w->e, ERR_LIMIT, "more than %d files", MAX_ENTRIES);
	if (!workdir_open_file(w->r->work, path, O_PATH | O_NOFOLLOW, &fd, w->e))
		return false;
	if (fstat(fd, &st))
		return err_errno(w->e, "%s", path);
	if (S_ISLNK(st.st_mode))
		return check_link(w, path, depth);
	return !S_ISDIR(st.st_mode) || check_folder(w, path, depth + 1);
}

static bool check_folder(struct tool_files_walk *w, const char *path, int depth)
{
	struct arena *a = w->r->arena;
	struct list names = { 0 };
	AUTO(fd) int fd = -1;

	if (depth > MAX_DEPTH)
		return err_set(w->e, ERR_LIMIT, "%s: more than %d folders deep", path, MAX_DEPTH);
	if (!workdir_open_file(w->r->work, path, O_RDONLY | O_DIRECTORY, &fd, w->e) ||
	    !folder_list(a, str_format(a, "/proc/self/fd/%d", fd), &names, w->e))
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (strcmp(names.items[i], ".git") != 0 &&
		    !check_entry(w, path_join(a, path, names.items[i]), depth))
			return false;
	return true;
}

bool tool_check_links(struct step_run *r, const char *path, struct err *e)
{
	struct tool_files_walk w = { .r = r, .e = e };

	return check_folder(&w, path, 0);
}

static bool tool_files_bring(struct tool *t, const char *from, const char *to, int depth,
			     struct err *e)
{
	struct arena *a = t->r->arena;
	struct list names = { 0 };
	struct str text;
	struct stat st;

	if (depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "%s: more than %d folders deep", to, MAX_DEPTH);
	if (!workdir_make_folder(t->r->work, to, e) || !folder_list(a, from, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *source = path_join(a, from, names.items[i]);
		const char *target = path_join(a, to, names.items[i]);

		if (lstat(source, &st))
			return err_errno(e, "%s", source);
		if (S_ISDIR(st.st_mode) && !tool_files_bring(t, source, target, depth + 1, e))
			return false;
		if (S_ISREG(st.st_mode) && (!file_read(a, source, MAX_FILE, &text, e) ||
					    !workdir_write(t->r->work, target, text.at, text.len, e)))
			return false;
	}
	return true;
}

bool tool_bring(struct tool *t, const char *from, const char *to, struct err *e)
{
	return tool_files_bring(t, path_join(t->r->arena, t->scratch, from), to, 0, e);
}
