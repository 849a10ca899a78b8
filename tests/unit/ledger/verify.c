/* SPDX-License-Identifier: Apache-2.0 */
/* Tampering is found, and where. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "fixture.h"
#include "git/store.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
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
	    !store_commit_new(s, &n, id, NULL, &e) || !store_save(s, &e) ||
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
	ok(reason && strstr(reason, "does not hold what follows"), "another content: %s", reason);
	reason = verdict_of(a, other, NULL, NULL);
	ok(reason && strstr(reason, "should have changed"), "an event without its change: %s", reason);
	reason = verdict_of(a, other, path, NULL);
	ok(reason != NULL, "an event with another change: %s", reason);
	reason = verdict_of(a, event_message(a, found(a, 1)), NULL, NULL);
	ok(reason != NULL, "an event that can't follow: %s", reason);
}

/* A commit on top of the ledger's head, as a version that is newer than this one would make it. */
static bool record_unknown(struct arena *a, const char *folder, const struct store_change *change, size_t count)
{
	static const char message[] = "hold the train\n\nGantry-Event: train.held\nGantry-Stage: prod\n"
		"Gantry-Actor: Ada <ada@example.org>\nGantry-At: 2024-06-01T10:00:09Z\nGantry-Train: seven\n";
	struct store_new n = { .changes = change, .nchanges = count, .message = message, .at = 1717236009 };
	char id[STORE_ID], head[STORE_ID];
	struct store *s = NULL;
	struct err e;
	bool good = store_open(str_format(a, "%s/one", folder), false, &s, &e) && store_ref(s, REF, head, &e);

	n.parent = head;
	good = good && store_commit_new(s, &n, id, NULL, &e) && store_save(s, &e) &&
	       store_ref_set(s, REF, id, head, &e);
	if (!good)
		note("%s", e.message);
	store_close(s);
	return good;
}

TEST(an_event_of_a_newer_version_stops_nothing)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *name = freight_name(a, 1);
	struct ledger *l = opened(a, folder, "one", NULL), *other = opened(a, folder, "one", NULL);
	const struct store_change change[] = {
		{ .path = "trains/seven.json", .content = str_of("{}\n") },
		{ .path = str_format(a, "freight/%.2s/%s.json", name, name),
		  .content = str_of("{\n  \"alias\": \"held\"\n}\n") },
	};
	struct ledger_filter f = { .max = 10 };
	struct ledger_verdict v = { 0 };
	struct ledger_page page;
	bool moved;
	struct err e = { .message = "" };

	append(l, found(a, 1));
	ok(record_unknown(a, folder, NULL, 0) && record_unknown(a, folder, change, COUNTOF(change)),
	   "a newer version records two events of its own");
	ok(ledger_sync(l, false, &moved, &e) && moved, "who runs takes them in %s", e.message);
	ok(append(l, found(a, 2)), "and goes on");
	ok(ledger_sync(other, false, &moved, &e) && moved, "so does who comes late %s", e.message);
	is_text(value_text(value_get(state_freight(ledger_state(other), name), "alias"), ""), "held",
		"what it did to files that are known is seen");
	ledger_close(other);
	ledger_close(l);
	l = opened(a, folder, "one", NULL);
	is_number(ledger_state(l)->nfreight, 2, "and who opens it reads it all");
	ok(ledger_history(l, a, &f, &page, &e) && page.count == 4, "the past has them");
	is_text(page.entries[1].event->subject, "hold the train", "with their sentence");
	is_text(event_word_of(page.entries[1].event), "train.held", "their kind");
	is_text(page.entries[1].event->stage, "prod", "and what they are about");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 4, "it is sound %s", v.reason ? v.reason : "");
	is_number(v.nunknown, 2, "and says how many could not be followed");
	ledger_close(l);
	scrap(folder);
}

/* The tree of the newest commit. */
static bool tree_has(struct arena *a, const char *folder, const char *path)
{
	char id[STORE_ID] = "", head[STORE_ID];
	struct store *s = NULL;
	struct err e;
	bool good = store_open(str_format(a, "%s/one", folder), false, &s, &e) && store_ref(s, REF, head, &e) &&
		    store_file(s, head, path, id, &e);

	if (!good)
		note("%s", e.message);
	store_close(s);
	return id[0] != '\0';
}

TEST(the_tree_waits_while_a_promotion_is_under_way)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *name = "prod.01j.1";
	struct ledger *l = opened(a, folder, "one", NULL), *late;
	struct event ev = { .kind = EVENT_PROMOTION_REQUESTED, .stage = "prod", .promotion = name,
			    .subject = "promote prod", .at = 1717236000009 };
	const char *path = str_format(a, "promotions/prod/%s.json", name);
	struct ledger_verdict v = { 0 };
	const struct state *then;
	struct err e = { .message = "" };

	append(l, found(a, 1));
	ev.data = json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"stage\":\"prod\",\"freight\":\"%s\"},"
				     "\"status\":{\"phase\":\"Pending\"}}", name, freight_name(a, 1)));
	ok(append(l, &ev), "a promotion is asked for");
	ok(!tree_has(a, folder, path), "the tree does not have it yet");
	const char *commit = str_copy(a, ledger_head(l));
	late = opened(a, folder, "one", NULL);
	ok(state_promotion(ledger_state(late), name) != NULL, "but who opens the ledger does");
	ok(ledger_verify(late, a, &v, &e) && v.sound && v.events == 2, "and it is sound");
	ledger_close(late);
	ev = (struct event){ .kind = EVENT_PROMOTION_FINISHED, .stage = "prod", .promotion = name,
			     .subject = "prod failed", .at = 1717236000010,
			     .data = json(a, "{\"phase\":\"Failed\"}") };
	ok(append(l, &ev) && tree_has(a, folder, path), "once it is over, the tree has all of it");
	ok(ledger_state_at(l, a, commit, &then, &e) && state_promotion(then, name), "so has the past");
	ok(ledger_verify(l, a, &v, &e) && v.sound && v.events == 3, "and it is sound %s", v.reason ? v.reason : "");
	ledger_close(l);
	scrap(folder);
}
