/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files: read with a ceiling, replaced in one step. */
#define _GNU_SOURCE
#include "base/file.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"

enum { PIPE_MS = 5000 };

void auto_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

bool file_read_fd(struct arena *a, int fd, size_t max, struct str *out, struct err *e)
{
	AUTO(buf) struct buf b;
	char chunk[16384];
	ssize_t n;

	buf_init(&b, max);
	while ((n = read(fd, chunk, sizeof(chunk)))) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "reading");
		buf_add(&b, chunk, (size_t)n);
		if (!buf_ok(&b))
			return err_set(e, ERR_LIMIT, "larger than %zu bytes", max);
	}
	*out = (struct str){ buf_copy(&b, a), b.len };
	return true;
}

/* Opening a pipe without O_NONBLOCK would wait for its writer as long as there is none. */
static bool file_await_writer(int fd, struct err *e)
{
	struct pollfd pipe = { .fd = fd, .events = POLLIN };
	int64_t end = clock_ticks() + PIPE_MS, left;
	struct stat st;

	if (fstat(fd, &st))
		return err_errno(e, "reading");
	while (S_ISFIFO(st.st_mode)) {
		left = end - clock_ticks();
		if (poll(&pipe, 1, left > 0 ? (int)left : 0) > 0)
			break;
		if (left <= 0)
			return err_set(e, ERR_IO, "a pipe to which nothing was written in %d s",
				       PIPE_MS / 1000);
	}
	return fcntl(fd, F_SETFL, 0) == 0 || err_errno(e, "reading");
}

bool file_read(struct arena *a, const char *path, size_t max, struct str *out, struct err *e)
{
	AUTO(fd) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	assert(max > 0 && out);
	if (fd < 0)
		return err_errno(e, "opening %s", path);
	if (!file_await_writer(fd, e) || !file_read_fd(a, fd, max, out, e))
		return err_wrap(e, "%s", path);
	return true;
}

bool file_write_fd(int fd, const void *bytes, size_t len, struct err *e)
{
	const char *p = bytes;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_errno(e, "writing");
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* Makes the rename itself durable. */
static void sync_folder_of(struct arena *a, const char *path)
{
	AUTO(fd) int fd = open(path_folder(a, path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0)
		fsync(fd);
}

struct new_file {
	const char *path;
	struct str bytes;
	unsigned mode;
	bool flush;
};

static bool file_write_new(const struct new_file *n, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	char *temporary = str_format(a, "%s.XXXXXX", n->path);
	AUTO(fd) int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0)
		return err_errno(e, "making a file beside %s", n->path);
	if (!file_write_fd(fd, n->bytes.at, n->bytes.len, e)) {
		unlink(temporary);
		return err_wrap(e, "%s", n->path);
	}
	if (fchmod(fd, (mode_t)n->mode) || (n->flush && fsync(fd)) || rename(temporary, n->path)) {
		err_errno(e, "replacing %s", n->path);
		unlink(temporary);
		return false;
	}
	if (n->flush)
		sync_folder_of(a, n->path);
	return true;
}

bool file_write(const char *path, const void *bytes, size_t len, unsigned mode, struct err *e)
{
	struct new_file n = { path, { bytes, len }, mode, true };

	return file_write_new(&n, e);
}

bool file_replace(const char *path, const void *bytes, size_t len, unsigned mode, struct err *e)
{
	struct new_file n = { path, { bytes, len }, mode, false };

	return file_write_new(&n, e);
}

bool file_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool file_temporary(int *fd, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *base = getenv("TMPDIR");
	char *name = str_format(a, "%s/gantry-XXXXXX", base && *base ? base : "/tmp");
	int made = mkostemp(name, O_CLOEXEC);

	if (made < 0)
		return err_errno(e, "making a temporary file %s", name);
	unlink(name);
	*fd = made;
	return true;
}
