/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of a store's commits. */
#ifndef GANTRY_GIT_STORE_TREE_H
#define GANTRY_GIT_STORE_TREE_H

#include "base/base.h"

struct err;
struct git_oid;
struct store;
struct store_new;

/* The tree that the commit's changes make of base (NULL: of nothing); folders left empty go. */
bool store_tree_update(struct store *s, const struct git_oid *base, const struct store_new *n,
		       struct git_oid *out, struct err *e) MUST_USE;

#endif
