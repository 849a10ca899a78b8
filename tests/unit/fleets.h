/* SPDX-License-Identifier: Apache-2.0 */
/* Literal fleets: what model and ui are tried on, small, broken and large. */
#ifndef GANTRY_TESTS_UNIT_FLEETS_H
#define GANTRY_TESTS_UNIT_FLEETS_H

#include "base/base.h"

struct arena;
struct fleet;
struct world;

/* The fleets' present: set GANTRY_NOW to it. */
#define FLEET_NOW "2026-11-24T21:14:07Z"

enum fleet_kind {
	FLEET_SHOP,     /* nine projects with everything going on in them */
	FLEET_BROKEN,   /* manifests with errors, sources that fail, a project without stages */
	FLEET_HUNDRED,  /* 100 projects of 10 stages */
	FLEET_THOUSAND, /* 1,000 projects of 10 stages */
};

struct fleet *fleet_make(struct arena *a, enum fleet_kind kind);

/* A fleet with this world instead of the one of its name. */
struct fleet *fleet_with(struct arena *a, const struct fleet *f, const struct world *w);

/* The world of that name, for a test to change; NULL: there is none. */
struct world *fleet_world_of(const struct fleet *f, const char *project);

/* A copy of the world, with serial one higher, and stages and promotions of its own to change. */
struct world *fleet_world_again(struct arena *a, const struct world *w);

#endif
