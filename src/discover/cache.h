/* SPDX-License-Identifier: Apache-2.0 */
/* Digests to what they name. Bounded: when full it starts anew. Any thread. */
#ifndef GANTRY_DISCOVER_CACHE_H
#define GANTRY_DISCOVER_CACHE_H

#include "base/base.h"

struct arena;
struct discover_cache;
struct value;

/* A copy of what was kept under the key, or NULL. */
struct value *cache_get(struct discover_cache *c, struct arena *a, const char *key);

/* Keeps a copy. */
void cache_put(struct discover_cache *c, const char *key, const struct value *v);

#endif
