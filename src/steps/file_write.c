/* SPDX-License-Identifier: Apache-2.0 */
/* file-write: one new file with these contents (doc/kargo-rules.md 6.5). */
#define _GNU_SOURCE
#include "steps/step.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/workdir.h"

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file to write; relative, not in .git, not through a link." },
	{ .name = "contents", .kind = PARAM_STRING, .flags = PARAM_REQUIRED,
	  .help = "What is in it." },
	{ .name = "permissions", .kind = PARAM_STRING,
	  .help = "Four octal digits, without execute and world-write bits.", .otherwise = "0600" },
	{ .name = "overwrite", .kind = PARAM_BOOL, .help = "Replace a file that is there.",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool file_write_check(const struct value *config, struct err *e)
{
	const char *text = value_text(value_get(config, "permissions"), "0600");

	if (strlen(text) != 4 || text[0] != '0' || strspn(text, "01234567") != 4)
		return err_set(e, ERR_CONFIG, "permissions: \"%s\" is not of the form 0640", text);
	return true;
}

/* Refuses what file-write never does, whatever is there. */
static bool file_write_check_path(const char *path, unsigned long mode, struct err *e)
{
	const char *p = path;

	if (path[0] == '/')
		return err_set(e, ERR_CONFIG, "path %s: must be relative", path);
	while (has_prefix(p, "./"))
		p += 2 + strspn(p + 2, "/");
	if (strcmp(p, ".git") == 0 || has_prefix(p, ".git/"))
		return err_set(e, ERR_CONFIG, "path %s: .git is not to be written to", path);
	if (mode & 0111)
		return err_set(e, ERR_CONFIG, "permissions: must not include execute bits");
	if (mode & 0002)
		return err_set(e, ERR_CONFIG, "permissions: must not let everybody write");
	return true;
}

/* The path by name against where the kernel says it leads: they differ when a link is on the way. */
static bool check_links(struct step_run *r, const char *absolute, const char *path, struct err *e)
{
	const char *root = workdir_path(r->work), *below = absolute + strlen(root);
	struct arena *a = r->arena;
	const char *plain = "";

	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.')
			plain = strchr(plain, '/') ? path_folder(a, plain) : "";
		else if (len && !(len == 1 && p[0] == '.'))
			plain = str_format(a, "%s%s%.*s", plain, *plain ? "/" : "", (int)len, p);
		p += len + (p[len] == '/');
	}
	if (strcmp(below + (*below == '/'), plain) != 0)
		return err_set(e, ERR_REFUSED, "path %s: leads through a link to %s", path, below + 1);
	return true;
}

static bool file_write_file(struct step_run *r, const char *path, unsigned long mode, struct err *e)
{
	const struct value *contents = value_get(r->config, "contents");
	const char *absolute;
	AUTO(fd) int fd = -1;
	struct stat st;

	if (!workdir_resolve_new(r->work, r->arena, path, &absolute, e)) {
		e->again = e->code == ERR_IO;
		return false;
	}
	if (!check_links(r, absolute, path, e))
		return false;
	if (lstat(absolute, &st) == 0 && S_ISDIR(st.st_mode) && step_truth(r, "overwrite", false))
		return err_again(e, ERR_CONFLICT, "%s is a folder", path);
	if (lstat(absolute, &st) == 0 && !step_truth(r, "overwrite", false))
		return err_set(e, ERR_CONFLICT, "%s is there already; overwrite: true replaces a file", path);
	if (lstat(absolute, &st) == 0 && S_ISLNK(st.st_mode))
		return err_set(e, ERR_REFUSED, "path %s: is a link", path);
	if (!workdir_create_file(r->work, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK,
				 &fd, e))
		return false;
	if (!file_write_fd(fd, contents->string.at, contents->string.len, e))
		return err_wrap(e, "%s", path);
	return fchmod(fd, (mode_t)mode) == 0 || err_errno(e, "%s", path);
}

static bool file_write_run(struct step_run *r, struct step_result *result, struct err *e)
{
	unsigned long mode = strtoul(step_text(r, "permissions", "0600"), NULL, 8);
	const char *path = step_text(r, "path", "");

	if (file_write_check_path(path, mode, e) && file_write_file(r, path, mode, e))
		return true;
	result->status = e->again ? STEP_ERRORED : STEP_FAILED;
	return false;
}

const struct step_def step_file_write = {
	.kind = "file-write",
	.summary = "Write a file of the work directory.",
	.params = params,
	.outputs = outputs,
	.check = file_write_check,
	.reach = STEP_REACH_WORK,
	.run = file_write_run,
};
