/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests straight from a git repository: git+URL#REF:PATH. A worker or the main thread. */
#ifndef GANTRY_OBSERVE_GIT_MANIFESTS_H
#define GANTRY_OBSERVE_GIT_MANIFESTS_H

#include "base/base.h"

struct arena;
struct config_file;
struct err;

/* Whether this names a git repository rather than a path. */
bool git_manifests_named(const char *manifests);

/*
 * Fetches into the mirror and reads every manifest below PATH at REF (the remote's
 * default branch when none is given), into the arena.
 */
struct git_manifests {
	struct config_file *files;
	size_t count;
	const char *commit;             /* what was read */
};

bool git_manifests_read(struct arena *a, const char *manifests, struct git_manifests *out,
			struct err *e) MUST_USE;

/* Whether REF leads elsewhere now; true when it cannot be known. */
bool git_manifests_changed(const char *manifests, const char *commit);

#endif
