/* SPDX-License-Identifier: Apache-2.0 */
/* Tampering is found, and where. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "tap.h"

#define REF "refs/heads/gantry/demo"

/* A ledger of three events, then a commit made by other means; what verifying says. */
static const char *verdict_of(struct arena *a, const char *message, const char *path,
			      const char *content)
{
	const char *folder = scratch(a);
	struct ledger *l = opened(a, folder, "one", NULL);
	struct store_change change = { .path = path, .content = str_of(content), .gone = !content };
	struct ledger_verdict v = { 0 };
	struct store *s = NULL;
	char id[STORE_ID];
	bool moved;
	struct err e;

	for (unsigned i = 1; i <= 3; i++)
		append(l, found(a, i));
	struct store_new n = { .parent = ledger_head(l), .changes = &change, .nchanges = path != NULL,
			       .message = message, .at = 1717236000 };
	if (!store_open(str_format(a, "%s/one", folder), false, &s, &e) ||
	    !store_commit_new(s, &n, id, &e) || !store_save(s, &e) ||
	    !store_ref_set(s, REF, id, n.parent, &e))
		note("%s", e.message);
	store_close(s);
	if (!ledger_sync(l, false, &moved, &e))
		note("as it should be: %s", e.message);
	ledger_close(l);
	l = opened(a, folder, "one", NULL);
	if (!ledger_verify(l, a, &v, &e))
		note("%s", e.message);
	ledger_close(l);
	scrap(folder);
	if (v.sound)
		return NULL;
	is_number(v.events, 3, "the three before are sound");
	is_text(v.commit, id, "the commit is named");
	return v.reason;
}

TEST(tampering_is_found)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = freight_name(a, 1);
	const char *path = str_format(a, "freight/%.2s/%s.json", name, name);
	const char *other = event_message(a, found(a, 9));
	const char *reason;

	reason = verdict_of(a, "fix a typo", path, "{}\n");
	ok(reason != NULL, "a commit that is no event: %s", reason);
	reason = verdict_of(a, event_message(a, approve(a, 1, "prod", "Eve <eve@example.org>")), path,
			    "{\"metadata\":{\"name\":\"x\"}}\n");
	ok(reason && strstr(reason, "something else"), "another content: %s", reason);
	reason = verdict_of(a, other, NULL, NULL);
	ok(reason && strstr(reason, "should have changed"), "an event without its change: %s", reason);
	reason = verdict_of(a, other, path, NULL);
	ok(reason != NULL, "an event with another change: %s", reason);
	reason = verdict_of(a, event_message(a, found(a, 1)), NULL, NULL);
	ok(reason != NULL, "an event that can't follow: %s", reason);
}
