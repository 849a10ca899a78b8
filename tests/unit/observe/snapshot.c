/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed world stays as it was while newer ones are published by another thread. */
#include "base/part.h"
#include "observe/snapshot.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/thread.h"
#include "model/world.h"
#include "tap.h"

enum { WORLDS = 5000, READERS = 3 };

static void publish(struct slot *s, int64_t built_at)
{
	struct part *own = part_new(), *shared = part_new();
	struct part *parts[SNAPSHOT_PARTS] = { shared };
	struct world *w = arena_alloc(part_arena(own), sizeof(*w));

	w->built_at = built_at;
	w->nstages = (size_t)built_at;
	slot_publish(s, w, own, parts);
}

static void publish_all(void *slot)
{
	for (int64_t i = 2; i <= WORLDS; i++)
		publish(slot, i);
}

struct reader {
	struct slot *slot;
	bool torn, backwards;
};

static void read_all(void *reader)
{
	struct reader *r = reader;
	int64_t last = 0;

	while (last < WORLDS) {
		const struct world *w = slot_borrow(r->slot);

		r->torn = r->torn || (size_t)w->built_at != w->nstages;
		r->backwards = r->backwards || w->built_at < last;
		last = w->built_at;
		slot_give_back(r->slot, w);
	}
}

TEST(readers_see_whole_worlds_in_order)
{
	struct slot *s = slot_new();
	struct reader readers[READERS];
	struct thread *threads[READERS], *writer;
	struct err e;

	ok(!slot_borrow(s), "there is no world before the first");
	publish(s, 1);
	for (int i = 0; i < READERS; i++) {
		readers[i] = (struct reader){ .slot = s };
		ok(thread_start(&threads[i], "reader", read_all, &readers[i], &e), "a reader");
	}
	ok(thread_start(&writer, "writer", publish_all, s, &e), "and a writer");
	thread_join(writer);
	for (int i = 0; i < READERS; i++) {
		thread_join(threads[i]);
		ok(!readers[i].torn && !readers[i].backwards, "each world is whole, none older");
	}
	slot_free(s);
}

TEST(a_borrowed_world_outlives_newer_ones)
{
	struct slot *s = slot_new();
	const struct world *first;

	publish(s, 1);
	first = slot_borrow(s);
	publish(s, 2);
	publish(s, 3);
	is_number(first->built_at, 1, "what was borrowed is unchanged");
	is_number(first->serial, 1, "and has its serial");
	slot_give_back(s, first);
	slot_free(s);
}
