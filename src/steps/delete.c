/* SPDX-License-Identifier: Apache-2.0 */
/* delete: files and folders, by path or by glob (doc/kargo-rules.md 6.5). */
#define _GNU_SOURCE
#include "steps/step.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/glob.h"
#include "data/value.h"
#include "steps/workdir.h"

enum { MAX_PATHS = 100000, MAX_DEPTH = 100 };

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_NOT_EMPTY, .help = "What to delete." },
	{ .name = "paths", .kind = PARAM_LIST, .flags = PARAM_NOT_EMPTY,
	  .help = "Several paths, instead of path." },
	{ .name = "pathsAreGlobs", .kind = PARAM_BOOL, .help = "Paths are patterns with *, ** and {a,b}.",
	  .otherwise = "false" },
	{ .name = "strict", .kind = PARAM_BOOL, .help = "Fail when a path does not exist.",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool delete_check(const struct value *config, struct err *e)
{
	const struct value *paths = value_get(config, "paths");

	if (!value_get(config, "path") == !paths)
		return err_set(e, ERR_CONFIG, "either path or paths is needed, not both");
	for (size_t i = 0; i < value_count(paths); i++)
		if (!value_at(paths, i)->string.len)
			return err_set(e, ERR_CONFIG, "paths[%zu]: must not be empty", i);
	return true;
}

struct deleting {
	struct step_run *r;
	bool strict;
	struct list found;              /* const char *: what is to go, once all paths were looked at */
	struct err *e;
};

/*
 * Whether path, which was refused, leads out by a link and not by its words. Kargo follows
 * such a link within the work directory, where nothing is.
 */
static bool leads_out_by_link(const char *path)
{
	for (const char *p = path; (p = strstr(p, "..")); p += 2)
		if ((p == path || p[-1] == '/') && (!p[2] || p[2] == '/'))
			return false;
	return strspn(path, "./") < strlen(path);
}

static bool delete_path(struct deleting *d, const char *path)
{
	if (workdir_has(d->r->work, path, d->e)) {
		list_add(d->r->arena, &d->found, str_format(d->r->arena, "%s", path));
		return true;
	}
	return !d->strict && (d->e->code == ERR_NOT_FOUND ||
			      (d->e->code == ERR_REFUSED && leads_out_by_link(path)));
}

/* Every path beneath folder, relative to the work directory; links are listed, and looked through once. */
static bool delete_walk(struct deleting *d, const char *folder, int depth, struct list *found)
{
	AUTO(fd) int fd = -1;
	struct arena *a = d->r->arena;
	struct list names = { 0 };

	if (depth > MAX_DEPTH || found->count > MAX_PATHS)
		return err_set(d->e, ERR_LIMIT, "%s: too many files to match patterns against", folder);
	if (!workdir_open_file(d->r->work, folder, O_RDONLY | O_DIRECTORY, &fd, d->e))
		return true;
	if (!folder_list(a, str_format(a, "/proc/self/fd/%d", fd), &names, d->e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		char *path = str_format(a, "%s%s%s", strcmp(folder, ".") == 0 ? "" : folder,
					strcmp(folder, ".") == 0 ? "" : "/", (const char *)names.items[i]);
		struct stat st;

		if (fstatat(fd, names.items[i], &st, AT_SYMLINK_NOFOLLOW))
			continue;
		list_add(a, found, path);
		if (S_ISDIR(st.st_mode) && !delete_walk(d, path, depth + 1, found))
			return false;
	}
	return true;
}

static bool is_folder(struct deleting *d, const char *path)
{
	AUTO(fd) int fd = -1;
	struct err unused;

	return workdir_open_file(d->r->work, path, O_PATH | O_DIRECTORY, &fd, &unused);
}

/* "./a//b/" as "a/b". */
static const char *delete_tidy(struct arena *a, const char *pattern, bool *folders_only)
{
	size_t len = strlen(pattern);

	*folders_only = len > 1 && pattern[len - 1] == '/';
	while (len > 1 && pattern[len - 1] == '/')
		len--;
	while (has_prefix(pattern, "./")) {
		pattern += 2;
		len -= 2;
	}
	return str_copy_n(a, pattern, len);
}

/* The folder that every match lies in: what goes before the first part with a sign in it. */
static const char *fixed_folder(struct arena *a, const char *pattern)
{
	size_t plain = strcspn(pattern, "*?[{");
	const char *folder = str_copy_n(a, pattern, plain);

	return strchr(folder, '/') ? path_folder(a, folder) : ".";
}

/* A pattern without signs: beneath a file nothing matches it. */
static bool delete_named(struct deleting *d, const char *path)
{
	const char *folder = strchr(path, '/') ? path_folder(d->r->arena, path) : ".";

	if (is_folder(d, folder) && !strstr(path, "../"))
		return delete_path(d, path);
	return !d->strict || err_again(d->e, ERR_NOT_FOUND, "nothing matches \"%s\"", path);
}

static bool delete_glob(struct deleting *d, const char *given)
{
	struct list found = { 0 };
	bool folders_only, any = false, has_parent = strstr(given, "../") != NULL;
	const char *pattern = delete_tidy(d->r->arena, given, &folders_only), *folder;

	if (!glob_is_valid(pattern))
		return err_set(d->e, ERR_CONFIG, "\"%s\" is not a pattern: a bracket or brace is not closed",
			       given);
	if (!strpbrk(pattern, "*?[{"))
		return delete_named(d, pattern);
	if (strspn(pattern, "*/") == strlen(pattern) && strstr(pattern, "**") && !strstr(pattern, "***"))
		return err_again(d->e, ERR_REFUSED, "\"%s\" matches the work directory itself", given);
	folder = fixed_folder(d->r->arena, pattern);
	if (strcmp(folder, ".") != 0)
		list_add(d->r->arena, &found, str_format(d->r->arena, "%s", folder));
	if (!delete_walk(d, folder, 0, &found))
		return false;
	for (size_t i = 0; i < found.count; i++) {
		const char *path = found.items[i];

		if (has_parent || !glob_matches(pattern, path) || (folders_only && !is_folder(d, path)))
			continue;
		any = true;
		list_add(d->r->arena, &d->found, found.items[i]);
	}
	if (!any && d->strict)
		return err_again(d->e, ERR_NOT_FOUND, "nothing matches \"%s\"", given);
	return true;
}

/* What is below a folder that went before is gone already. */
static bool delete_all(struct deleting *d)
{
	for (size_t i = 0; i < d->found.count; i++)
		if (!workdir_remove(d->r->work, d->found.items[i], d->e) && d->e->code != ERR_NOT_FOUND)
			return false;
	return true;
}

/* All paths are looked at before the first is deleted: one that is wrong spoils nothing. */
static bool delete_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct deleting d = { .r = r, .strict = step_truth(r, "strict", false), .e = e };
	const struct value *paths = value_get(r->config, "paths");
	bool globs = step_truth(r, "pathsAreGlobs", false), fine = true;
	size_t count = paths ? value_count(paths) : 1;

	(void)result;
	for (size_t i = 0; i < count && fine; i++) {
		const char *path = paths ? value_at(paths, i)->string.at : step_text(r, "path", "");

		fine = globs ? delete_glob(&d, path) : delete_path(&d, path);
	}
	if (fine && delete_all(&d))
		return true;
	e->again = !(globs && e->code == ERR_CONFIG);
	return err_wrap(e, "deleting");
}

const struct step_def step_delete = {
	.kind = "delete",
	.summary = "Delete files or folders of the work directory.",
	.params = params,
	.outputs = outputs,
	.check = delete_check,
	.reach = STEP_REACH_WORK,
	.run = delete_run,
};
