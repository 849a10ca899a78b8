/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the observers of all projects. */
#include "observe/sources.h"

#include <stdlib.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/pool.h"
#include "discover/discover.h"
#include "net/http.h"

enum { OBSERVERS = 2, STUCK_MS = 500 };

struct sources {
	struct arena *arena;
	struct actors *actors;
	struct pool *pool;
	struct discover_cache *cache;
	struct traffic *traffic;
	const char *mirrors;
};

static void *sources_http(void)
{
	return http_new();
}

static void sources_http_end(void *http)
{
	http_free(http);
}

bool sources_new(struct sources **out, struct traffic *traffic, struct err *e)
{
	const struct pool_options o = { .name = "look", .threads = pool_size(), .begin = sources_http,
					.end = sources_http_end };
	struct sources *s = xmalloc(sizeof(*s));
	const char *cache;

	*s = (struct sources){ .arena = arena_new(), .cache = discover_cache_new(), .traffic = traffic };
	cache = path_cache(s->arena);
	s->mirrors = cache ? path_join(s->arena, cache, "mirrors") : NULL;
	*out = s;
	return pool_start(&o, &s->pool, e) && actors_start("observe", OBSERVERS, &s->actors, e);
}

bool sources_free(struct sources *s)
{
	if (!s)
		return true;
	if (!actors_stop(s->actors, STUCK_MS) || !pool_stop(s->pool, STUCK_MS))
		return false;
	discover_cache_free(s->cache);
	arena_free(s->arena);
	free(s);
	return true;
}

struct actors *sources_actors(const struct sources *s)
{
	return s->actors;
}

struct pool *sources_pool(const struct sources *s)
{
	return s->pool;
}

struct discover_cache *sources_cache(const struct sources *s)
{
	return s->cache;
}

struct traffic *sources_traffic(const struct sources *s)
{
	return s->traffic;
}

const char *sources_mirrors(const struct sources *s)
{
	return s->mirrors;
}
