/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each host the time at which its next request is due. A host may run ahead of
 * the clock by one second's worth, which is the burst.
 */
#include "net/registry_inner.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/thread.h"

#define MAX_HOSTS 1000

struct rate {
	pthread_mutex_t lock;
	struct arena *a;
	struct map due;                 /* host -> int64_t *, microseconds */
	int64_t step;                   /* microseconds between requests */
};

struct rate *rate_new(unsigned per_second)
{
	struct rate *r = xmalloc(sizeof(*r));

	assert(per_second > 0);
	*r = (struct rate){ .a = arena_new(), .step = 1000000 / (per_second ? per_second : 1) };
	pthread_mutex_init(&r->lock, NULL);
	return r;
}

void rate_free(struct rate *r)
{
	if (!r)
		return;
	pthread_mutex_destroy(&r->lock);
	arena_free(r->a);
	free(r);
}

/* Books the next place for the host and returns how many ms it is away. */
static int64_t rate_book(struct rate *r, const char *host)
{
	int64_t now = clock_ticks() * 1000, *due;

	pthread_mutex_lock(&r->lock);
	if (r->due.count > MAX_HOSTS) {
		arena_reset(r->a);
		r->due = (struct map){ 0 };
	}
	due = map_get(&r->due, host);
	if (!due) {
		due = arena_alloc(r->a, sizeof(*due));
		map_set(r->a, &r->due, host, due);
	}
	if (*due < now - 1000000)
		*due = now - 1000000;
	*due += r->step;
	int64_t ahead = *due - now;
	pthread_mutex_unlock(&r->lock);
	return ahead > 0 ? ahead / 1000 : 0;
}

bool rate_wait(struct rate *r, const char *host, const bool *cancelled)
{
	assert(host);
	return !flag_wait(cancelled, rate_book(r, host));
}
