/* SPDX-License-Identifier: Apache-2.0 */
/* Exchanges take milliseconds at least, so that one lock for all of them is never in the way. */
#include "base/traffic.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

const int traffic_bounds[TRAFFIC_BOUNDS] = { 100, 500, 1000, 2500, 10000, 60000 };

struct traffic {
	pthread_mutex_t lock;
	struct traffic_count counts[TRAFFIC_KINDS];
};

struct traffic *traffic_new(void)
{
	struct traffic *t = xmalloc(sizeof(*t));

	*t = (struct traffic){ .lock = PTHREAD_MUTEX_INITIALIZER };
	return t;
}

void traffic_free(struct traffic *t)
{
	if (!t)
		return;
	pthread_mutex_destroy(&t->lock);
	free(t);
}

void traffic_add(struct traffic *t, enum traffic_kind kind, enum traffic_result result, int64_t ms)
{
	struct traffic_count *c;
	size_t i = 0;

	assert(kind < TRAFFIC_KINDS && result < TRAFFIC_RESULTS);
	if (!t)
		return;
	if (ms < 0)
		ms = 0;
	while (i < TRAFFIC_BOUNDS && ms > traffic_bounds[i])
		i++;
	c = &t->counts[kind];
	pthread_mutex_lock(&t->lock);
	c->results[result]++;
	c->times[i]++;
	c->total += (uint64_t)ms;
	pthread_mutex_unlock(&t->lock);
}

enum traffic_result traffic_status(int status)
{
	if (status == 429)
		return TRAFFIC_429;
	if (status == 304)
		return TRAFFIC_304;
	switch (status / 100) {
	case 2:
		return TRAFFIC_2XX;
	case 3:
		return TRAFFIC_3XX;
	case 4:
		return TRAFFIC_4XX;
	case 5:
		return TRAFFIC_5XX;
	default:
		return TRAFFIC_FAILED;
	}
}

void traffic_read(struct traffic *t, struct traffic_count *out)
{
	if (!t) {
		memset(out, 0, TRAFFIC_KINDS * sizeof(*out));
		return;
	}
	pthread_mutex_lock(&t->lock);
	memcpy(out, t->counts, sizeof(t->counts));
	pthread_mutex_unlock(&t->lock);
}
