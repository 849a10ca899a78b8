/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of the ledger's state: the original belongs to the engine's thread. */
#include "observe/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
#include "model/world.h"
#include "observe/part.h"

enum { MAX_EVENTS = 500 };

static const char *text(struct arena *a, const char *s)
{
	return s ? str_copy(a, s) : "";
}

static void fill_line(struct arena *a, struct event_line *line, const char *commit,
		      const struct event *ev)
{
	*line = (struct event_line){
		.commit = text(a, commit),
		.kind = event_word(ev->kind),
		.subject = text(a, ev->subject),
		.reason = text(a, ev->reason),
		.actor = text(a, ev->actor),
		.from = text(a, ev->from),
		.stage = text(a, ev->stage),
		.freight = text(a, ev->freight),
		.promotion = text(a, ev->promotion),
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

static struct record *make(void)
{
	struct record *r = xmalloc(sizeof(*r));

	*r = (struct record){ .part = part_new(), .head = "" };
	r->events = arena_array(part_arena(r->part), MAX_EVENTS, sizeof(*r->events));
	return r;
}

static bool read_history(struct ledger *l, struct record *r, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	const struct ledger_filter newest = { .max = MAX_EVENTS };
	struct ledger_entry *entries;
	size_t count;
	bool more;

	if (!*ledger_head(l))
		return true;
	if (!ledger_history(l, scratch, &newest, &entries, &count, &more, e))
		return false;
	for (size_t i = 0; i < count && i < MAX_EVENTS; i++)
		fill_line(part_arena(r->part), &r->events[r->nevents++], entries[i].commit,
			  entries[i].event);
	return true;
}

bool record_read(const struct settings *s, const char *project, struct record **out, struct err *e)
{
	const struct ledger_options o = {
		.path = s->ledger, .project = project, .remote = s->remote, .host = "", .read_only = true,
	};
	struct record *r;
	struct ledger *l;

	if (!s->ledger)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	if (!ledger_open(&o, &l, e))
		return err_wrap(e, "opening the ledger %s", s->ledger);
	r = make();
	r->state = state_copy(part_arena(r->part), ledger_state(l));
	r->head = str_copy(part_arena(r->part), ledger_head(l));
	if (!read_history(l, r, e)) {
		ledger_close(l);
		record_free(r);
		return err_wrap(e, "reading the ledger %s", s->ledger);
	}
	ledger_close(l);
	*out = r;
	return true;
}

struct record *record_next(const struct record *before, const char *head, const struct event *ev,
			   const struct state *now)
{
	struct record *r = make();
	struct arena *a = part_arena(r->part);

	r->state = state_copy(a, now);
	r->head = str_copy(a, head);
	fill_line(a, &r->events[r->nevents++], head, ev);
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
