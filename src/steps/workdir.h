/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of a promotion's work directory, and only those. Every path is resolved
 * beneath the directory by the kernel (openat2, RESOLVE_BENEATH), so that no "..",
 * absolute path, symbolic link or link made between check and use leads out.
 * Errors name the path. A worker; one at a time.
 */
#ifndef GANTRY_STEPS_WORKDIR_H
#define GANTRY_STEPS_WORKDIR_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct workdir;

/* Opens the directory, which must exist. */
bool workdir_open(struct arena *a, const char *path, struct workdir **out, struct err *e) MUST_USE;
void workdir_close(struct workdir *w);

/* Its absolute path. */
const char *workdir_path(const struct workdir *w);

/*
 * Opens a file or folder beneath it; flags as open(2). A leading "/" means the work
 * directory itself, as Kargo's securejoin has it. *fd is the caller's to close.
 */
bool workdir_open_file(struct workdir *w, const char *path, int flags, int *fd, struct err *e) MUST_USE;

/* The same for a file to be written: missing parents are made. flags has O_CREAT. */
bool workdir_create_file(struct workdir *w, const char *path, int flags, int *fd,
			 struct err *e) MUST_USE;

struct workdir_file {
	const char *path;
	size_t max;                     /* bytes; ERR_LIMIT when it has more */
};

/* The whole file. */
bool workdir_read(struct workdir *w, struct arena *a, const struct workdir_file *f, struct str *out,
		  struct err *e) MUST_USE;

/* Replaces the file's content in place (an existing mode is kept; 0644 else), making parents. */
bool workdir_write(struct workdir *w, const char *path, const void *bytes, size_t len,
		   struct err *e) MUST_USE;

/* A file that is written beside its place and takes it whole, or leaves nothing. */
struct workdir_draft {
	int fd;                         /* write here */
	int folder;                     /* where it lies */
	const char *name, *temporary;
};

/* Parents are made. A link in the last place is followed when it leads to something. */
bool workdir_begin(struct workdir *w, struct arena *a, const char *path, struct workdir_draft *out,
		   struct err *e) MUST_USE;

/* Takes its place when fine; else it is removed, *e is left as it is, and the answer is false. */
bool workdir_end(struct workdir_draft *draft, bool fine, struct err *e) MUST_USE;

bool workdir_make_folder(struct workdir *w, const char *path, struct err *e) MUST_USE;

/* Whether workdir_remove() would find something to remove; the errors are those that it would have. */
bool workdir_has(struct workdir *w, const char *path, struct err *e) MUST_USE;

/* Removes a file, a link itself, or a folder with all in it; ERR_NOT_FOUND when absent. */
bool workdir_remove(struct workdir *w, const char *path, struct err *e) MUST_USE;

/*
 * The absolute path of something that exists beneath it, with every link resolved
 * and checked: for handing to a child process or to libgit2.
 */
bool workdir_resolve(struct workdir *w, struct arena *a, const char *path, const char **absolute,
		     struct err *e) MUST_USE;

/* As workdir_resolve, but the last component need not exist (its folder is made). */
bool workdir_resolve_new(struct workdir *w, struct arena *a, const char *path,
			 const char **absolute, struct err *e) MUST_USE;

#endif
