/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The eleven other projects of the demonstration of many: in each something else goes on. They
 * share the first one's image and repository, where a stage has the branch stage/PROJECT/STAGE.
 */
#ifndef GANTRY_DEMO_SEED_FLEET_H
#define GANTRY_DEMO_SEED_FLEET_H

#include "base/base.h"

struct arena;
struct err;
struct seed_words;

/* A stage of one of them, which Argo CD has an application of. */
struct seed_place {
	const char *project, *stage;
};

/* All of them; project NULL ends the list, which lies in the arena. */
const struct seed_place *seed_fleet_places(struct arena *a);

/* Their manifests, a file a project, written anew into folder. */
bool seed_fleet_manifests(const char *folder, const struct seed_words *w, struct err *e) MUST_USE;

#endif
