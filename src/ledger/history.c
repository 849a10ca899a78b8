/* SPDX-License-Identifier: Apache-2.0 */
/* The past, newest first, as much as was asked for. */
#include "ledger/history.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/record.h"

enum { READ_MAX = 100000 };

static bool history_fits(const struct ledger_filter *f, const struct event *ev)
{
	return (!f->stage || same_text(f->stage, ev->stage)) &&
	       (!f->freight || same_text(f->freight, ev->freight)) &&
	       (!f->promotion || same_text(f->promotion, ev->promotion));
}

static bool history_begin(struct ledger *l, struct arena *a, const struct ledger_filter *f,
			  char id[STORE_ID], struct err *e)
{
	struct store_commit c;

	memcpy(id, l->now.head, STORE_ID);
	if (!f->before)
		return true;
	if (!store_commit_read(l->store, a, f->before, &c, e))
		return false;
	memcpy(id, c.parent, STORE_ID);
	return true;
}

bool ledger_history(struct ledger *l, struct arena *a, const struct ledger_filter *f,
		    struct ledger_page *out, struct err *e)
{
	size_t left = f->max_read ? f->max_read : READ_MAX;
	AUTO(arena) struct arena *scratch = arena_new();
	struct list found = { 0 };
	bool aged = false;
	char id[STORE_ID];

	if (!history_begin(l, scratch, f, id, e))
		return false;
	for (; id[0] && left > 0 && found.count < f->max; left--) {
		struct recorded_event r;
		if (f->until && strcmp(id, f->until) == 0)
			break;
		arena_reset(scratch);
		if (!ledger_event(l, scratch, id, &r, e))
			return false;
		aged = f->since && r.event.at < f->since;
		if (aged)
			break;
		if (history_fits(f, &r.event)) {
			struct ledger_entry *entry = arena_alloc(a, sizeof(*entry));
			entry->commit = str_copy(a, id);
			entry->event = event_copy(a, &r.event);
			list_add(a, &found, entry);
		}
		memcpy(id, r.commit.parent, STORE_ID);
	}
	struct ledger_entry *entries = arena_array(a, found.count + 1, sizeof(*entries));
	for (size_t i = 0; i < found.count; i++)
		entries[i] = *(struct ledger_entry *)found.items[i];
	*out = (struct ledger_page){ .entries = entries, .count = found.count,
				     .met = aged || same_text(id, f->until),
				     .more = id[0] && (left == 0 || found.count >= f->max) };
	return true;
}

/* History comes newest first; a tail grows the other way. */
bool ledger_tail(struct ledger *l, const char *before, struct event_tail *out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_filter newest = { .before = before, .max = RECORD_EVENTS };
	struct ledger_page page;

	assert(out->count == 0);
	if (!l->now.head[0])
		return true;
	if (!ledger_history(l, a, &newest, &page, e))
		return false;
	for (size_t i = page.count; i-- > 0;)
		event_tail_add(out, page.entries[i].commit, page.entries[i].event);
	return true;
}

bool ledger_commit_at(struct ledger *l, struct arena *a, int64_t at, const char **commit,
		      struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	char id[STORE_ID];
	struct store_commit c;

	memcpy(id, l->now.head, STORE_ID);
	*commit = NULL;
	while (id[0]) {
		arena_reset(scratch);
		if (!store_commit_read(l->store, scratch, id, &c, e))
			return false;
		if (c.at * 1000 <= at) {
			*commit = str_copy(a, id);
			return true;
		}
		memcpy(id, c.parent, STORE_ID);
	}
	return true;
}

bool ledger_state_at(struct ledger *l, struct arena *a, const char *commit,
		     const struct state **out, struct err *e)
{
	struct present p;

	assert(commit);
	if (!ledger_load_all(l, a, commit, &p, e))
		return false;
	*out = p.state;
	return true;
}
