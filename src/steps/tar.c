/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar: a file or folder as a tar archive (doc/kargo-rules.md 6.5). Links are stored as links, and
 * times and owners are left out, so that the same files make the same archive.
 */
#define _GNU_SOURCE
#include "steps/step.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "steps/archive.h"
#include "steps/ignore.h"
#include "steps/libarchive.h"
#include "steps/workdir.h"

enum { CHUNK = 65536, MAX_DEPTH = 100 };

static const struct step_param params[] = {
	{ .name = "inPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file or folder to pack." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The archive to write." },
	{ .name = "ignore", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "What to leave out, as a .gitignore file says it." },
	{ .name = "gzip", .kind = PARAM_BOOL, .help = "Compress it.", .otherwise = "false" },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

struct tar_packing {
	struct step_run *r;
	const struct libarchive *lib;
	struct archive *to;
	const struct ignore *ignore;
	size_t entries;
	int64_t total;
	struct err *e;
};

static bool write_header(struct tar_packing *p, struct archive_entry *entry, const char *name,
			 const struct stat *st)
{
	p->lib->entry_set_pathname(entry, name);
	p->lib->entry_set_mode(entry, st->st_mode);
	p->lib->entry_set_size(entry, S_ISREG(st->st_mode) ? st->st_size : 0);
	if (p->lib->write_header(p->to, entry) >= ARCHIVE_WARN)
		return true;
	return err_set(p->e, ERR_IO, "%s: %s", name, p->lib->error_string(p->to));
}

static bool tar_add_header(struct tar_packing *p, const char *name, const char *link,
			   const struct stat *st)
{
	struct archive_entry *entry = p->lib->entry_new();
	bool fine;

	if (link)
		p->lib->entry_set_symlink(entry, link);
	fine = write_header(p, entry, name, st);
	p->lib->entry_free(entry);
	return fine;
}

static bool tar_add_file(struct tar_packing *p, int fd, const char *name, const struct stat *st)
{
	char chunk[CHUNK];
	int64_t left = st->st_size;
	ssize_t n;

	p->total += left;
	if (left > ARCHIVE_MAX_FILE || p->total > ARCHIVE_MAX_TOTAL)
		return err_set(p->e, ERR_LIMIT, "%s: larger than tar takes (50 MB a file, 100 MB in all)",
			       name);
	if (!tar_add_header(p, name, NULL, st))
		return false;
	while (left > 0 && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(p->e, "%s", name);
		if (p->lib->write_data(p->to, chunk, (size_t)n) < 0)
			return err_set(p->e, ERR_IO, "%s: %s", name, p->lib->error_string(p->to));
		left -= n;
	}
	return true;
}

static bool add_folder(struct tar_packing *p, int fd, const char *below, int depth);

static bool add_link(struct tar_packing *p, int folder, const char *name, const char *path,
		     const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(folder, name, target, sizeof(target) - 1);

	if (n < 0)
		return err_errno(p->e, "%s", path);
	target[n] = '\0';
	return tar_add_header(p, path, target, st);
}

static bool tar_add_entry(struct tar_packing *p, int folder, const char *name, const char *below,
			  int depth)
{
	const char *path = *below ? path_join(p->r->arena, below, name) : name;
	AUTO(fd) int fd = -1;
	struct stat st;

	if (++p->entries > ARCHIVE_MAX_ENTRIES)
		return err_set(p->e, ERR_LIMIT, "more than %d files", ARCHIVE_MAX_ENTRIES);
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW))
		return err_errno(p->e, "%s", path);
	if (ignore_matches(p->ignore, path, S_ISDIR(st.st_mode)))
		return true;
	if (S_ISLNK(st.st_mode))
		return add_link(p, folder, name, path, &st);
	if (!S_ISDIR(st.st_mode) && !S_ISREG(st.st_mode))
		return true;
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st))
		return err_errno(p->e, "%s", path);
	if (S_ISREG(st.st_mode))
		return tar_add_file(p, fd, path, &st);
	return tar_add_header(p, path, NULL, &st) && add_folder(p, fd, path, depth + 1);
}

static bool add_folder(struct tar_packing *p, int fd, const char *below, int depth)
{
	struct arena *a = p->r->arena;
	struct list names = { 0 };

	if (depth > MAX_DEPTH)
		return err_set(p->e, ERR_LIMIT, "%s: more than %d folders deep", below, MAX_DEPTH);
	if (flag_is_set(p->r->cancelled))
		return err_set(p->e, ERR_CANCELLED, "cancelled");
	if (!folder_list(a, str_format(a, "/proc/self/fd/%d", fd), &names, p->e))
		return false;
	for (size_t i = 0; i < names.count; i++)
		if (!tar_add_entry(p, fd, names.items[i], below, depth))
			return false;
	return true;
}

static bool tar_pack(struct tar_packing *p, const char *in)
{
	AUTO(fd) int fd = -1;
	struct stat st;

	if (!workdir_open_file(p->r->work, in, O_RDONLY | O_NONBLOCK, &fd, p->e))
		return false;
	if (fstat(fd, &st))
		return err_errno(p->e, "%s", in);
	if (S_ISDIR(st.st_mode))
		return add_folder(p, fd, "", 0);
	if (!S_ISREG(st.st_mode))
		return err_set(p->e, ERR_REFUSED, "%s: is neither a file nor a folder", in);
	return tar_add_file(p, fd, path_base(in), &st);
}

static bool tar_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct tar_packing p = { .r = r, .lib = libarchive(e), .e = e };
	const char *in = step_text(r, "inPath", ""), *out = step_text(r, "outPath", "");
	AUTO(fd) int fd = -1;
	bool fine;

	(void)result;
	p.ignore = ignore_new(r->arena, step_text(r, "ignore", ""));
	if (!p.lib ||
	    !workdir_create_file(r->work, out, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, &fd, e))
		return err_wrap(e, "packing %s", in);
	p.to = p.lib->write_new();
	if (step_truth(r, "gzip", false)) {
		p.lib->write_add_filter_gzip(p.to);
		p.lib->write_set_filter_option(p.to, "gzip", "timestamp", NULL);
	}
	p.lib->write_set_format_pax_restricted(p.to);
	fine = p.lib->write_open_fd(p.to, fd) == ARCHIVE_OK ||
	       err_set(e, ERR_IO, "%s: %s", out, p.lib->error_string(p.to));
	fine = fine && tar_pack(&p, in);
	if (fine && p.lib->write_close(p.to) != ARCHIVE_OK)
		fine = err_set(e, ERR_IO, "%s: %s", out, p.lib->error_string(p.to));
	p.lib->write_free(p.to);
	return fine || err_wrap(e, "packing %s", in);
}

const struct step_def step_tar = {
	.kind = "tar",
	.summary = "Pack a file or folder into a tar archive.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_WORK,
	.run = tar_run,
};
