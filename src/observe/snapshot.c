/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every world in use is in a short list under one mutex: the newest, and older
 * ones that somebody still holds.
 */
#include "observe/snapshot.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/part.h"
#include "model/world.h"

struct snapshot {
	struct snapshot *next;
	const struct world *world;
	unsigned borrowed;
	struct part *own, *parts[SNAPSHOT_PARTS];
};

struct slot {
	pthread_mutex_t lock;
	struct snapshot *newest;        /* heads the list */
	uint64_t serial;
};

struct slot *slot_new(void)
{
	struct slot *s = xmalloc(sizeof(*s));

	*s = (struct slot){ .newest = NULL };
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

static void snapshot_drop(struct snapshot *snapshot)
{
	for (size_t i = 0; i < SNAPSHOT_PARTS; i++)
		part_release(snapshot->parts[i]);
	part_release(snapshot->own);
	free(snapshot);
}

void slot_free(struct slot *s)
{
	if (!s)
		return;
	while (s->newest) {
		struct snapshot *next = s->newest->next;

		assert(!s->newest->borrowed && "a world is still borrowed");
		snapshot_drop(s->newest);
		s->newest = next;
	}
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* Takes older worlds that nobody holds off the list. The lock is held. */
static struct snapshot *snapshot_collect(struct slot *s)
{
	struct snapshot **at = &s->newest->next, *unused = NULL;

	while (*at) {
		struct snapshot *old = *at;

		if (old->borrowed) {
			at = &old->next;
			continue;
		}
		*at = old->next;
		old->next = unused;
		unused = old;
	}
	return unused;
}

static void drop_all(struct snapshot *unused)
{
	while (unused) {
		struct snapshot *next = unused->next;

		snapshot_drop(unused);
		unused = next;
	}
}

void slot_publish(struct slot *s, struct world *w, struct part *own,
		  struct part *const parts[SNAPSHOT_PARTS])
{
	struct snapshot *made = xmalloc(sizeof(*made)), *unused;

	*made = (struct snapshot){ .world = w, .own = own };
	for (size_t i = 0; i < SNAPSHOT_PARTS; i++)
		made->parts[i] = parts[i];
	pthread_mutex_lock(&s->lock);
	w->serial = ++s->serial;
	made->next = s->newest;
	s->newest = made;
	unused = snapshot_collect(s);
	pthread_mutex_unlock(&s->lock);
	drop_all(unused);
}

const struct world *slot_borrow(struct slot *s)
{
	const struct world *w = NULL;

	pthread_mutex_lock(&s->lock);
	if (s->newest) {
		s->newest->borrowed++;
		w = s->newest->world;
	}
	pthread_mutex_unlock(&s->lock);
	return w;
}

void slot_give_back(struct slot *s, const struct world *w)
{
	struct snapshot *held, *unused;

	if (!w)
		return;
	pthread_mutex_lock(&s->lock);
	for (held = s->newest; held && held->world != w; held = held->next)
		;
	assert(held && held->borrowed && "giving back what was not borrowed");
	held->borrowed--;
	unused = snapshot_collect(s);
	pthread_mutex_unlock(&s->lock);
	drop_all(unused);
}
