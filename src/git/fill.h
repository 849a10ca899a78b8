/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a new checkout, written without asking for what needs not be asked. This folder only. */
#ifndef GANTRY_GIT_FILL_H
#define GANTRY_GIT_FILL_H

#include "base/base.h"

struct checkout;
struct err;
struct git_tree;
struct mirror;
struct repo;
struct sparse;

/*
 * Writes the tree's files and the index of a checkout that has none yet. *done is
 * false, and nothing was written, when attributes or settings may change contents on
 * the way out (line ends, encodings): libgit2 has to do it then.
 */
bool fill_files(struct mirror *m, const struct checkout *c, struct repo *r, struct git_tree *tree,
		bool *done, struct err *e) MUST_USE;

#endif
