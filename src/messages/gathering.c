/* SPDX-License-Identifier: Apache-2.0 */
/* Copies only the messages that it keeps: an outage of a day may have thousands of events. */
#include "messages/gathering.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "ledger/forward.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "messages/cursor.h"
#include "messages/kargo_event.h"
#include "model/event.h"
#include "model/project.h"

enum { MAX_FAULTS = 20 };

static struct gathered_message *gathering_copy(struct gathering *g, const struct gathered_message *m)
{
	struct gathered_message *out = arena_copy(g->arena, m, sizeof(*m));

	out->event = kargo_event_copy(g->arena, m->event);
	return out;
}

static void gathering_add(struct gathering *g, const struct gathered_message *m)
{
	if (g->messages.count < g->most) {
		list_add(g->arena, &g->messages, gathering_copy(g, m));
		return;
	}
	burst_add(g->arena, &g->rest, m->event->type);
	if (!g->shown || kargo_event_is_bad(m->event) || !kargo_event_is_bad(g->shown->event))
		g->shown = gathering_copy(g, m);
}

static void gathering_note(struct gathering *g, const struct value *router, const struct err *e)
{
	const char *fault = str_format(g->scratch, "EventRouter %s: %s",
				       value_path_text(router, "metadata.name", ""), e->message);

	for (size_t i = 0; i < g->faults.count; i++)
		if (strcmp(g->faults.items[i], fault) == 0)
			return;
	if (g->faults.count < MAX_FAULTS)
		list_add(g->arena, &g->faults, str_copy(g->arena, fault));
}

static bool gathering_is_target(const struct gathering *g, const struct value *target)
{
	return strcmp(value_get_text(target, "kind"), g->channel.kind) == 0 &&
	       strcmp(value_get_text(target, "name"), g->channel.name) == 0;
}

static void gathering_route(struct gathering *g, const struct value *router, struct kargo_event *ev)
{
	const struct value *targets = value_path(router, "spec.channels");
	bool matches;
	struct err e;

	for (size_t i = 0; i < value_count(targets); i++) {
		const struct value *target = value_at(targets, i);
		const struct gathered_message m = { ev, router, target, g->index };
		const struct router_wish wish = { .router = router, .target = target, .event = ev,
						  .scene = g->scene };

		if (!gathering_is_target(g, target))
			continue;
		if (!router_matches(g->scratch, &wish, &matches, &e)) {
			gathering_note(g, router, &e);
			return;
		}
		if (!matches)
			return;
		g->index++;
		if (strcmp(ev->commit, g->cursor->partial) != 0 || m.index >= g->cursor->done)
			gathering_add(g, &m);
	}
}

static bool gathering_visit(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct gathering *g = context;
	const struct kargo_event_source source = { entry->commit, entry->event, ledger_state(g->ledger),
						   g->project };
	const struct value *routers = g->project->routers;
	struct list events;

	(void)e;
	arena_reset(g->scratch);
	events = kargo_events(g->scratch, &source);
	g->index = 0;
	for (size_t i = 0; i < events.count; i++)
		for (size_t j = 0; j < value_count(routers); j++)
			gathering_route(g, routers->map.members[j].value, events.items[i]);
	g->head = str_copy(g->arena, entry->commit);
	g->at = entry->event->at;
	return true;
}

/*
 * Events of ours that were rebased before a push have new commits, and the cursor may name an old one: then
 * its time says where to continue.
 */
static bool gathering_walk(struct gathering *g, struct ledger *l, struct err *e)
{
	struct forward f = { .after = *g->cursor->commit ? g->cursor->commit : NULL,
			     .cancelled = g->cancelled, .visit = gathering_visit, .context = g };

	if (f.after) {
		if (forward_walk(l, &f, e))
			return true;
		if (e->code != ERR_NOT_FOUND)
			return false;
		f.after = NULL;
	}
	f.since = g->cursor->at;
	return forward_walk(l, &f, e);
}

bool gather(struct gathering *g, struct ledger *l, struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	bool fine;

	assert(g->most && g->cursor && g->project && g->scene);
	g->scratch = scratch;
	g->ledger = l;
	g->head = "";
	fine = gathering_walk(g, l, e);
	g->scratch = NULL;
	return fine;
}
