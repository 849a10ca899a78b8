/* SPDX-License-Identifier: Apache-2.0 */
/* Which paths a commit touched, without the text of a diff. Blocks on the disk. */
#ifndef GANTRY_GIT_CHANGES_H
#define GANTRY_GIT_CHANGES_H

#include "base/base.h"

struct arena;
struct err;
struct list;
struct oid;
struct repo;

/*
 * Adds const char * for every file that the commit added, changed or removed against
 * its first parent (all of them for a first commit), each once, in git's order. A
 * renamed file counts under both names. Bytes are as git has them, not always UTF-8.
 */
bool changes_of(struct repo *r, struct arena *a, const struct oid *commit, struct list *paths,
		struct err *e) MUST_USE;

#endif
