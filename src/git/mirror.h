/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A mirror is a bare copy of one remote's branches and tags, in a folder named
 * by the hash of its url, fetched incrementally and shared by all processes of the
 * user (flock). It may be deleted at any time: a broken or missing mirror is made
 * again. Checkouts borrow its objects (objects/info/alternates), which is why
 * nothing in a mirror is ever pruned. Blocks: workers.
 */
#ifndef GANTRY_GIT_MIRROR_H
#define GANTRY_GIT_MIRROR_H

#include "base/base.h"
#include "git/repo.h"

struct arena;
struct err;
struct list;
struct mirror;
struct remote_access;

/*
 * Opens the mirror of url beneath folder (such as path_cache()/git), making an
 * empty one when there is none. Asks nothing of the remote. The handle belongs to this thread.
 */
bool mirror_open(struct arena *a, const char *folder, const char *url, struct mirror **out,
		 struct err *e) MUST_USE;
void mirror_close(struct mirror *m);
void auto_mirror(struct mirror **m);

/* Brings it up to date; nothing is received when nothing is new. */
bool mirror_update(struct mirror *m, const struct remote_access *access, struct err *e) MUST_USE;

/* Throws it away and fetches all again: for a mirror whose objects turned out to be damaged. */
bool mirror_rebuild(struct mirror *m, const struct remote_access *access, struct err *e) MUST_USE;

/* For reading its history, trees and refs. Valid until mirror_close() and mirror_rebuild(). */
struct repo *mirror_repo(struct mirror *m);

/* The remote's default branch, "main"; NULL before the first update or when it has none. */
const char *mirror_default(const struct mirror *m);

struct checkout {
	const char *path;               /* absolute; must not exist or be an empty folder */
	const char *branch;             /* checked out and current; NULL: a detached commit */
	struct oid commit;              /* what to check out */
	const char *const *sparse;      /* folders (git-sparse-checkout(1), cone mode); NULL: all */
	size_t sparse_count;
	const char *author_name, *author_email; /* for its commits; NULL: not set */
	bool insecure;                  /* remembered for pushes */
	bool is_over;                   /* there may be files already, which give way */
	bool is_kept;                   /* its files may come from an earlier one, and stay for the next */
};

/*
 * Lends what a checkout's push sent to the mirror it borrows from (one beneath folder),
 * so that the next update need not receive it again. Best effort: nothing depends on it.
 */
void mirror_link_objects(const char *folder, struct repo *checkout, const struct oid *tip);

/*
 * Before a work folder of which promotions have done all is removed: keeps the files of its
 * checkouts that were made with is_kept, for the next ones of their branches. Files that were
 * changed are written again. Best effort; folder is that of the mirrors.
 */
void mirror_keep(const char *folder, const char *work);

/* Makes a repository at c->path with origin set to the mirror's url, and its files. */
bool mirror_checkout(struct mirror *m, const struct checkout *c, struct err *e) MUST_USE;

#endif
