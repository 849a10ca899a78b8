/* SPDX-License-Identifier: Apache-2.0 */
/*
 * untar: files, folders and links of a tar, packed or not (doc/kargo-rules.md 6.5). Whatever else
 * is in it, and whatever would lie or lead outside outPath, is left out without a word.
 */
#define _GNU_SOURCE
#include "steps/step.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "steps/archive.h"
#include "steps/ignore.h"
#include "steps/libarchive.h"
#include "steps/workdir.h"

enum { CHUNK = 65536 };

static const struct step_param params[] = {
	{ .name = "inPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The archive; gzip is recognised by its content." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The folder to unpack into." },
	{ .name = "stripComponents", .kind = PARAM_INT, .otherwise = "0",
	  .help = "How many leading folders to strip from each name." },
	{ .name = "ignore", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "What to leave out, as a .gitignore file says it." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool untar_check(const struct value *config, struct err *e)
{
	int64_t strip = 0;

	value_integer(value_get(config, "stripComponents"), &strip);
	return strip >= 0 || err_set(e, ERR_CONFIG, "stripComponents: must not be negative");
}

struct unpacking {
	struct step_run *r;
	const struct libarchive *lib;
	struct archive *from;
	const struct ignore *ignore;
	const char *out;
	size_t strip, entries;
	int64_t total;
	int64_t seen;                   /* bytes that entries say they have, left out or not */
	struct err *e;
};

static bool untar_write_file(struct unpacking *u, struct archive_entry *entry, const char *path)
{
	AUTO(fd) int fd = -1;
	char chunk[CHUNK];
	int64_t size = 0;
	la_ssize_t n;

	if (!workdir_create_file(u->r->work, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK,
				 &fd, u->e))
		return false;
	while ((n = u->lib->read_data(u->from, chunk, sizeof(chunk))) > 0) {
		size += n;
		u->total += n;
		if (size > ARCHIVE_MAX_FILE || u->total > ARCHIVE_MAX_TOTAL)
			return err_set(u->e, ERR_LIMIT,
				       "%s: larger than untar takes (50 MB a file, 100 MB in all)", path);
		if (!file_write_fd(fd, chunk, (size_t)n, u->e))
			return false;
	}
	if (n < 0)
		return err_set(u->e, ERR_CONFIG, "%s: %s", path, u->lib->error_string(u->from));
	return fchmod(fd, u->lib->entry_perm(entry) & 0777) == 0 || err_errno(u->e, "%s", path);
}

/* The link's folder is opened beneath the work directory; the name itself must not be there. */
static bool write_link(struct unpacking *u, const char *path, const char *target)
{
	AUTO(fd) int folder = -1;

	if (!workdir_open_file(u->r->work, path_folder(u->r->arena, path), O_PATH | O_DIRECTORY,
			       &folder, u->e) &&
	    (!workdir_make_folder(u->r->work, path_folder(u->r->arena, path), u->e) ||
	     !workdir_open_file(u->r->work, path_folder(u->r->arena, path), O_PATH | O_DIRECTORY,
				&folder, u->e)))
		return false;
	unlinkat(folder, path_base(path), 0);
	return symlinkat(target, folder, path_base(path)) == 0 || err_errno(u->e, "%s", path);
}

static bool unpack_entry(struct unpacking *u, struct archive_entry *entry)
{
	struct arena *a = u->r->arena;
	const char *raw = u->lib->entry_pathname(entry);
	const char *name = raw ? archive_name(a, raw, u->strip) : NULL;
	mode_t kind = u->lib->entry_filetype(entry);
	const char *path, *target;

	if (++u->entries > ARCHIVE_MAX_ENTRIES)
		return err_set(u->e, ERR_LIMIT, "more than %d entries", ARCHIVE_MAX_ENTRIES);
	if (u->lib->entry_size(entry) > ARCHIVE_MAX_SEEN - u->seen)
		return err_set(u->e, ERR_LIMIT, "more than 1 GB in all, with what is left out");
	u->seen += u->lib->entry_size(entry);
	if (!name || u->lib->entry_hardlink(entry) || ignore_matches(u->ignore, name, kind == AE_IFDIR))
		return true;
	path = path_join(a, u->out, name);
	if (kind == AE_IFDIR)
		return workdir_make_folder(u->r->work, path, u->e);
	if (kind == AE_IFREG)
		return untar_write_file(u, entry, path);
	target = kind == AE_IFLNK ? u->lib->entry_symlink(entry) : NULL;
	if (!target || !archive_link_is_safe(name, target))
		return true;
	return write_link(u, path, target);
}

static bool untar_unpack(struct unpacking *u)
{
	for (;;) {
		struct archive_entry *entry;
		int status = u->lib->read_next_header(u->from, &entry);

		if (status == ARCHIVE_EOF)
			return true;
		if (status < ARCHIVE_WARN)
			return err_set(u->e, ERR_CONFIG, "not a tar archive: %s",
				       u->lib->error_string(u->from));
		if (flag_is_set(u->r->cancelled))
			return err_set(u->e, ERR_CANCELLED, "cancelled");
		if (!unpack_entry(u, entry))
			return false;
	}
}

static bool untar_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct unpacking u = { .r = r, .lib = libarchive(e), .out = step_text(r, "outPath", ""), .e = e };
	const char *in = step_text(r, "inPath", "");
	AUTO(fd) int fd = -1;
	int64_t strip = 0;
	bool fine;

	(void)result;
	value_integer(value_get(r->config, "stripComponents"), &strip);
	u.strip = (size_t)strip;
	u.ignore = ignore_new(r->arena, step_text(r, "ignore", ""));
	if (!u.lib || !workdir_open_file(r->work, in, O_RDONLY | O_NONBLOCK, &fd, e) ||
	    !workdir_make_folder(r->work, u.out, e))
		return err_wrap(e, "unpacking %s", in);
	u.from = u.lib->read_new();
	u.lib->read_support_filter_gzip(u.from);
	u.lib->read_support_format_tar(u.from);
	fine = u.lib->read_open_fd(u.from, fd, CHUNK) == ARCHIVE_OK
		       ? untar_unpack(&u)
		       : err_set(e, ERR_CONFIG, "not a tar archive: %s", u.lib->error_string(u.from));
	u.lib->read_free(u.from);
	return fine || err_wrap(e, "unpacking %s", in);
}

const struct step_def step_untar = {
	.kind = "untar",
	.summary = "Unpack a tar archive.",
	.params = params,
	.outputs = outputs,
	.check = untar_check,
	.reach = STEP_REACH_WORK,
	.run = untar_run,
};
