/* SPDX-License-Identifier: Apache-2.0 */
/* The ignore field of copy, tar and untar: a gitignore file's text (gitignore(5)). Any thread. */
#ifndef GANTRY_STEPS_IGNORE_H
#define GANTRY_STEPS_IGNORE_H

#include "base/base.h"

struct arena;
struct ignore;

/* The rules of the text, after one that ignores ".git" everywhere; "" is fine. */
struct ignore *ignore_new(struct arena *a, const char *text);

/*
 * Whether the path, relative to what is copied and without a leading "/", is left out. The
 * caller does not descend into a folder that is.
 */
bool ignore_matches(const struct ignore *i, const char *path, bool is_folder);

#endif
