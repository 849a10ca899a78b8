/* SPDX-License-Identifier: Apache-2.0 */
/* A Warehouse's freightCreationCriteria. Any thread. */
#ifndef GANTRY_EXPR_CRITERIA_H
#define GANTRY_EXPR_CRITERIA_H

#include "base/base.h"

struct arena;
struct err;
struct value;

struct zone;

struct criteria {
	const char *expression;
	const struct value *discovered; /* discover/discover.h: what was found */
	int64_t now_ms;                 /* what now() says */
	/* base/zone.h's zone_load; NULL: only UTC is known. */
	bool (*load_zone)(struct arena *a, const char *name, const struct zone **out);
};

/*
 * Whether Freight may be made of the first of each of discovered (Kargo's
 * discoveredArtifacts). An empty expression holds, and so does any when neither commits
 * nor images nor charts were found. now_ms is what now() says, load_zone base/zone.h's or NULL.
 * ERR_CONFIG when it fails or gives no bool.
 */
bool criteria_hold(struct arena *a, const struct criteria *c, bool *out, struct err *e) MUST_USE;

#endif
