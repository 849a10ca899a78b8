/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint --fix: manifests for older Kargos, rewritten to mean the same today
 * (doc/kargo-rules.md, what Kargo removed). Every byte that is not part of a removed construct
 * stays, comments and line ends included. Applied again it changes nothing. Any thread.
 */
#ifndef GANTRY_CONFIG_FIX_H
#define GANTRY_CONFIG_FIX_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct config_file;
struct err;
struct fix_known;
struct list;

struct fix_result {
	struct str text;                /* the old one when nothing was done */
	struct list done;               /* struct complaint *: what was done, at its old place */
	struct list left;               /* struct complaint *: what has to be done by hand */
};

/* Files that do not read stay as they are. ERR_CONFIG when the result would not read. */
bool fix_file(struct arena *a, const struct config_file *file, const struct fix_known *known,
	      struct fix_result *out, struct err *e) MUST_USE;

/* fix_hints.c: complaints promise lint --fix only where it does what they say. */

/*
 * Takes "(gantry lint --fix …)" from those complaints (struct complaint *) of the files that are about
 * what it leaves to people.
 */
void fix_correct_hints(struct arena *a, const struct config_file *files, size_t count,
		       const struct list *complaints);

#endif
