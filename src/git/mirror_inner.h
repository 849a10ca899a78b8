/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of mirrors and checkouts share. */
#ifndef GANTRY_GIT_MIRROR_INNER_H
#define GANTRY_GIT_MIRROR_INNER_H

#include "base/base.h"

struct arena;
struct err;
struct git_object;
struct oid;
struct repo;
struct sparse;

struct mirror {
	struct arena *arena;
	struct repo *repo;
	const char *path;               /* of the bare repository */
	const char *url, *name;         /* name: without a password */
	const char *head;               /* the default branch; NULL: not known */
};

/*
 * Makes index and files those of the commit. force: whatever lies there; else
 * ERR_CONFLICT when a file to be changed was changed by hand.
 */
bool checkout_files(struct repo *r, struct git_object *commit, const struct sparse *sparse,
		    bool force, struct err *e) MUST_USE;

/* Checks to out in place of from, which HEAD must name, and moves the branch. Same errors. */
bool work_put(struct repo *r, const struct oid *from, const struct oid *to,
	      struct err *e) MUST_USE;

#endif
