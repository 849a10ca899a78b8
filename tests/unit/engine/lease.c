/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine does about its lease. */
#include "engine/engine.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "engine/options.h"
#include "git/store.h"
#include "ledger/agents.h"
#include "ledger/lease.h"
#include "ledger/ledger.h"
#include "tap.h"

static void on_lease(void *context, const struct lease *now)
{
	moment_set(context, now->ours ? 1 : 0);
}

static const struct project *borrow_none(void *context)
{
	(void)context;
	return NULL;
}

static bool leads(const int64_t *is_ours, bool wanted)
{
	for (int64_t end = clock_ticks() + 20000; clock_ticks() < end; clock_sleep(5))
		if (moment_get(is_ours) == wanted)
			return true;
	return false;
}

TEST(an_agent_sees_at_once_that_its_lease_was_moved)
{
	AUTO(arena) struct arena *a = arena_new();
	char id[STORE_ID], old[STORE_ID];
	const char *folder;
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	const char *path = path_join(a, folder, "ledger");
	const struct agents_options ao = { .path = path, .host = "one", .announces = true };
	struct agents *as = agents_new(&ao);
	const struct ledger_options lo = { .path = path, .project = "demo", .host = "one", .agents = as };
	struct store *there = NULL;
	struct ledger *l = NULL;
	struct engine *en = NULL;
	int64_t is_ours = 0;
	bool moved;

	agents_come(as, "demo");
	agents_turn(as, &moved);
	ok(ledger_open(&lo, &l, &e), "a ledger");
	const struct engine_options o = { .ledger = l, .context = &is_ours, .execute = true, .work = folder,
					  .borrow = borrow_none, .on_lease = on_lease };
	ok(engine_start(&o, &en, &e), "an engine");
	ok(leads(&is_ours, true), "it gets the lease, which lasts as long as its process is announced");
	ok(store_open(path, false, &there, &e) && store_ref(there, "refs/gantry/lease/demo", old, &e) &&
	   store_note_new(there, "{\"host\":\"two\",\"token\":\"2\"}", 1, id, &e) &&
	   store_ref_set(there, "refs/gantry/lease/demo", id, old, &e), "somebody else moves it by hand");
	engine_lease_moved(en);
	ok(leads(&is_ours, false), "told of that, the engine steps down without waiting a minute");
	engine_stop(en);
	store_close(there);
	agents_leave(as);
	agents_free(as);
	ok(folder_remove(folder, &e), "the folder goes");
}
