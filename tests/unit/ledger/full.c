/* SPDX-License-Identifier: Apache-2.0 */
/* No room on the disk, as a limit on the size of files plays it: nothing is half recorded. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "fixture.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
#include "tap.h"

/* How large files may become; RLIM_INFINITY: as they like. */
static void limit(rlim_t bytes)
{
	struct rlimit r = { 0 };

	fflush(stdout);
	signal(SIGXFSZ, SIG_IGN);
	if (getrlimit(RLIMIT_FSIZE, &r) == 0) {
		r.rlim_cur = bytes;
		ok(setrlimit(RLIMIT_FSIZE, &r) == 0, "the limit is set");
	}
}

TEST(a_full_disk_refuses_and_loses_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct ledger_verdict v = { .sound = false };
	struct err e = { .message = "" };
	unsigned refused = 0;

	ok(append(l, found(a, 1)), "there is room at first");
	const char *head = str_copy(a, ledger_head(l));
	for (rlim_t room = 0; room <= 600; room += 30) {
		limit(room);
		bool done = ledger_append(l, found(a, 2), LEDGER_PUSH_NOW, &e);
		limit(RLIM_INFINITY);
		if (done)
			break;
		refused++;
		if (strcmp(ledger_head(l), head) != 0 || state_freight(ledger_state(l), freight_name(a, 2)))
			ok(false, "a refused event is in the present, with room for %llu bytes",
			   (unsigned long long)room);
	}
	ok(refused > 0 && e.message[0], "without room an event is refused: %s", e.message);
	ledger_close(l);
	l = opened(a, folder, "one", NULL);
	ok(state_freight(ledger_state(l), freight_name(a, 1)) != NULL, "what was there is there");
	ok(append(l, found(a, 3)) && append(l, approve(a, 3, "prod", "Ada <ada@example.org>")),
	   "with room it goes on");
	ok(ledger_verify(l, a, &v, &e) && v.sound, "and is sound %s", v.reason ? v.reason : "");
	ledger_close(l);
	scrap(folder);
}
