/* SPDX-License-Identifier: Apache-2.0 */
/* Whether an agent can do its work; if not, what is missing and since when. One thread at a time. */
#ifndef GANTRY_CMD_READINESS_H
#define GANTRY_CMD_READINESS_H

#include "base/base.h"

struct arena;
struct world;

/* What it takes. */
enum readiness_part { READY_MANIFESTS, READY_LEDGER, READY_EXECUTOR, READY_COUNTERS, READY_PARTS };

/* Zero: not looked yet. */
struct readiness {
	bool is_known;
	int64_t since[READY_PARTS];     /* ms: not ready since then; 0: ready */
};

/* Notes what is missing of the world. has_counters: the ledger was counted. now: ms. */
void readiness_look(struct readiness *r, const struct world *w, bool has_counters, int64_t now);

bool readiness_is(const struct readiness *r);

/*
 * A line for each part, "manifests: not ready since …: why", and one for each source that fails. project:
 * its name, where lines are to begin with it; NULL: they are not.
 */
const char *readiness_text(const struct readiness *r, struct arena *a, const struct world *w,
			   const char *project);

#endif
