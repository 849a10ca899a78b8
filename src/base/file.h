/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole files, folders and paths of gantry's own. What promotion steps touch goes
 * through steps/workdir.h instead, which does not leave the work directory.
 * Any thread.
 */
#ifndef GANTRY_BASE_FILE_H
#define GANTRY_BASE_FILE_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct str;

/* Closes *fd when it is not negative. */
void auto_fd(int *fd);

/* The whole file in the arena (NUL after the end); ERR_LIMIT past max bytes. */
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

/* mkdir -p; folders it makes get this mode. */
bool folder_make(const char *path, unsigned mode, struct err *e) MUST_USE;

/* rm -r, not following links; absent is fine. */
bool folder_remove(const char *path, struct err *e) MUST_USE;

/* Removes all that is in the folder, not following links, and keeps the folder. */
bool folder_empty(const char *path, struct err *e) MUST_USE;

/* A new folder of mode 0700 under $TMPDIR or /tmp, its name starting with prefix. */
bool folder_temporary(struct arena *a, const char *prefix, const char **path,
		      struct err *e) MUST_USE;

/* Names in a folder, sorted byte-wise, without . and ..; const char * in *names. */
bool folder_list(struct arena *a, const char *path, struct list *names, struct err *e) MUST_USE;

bool file_exists(const char *path);
bool folder_exists(const char *path);

/* "a/b"; b alone when it is absolute. */
const char *path_join(struct arena *a, const char *folder, const char *name);

/* What follows the last '/', within path itself. */
const char *path_base(const char *path);

/* The part before the last '/', "." when there is none. */
const char *path_folder(struct arena *a, const char *path);

/* $XDG_STATE_HOME/gantry or ~/.local/state/gantry, and so on; NULL without a home. */
const char *path_state(struct arena *a);
const char *path_cache(struct arena *a);
const char *path_config(struct arena *a);

#endif
