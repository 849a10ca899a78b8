/* SPDX-License-Identifier: Apache-2.0 */
/* What a command changed in a folder, as a unified diff. Main thread. */
#ifndef GANTRY_CMD_DIFFERENCE_H
#define GANTRY_CMD_DIFFERENCE_H

#include "base/base.h"

struct arena;
struct err;

/* Keeps a copy of the folder as it is; *copy is what difference_end() takes. */
bool difference_begin(struct arena *a, const char *folder, const char **copy,
		      struct err *e) MUST_USE;

/*
 * What differs now, .git left out, into *diff (NULL: not asked for); removes the copy. *e keeps
 * what it held when diff is NULL.
 */
bool difference_end(struct arena *a, const char *copy, const char *folder, const char **diff,
		    struct err *e) MUST_USE;

#endif
