/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files of gantry's own. What promotion steps touch goes
 * through steps/workdir.h instead, which does not leave the work directory.
 * Any thread.
 */
#ifndef GANTRY_BASE_FILE_H
#define GANTRY_BASE_FILE_H

#include "base/base.h"
#include "base/folder.h"

struct arena;
struct err;
struct str;

/* Closes *fd when it is not negative. */
void auto_fd(int *fd);

/*
 * The whole file in the arena (NUL after the end); ERR_LIMIT past max bytes, ERR_IO when it
 * is a pipe to which nobody writes for five seconds.
 */
bool file_read(struct arena *a, const char *path, size_t max, struct str *out,
	       struct err *e) MUST_USE;

/* All of fd until its end; same limits. */
bool file_read_fd(struct arena *a, int fd, size_t max, struct str *out, struct err *e) MUST_USE;

/* Writes all bytes, going on after signals and short writes. */
bool file_write_fd(int fd, const void *bytes, size_t len, struct err *e) MUST_USE;

/*
 * Replaces path in one step: a temporary file beside it, fsync, rename, fsync of
 * the folder. mode as in chmod(2).
 */
bool file_write(const char *path, const void *bytes, size_t len, unsigned mode,
		struct err *e) MUST_USE;

/* A file without a name under $TMPDIR or /tmp, for reading and writing; gone when it is closed. */
bool file_temporary(int *fd, struct err *e) MUST_USE;

/* The same without waiting for the disk: for what can be made again. */
bool file_replace(const char *path, const void *bytes, size_t len, unsigned mode,
		  struct err *e) MUST_USE;

bool file_exists(const char *path);

#endif
