/* SPDX-License-Identifier: Apache-2.0 */
/* Several processes and machines with one ledger. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/contact.h"
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

static void listen_to(struct ledger *l, unsigned *count)
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
	scrap(folder);
}

TEST(two_processes)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *one = opened(a, folder, "one", NULL), *two = opened(a, folder, "one", NULL);
	unsigned seen = 0, seen_two = 0;
	bool moved;
	struct err e;

	listen_to(two, &seen_two);
	append(one, found(a, 1));
	ok(append(two, found(a, 2)), "the second was late, which its event does not mind");
	is_number(seen_two, 2, "it is told of the first's and of its own");
	listen_to(one, &seen);
	ok(ledger_sync(one, false, &moved, &e) && moved && seen == 1,
	   "the first sees what the second did");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	is_number(ledger_state(one)->nfreight, 2, "with the same present");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

TEST(a_remote_that_was_away_is_well_once_it_answers)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder), *away = str_format(a, "%s.away", remote);
	struct ledger *l = opened(a, folder, "one", remote);
	struct ledger_contact c;
	bool moved;
	struct err e;

	ok(append(l, found(a, 1)) && rename(remote, away) == 0, "the remote goes away");
	ok(!ledger_append(l, found(a, 2), LEDGER_PUSH_NOW, &e), "so nothing is recorded: %s", e.message);
	ledger_contact(l, &c);
	ok(c.failing_since && !c.unwritten, "because of the remote");
	ok(rename(away, remote) == 0 && ledger_sync(l, true, &moved, &e), "it is back");
	ledger_contact(l, &c);
	ok(!c.failing_since && !c.unwritten, "and nothing is wrong any more: %s", c.error ? c.error : "");
	ledger_close(l);
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
	listen_to(one, &seen);
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
	listen_to(two, &seen);
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

/* What others do to another stage is no reason to refuse; what they do to the same one is. */
TEST(an_event_is_put_on_top_unless_it_concerns_the_same)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = bare(a, folder);
	struct ledger *one = opened(a, folder, "one", remote), *two = opened(a, folder, "two", remote);
	struct err e = { .message = "" };
	unsigned seen = 0;
	bool moved;

	append(one, found(a, 1));
	ok(ledger_sync(two, true, &moved, &e), "both know the freight");
	listen_to(two, &seen);
	append(one, approve(a, 1, "prod", ADA));
	ok(append(two, approve(a, 1, "uat", LIN)), "an approval for another stage follows");
	is_number(seen, 2, "and the other's is told, too");
	append(one, approve(a, 1, "qa", ADA));
	ok(!ledger_append(two, approve(a, 1, "qa", LIN), LEDGER_PUSH_NOW, &e) && e.code == ERR_CONFLICT &&
		   e.again, "one for the same stage has to be decided again");
	ok(strstr(e.message, "Ada") && strstr(e.message, "approve a-1 for qa"), "and says why: %s", e.message);
	is_number(seen, 3, "that is told as well");
	is_text(ledger_head(one), ledger_head(two), "both are at the same place");
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

struct writer {
	const char *folder, *name, *remote;
	unsigned number, each, good;
};

static void write_many(void *context)
{
	struct writer *w = context;
	AUTO(arena) struct arena *a = arena_new();
	struct ledger *l = opened(a, w->folder, w->name, w->remote);

	for (unsigned i = 0; i < w->each; i++)
		w->good += append(l, approve(a, 1, str_format(a, "s-%u-%u", w->number, i), ADA));
	ledger_close(l);
}

static void many_write(const char *folder, const char *remote, bool share_folder, unsigned each)
{
	AUTO(arena) struct arena *a = arena_new();
	struct writer all[8];
	struct thread *threads[COUNTOF(all)];
	struct ledger_verdict v = { .sound = false };
	struct ledger *l = opened(a, folder, "w-0", remote);
	unsigned good = 0;
	bool moved;
	struct err e;

	append(l, found(a, 1));
	for (unsigned i = 0; i < COUNTOF(all); i++) {
		all[i] = (struct writer){ .folder = folder, .remote = remote, .number = i, .each = each,
					  .name = str_format(a, "w-%u", share_folder ? 0 : i) };
		if (!thread_start(&threads[i], "writer", write_many, &all[i], &e))
			note("%s", e.message);
	}
	for (size_t i = 0; i < COUNTOF(all); i++) {
		thread_join(threads[i]);
		good += all[i].good;
	}
	is_number(good, COUNTOF(all) * each, "none of them is refused");
	ok(ledger_sync(l, true, &moved, &e), "what they recorded is taken in");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == COUNTOF(all) * each + 1,
	   "it is all there, and sound: %s", v.reason ? v.reason : "yes");
	ledger_close(l);
}

TEST(many_write_at_once_here)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	many_write(folder, NULL, true, 25);
	scrap(folder);
}

TEST(many_write_at_once_through_a_remote)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	many_write(folder, bare(a, folder), false, 2);
	scrap(folder);
}

TEST(many_write_at_once_here_and_through_a_remote)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	many_write(folder, bare(a, folder), true, 2);
	scrap(folder);
}

/* A listener that nobody serves: connections are made, and then there is silence. */
static int silent_listener(unsigned *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 5) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		note("no listener");
	*port = ntohs(at.sin_port);
	return fd;
}

static void give_up_soon(void *context)
{
	clock_sleep(300);
	flag_set(context);
}

TEST(who_waits_for_a_silent_remote_can_be_told_to_give_up)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	bool give_up = false;
	unsigned port;
	AUTO(fd) int fd = silent_listener(&port);
	struct ledger_options o = { .path = str_format(a, "%s/one", folder), .project = "demo", .host = "one",
				    .remote = str_format(a, "http://127.0.0.1:%u/x", port),
				    .cancelled = &give_up };
	struct ledger *l = NULL;
	struct thread *t;
	struct err e = { .message = "" };
	int64_t start = clock_ticks();

	ok(thread_start(&t, "give-up", give_up_soon, &give_up, &e), "somebody gives up");
	ok(!ledger_open(&o, &l, &e) && e.code == ERR_CANCELLED, "the ledger is not opened: %s", e.message);
	ok(clock_ticks() - start < 2000, "after %lld ms", (long long)(clock_ticks() - start));
	thread_join(t);
	scrap(folder);
}
