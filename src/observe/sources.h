/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the observers of all projects share: threads for their turns and for their looks at the
 * outside, and what is known of the outside. Any thread.
 */
#ifndef GANTRY_OBSERVE_SOURCES_H
#define GANTRY_OBSERVE_SOURCES_H

#include "base/base.h"

struct actors;
struct discover_cache;
struct err;
struct pool;
struct sources;
struct traffic;

/* traffic: where looks are counted, which outlives it; NULL: nowhere. */
bool sources_new(struct sources **out, struct traffic *traffic, struct err *e) MUST_USE;

/* When every observer has stopped. False: a thread is stuck, and nothing was freed. NULL is fine. */
bool sources_free(struct sources *s) MUST_USE;

struct actors *sources_actors(const struct sources *s);
struct pool *sources_pool(const struct sources *s);     /* each thread has a struct http of its own */
struct discover_cache *sources_cache(const struct sources *s);
struct traffic *sources_traffic(const struct sources *s);
const char *sources_mirrors(const struct sources *s);   /* folder; NULL without a cache folder */

#endif
