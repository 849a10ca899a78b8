/* SPDX-License-Identifier: Apache-2.0 */
/*
 * copy: a file, or a folder with all in it (doc/kargo-rules.md 6.5). Links inside a folder are
 * left out; those on the way to inPath and outPath are followed within the work directory.
 */
#define _GNU_SOURCE
#include "steps/step.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "steps/ignore.h"
#include "steps/workdir.h"

enum { MAX_DEPTH = 100, CHUNK = 1 << 20 };

static const struct step_param params[] = {
	{ .name = "inPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file or folder to copy." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Where to copy it. Missing parent folders are created; an existing folder is merged." },
	{ .name = "ignore", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "What to leave out of a folder, as a .gitignore file says it.", .otherwise = ".git" },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

struct copy_copying {
	struct step_run *r;
	const struct ignore *ignore;
	struct err *e;
};

static bool send_all(int from, int to, struct err *e)
{
	for (;;) {
		ssize_t n = copy_file_range(from, NULL, to, NULL, CHUNK, 0);

		if (n > 0)
			continue;
		if (n == 0)
			return true;
		if (errno != EINTR && errno != EXDEV && errno != EINVAL && errno != ENOSYS)
			return err_errno(e, "copying");
		if (errno != EINTR)
			break;
	}
	for (;;) {
		char chunk[65536];
		ssize_t n = read(from, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "reading");
		if (n == 0)
			return true;
		if (!file_write_fd(to, chunk, (size_t)n, e))
			return false;
	}
}

/* O_TRUNC comes before the first byte is read: a file copied onto itself comes out empty, as in Kargo. */
enum { COPY_WRITES = O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK };

static bool copy_file(struct copy_copying *c, int from, int to, const struct stat *st, const char *out)
{
	if (fchmod(to, st->st_mode & 07777))
		return err_errno(c->e, "%s", out);
	return send_all(from, to, c->e);
}

static bool names_in(struct arena *a, int fd, struct list *names, struct err *e)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *dir = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *d;

	if (!dir) {
		if (copy >= 0)
			close(copy);
		return err_errno(e, "reading a folder");
	}
	while ((d = readdir(dir)))
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			list_add(a, names, arena_copy(a, d->d_name, strlen(d->d_name) + 1));
	closedir(dir);
	return true;
}

/* A folder on the way. */
struct copy_place {
	int from;
	const char *below;              /* its path relative to inPath */
	const char *out;                /* where it goes */
	int depth;
};

static bool copy_folder(struct copy_copying *c, const struct copy_place *p);

static bool copy_entry(struct copy_copying *c, const struct copy_place *p, const char *name)
{
	struct arena *a = c->r->arena;
	const char *path = *p->below ? path_join(a, p->below, name) : name;
	AUTO(fd) int fd = openat(p->from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && (errno == ELOOP || errno == ENXIO))
		return true;
	if (fd < 0 || fstat(fd, &st))
		return err_errno(c->e, "%s", path);
	if (ignore_matches(c->ignore, path, S_ISDIR(st.st_mode)))
		return true;
	if (S_ISDIR(st.st_mode))
		return copy_folder(c, &(struct copy_place){ fd, path, path_join(a, p->out, name),
							    p->depth + 1 });
	if (!S_ISREG(st.st_mode))
		return true;
	const char *out = path_join(a, p->out, name);
	AUTO(fd) int to = -1;
	return workdir_open_file(c->r->work, out, COPY_WRITES, &to, c->e) && copy_file(c, fd, to, &st, out);
}

static bool copy_folder(struct copy_copying *c, const struct copy_place *p)
{
	struct list names = { 0 };

	if (p->depth > MAX_DEPTH)
		return err_set(c->e, ERR_LIMIT, "%s: more than %d folders deep", p->below, MAX_DEPTH);
	if (flag_is_set(c->r->cancelled))
		return err_set(c->e, ERR_CANCELLED, "cancelled");
	if (!workdir_make_folder(c->r->work, p->out, c->e) ||
	    !names_in(c->r->arena, p->from, &names, c->e))
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (!copy_entry(c, p, names.items[i]))
			return false;
	return true;
}

/* A folder copied beneath itself would never end. */
static bool check_nesting(struct step_run *r, const char *in, const char *out, struct err *e)
{
	const char *from, *to;

	if (!workdir_resolve(r->work, r->arena, in, &from, e) ||
	    !workdir_resolve_new(r->work, r->arena, out, &to, e))
		return false;
	if (has_prefix(to, str_format(r->arena, "%s/", from)))
		return err_set(e, ERR_REFUSED, "%s lies inside %s: it would be copied into itself", out, in);
	return true;
}

static bool copy_tree(struct copy_copying *c, const char *in, const char *out)
{
	AUTO(fd) int from = -1;
	AUTO(fd) int to = -1;
	struct stat st;

	if (!workdir_open_file(c->r->work, in, O_RDONLY | O_NONBLOCK, &from, c->e))
		return false;
	if (fstat(from, &st))
		return err_errno(c->e, "%s", in);
	if (S_ISREG(st.st_mode))
		return workdir_create_file(c->r->work, out, COPY_WRITES, &to, c->e) &&
		       copy_file(c, from, to, &st, out);
	if (!S_ISDIR(st.st_mode))
		return err_set(c->e, ERR_REFUSED, "%s: is neither a file nor a folder", in);
	return check_nesting(c->r, in, out, c->e) && copy_folder(c, &(struct copy_place){ from, "", out, 0 });
}

static bool copy_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct copy_copying c = { .r = r, .e = e };
	const char *in = step_text(r, "inPath", ""), *out = step_text(r, "outPath", "");

	(void)result;
	c.ignore = ignore_new(r->arena, step_text(r, "ignore", ""));
	if (copy_tree(&c, in, out))
		return true;
	err_wrap(e, "copying %s to %s", in, out);
	e->again = true;
	return false;
}

const struct step_def step_copy = {
	.kind = "copy",
	.summary = "Copy a file or folder within the work directory.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_WORK,
	.run = copy_run,
};
