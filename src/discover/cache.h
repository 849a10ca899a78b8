/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a whole run keeps: digests to what they name (bounded: when full it starts anew), and the
 * tokens of GitHub Apps. Any thread.
 */
#ifndef GANTRY_DISCOVER_CACHE_H
#define GANTRY_DISCOVER_CACHE_H

#include "base/base.h"

struct app_tokens;
struct arena;
struct discover_cache;
struct value;

/* A copy of what was kept under the key, or NULL. */
struct value *cache_get(struct discover_cache *c, struct arena *a, const char *key);

/* Keeps a copy. */
void cache_put(struct discover_cache *c, const char *key, const struct value *v);

/* Tokens made of GitHub Apps' keys. */
struct app_tokens *cache_app_tokens(struct discover_cache *c);

#endif
