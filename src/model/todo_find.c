/* SPDX-License-Identifier: Apache-2.0 */
/* The list, and what is in it of sources and manifests. */
#include "model/todo_find.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/stage.h"
#include "model/todo_stage.h"
#include "model/warehouse.h"
#include "model/world.h"

/* How long a source has failed before it alerts: the ledger and Argo CD sooner than others. */
enum { FIVE_MINUTES_MS = 5 * 60 * 1000, QUARTER_MS = 15 * 60 * 1000 };

/* Sources that warehouses stand for are told by the warehouse, which knows more. */
static void todo_sources(struct todo_search *t)
{
	for (size_t i = 0; i < t->w->nwarehouses; i++) {
		const struct warehouse *from = t->w->warehouses[i];

		if (from->error && from->failing_since && !from->fault)
			todo_alert_after(t, todo_add(t, NEED_SOURCE, from->failing_since,
						     str_format(t->a, "warehouse %s: %s", from->name,
								from->error)), QUARTER_MS);
	}
	for (size_t i = 0; i < t->w->nsources; i++) {
		const struct source *from = &t->w->sources[i];

		if (from->failing_since &&
		    (from->kind == SOURCE_LEDGER || from->kind == SOURCE_ARGOCD ||
		     from->kind == SOURCE_MANIFESTS))
			todo_alert_after(t, todo_add(t, NEED_SOURCE, from->failing_since,
						     str_format(t->a, "%s: %s", from->name,
								from->error ? from->error : "fails")),
					 from->kind == SOURCE_MANIFESTS ? QUARTER_MS : FIVE_MINUTES_MS);
	}
}

static void todo_manifests(struct todo_search *t)
{
	for (size_t i = 0; i < t->w->ncomplaints; i++) {
		const struct complaint *from = &t->w->complaints[i];

		if (from->is_error)
			todo_add(t, NEED_MANIFESTS, 0, complaint_text(t->a, from));
	}
}

static int todo_compare(const struct todo *a, const struct todo *b)
{
	int names;

	if (a->since != b->since)
		return a->since < b->since ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	names = strcmp(world_name(a->world), world_name(b->world));
	return names ? names
		     : strcmp(a->stage ? a->stage->name : a->text,
			      b->stage ? b->stage->name : b->text);
}

static int todo_item_compare(const void *a, const void *b)
{
	return todo_compare(a, b);
}

/* The most that there may be: a stage needs at most one thing for each warehouse that it takes from. */
static size_t todo_room(const struct world *w)
{
	size_t room = w->ncomplaints + w->nwarehouses + w->nsources;

	for (size_t i = 0; i < w->nstages; i++)
		room += NEEDS_OF_A_STAGE + w->stages[i]->nrequests;
	return room;
}

void todo_find(struct arena *a, const struct world *w, int64_t now, struct todos *out)
{
	struct todo_search t = { .a = a, .w = w, .now = now, .room = todo_room(w), .out = out };

	*out = (struct todos){ .until = INT64_MAX };
	out->items = arena_array(a, t.room, sizeof(*out->items));
	if (!w->loading && !w->past_at)
		todo_of_stages(&t);
	todo_sources(&t);
	todo_manifests(&t);
	qsort(out->items, out->count, sizeof(*out->items), todo_item_compare);
}
