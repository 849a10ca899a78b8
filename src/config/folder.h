/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of a folder, read recursively. A worker or the main thread. */
#ifndef GANTRY_CONFIG_FOLDER_H
#define GANTRY_CONFIG_FOLDER_H

#include "base/base.h"

struct arena;
struct config_file;
struct err;

/*
 * Reads path, a file, or every .yaml, .yml and .json below a folder (hidden ones
 * left out, links not followed), sorted by name. ERR_LIMIT past 10,000 files or 64 MB.
 */
bool folder_manifests(struct arena *a, const char *path, struct config_file **out, size_t *count,
		      struct err *e) MUST_USE;

/*
 * A text that changes when any of those files does: names, sizes and times. "" when
 * it cannot be read.
 */
const char *folder_fingerprint(struct arena *a, const char *path);

/* When the newest of those files was written, in ms since 1970; 0: there is none. */
int64_t folder_changed_at(const char *path);

#endif
