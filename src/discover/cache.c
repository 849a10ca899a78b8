/* SPDX-License-Identifier: Apache-2.0 */
/* One arena and one map under a lock; dropped whole when the arena has grown too large. */
#include "discover/cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "data/value.h"
#include "forge/app_token.h"
#include "discover/discover.h"

enum { MAX_BYTES = 16 << 20 };

struct discover_cache {
	pthread_mutex_t lock;
	struct arena *arena;
	struct map values;
	struct app_tokens *app_tokens;
};

struct discover_cache *discover_cache_new(void)
{
	struct discover_cache *c = xmalloc(sizeof(*c));

	*c = (struct discover_cache){ .arena = arena_new(), .app_tokens = app_tokens_new() };
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void discover_cache_free(struct discover_cache *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	app_tokens_free(c->app_tokens);
	arena_free(c->arena);
	free(c);
}

struct app_tokens *cache_app_tokens(struct discover_cache *c)
{
	return c->app_tokens;
}

struct value *cache_get(struct discover_cache *c, struct arena *a, const char *key)
{
	struct value *v;

	pthread_mutex_lock(&c->lock);
	v = value_copy(a, map_get(&c->values, key));
	pthread_mutex_unlock(&c->lock);
	return v;
}

void cache_put(struct discover_cache *c, const char *key, const struct value *v)
{
	pthread_mutex_lock(&c->lock);
	if (arena_used(c->arena) > MAX_BYTES) {
		arena_reset(c->arena);
		c->values = (struct map){ 0 };
	}
	map_set(c->arena, &c->values, key, value_copy(c->arena, v));
	pthread_mutex_unlock(&c->lock);
}
