/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints promise lint --fix only where it does what they say. Any thread. */
#ifndef GANTRY_CONFIG_FIX_HINTS_H
#define GANTRY_CONFIG_FIX_HINTS_H

#include "base/base.h"

struct arena;
struct config_file;
struct list;

/*
 * Takes "(gantry lint --fix …)" from those complaints (struct complaint *) of the files that are about
 * what it leaves to people.
 */
void fix_correct_hints(struct arena *a, const struct config_file *files, size_t count,
		       const struct list *complaints);

#endif
