/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes and machines with one ledger. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
#include "tap.h"

#define ADA "Ada <ada@example.org>"
#define LIN "Lin <lin@example.org>"

static const char *bare(struct arena *a, const char *folder)
{
	const char *path = str_format(a, "%s/remote.git", folder);
	struct store *s = NULL;
	struct err e;

	if (!store_open(path, true, &s, &e))
		note("%s", e.message);
	store_close(s);
	return path;
}

static void count_one(void *context, const char *commit, const struct event *ev)
{
	(void)commit;
	(void)ev;
	++*(unsigned *)context;
}

static void listen(struct ledger *l, unsigned *count)
{
	const struct ledger_listener listener = { .context = count, .recorded = count_one };

	ledger_listen(l, &listener);
}

struct opening {
	const char *path;
	bool good;
	struct err e;
};

static void open_it(void *context)
{
	struct opening *o = context;
	struct ledger_options lo = { .path = o->path, .project = "demo", .host = "here" };
	struct ledger *l = NULL;

	o->good = ledger_open(&lo, &l, &o->e);
	ledger_close(l);
}

TEST(many_make_it_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct opening all[8];
	struct thread *threads[COUNTOF(all)];
	struct err e;

	for (int round = 0; round < 10; round++) {
		size_t good = 0;

		for (size_t i = 0; i < COUNTOF(all); i++) {
			all[i] = (struct opening){ .path = str_format(a, "%s/new-%d", folder, round) };
			if (!thread_start(&threads[i], "opening", open_it, &all[i], &e))
				note("%s", e.message);
		}
		for (size_t i = 0; i < COUNTOF(all); i++) {
			thread_join(threads[i]);
			good += all[i].good;
			if (!all[i].good)
				note("%s", all[i].e.message);
		}
		is_number(good, COUNTOF(all), "everybody opens the ledger that everybody makes");
	}
}

TEST(two_processes)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *one = opened(a, folder, "one", NULL), *two = opened(a, folder, "one", NULL);
	unsigned seen = 0;
	bool moved;
	struct err e;

	append(one, found(a, 1));
	ok(!ledger_append(two, found(a, 2), LEDGER_PUSH_NOW, &e) && e.code == ERR_CONFLICT && e.again,
	   "the second is told that it was late");
	ok(strstr(e.message, "found freight 1") != NULL, "and by what: %s", e.message);
	ok(append(two, found(a, 2)), "then it may");
	listen(one, &seen);
	ok(ledger_sync(one, false, &moved, &e) && moved && seen == 1,
	   "the first sees what the second did");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	is_number(ledger_state(one)->nfreight, 2, "with the same present");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

TEST(two_machines)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder);
	struct ledger *one = opened(a, folder, "one", remote), *two = opened(a, folder, "two", remote);
	struct event *late = found(a, 1);
	struct ledger_verdict v;
	unsigned seen = 0;
	bool moved;
	struct err e;

	ok(append(one, found(a, 1)), "the first appends and pushes");
	late->at += 1000;
	ok(!ledger_append(two, late, LEDGER_PUSH_NOW, &e) && e.code == ERR_CONFLICT,
	   "the second, not knowing, is refused: %s", e.message);
	is_number(ledger_state(two)->nfreight, 1, "and knows now");
	ok(append(two, approve(a, 1, "prod", LIN)), "it goes on from there");
	listen(one, &seen);
	ok(ledger_sync(one, true, &moved, &e) && moved && seen == 1,
	   "the first learns of it");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	ok(ledger_verify(one, a, &v, &e) && v.sound && v.events == 2, "which is sound");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

/* As when another process of this machine fetches our commit before our own branch points to it. */
TEST(what_is_recorded_is_not_refused)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder);
	struct ledger *one = opened(a, folder, "one", remote), *two = opened(a, folder, "two", remote);
	unsigned seen = 0;

	ok(append(one, found(a, 1)), "a commit that the remote has");
	listen(two, &seen);
	ok(append(two, found(a, 1)), "is the very one that is recorded here: no race was lost");
	is_number(seen, 1, "and it is told once");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

TEST(what_waits_moves_on_top)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder);
	struct ledger *one = opened(a, folder, "one", remote), *two = opened(a, folder, "two", remote);
	struct ledger_verdict v;
	bool moved;
	struct err e;

	append(one, found(a, 1));
	ok(ledger_sync(two, true, &moved, &e), "both have the first event");
	ok(ledger_append(one, found(a, 2), LEDGER_PUSH_LATER, &e) &&
	   ledger_append(one, found(a, 3), LEDGER_PUSH_LATER, &e), "one keeps two facts to itself");
	ok(append(two, found(a, 4)) && append(two, found(a, 3)), "meanwhile the other records");
	ok(ledger_sync(one, true, &moved, &e) && moved, "they come together");
	is_number(ledger_state(one)->nfreight, 4, "nothing is lost, nothing is there twice");
	ok(ledger_sync(two, true, &moved, &e) && moved, "the other sees it");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	ok(ledger_verify(two, a, &v, &e) && v.sound && v.events == 4, "which is sound");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

TEST(facts_share_a_push)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder);
	struct ledger *one = opened(a, folder, "one", remote);
	struct err e;

	ok(ledger_append(one, found(a, 1), LEDGER_PUSH_LATER, &e) && append(one, found(a, 2)),
	   "one later, one now");
	struct ledger *two = opened(a, folder, "two", remote);
	is_number(ledger_state(two)->nfreight, 2, "both have arrived");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}
