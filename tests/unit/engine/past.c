/* SPDX-License-Identifier: Apache-2.0 */
/* The ledger as it stood: by events and by hours, at both its ends. */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/past.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/record.h"
#include "model/state.h"
#include "model/world.h"
#include "tap.h"

enum { EVENTS = 4, HOUR = 3600 * 1000 };

struct trip {
	struct ledger_options o;
	int64_t begun;                  /* the first event; one an hour */
	int64_t at;
};

static void append(struct arena *a, struct ledger *l, int i, int64_t at)
{
	const char *name = str_format(a, "%040d", i + 1);
	const char *text = str_format(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Freight\",\"alias\":\"f-%d\","
				      "\"metadata\":{\"name\":\"%s\",\"namespace\":\"demo\"},\"origin\":{\"kind\":"
				      "\"Warehouse\",\"name\":\"w\"}}", i, name);
	struct event ev = { .kind = EVENT_FREIGHT_DISCOVERED, .freight = name, .warehouse = "w", .at = at,
			    .subject = str_format(a, "event %d", i) };
	struct value *v;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	ev.data = v;
	if (!ledger_append(l, &ev, LEDGER_PUSH_NOW, &e))
		note("%s", e.message);
}

/* Goes on from where r is, which is freed; "present" or the newest event's subject. */
static const char *go(struct arena *a, struct trip *t, const struct record **r, enum travel travel)
{
	const struct past_wish wish = { .travel = travel, .from = str_copy(a, (*r)->head), .at = t->at };
	const struct record *there = NULL;
	const char *subject;
	struct err e;

	if (!past_read(&t->o, &wish, &there, &t->at, &e))
		return str_copy(a, e.message);
	if (!there)
		return "present";
	subject = str_copy(a, there->events[0].subject);
	record_release(*r);
	*r = there;
	return subject;
}

static size_t freight_in(const struct state *s)
{
	size_t count = 0;

	for (size_t k = 0; k < 256; k++)
		count += s->freight[k] ? s->freight[k]->count : 0;
	return count;
}

TEST(travelling)
{
	AUTO(arena) struct arena *a = arena_new();
	struct trip t = { .begun = clock_now() - 10 * HOUR, .at = clock_now() };
	const struct record *r = NULL;
	struct event_tail tail = { .part = NULL };
	const char *folder;
	struct ledger *l;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-past-", &folder, &e), "a folder"))
		return;
	t.o = (struct ledger_options){ .project = "demo", .host = "test",
				       .path = path_join(a, folder, "ledger.git") };
	if (!ok(ledger_open(&t.o, &l, &e), "a ledger"))
		return;
	for (int i = 0; i < EVENTS; i++)
		append(a, l, i, t.begun + i * HOUR);
	if (!ok(ledger_tail(l, NULL, &tail, &e), "the present"))
		return;
	r = record_new(ledger_state(l), ledger_part(l), ledger_head(l), &tail);
	event_tail_release(&tail);
	ledger_close(l);
	t.o.read_only = true;
	is_text(go(a, &t, &r, TRAVEL_LATER), "present", "nothing is later than the present");
	is_text(go(a, &t, &r, TRAVEL_EARLIER), "event 2", "an event earlier");
	is_number((int)freight_in(r->state), 3, "its freight is there, and no other");
	is_number(t.at, t.begun + 2 * HOUR, "at the time of the event");
	is_text(go(a, &t, &r, TRAVEL_EARLIER), "event 1", "and one more");
	is_number((int)r->nevents, 2, "only what had happened is told");
	is_text(go(a, &t, &r, TRAVEL_LATER), "event 2", "an event later");
	is_text(go(a, &t, &r, TRAVEL_HOUR_EARLIER), "event 1", "an hour earlier");
	is_text(go(a, &t, &r, TRAVEL_DAY_EARLIER), "event 0", "before the first there is nothing");
	is_text(go(a, &t, &r, TRAVEL_EARLIER), "event 0", "so it stays there");
	is_text(go(a, &t, &r, TRAVEL_HOUR_LATER), "event 1", "an hour later");
	is_text(go(a, &t, &r, TRAVEL_DAY_LATER), "present", "what is not past is the present");
	is_text(go(a, &t, &r, TRAVEL_LATER), "event 2", "later again");
	is_text(go(a, &t, &r, TRAVEL_LATER), "present", "and the newest event is the present");
	record_release(r);
	ok(folder_remove(folder, &e), "the folder goes");
}
