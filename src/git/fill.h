/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a new checkout, written without needless questions to the disk. This folder only. */
#ifndef GANTRY_GIT_FILL_H
#define GANTRY_GIT_FILL_H

#include "base/base.h"

struct checkout;
struct err;
struct git_tree;
struct mirror;
struct repo;
struct sparse;

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
