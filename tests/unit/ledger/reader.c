/* SPDX-License-Identifier: Apache-2.0 */
/* A ledger that is only read: it follows its remote, and leaves no trace. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/contact.h"
#include "ledger/ledger.h"
#include "model/state.h"
#include "tap.h"

static const char *remote_of(struct arena *a, const char *folder)
{
	const char *path = path_join(a, folder, "remote.git");
	struct store *s = NULL;
	struct err e;

	if (!store_open(path, true, &s, &e))
		note("%s", e.message);
	store_close(s);
	return path;
}

static struct ledger *reading(const char *path, const char *remote, bool must_exist, struct err *e)
{
	const struct ledger_options o = { .path = path, .project = "demo", .remote = remote, .host = "reader",
					  .read_only = true, .must_exist = must_exist };
	struct ledger *l = NULL;

	return ledger_open(&o, &l, e) ? l : NULL;
}

/* Where the branch is in the repository itself. */
static const char *branch_of(struct arena *a, const char *path)
{
	char id[STORE_ID] = "?";
	struct store *s = NULL;
	struct err e;

	if (!store_open(path, false, &s, &e) || !store_ref(s, "refs/heads/gantry/demo", id, &e))
		note("%s", e.message);
	store_close(s);
	return str_copy(a, id);
}

TEST(reading_makes_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = remote_of(a, folder), *path = path_join(a, folder, "mine");
	struct ledger *other = opened(a, folder, "other", remote), *l;
	struct err e;

	append(other, found(a, 1));
	ok(!reading(path, NULL, true, &e) && e.code == ERR_NOT_FOUND, "no ledger: %s", e.message);
	l = reading(path, NULL, false, &e);
	ok(l && !*ledger_head(l), "or an empty one, where none need be");
	ledger_close(l);
	l = reading(path, remote, true, &e);
	ok(l && ledger_state(l)->nfreight == 1, "with a remote there is what it has");
	ledger_close(l);
	ok(!file_exists(path), "and nothing was made");
	ledger_close(other);
	scrap(folder);
}

TEST(reading_moves_no_branch)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = remote_of(a, folder), *path = path_join(a, folder, "one");
	struct ledger *one = opened(a, folder, "one", remote), *two = opened(a, folder, "two", remote), *l;
	bool moved;
	struct err e;

	append(one, found(a, 1));
	ok(ledger_sync(two, true, &moved, &e) && append(two, found(a, 2)), "another goes on");
	const char *before = branch_of(a, path);
	l = reading(path, remote, true, &e);
	if (!ok(l && ledger_state(l)->nfreight == 2, "the reader sees it"))
		return;
	is_text(branch_of(a, path), before, "and the branch here is where it was");
	append(two, found(a, 3));
	ok(ledger_sync(l, true, &moved, &e) && moved && ledger_state(l)->nfreight == 3, "it follows");
	ok(ledger_append(one, found(a, 4), LEDGER_PUSH_LATER, &e), "what waits here");
	ok(ledger_sync(l, true, &moved, &e) && ledger_state(l)->nfreight == 3, "is not shown before it is shared");
	ok(ledger_sync(one, true, &moved, &e) && ledger_sync(l, false, &moved, &e) &&
	   ledger_state(l)->nfreight == 4, "and then it is");
	is_text(ledger_head(l), ledger_head(one), "all have the same");
	ledger_close(l);
	ledger_close(one);
	ledger_close(two);
	scrap(folder);
}

TEST(a_remote_that_is_away_is_known)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = remote_of(a, folder);
	struct ledger *one = opened(a, folder, "one", remote);
	struct ledger_contact c;
	bool moved;
	struct err e;

	append(one, found(a, 1));
	ledger_contact(one, &c);
	ok(c.reached_at && !c.failing_since && !c.error, "it has answered");
	int64_t reached = c.reached_at;
	if (!folder_remove(remote, &e))
		note("%s", e.message);
	ok(!ledger_sync(one, true, &moved, &e), "it is away: %s", e.message);
	ledger_contact(one, &c);
	ok(c.reached_at == reached && c.failing_since && c.error, "since then, and why: %s", c.error);
	ledger_close(one);
	one = reading(path_join(a, folder, "one"), remote, true, &e);
	if (!ok(one && ledger_state(one)->nfreight == 1, "what is here can be read"))
		return;
	ledger_contact(one, &c);
	ok(c.failing_since && c.reached_at == reached, "and how old it may be is known");
	ledger_close(one);
	scrap(folder);
}
