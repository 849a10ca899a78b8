/* SPDX-License-Identifier: Apache-2.0 */
/*
 * openat2(RESOLVE_BENEATH) does the confinement: the kernel refuses whatever
 * would leave, at the moment of opening, so nothing made between a check and its
 * use can help. glibc 2.36 has no wrapper, hence syscall(2).
 */
#define _GNU_SOURCE
#include "steps/workdir.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/hash.h"

enum { LONGEST_PATH = 4096, FILE_MODE = 0644, FOLDER_MODE = 0755 };

struct workdir {
	int fd;
	const char *path;       /* absolute, without links */
};

bool workdir_open(struct arena *a, const char *path, struct workdir **out, struct err *e)
{
	char *real = realpath(path, NULL);
	struct workdir *w;
	int fd = real ? open(real, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;

	assert(path);
	if (fd < 0) {
		err_errno(e, "opening the work directory %s", path);
		free(real);
		return false;
	}
	w = arena_alloc(a, sizeof(*w));
	*w = (struct workdir){ .fd = fd, .path = str_copy(a, real) };
	free(real);
	*out = w;
	return true;
}

void workdir_close(struct workdir *w)
{
	if (w && w->fd >= 0)
		close(w->fd);
	if (w)
		w->fd = -1;
}

const char *workdir_path(const struct workdir *w)
{
	return w->path;
}

/*
 * The path with "." and ".." taken out as text, relative to the directory; "." is the
 * directory itself. False when a ".." leads above it.
 */
static bool workdir_clean(const char *path, char out[LONGEST_PATH], struct err *e)
{
	size_t used = 0;

	if (strlen(path) >= LONGEST_PATH)
		return err_set(e, ERR_LIMIT, "%.80s…: the path is too long", path);
	for (const char *p = path; *p;) {
		size_t len = strcspn(p, "/");

		if (len == 2 && p[0] == '.' && p[1] == '.') {
			if (!used)
				return err_set(e, ERR_REFUSED, "%s: leads out of the work directory", path);
			while (used && out[--used] != '/')
				;
		} else if (len && !(len == 1 && p[0] == '.')) {
			if (used)
				out[used++] = '/';
			memcpy(out + used, p, len);
			used += len;
		}
		p += len + (p[len] == '/');
	}
	if (!used)
		out[used++] = '.';
	out[used] = '\0';
	return true;
}

static int open_beneath(const struct workdir *w, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? FILE_MODE : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd;

	do
		fd = syscall(SYS_openat2, w->fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN);
	return (int)fd;
}

static bool workdir_refuse(const char *path, struct err *e)
{
	if (errno == EXDEV)
		return err_set(e, ERR_REFUSED, "%s: leads out of the work directory", path);
	return err_errno(e, "%s", path);
}

bool workdir_make_folder(struct workdir *w, const char *path, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char p[LONGEST_PATH];

	if (!workdir_clean(path, p, e))
		return false;
	for (size_t len = strcspn(p, "/"); len; len += strcspn(p + len, "/")) {
		const char *part = str_copy_n(a, p, len);
		AUTO(fd) int parent = open_beneath(w, path_folder(a, part), O_PATH | O_DIRECTORY);
		AUTO(fd) int made = -1;

		if (parent < 0)
			return workdir_refuse(path, e);
		if (mkdirat(parent, path_base(part), FOLDER_MODE) && errno != EEXIST)
			return workdir_refuse(path, e);
		made = open_beneath(w, part, O_PATH | O_DIRECTORY);
		if (made < 0)
			return workdir_refuse(path, e);
		len += strspn(p + len, "/");
		if (!p[len])
			break;
	}
	return true;
}

static bool make_parents_of(struct workdir *w, const char *path, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = path_folder(a, path);

	return strcmp(folder, ".") == 0 || workdir_make_folder(w, folder, e);
}

bool workdir_open_file(struct workdir *w, const char *path, int flags, int *fd, struct err *e)
{
	char p[LONGEST_PATH];
	int opened;

	if (!workdir_clean(path, p, e))
		return false;
	opened = open_beneath(w, p, flags);
	if (opened < 0)
		return workdir_refuse(path, e);
	*fd = opened;
	return true;
}

bool workdir_create_file(struct workdir *w, const char *path, int flags, int *fd, struct err *e)
{
	char p[LONGEST_PATH];

	assert(flags & O_CREAT);
	return workdir_clean(path, p, e) && make_parents_of(w, p, e) &&
	       workdir_open_file(w, path, flags, fd, e);
}

/* Devices, pipes and sockets could block for ever or read what is not a file. */
static bool workdir_is_plain_file(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st))
		return workdir_refuse(path, e);
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO, "%s: is a folder", path);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_REFUSED, "%s: is not a plain file", path);
	return true;
}

bool workdir_read(struct workdir *w, struct arena *a, const struct workdir_file *f, struct str *out,
		  struct err *e)
{
	AUTO(fd) int fd = -1;

	assert(f->path && f->max > 0);
	if (!workdir_open_file(w, f->path, O_RDONLY | O_NONBLOCK, &fd, e) ||
	    !workdir_is_plain_file(fd, f->path, e))
		return false;
	if (!file_read_fd(a, fd, f->max, out, e))
		return err_wrap(e, "%s", f->path);
	return true;
}

bool workdir_write(struct workdir *w, const char *path, const void *bytes, size_t len,
		   struct err *e)
{
	AUTO(fd) int fd = -1;

	assert(path && (bytes || !len));
	if (!workdir_create_file(w, path, O_WRONLY | O_CREAT | O_NONBLOCK, &fd, e) ||
	    !workdir_is_plain_file(fd, path, e))
		return false;
	if (!file_write_fd(fd, bytes, len, e))
		return err_wrap(e, "%s", path);
	return ftruncate(fd, (off_t)len) ? workdir_refuse(path, e) : true;
}

/* Empties the folder behind fd, which it closes; links are removed, not followed. */
static bool empty_folder(int fd, const char *path, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char *own = str_format(a, "/proc/self/fd/%d", fd);
	bool ok = folder_empty(own, e);

	close(fd);
	return ok || err_wrap(e, "%s", path);
}

/* The folder that a path to be removed is in, and in p the path made plain. */
static int parent_of(struct workdir *w, const char *path, char p[LONGEST_PATH], struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	int parent;

	if (!workdir_clean(path, p, e))
		return -1;
	if (strcmp(p, ".") == 0) {
		err_set(e, ERR_REFUSED, "%s: is the work directory itself", path);
		return -1;
	}
	parent = open_beneath(w, path_folder(a, p), O_RDONLY | O_DIRECTORY);
	if (parent < 0)
		workdir_refuse(path, e);
	return parent;
}

bool workdir_has(struct workdir *w, const char *path, struct err *e)
{
	char p[LONGEST_PATH];
	AUTO(fd) int parent = parent_of(w, path, p, e);
	struct stat st;

	if (parent < 0)
		return false;
	return fstatat(parent, path_base(p), &st, AT_SYMLINK_NOFOLLOW) == 0 || workdir_refuse(path, e);
}

bool workdir_remove(struct workdir *w, const char *path, struct err *e)
{
	char p[LONGEST_PATH];
	AUTO(fd) int parent = parent_of(w, path, p, e);
	int fd;

	if (parent < 0)
		return false;
	if (unlinkat(parent, path_base(p), 0) == 0)
		return true;
	if (errno != EISDIR && errno != EPERM)
		return workdir_refuse(path, e);
	fd = openat(parent, path_base(p), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return workdir_refuse(path, e);
	if (!empty_folder(fd, path, e))
		return false;
	return unlinkat(parent, path_base(p), AT_REMOVEDIR) ? workdir_refuse(path, e) : true;
}

/* What the kernel calls the file behind fd. */
static bool workdir_name_of(struct arena *a, int fd, const char *path, const char **absolute,
			    struct err *e)
{
	char name[LONGEST_PATH];
	ssize_t n = readlink(str_format(a, "/proc/self/fd/%d", fd), name, sizeof(name) - 1);

	if (n < 0)
		return workdir_refuse(path, e);
	*absolute = str_copy_n(a, name, (size_t)n);
	return true;
}

bool workdir_resolve(struct workdir *w, struct arena *a, const char *path, const char **absolute,
		     struct err *e)
{
	AUTO(fd) int fd = -1;

	return workdir_open_file(w, path, O_PATH, &fd, e) &&
	       workdir_name_of(a, fd, path, absolute, e);
}

bool workdir_resolve_new(struct workdir *w, struct arena *a, const char *path,
			 const char **absolute, struct err *e)
{
	char p[LONGEST_PATH];
	const char *above;

	if (!workdir_clean(path, p, e))
		return false;
	if (strcmp(p, ".") == 0)
		return workdir_resolve(w, a, p, absolute, e);
	if (!make_parents_of(w, p, e) || !workdir_resolve(w, a, path_folder(a, p), &above, e))
		return false;
	if (!workdir_resolve(w, a, p, absolute, e)) {
		if (e->code != ERR_NOT_FOUND)
			return false;
		*absolute = path_join(a, above, path_base(p));
	}
	return true;
}

bool workdir_begin(struct workdir *w, struct arena *a, const char *path, struct workdir_draft *out,
		   struct err *e)
{
	unsigned char chance[6];
	const char *real;

	if (!workdir_resolve_new(w, a, path, &real, e))
		return false;
	if (!has_prefix(real, str_format(a, "%s/", w->path)))
		return err_set(e, ERR_REFUSED, "%s: is the work directory itself", path);
	real += strlen(w->path) + 1;
	random_bytes(chance, sizeof(chance));
	*out = (struct workdir_draft){ .fd = -1, .folder = -1, .name = path_base(real) };
	out->temporary = str_format(a, ".gantry-%02x%02x%02x%02x%02x%02x", chance[0], chance[1],
				    chance[2], chance[3], chance[4], chance[5]);
	out->folder = open_beneath(w, path_folder(a, real), O_RDONLY | O_DIRECTORY);
	if (out->folder < 0)
		return workdir_refuse(path, e);
	out->fd = openat(out->folder, out->temporary,
			 O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, FILE_MODE);
	if (out->fd >= 0)
		return true;
	workdir_refuse(path, e);
	auto_fd(&out->folder);
	return false;
}

bool workdir_end(struct workdir_draft *draft, bool fine, struct err *e)
{
	if (fine && renameat(draft->folder, draft->temporary, draft->folder, draft->name))
		fine = workdir_refuse(draft->name, e);
	if (!fine)
		unlinkat(draft->folder, draft->temporary, 0);
	auto_fd(&draft->fd);
	auto_fd(&draft->folder);
	return fine;
}
