/* SPDX-License-Identifier: Apache-2.0 */
/* One executes at a time. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/ledger.h"
#include "tap.h"

static void one_of_two(struct arena *a, const char *folder, const char *remote, const char *second)
{
	struct ledger *one = opened(a, folder, "one", remote);
	struct ledger *two = opened(a, folder, second, remote);
	struct lease x;
	struct err e;

	setenv("GANTRY_NOW", "2024-06-01T10:00:00Z", 1);
	ok(ledger_lease(one, a, &x, &e) && x.ours && x.held, "the first takes it");
	ok(ledger_lease(two, a, &x, &e) && !x.ours && x.held, "the second does not get it");
	is_text(x.host, "one", "and is told who has it");
	setenv("GANTRY_NOW", "2024-06-01T10:00:10Z", 1);
	ok(ledger_lease(one, a, &x, &e) && x.ours, "it is renewed");
	setenv("GANTRY_NOW", "2024-06-01T10:00:20Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "and lasts from then");
	setenv("GANTRY_NOW", "2024-06-01T10:25:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "a clock that jumps ahead takes nothing from anybody");
	setenv("GANTRY_NOW", "2024-06-01T09:00:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && !x.ours, "nor does one that jumps back");
	ok(ledger_lease(one, a, &x, &e) && x.ours && !x.is_new, "which does not keep it from being renewed");
	ok(x.until > clock_ticks() && x.until < clock_ticks() + 61000, "for as long as it lasts");
	setenv("GANTRY_NOW", "2024-06-01T12:05:00Z", 1);
	ok(ledger_lease(two, a, &x, &e) && x.ours && x.is_new, "not renewed for hours, it is taken over");
	ok(ledger_lease(one, a, &x, &e) && !x.ours, "which the first finds out");
	ledger_lease_drop(two);
	ok(ledger_lease(one, a, &x, &e) && x.ours, "given back, it is free at once");
	unsetenv("GANTRY_NOW");
	ledger_close(one);
	ledger_close(two);
}

TEST(lease_here)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);

	one_of_two(a, folder, NULL, "one");
	scrap(folder);
}

TEST(lease_at_a_remote)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *remote = str_format(a, "%s/remote.git", folder);
	struct store *s = NULL;
	struct err e;

	ok(store_open(remote, true, &s, &e), "a remote");
	store_close(s);
	one_of_two(a, folder, remote, "two");
	scrap(folder);
}
