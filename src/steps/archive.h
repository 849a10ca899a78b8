/* SPDX-License-Identifier: Apache-2.0 */
/* Limits and names that tar and untar share (doc/kargo-rules.md 6.5). */
#ifndef GANTRY_STEPS_ARCHIVE_H
#define GANTRY_STEPS_ARCHIVE_H

#include "base/base.h"

struct arena;

enum {
	ARCHIVE_MAX_FILE = 50 << 20,            /* bytes of one file */
	ARCHIVE_MAX_TOTAL = 100 << 20,          /* bytes of all of them, unpacked */
	ARCHIVE_MAX_SEEN = 1 << 30,             /* with what is left out, which costs, too */
	ARCHIVE_MAX_ENTRIES = 100000,
};

/*
 * The name without "." and doubled slashes, with the first strip parts taken off; NULL when it
 * is absolute, has a "..", or has nothing left.
 */
const char *archive_name(struct arena *a, const char *name, size_t strip);

/* Whether a link at name to target stays below the folder that name is relative to. */
bool archive_link_is_safe(const char *name, const char *target);

#endif
