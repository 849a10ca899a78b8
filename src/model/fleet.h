/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All projects of one process at one moment: a world each. Never modified once it is published;
 * a project whose world has changed makes a new fleet, which shares all the other worlds.
 */
#ifndef GANTRY_MODEL_FLEET_H
#define GANTRY_MODEL_FLEET_H

#include "base/base.h"

struct world;

struct fleet {
	uint64_t serial;                /* grows by one with each fleet */
	const struct world *const *worlds; /* by the projects' names, each once; no NULL among them */
	size_t nworlds;
};

#endif
