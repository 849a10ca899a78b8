/* SPDX-License-Identifier: Apache-2.0 */
/* Sparse checkouts, in git-sparse-checkout(1)'s cone mode. This folder only. */
#ifndef GANTRY_GIT_SPARSE_H
#define GANTRY_GIT_SPARSE_H

#include "base/base.h"

struct arena;
struct err;
struct repo;

/* The folders that a checkout is limited to, from its info/sparse-checkout; count 0: everything. */
struct sparse {
	const char *const *folders;
	size_t count;
};

/* Whether a file is among them: beneath one of the folders, or beside one on the way to it. */
bool sparse_has(const struct sparse *s, const char *path);

/* As it was set up in this checkout. */
bool sparse_read(struct repo *r, struct arena *a, struct sparse *out, struct err *e) MUST_USE;

#endif
