/* SPDX-License-Identifier: Apache-2.0 */
/* The walk is cut short by an error of its own once there are enough. */
#include "traces/finished.h"

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "ledger/forward.h"
#include "ledger/history.h"
#include "messages/cursor.h"
#include "model/event.h"

struct finished_walk {
	struct arena *a;
	struct list *out;
	size_t most;
};

static struct cursor_place finished_cursor(const struct finished_place *place)
{
	return (struct cursor_place){ place->ledger, place->project, "Traces", "otlp" };
}

static bool finished_visit(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct finished_walk *w = context;
	struct finished_promotion *p;

	if (entry->event->kind != EVENT_PROMOTION_FINISHED || !entry->event->promotion)
		return true;
	if (w->out->count == w->most)
		return err_set(e, ERR_LIMIT, "enough for one look");
	p = arena_alloc(w->a, sizeof(*p));
	*p = (struct finished_promotion){ str_copy(w->a, entry->event->promotion),
					  str_copy(w->a, entry->commit), entry->event->at };
	list_add(w->a, w->out, p);
	return true;
}

bool finished_read(struct arena *a, struct ledger *l, const struct finished_place *place,
		   struct list *out, struct err *e)
{
	const struct cursor_place where = finished_cursor(place);
	struct finished_walk w = { a, out, place->most };
	struct forward f = { .cancelled = place->cancelled, .visit = finished_visit, .context = &w };
	struct cursor cursor;
	bool fine;

	if (!cursor_read(a, &where, &cursor, e)) {
		if (e->code != ERR_NOT_FOUND)
			return false;
		cursor = (struct cursor){ .commit = "", .at = place->since };
	}
	f.after = *cursor.commit ? cursor.commit : NULL;
	f.since = f.after ? 0 : cursor.at;
	fine = forward_walk(l, &f, e);
	if (!fine && e->code == ERR_NOT_FOUND) {        /* recorded anew under another name */
		f.after = NULL;
		f.since = cursor.at;
		fine = forward_walk(l, &f, e);
	}
	return fine || e->code == ERR_LIMIT;
}

bool finished_advance(const struct finished_place *place, const char *commit, int64_t at, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct cursor_place where = finished_cursor(place);
	const struct cursor cursor = { .commit = commit, .at = at, .partial = "", .threads = value_map(a) };

	return cursor_write(&where, &cursor, e);
}
