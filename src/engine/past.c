/* SPDX-License-Identifier: Apache-2.0 */
/* Finding the commit to go to, and making a record of it with the events up to it. */
#include "engine/past.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/record.h"
#include "model/state.h"
#include "model/world.h"

enum { NEWER = 100000 };

static int64_t past_moment(const struct past_wish *wish)
{
	static const int64_t hour = 3600 * 1000;

	switch (wish->travel) {
	case TRAVEL_HOUR_EARLIER: return wish->at - hour;
	case TRAVEL_HOUR_LATER: return wish->at + hour;
	case TRAVEL_DAY_EARLIER: return wish->at - 24 * hour;
	case TRAVEL_DAY_LATER: return wish->at + 24 * hour;
	case TRAVEL_TO: return wish->at;
	case TRAVEL_PRESENT: case TRAVEL_EARLIER: case TRAVEL_LATER: break;
	}
	return 0;
}

/* Before the first event there is nothing, so that it stays. */
static bool past_has_earlier(struct ledger *l, struct arena *a, const char *commit)
{
	const struct ledger_filter one = { .before = commit, .max = 1 };
	struct ledger_page page;
	struct err ignored;

	return ledger_history(l, a, &one, &page, &ignored) && page.count > 0;
}

/* Where to go: the commit before which to read; before NULL: the head. */
struct past_place {
	const char *before;
	bool present;                   /* nothing is newer than that */
};

/* By what is newer than the commit that is shown, or than the moment to (0: none). */
static bool past_find(struct ledger *l, struct arena *a, const struct past_wish *wish,
		      struct past_place *out, struct err *e)
{
	struct ledger_filter newer = { .until = wish->from, .max = NEWER };
	int64_t to = past_moment(wish);
	struct ledger_page page;

	*out = (struct past_place){ .present = false };
	if (wish->travel == TRAVEL_EARLIER && past_has_earlier(l, a, wish->from)) {
		out->before = wish->from;
		return true;
	}
	if (to && !ledger_commit_at(l, a, to, &newer.until, e))
		return false;
	if (!ledger_history(l, a, &newer, &page, e))
		return false;
	size_t count = page.count;
	/* Older than everything: the first event. Later by one: what the next but one grew from. */
	if (count && ((to && !newer.until) || wish->travel == TRAVEL_LATER))
		count--;
	out->present = wish->travel == TRAVEL_LATER && count == 0;
	out->before = count ? page.entries[count - 1].commit : NULL;
	return true;
}

static bool past_make(struct ledger *l, const char *before, const struct record **out, struct err *e)
{
	struct event_tail tail = { .part = NULL };
	const struct state *state = NULL;
	struct part *part;
	bool fine;

	if (!ledger_tail(l, before, &tail, e))
		return false;
	if (tail.count == 0) {
		event_tail_release(&tail);
		return true;
	}
	const char *head = tail.lines[tail.first].commit;
	part = part_new();
	fine = ledger_state_at(l, part_arena(part), head, &state, e);
	if (fine)
		*out = record_new(state, part, head, &tail);
	part_release(part);
	event_tail_release(&tail);
	return fine;
}

static bool past_go(struct ledger *l, const struct past_wish *wish, const struct record **out,
		    int64_t *at, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct past_place place;
	int64_t to = past_moment(wish);

	*out = NULL;
	if (to >= clock_now())
		return true;
	if (!past_find(l, a, wish, &place, e))
		return false;
	if (place.present)
		return true;
	if (!past_make(l, place.before, out, e))
		return false;
	if (*out)
		*at = to > (*out)->events[0].at ? to : (*out)->events[0].at;
	return true;
}

bool past_read(const struct ledger_options *o, const struct past_wish *wish,
	       const struct record **out, int64_t *at, struct err *e)
{
	struct ledger *l;
	bool fine;

	assert(wish->from && *wish->from);
	if (!ledger_open(o, &l, e))
		return err_wrap(e, "opening the ledger %s", o->path);
	fine = past_go(l, wish, out, at, e) || err_wrap(e, "reading the ledger's past");
	ledger_close(l);
	return fine;
}
