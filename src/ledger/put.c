/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event becomes a commit. Nine tenths of a ledger would be trees if each event wrote the
 * tree: a promotion's five events change the same few files, and each file's
 * folders up to the root. So events leave the tree as it was while a promotion is under way,
 * and say so (Gantry-Tree: deferred); the event that ends it writes what they changed, too.
 */
#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "ledger/ledger_inner.h"
#include "model/event.h"
#include "model/state.h"

/* The tree is never further behind than this: events, and ms by their own times. */
enum { DEFER_MAX = 32, DEFER_MS = 60000 };

const char *ledger_text(struct arena *a, const struct value *object)
{
	return str_format(a, "%s\n", json_text(a, object, JSON_SORT_KEYS | JSON_INDENT));
}

/* A promotion that is not over, or freight that nobody has verified yet. */
static bool put_stage_moves(const struct state_stage *s)
{
	const struct value *newest = s->npromotions ? s->promotions[s->npromotions - 1]->object : NULL;
	const struct value *runs = value_at(value_path(s->object, "status.freightHistory"), 0);
	const struct value *verified = value_at(value_get(runs, "verificationHistory"), 0);

	return (newest && !state_promotion_over(newest)) || (runs && !verified) ||
	       value_path(s->object, "status.currentPromotion") != NULL;
}

static bool put_may_defer(const struct ledger *l, const struct present *p,
			  const struct state *after, const struct event *ev)
{
	if (!p->head[0] || l->writes_tree || p->deferred + 1 >= DEFER_MAX ||
	    ev->at < p->written_time || ev->at - p->written_time >= DEFER_MS)
		return false;
	for (size_t i = 0; i < after->nstages; i++)
		if (put_stage_moves(after->stages[i]))
			return true;
	return false;
}

/* What the tree lacks of the state. */
static struct store_change *put_changes(struct arena *a, const struct present *p,
					const struct state *after, size_t *count)
{
	struct list files = { 0 };

	state_changes(a, p->written, after, &files);
	struct store_change *changes = arena_array(a, files.count + 1, sizeof(*changes));
	for (size_t i = 0; i < files.count; i++) {
		const struct state_change *f = files.items[i];
		changes[i].path = f->path;
		changes[i].gone = f->object == NULL;
		if (f->object)
			changes[i].content = str_of(ledger_text(a, f->object));
	}
	*count = files.count;
	return changes;
}

bool ledger_put(struct ledger *l, struct present *p, const struct event *ev, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event *own = event_copy(l->arena, ev);
	struct present next = *p;
	struct store_new n = { .parent = p->head, .author = ev->actor, .at = ev->at / 1000,
			       .signing_key = l->options.signing_key };

	assert(ev->subject);
	if (!state_apply(l->arena, p->state, own, &next.state, e))
		return false;
	own->defers = put_may_defer(l, p, next.state, own);
	if (!own->defers)
		n.changes = put_changes(a, p, next.state, &n.nchanges);
	n.message = event_message(a, own);
	if (!store_commit_new(l->store, &n, next.head, next.tree, e))
		return err_wrap(e, "writing the ledger");
	next.deferred = own->defers ? p->deferred + 1 : 0;
	if (!own->defers) {
		next.written = next.state;
		next.written_time = own->at;
		memcpy(next.written_at, next.head, STORE_ID);
	}
	*p = next;
	return true;
}
