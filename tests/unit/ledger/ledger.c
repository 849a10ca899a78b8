/* SPDX-License-Identifier: Apache-2.0 */
/* Appending, reading back, history, time travel and packing. */
#include "ledger/history.h"
#include "ledger/ledger.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/list.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "fixture.h"
#include "model/event.h"
#include "model/state.h"
#include "tap.h"

#define ADA "Ada <ada@example.org>"

TEST(append_and_reopen)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct err e;

	is_text(ledger_head(l), "", "a new ledger is empty");
	ok(append(l, found(a, 1)) && append(l, approve(a, 1, "prod", ADA)), "events are appended");
	const char *head = str_copy(a, ledger_head(l));
	is_number(strlen(head), 40, "the head is a commit");
	ok(!ledger_append(l, found(a, 1), LEDGER_PUSH_NOW, &e) && e.code == ERR_CONFLICT,
	   "what can't follow is refused");
	is_text(ledger_head(l), head, "and changes nothing");
	ledger_close(l);

	l = opened(a, folder, "one", NULL);
	is_text(ledger_head(l), head, "opened again, it has the same head");
	const struct value *f = state_freight(ledger_state(l), freight_name(a, 1));
	is_text(value_path_text(value_path(f, "status.approvedFor.prod"), "actor", ""), ADA,
		"and the same present");
	ledger_close(l);
	scrap(folder);
}

TEST(begin_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	const struct event bad[] = { *found(a, 1), *approve(a, 2, "prod", ADA) };
	const struct event good[] = { *found(a, 1), *found(a, 2), *approve(a, 2, "prod", ADA) };
	struct ledger_verdict verdict;
	struct err e = { 0 };

	ok(!ledger_begin(l, bad, 2, &e) && e.code == ERR_CONFLICT && strncmp(e.message, "event 2: ", 9) == 0,
	   "events of which one can't follow are refused, and which is said: %s", e.message);
	is_text(ledger_head(l), "", "nothing of them is recorded");
	ok(ledger_begin(l, good, 3, &e), "events that follow one another begin a ledger %s", e.message);
	ok(ledger_verify(l, a, &verdict, &e) && verdict.sound && verdict.events == 3, "which is sound");
	ok(!ledger_begin(l, good, 3, &e) && e.code == ERR_CONFLICT, "it can't begin twice");
	ok(append(l, found(a, 3)), "and goes on as any other");
	ledger_close(l);

	l = opened(a, folder, "one", NULL);
	is_number(ledger_state(l)->nfreight, 3, "opened again, all is there");
	ledger_close(l);
	scrap(folder);
}

TEST(history_and_time)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct ledger_page page;
	const struct state *then;
	const char *commit;
	struct err e;

	for (unsigned i = 1; i <= 9; i++)
		append(l, found(a, i));
	append(l, approve(a, 4, "prod", ADA));
	struct ledger_filter f = { .max = 3 };
	ok(ledger_history(l, a, &f, &page, &e) && page.count == 3 && page.more,
	   "the newest three, and there is more");
	is_text(page.entries[0].event->subject, "approve a-4 for prod", "newest first");
	is_text(page.entries[0].commit, ledger_head(l), "with its commit");
	f = (struct ledger_filter){ .max = 100, .before = page.entries[2].commit };
	ok(ledger_history(l, a, &f, &page, &e) && page.count == 7 && !page.more,
	   "the rest, and it ends");
	const char *early = page.entries[4].commit;
	f = (struct ledger_filter){ .max = 100, .stage = "prod" };
	ok(ledger_history(l, a, &f, &page, &e) && page.count == 1, "of one stage only");
	f = (struct ledger_filter){ .max = 100, .until = early };
	ok(ledger_history(l, a, &f, &page, &e) && page.count == 7 && !page.more,
	   "until a commit, which is left out");
	ok(ledger_state_at(l, a, early, &then, &e) && then->nfreight == 3, "the present of then");
	ok(ledger_commit_at(l, a, 1717235999000, &commit, &e) && !commit, "before the first there is none");
	ok(ledger_commit_at(l, a, 1717236001000, &commit, &e) && same_text(commit, ledger_head(l)),
	   "later it is the newest");
	ledger_close(l);
	scrap(folder);
}

TEST(packed_is_the_same)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct ledger_verdict v;
	struct err e;

	for (unsigned i = 1; i <= 30; i++)
		append(l, found(a, i));
	if (!ok(ledger_pack(l, &e), "it is packed"))
		note("%s", e.message);
	for (unsigned i = 31; i <= 40; i++)
		append(l, found(a, i));
	if (!ok(ledger_pack(l, &e), "and again"))
		note("%s", e.message);
	ledger_close(l);
	l = opened(a, folder, "one", NULL);
	is_number(ledger_state(l)->nfreight, 40, "everything is there");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 40, "and sound");
	ledger_close(l);
	scrap(folder);
}

TEST(read_only_does_not_write)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct err e;

	append(l, found(a, 1));
	ledger_close(l);
	struct ledger_options o = { .path = str_format(a, "%s/one", folder), .project = "demo",
				    .read_only = true };
	ok(ledger_open(&o, &l, &e), "it opens");
	ok(!ledger_append(l, found(a, 2), LEDGER_PUSH_NOW, &e) && e.code == ERR_REFUSED,
	   "and refuses to append");
	ledger_close(l);
	scrap(folder);
}

static size_t packs(struct arena *a, const char *folder)
{
	struct list names = { 0 };
	struct err e;

	ok(folder_list(a, path_join(a, folder, "one/objects/pack"), &names, &e), "packs are counted");
	return names.count / 2;
}

/* As many as a busy day makes; another handle goes on reading what was packed below its feet. */
TEST(packs_are_few)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL), *reader;
	struct ledger_filter all = { .max = 1000 };
	struct ledger_page page;
	struct ledger_verdict v;
	size_t good = 0;
	bool more;
	struct err e;

	for (unsigned i = 1; i <= 150; i++)
		good += append(l, found(a, i));
	reader = opened(a, folder, "one", NULL);
	for (unsigned i = 151; i <= 450; i++)
		good += append(l, found(a, i));
	is_number(good, 450, "events are appended");
	ledger_close(l);
	ok(packs(a, folder) < 400, "packs were made meanwhile");
	l = opened(a, folder, "one", NULL);
	ok(ledger_pack(l, &e), "it is packed now");
	ok(packs(a, folder) <= 12, "and there are few packs");
	if (!ok(ledger_history(reader, a, &all, &page, &e), "who read before"))
		note("%s", e.message);
	is_number(page.count, 150, "still reads all that it knew");
	ok(ledger_sync(reader, false, &more, &e) && more, "and takes in the rest");
	is_text(ledger_head(reader), ledger_head(l), "to the same head");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 450, "all is sound");
	ledger_close(reader);
	ledger_close(l);
	scrap(folder);
}

/* The thread that packs reads a ref which is a pipe, so it waits for as long as we like. */
TEST(appending_waits_for_no_pack)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	const char *refs = str_format(a, "%s/one/refs/gantry/packed", folder);
	const char *pipe = path_join(a, refs, "demo");
	struct ledger_verdict v;
	size_t good = 0;
	struct err e;

	ok(folder_make(refs, 0700, &e) && mkfifo(pipe, 0600) == 0, "packing is held up");
	for (unsigned i = 1; i <= 520; i++)
		good += append(l, found(a, i));
	is_number(good, 520, "events are appended all the same");
	ok(packs(a, folder) >= 520, "each in a pack of its own");
	AUTO(fd) int fd = open(pipe, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	ok(fd >= 0 && unlink(pipe) == 0, "somebody waits there to pack; now it may go on");
	close(fd);
	fd = -1;
	ledger_close(l);
	l = opened(a, folder, "one", NULL);
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 520, "all is there, and sound");
	ledger_close(l);
	scrap(folder);
}

TEST(at_rest_old_states_go)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	char *reason = arena_alloc(a, 32 << 10);
	struct ledger_verdict v;
	size_t good = 0;
	struct err e;

	memset(reason, 'x', (32 << 10) - 1);
	good += append(l, found(a, 1));
	ok(!ledger_rest(l), "a small ledger is left alone");
	for (unsigned i = 0; i < 50; i++) {
		struct event *ev = approve(a, 1, str_format(a, "stage-%u", i), ADA);
		ev->reason = reason;
		good += append(l, ev);
	}
	is_number(good, 51, "events are appended");
	struct part *before = part_acquire(ledger_part(l));
	const char *head = str_copy(a, ledger_head(l));
	ok(ledger_rest(l) && ledger_part(l) != before, "at rest there is a part of the present alone");
	ok(arena_used(part_arena(ledger_part(l))) < arena_used(part_arena(before)) / 4, "much smaller");
	part_release(before);
	is_text(ledger_head(l), head, "the head is as before");
	const struct value *f = state_freight(ledger_state(l), freight_name(a, 1));
	is_text(value_path_text(value_path(f, "status.approvedFor.stage-49"), "actor", ""), ADA,
		"and so is the present");
	ok(!ledger_rest(l), "once is enough");
	ok(append(l, approve(a, 1, "prod", ADA)), "it goes on from there");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 52, "and all is sound");
	ledger_close(l);
	scrap(folder);
}

/* How many packs below the folder this process has open. */
static size_t packs_open(struct arena *a, const char *folder)
{
	struct list names = { 0 };
	size_t count = 0;
	struct err e;

	ok(folder_list(a, "/proc/self/fd", &names, &e), "descriptors are listed");
	for (size_t i = 0; i < names.count; i++) {
		const char *path = str_format(a, "/proc/self/fd/%s", (const char *)names.items[i]);
		char to[4096] = "";

		if (readlink(path, to, sizeof(to) - 1) > 0 && has_prefix(to, folder))
			count += strstr(to, ".pack") != NULL;
	}
	return count;
}

/* A promotion is under way, so events leave the tree to later ones, and whoever opens the ledger replays them. */
TEST(at_rest_what_opening_left_behind_goes)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *name = "prod.01j.1";
	struct ledger *l = opened(a, folder, "one", NULL);
	struct event ev = { .kind = EVENT_PROMOTION_REQUESTED, .stage = "prod", .promotion = name,
			    .subject = "promote prod", .at = 1717236000009 };
	char *reason = arena_alloc(a, 64 << 10);
	struct ledger_options reader = { .project = "demo", .host = "", .read_only = true };
	size_t good = 0;
	struct err e;

	memset(reason, 'x', (64 << 10) - 1);
	good += append(l, found(a, 1));
	ev.freight = freight_name(a, 1);
	ev.data = json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"stage\":\"prod\",\"freight\":\"%s\"},"
				     "\"status\":{\"phase\":\"Pending\"}}", name, ev.freight));
	good += append(l, &ev);
	for (unsigned i = 0; i < 20; i++) {
		struct event *approval = approve(a, 1, str_format(a, "stage-%u", i), ADA);

		approval->at = ev.at + i;
		approval->reason = reason;
		good += append(l, approval);
	}
	is_number(good, 22, "events are appended");
	ledger_close(l);
	reader.path = path_join(a, folder, "one");
	if (!ok(ledger_open(&reader, &l, &e), "somebody opens it to read"))
		return;
	size_t before = arena_used(part_arena(ledger_part(l)));
	ok(packs_open(a, folder) > 0, "what it reads is open");
	ok(ledger_rest(l) && arena_used(part_arena(ledger_part(l))) < before / 8, "at rest only the present is left, of %zu bytes", before);
	is_number(packs_open(a, folder), 0, "no pack is open any more");
	ok(!ledger_rest(l), "once is enough");
	ok(state_freight(ledger_state(l), freight_name(a, 1)) != NULL, "and it is as before");
	ledger_close(l);
	scrap(folder);
}
