/* SPDX-License-Identifier: Apache-2.0 */
/* What a repository's trees hold, and new trees made from old ones. As repo.h in all else. */
#ifndef GANTRY_GIT_TREE_H
#define GANTRY_GIT_TREE_H

#include "base/base.h"
#include "base/str.h"
#include "git/types.h"

struct arena;
struct err;
struct list;
struct repo;

struct repo_entry {
	const char *name;               /* within its folder */
	struct oid id;
	bool is_folder;
	unsigned mode;                  /* git's: 0100644, 0100755, 0120000, 0040000, 0160000 */
};

/* One change of a tree. Folders come and go with their files. */
struct repo_edit {
	const char *path;               /* "stages/uat.json": no "..", ".git" or empty part */
	struct str content;
	bool remove;                    /* absent is fine */
};

struct repo_blob {
	const struct oid *id;
	size_t max;                     /* bytes; ERR_LIMIT when it has more */
};

/* A file's content, in the arena. */
bool repo_read_blob(struct repo *r, struct arena *a, const struct repo_blob *blob, struct str *out,
		    struct err *e) MUST_USE;

/* A folder of a commit or tree; NULL and "" are its root. */
struct repo_place {
	const struct oid *of;
	const char *folder;
};

/* What the folder holds, in git's order; struct repo_entry *. */
bool repo_list(struct repo *r, struct arena *a, const struct repo_place *in, struct list *entries,
	       struct err *e) MUST_USE;

/*
 * Calls each file beneath the folder in git's order with its path from the root, until
 * each returns false. Submodules and links are passed, too.
 */
bool repo_files(struct repo *r, const struct repo_place *in,
		bool (*each)(void *context, const char *path, const struct repo_entry *entry),
		void *context, struct err *e) MUST_USE;

struct repo_edits {
	const struct oid *base;         /* a commit or tree; NULL: an empty one */
	const struct repo_edit *edits;
	size_t count;
};

/*
 * A new tree: the base with the edits done. Only trees on the edited paths are read and
 * written; folders left empty disappear. Nothing refers to the new tree until it is committed.
 */
bool repo_edit(struct repo *r, const struct repo_edits *what, struct oid *tree, struct err *e) MUST_USE;

#endif
