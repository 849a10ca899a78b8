/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed world stays as it was while newer ones are published by another thread. */
#include "base/part.h"
#include "observe/snapshot.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/fleet.h"
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
	struct slots *slots;
	bool torn, backwards;
};

static void read_all(void *reader)
{
	struct reader *r = reader;
	int64_t last = 0;

	while (last < WORLDS) {
		const struct world *w = slots_first(r->slots);

		r->torn = r->torn || (size_t)w->built_at != w->nstages;
		r->backwards = r->backwards || w->built_at < last;
		last = w->built_at;
		world_give_back(w);
	}
}

TEST(readers_see_whole_worlds_in_order)
{
	struct slots *all = slots_new();
	struct slot *s = slot_new(all, "shop");
	struct reader readers[READERS];
	struct thread *threads[READERS], *writer;
	struct err e;

	ok(!slots_first(all), "there is no world before the first");
	publish(s, 1);
	for (int i = 0; i < READERS; i++) {
		readers[i] = (struct reader){ .slots = all };
		ok(thread_start(&threads[i], "reader", read_all, &readers[i], &e), "a reader");
	}
	ok(thread_start(&writer, "writer", publish_all, s, &e), "and a writer");
	thread_join(writer);
	for (int i = 0; i < READERS; i++) {
		thread_join(threads[i]);
		ok(!readers[i].torn && !readers[i].backwards, "each world is whole, none older");
	}
	slots_free(all);
}

TEST(a_borrowed_world_outlives_newer_ones)
{
	struct slots *all = slots_new();
	struct slot *s = slot_new(all, "shop");
	const struct world *first;

	publish(s, 1);
	first = slots_first(all);
	publish(s, 2);
	publish(s, 3);
	is_number(first->built_at, 1, "what was borrowed is unchanged");
	is_number(first->serial, 1, "and has its serial");
	world_give_back(first);
	slots_free(all);
}

TEST(a_fleet_shares_the_worlds_that_have_not_changed)
{
	struct slots *all = slots_new();
	struct slot *web, *api;
	const struct fleet *before, *after;
	const struct world *one;

	ok(!slots_first(all), "there is nothing before the first project");
	web = slot_new(all, "web");
	api = slot_new(all, "api");
	publish(web, 1);
	before = slots_borrow(all);
	is_number(before->nworlds, 1, "a project without a world is not there yet");
	slots_give_back(all, before);
	publish(api, 2);
	before = slots_borrow(all);
	is_number(before->nworlds, 2, "then both are");
	is_number(before->worlds[0]->built_at, 2, "by their names");
	publish(api, 3);
	after = slots_borrow(all);
	ok(after->serial > before->serial, "a newer world makes a newer fleet");
	is_number(after->worlds[0]->built_at, 3, "with that world");
	ok(after->worlds[1] == before->worlds[1], "and the other as it was");
	is_number(before->worlds[0]->built_at, 2, "the fleet that was borrowed stays as it was");
	one = slots_first(all);
	slot_free(api);
	slots_give_back(all, before);
	is_number(after->worlds[0]->built_at, 3, "also when a project goes");
	slots_give_back(all, after);
	is_number(one->built_at, 3, "and so does a single world");
	world_give_back(one);
	before = slots_borrow(all);
	is_number(before->nworlds, 1, "the next fleet is without it");
	slots_give_back(all, before);
	slots_free(all);
}

/* Whose worlds the fleet has, by when each was built. */
static void shows(struct slots *all, const char *want, const char *what)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct fleet *f = slots_borrow(all);
	const char *got = "";

	for (size_t i = 0; i < f->nworlds; i++)
		got = str_format(a, "%s%s%lld", got, i ? " " : "", (long long)f->worlds[i]->built_at);
	slots_give_back(all, f);
	is_text(got, want, "%s", what);
}

TEST(what_says_that_there_is_no_project_goes_when_there_is_one)
{
	struct slots *all = slots_new();
	struct slot *none = slot_new(all, ""), *web = slot_new(all, "web");

	publish(none, 1);
	shows(all, "1", "it is all that there is");
	publish(web, 2);
	shows(all, "2", "a project takes its place");
	slots_free(all);
}

TEST(a_cluster_without_a_project_takes_the_place_of_another)
{
	struct slots *all = slots_new();
	struct slot *prod = slot_new(all, ""), *staging;

	publish(prod, 1);
	staging = slot_new(all, "");
	publish(staging, 2);
	shows(all, "1", "the one that was there before is there still");
	slot_free(prod);
	shows(all, "2", "until it goes");
	slots_free(all);
}

TEST(what_comes_together_is_seen_together)
{
	struct slots *all = slots_new();
	struct slot *none = slot_new(all, "");

	publish(none, 1);
	slots_begin(all);
	publish(slot_new(all, "shop"), 2);
	shows(all, "1", "the first of them does not stand for all");
	publish(slot_new(all, "web"), 3);
	slots_end(all);
	shows(all, "2 3", "then both are there");
	slots_free(all);
}

TEST(what_two_bring_at_once_is_seen_when_both_are_done)
{
	struct slots *all = slots_new();

	publish(slot_new(all, "prod/"), 1);
	publish(slot_new(all, "staging/"), 2);
	slots_begin(all);
	publish(slot_new(all, "prod/shop"), 3);
	slots_begin(all);
	publish(slot_new(all, "staging/shop"), 4);
	slots_end(all);
	shows(all, "1 2", "one that has ended does not show what the other has begun");
	slots_end(all);
	shows(all, "3 4", "then both are there");
	slots_free(all);
}

TEST(of_several_clusters_each_says_by_itself_that_it_has_no_project)
{
	struct slots *all = slots_new();
	struct slot *prod = slot_new(all, "prod/"), *staging = slot_new(all, "staging/");

	publish(prod, 1);
	publish(staging, 2);
	publish(slot_new(all, "staging/shop"), 3);
	shows(all, "1 3", "the cluster without any, and the project of the other");
	slots_free(all);
}
