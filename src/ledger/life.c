/* SPDX-License-Identifier: Apache-2.0 */
/* A life counts from before its newest announcement was begun, so its end is known here before elsewhere. */
#include "ledger/life.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"

enum { MARGIN = 1000 };                 /* ms by which it ends before others may think so */

struct life {
	pthread_mutex_t lock;
	unsigned number;
	int64_t until;                  /* ticks */
};

struct life *life_new(void)
{
	struct life *l = xmalloc(sizeof(*l));

	*l = (struct life){ 0 };
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void life_free(struct life *l)
{
	if (!l)
		return;
	pthread_mutex_destroy(&l->lock);
	free(l);
}

void life_renew(struct life *l, int64_t start, int64_t lasts)
{
	pthread_mutex_lock(&l->lock);
	if (clock_ticks() >= l->until)
		l->number++;
	l->until = start + lasts - MARGIN;
	pthread_mutex_unlock(&l->lock);
}

void life_end(struct life *l)
{
	pthread_mutex_lock(&l->lock);
	l->until = 0;
	pthread_mutex_unlock(&l->lock);
}

unsigned life_now(struct life *l, int64_t *until)
{
	unsigned number;

	pthread_mutex_lock(&l->lock);
	number = clock_ticks() < l->until ? l->number : 0;
	*until = l->until;
	pthread_mutex_unlock(&l->lock);
	return number;
}

int64_t life_until(struct life *l, unsigned number)
{
	int64_t until;
	unsigned now = life_now(l, &until);

	return now && now == number ? until : 0;
}
