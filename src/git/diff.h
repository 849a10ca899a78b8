/* SPDX-License-Identifier: Apache-2.0 */
/* Unified diffs as text, bounded, for plans and history. Blocks: workers. */
#ifndef GANTRY_GIT_DIFF_H
#define GANTRY_GIT_DIFF_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct oid;
struct repo;

struct diff_file {
	const char *path, *old_path;    /* old_path: NULL unless renamed */
	char what;                      /* A added, D deleted, M modified, R renamed, T type */
	size_t added, removed;          /* lines */
	bool is_binary;
};

struct diff {
	const char *text;               /* as git diff prints it, cleaned for a terminal */
	struct diff_file *files;
	size_t file_count, added, removed;
	bool is_cut;                    /* text ends before the diff does; the counts are whole */
};

struct diff_request {
	const struct oid *from, *to;    /* commits or trees; NULL: nothing */
	const char *path;               /* this file or folder only; NULL: everything */
	size_t max;                     /* bytes of text at most */
};

bool diff_trees(struct repo *r, struct arena *a, const struct diff_request *what, struct diff *out,
		struct err *e) MUST_USE;

#endif
