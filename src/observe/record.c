/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the ledger's state: the original belongs to the engine's thread. */
#include "observe/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
#include "model/world.h"
#include "observe/part.h"

enum { MAX_EVENTS = 500, NEWER = 100000 };

static const char *record_text(struct arena *a, const char *s)
{
	return s ? str_copy(a, s) : "";
}

static void record_fill_line(struct arena *a, struct event_line *line, const char *commit,
			     const struct event *ev)
{
	*line = (struct event_line){
		.commit = record_text(a, commit),
		.kind = event_word(ev->kind),
		.subject = record_text(a, ev->subject),
		.reason = record_text(a, ev->reason),
		.actor = record_text(a, ev->actor),
		.from = record_text(a, ev->from),
		.stage = record_text(a, ev->stage),
		.freight = record_text(a, ev->freight),
		.promotion = record_text(a, ev->promotion),
		.at = ev->at,
	};
}

static void copy_line(struct arena *a, struct event_line *line, const struct event_line *from)
{
	*line = *from;
	line->commit = str_copy(a, from->commit);
	line->subject = str_copy(a, from->subject);
	line->reason = str_copy(a, from->reason);
	line->actor = str_copy(a, from->actor);
	line->from = str_copy(a, from->from);
	line->stage = str_copy(a, from->stage);
	line->freight = str_copy(a, from->freight);
	line->promotion = str_copy(a, from->promotion);
}

static struct record *record_make(void)
{
	struct record *r = xmalloc(sizeof(*r));

	*r = (struct record){ .part = part_new(), .head = "" };
	r->events = arena_array(part_arena(r->part), MAX_EVENTS, sizeof(*r->events));
	return r;
}

/* Newest first, from before that commit on; NULL: from the head. The first of them becomes the head. */
static bool read_history(struct ledger *l, struct record *r, const char *before, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	const struct ledger_filter newest = { .before = before, .max = MAX_EVENTS };
	struct ledger_entry *entries;
	size_t count;
	bool more;

	if (!*ledger_head(l))
		return true;
	if (!ledger_history(l, scratch, &newest, &entries, &count, &more, e))
		return false;
	for (size_t i = 0; i < count && i < MAX_EVENTS; i++)
		record_fill_line(part_arena(r->part), &r->events[r->nevents++], entries[i].commit,
				 entries[i].event);
	if (count)
		r->head = r->events[0].commit;
	return true;
}

static bool open_ledger(const struct settings *s, const char *project, struct ledger **out,
			struct err *e)
{
	const struct ledger_options o = {
		.path = s->ledger, .project = project, .remote = s->remote, .host = "", .read_only = true,
	};

	if (!s->ledger)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	return ledger_open(&o, out, e) || err_wrap(e, "opening the ledger %s", s->ledger);
}

bool record_read(const struct settings *s, const char *project, struct record **out, struct err *e)
{
	struct record *r;
	struct ledger *l;

	if (!open_ledger(s, project, &l, e))
		return false;
	r = record_make();
	r->state = state_copy(part_arena(r->part), ledger_state(l));
	r->head = str_copy(part_arena(r->part), ledger_head(l));
	if (!read_history(l, r, NULL, e)) {
		ledger_close(l);
		record_free(r);
		return err_wrap(e, "reading the ledger %s", s->ledger);
	}
	ledger_close(l);
	*out = r;
	return true;
}

static int64_t record_moment(const struct past_wish *wish)
{
	static const int64_t hour = 3600 * 1000;

	switch (wish->travel) {
	case TRAVEL_HOUR_EARLIER: return wish->at - hour;
	case TRAVEL_HOUR_LATER: return wish->at + hour;
	case TRAVEL_DAY_EARLIER: return wish->at - 24 * hour;
	case TRAVEL_DAY_LATER: return wish->at + 24 * hour;
	case TRAVEL_PRESENT: case TRAVEL_EARLIER: case TRAVEL_LATER: break;
	}
	return 0;
}

/* Before the first event there is nothing, so that it stays. */
static bool has_earlier(struct ledger *l, struct arena *a, const char *commit)
{
	const struct ledger_filter one = { .before = commit, .max = 1 };
	struct ledger_entry *entries;
	struct err ignored;
	size_t count;
	bool more;

	return ledger_history(l, a, &one, &entries, &count, &more, &ignored) && count > 0;
}

/*
 * The commit before which to read (NULL: the head is where to go), by what is newer than the
 * one that is shown, or than the moment; *present: there is nothing newer than where to go.
 */
static bool find_place(struct ledger *l, struct arena *a, const struct past_wish *wish, int64_t to,
		       const char **before, bool *present, struct err *e)
{
	struct ledger_filter newer = { .until = wish->from, .max = NEWER };
	struct ledger_entry *entries;
	size_t count;
	bool more;

	*present = false;
	if (wish->travel == TRAVEL_EARLIER && has_earlier(l, a, wish->from)) {
		*before = wish->from;
		return true;
	}
	if (to && !ledger_commit_at(l, a, to, &newer.until, e))
		return false;
	if (!ledger_history(l, a, &newer, &entries, &count, &more, e))
		return false;
	/* Older than everything: the first event. Later by one: what the next but one grew from. */
	if (count && ((to && !newer.until) || wish->travel == TRAVEL_LATER))
		count--;
	*present = wish->travel == TRAVEL_LATER && count == 0;
	*before = count ? entries[count - 1].commit : NULL;
	return true;
}

static bool read_past(struct ledger *l, const struct past_wish *wish, struct record **out,
		      int64_t *at, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t to = record_moment(wish);
	const char *before;
	const struct state *state;
	bool present;
	struct record *r;

	*out = NULL;
	if (to >= clock_now())
		return true;
	if (!find_place(l, a, wish, to, &before, &present, e))
		return false;
	if (present)
		return true;
	r = record_make();
	if (!read_history(l, r, before, e)) {
		record_free(r);
		return false;
	}
	if (!r->nevents || !ledger_state_at(l, a, r->head, &state, e)) {
		record_free(r);
		return *ledger_head(l) ? false : true;
	}
	r->state = state_copy(part_arena(r->part), state);
	*at = to > r->events[0].at ? to : r->events[0].at;
	*out = r;
	return true;
}

bool record_read_past(const struct settings *s, const char *project, const struct past_wish *wish,
		      struct record **out, int64_t *at, struct err *e)
{
	struct ledger *l;
	bool ok;

	if (!open_ledger(s, project, &l, e))
		return false;
	ok = read_past(l, wish, out, at, e) || err_wrap(e, "reading the ledger's past");
	ledger_close(l);
	return ok;
}

struct record *record_next(const struct record *before, const char *head, const struct event *ev,
			   const struct state *now)
{
	struct record *r = record_make();
	struct arena *a = part_arena(r->part);

	r->state = state_copy(a, now);
	r->head = str_copy(a, head);
	record_fill_line(a, &r->events[r->nevents++], head, ev);
	for (size_t i = 0; before && i < before->nevents && r->nevents < MAX_EVENTS; i++)
		copy_line(a, &r->events[r->nevents++], &before->events[i]);
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	part_release(r->part);
	free(r);
}
