/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests that stand beside a cluster: who is told of what. Kargo's open-source edition has no objects for
 * that, and all else is Kargo's to say. Any thread.
 */
#ifndef GANTRY_ATTACH_BESIDE_H
#define GANTRY_ATTACH_BESIDE_H

#include "base/base.h"

struct arena;
struct config_file;
struct err;

struct attach_beside {
	struct arena *arena;
	struct config_file *files;
	size_t count;
};

/*
 * Reads a file, or a folder's; path NULL: nothing. ERR_CONFIG, with file and line, for anything but
 * MessageChannels, ClusterMessageChannels, EventRouters and Secrets. Also when false, *out can be released.
 */
bool attach_beside_read(struct attach_beside *out, const char *path, struct err *e) MUST_USE;
void attach_beside_release(struct attach_beside *b);

#endif
