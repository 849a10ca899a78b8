/* SPDX-License-Identifier: Apache-2.0 */
/* What a new checkout is filled with. This folder only. */
#ifndef GANTRY_GIT_CHECKOUT_INNER_H
#define GANTRY_GIT_CHECKOUT_INNER_H

#include "base/base.h"

struct arena;
struct checkout;
struct err;
struct git_tree;
struct mirror;
struct repo;

/* sparse.c: sparse checkouts, in git-sparse-checkout(1)'s cone mode. */

/* The folders that a checkout is limited to, from its info/sparse-checkout; count 0: everything. */
struct sparse {
	const char *const *folders;
	size_t count;
};

/* Whether a file is among them: beneath one of the folders, or beside one on the way to it. */
bool sparse_has(const struct sparse *s, const char *path);

/* As it was set up in this checkout. */
bool sparse_read(struct repo *r, struct arena *a, struct sparse *out, struct err *e) MUST_USE;

/* fill.c: the files of a new checkout, written without needless questions to the disk. */

enum filled {
	FILL_DONE,
	/* Nothing was written: attributes or settings may change contents (line ends, encodings). */
	FILL_DECLINED,
	FILL_FAILED,
};

/* Writes the tree's files and the index of a checkout that has none yet. */
enum filled fill_files(struct mirror *m, const struct checkout *c, struct repo *r, struct git_tree *tree,
		       struct err *e) MUST_USE;

#endif
