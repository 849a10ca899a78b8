/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine tells of the ledger: every event, ours and others', however they come. */
#include "engine/engine.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "fixture.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "model/world.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"

enum { QUICK = 40 };

static const char *const two_stages[] = {
	"{\"metadata\":{\"name\":\"test\"},\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\","
	"\"name\":\"w\"},\"sources\":{\"direct\":true}}]}}",
	"{\"metadata\":{\"name\":\"uat\"},\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\","
	"\"name\":\"w\"},\"sources\":{\"stages\":[\"test\"]}}]}}",
	NULL,
};

static struct value *freight_of(struct arena *a, const char *name)
{
	return json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"alias\":\"a-%.6s\",\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}", name, name));
}

static bool knows(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static bool is_approved(const struct heard *h, const char *stage)
{
	return value_get(value_path(state_freight(h->state, F1), "status.approvedFor"), stage) != NULL;
}

static void end_engine(struct engine *en, struct heard *h, const char *folder)
{
	struct err e;

	engine_stop(en);
	record_release(h->record);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}

/* Another process approves F1 for uat. */
static void approve_elsewhere(struct arena *a, const char *folder)
{
	const struct ledger_options lo = { .path = path_join(a, folder, "ledger"), .project = "demo",
					   .host = "there" };
	const struct event ev = { .kind = EVENT_FREIGHT_APPROVED, .freight = F1, .stage = "uat",
				  .actor = "Bob <bob@example.org>", .subject = "approve 1 for uat",
				  .at = clock_now() };
	struct ledger *l;
	struct err e;

	if (!ledger_open(&lo, &l, &e)) {
		note("%s", e.message);
		return;
	}
	if (!ledger_append(l, &ev, LEDGER_PUSH_NOW, &e))
		note("%s", e.message);
	ledger_close(l);
}

TEST(after_a_lost_race_others_events_are_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct intent i = { .kind = INTENT_APPROVE, .stage = "uat", .freight = "1111",
			    .actor = "Ada <ada@example.org>" };
	const char *folder;
	struct heard h;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-race-", &folder, &e), "a folder"))
		return;
	struct engine *en = running(&h, folder, project_of(a, two_stages, NULL), false);
	engine_found(en, freight_of(a, F1));
	ok(await(&h, knows, F1), "freight is known");
	clock_sleep(600);               /* the engine has just looked: it looks again in half a second */
	unsigned before = h.events;
	approve_elsewhere(a, folder);
	is_number(ask(en, &h, &i), ERR_CONFLICT, "somebody was first: %s", h.message);
	pthread_mutex_lock(&h.lock);
	is_number(h.events - before, 1, "what they did is told by the time of the answer");
	ok(is_approved(&h, "uat"), "with the state that it made");
	is_text(h.record->events[0].actor, "Bob <bob@example.org>", "and who did it");
	pthread_mutex_unlock(&h.lock);
	end_engine(en, &h, folder);
}

static bool knows_all(const struct heard *h, const char *text)
{
	(void)text;
	return h->state->nfreight >= QUICK;
}

TEST(quick_events_are_all_told)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct heard h;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-quick-", &folder, &e), "a folder"))
		return;
	struct engine *en = running(&h, folder, project_of(a, two_stages, NULL), false);
	for (unsigned i = 0; i < QUICK; i++)
		engine_found(en, freight_of(a, str_format(a, "%08x%032x", i * 2654435761u, i)));
	ok(await(&h, knows_all, ""), "all are recorded");
	pthread_mutex_lock(&h.lock);
	is_number(h.events, QUICK, "each is told once");
	is_number(h.record->nevents, QUICK, "and is in the newest record");
	pthread_mutex_unlock(&h.lock);
	end_engine(en, &h, folder);
}

/* Records stay as they were, however much is added afterwards and wherever the room ends. */
TEST(records_are_immutable)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event_tail tail = { .part = NULL };
	struct part *part = part_new();
	const struct state *empty = state_empty(part_arena(part));
	const struct record *first = NULL, *last;

	for (int i = 0; i < 10 * RECORD_EVENTS; i++) {
		const char *commit = str_format(a, "%040d", i);
		const struct event ev = { .kind = EVENT_FREIGHT_APPROVED, .at = i,
					  .subject = str_format(a, "event %d", i) };

		event_tail_add(&tail, commit, &ev);
		if (i == 2)
			first = record_new(empty, part, commit, &tail);
	}
	last = record_new(empty, part, "head", &tail);
	part_release(part);
	event_tail_release(&tail);
	is_number(first->nevents, 3, "an old record has the events of its time");
	is_text(first->events[0].subject, "event 2", "the newest first");
	is_text(first->events[2].subject, "event 0", "down to the first");
	is_number(last->nevents, RECORD_EVENTS, "a new one the newest");
	is_text(last->events[0].subject, str_format(a, "event %d", 10 * RECORD_EVENTS - 1), "all of them");
	is_text(last->events[RECORD_EVENTS - 1].subject, str_format(a, "event %d", 9 * RECORD_EVENTS),
		"without a gap");
	record_release(first);
	record_release(last);
}
