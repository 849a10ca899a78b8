/* SPDX-License-Identifier: Apache-2.0 */
/* A Warehouse's freightCreationCriteria. Any thread. */
#ifndef GANTRY_EXPR_CRITERIA_H
#define GANTRY_EXPR_CRITERIA_H

#include "base/base.h"

struct arena;
struct err;
struct value;

struct zone;

/*
 * Whether Freight may be made of the first of each of discovered (Kargo's
 * discoveredArtifacts). An empty expression holds, and so does any when neither commits
 * nor images nor charts were found. now_ms is what now() says, load_zone base/zone.h's or NULL.
 * ERR_CONFIG when it fails or gives no bool.
 */
bool criteria_hold(struct arena *a, const char *expression, const struct value *discovered,
		   int64_t now_ms,
		   bool (*load_zone)(struct arena *a, const char *name, const struct zone **out),
		   bool *out, struct err *e) MUST_USE;

#endif
