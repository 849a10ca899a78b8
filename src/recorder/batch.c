/* SPDX-License-Identifier: Apache-2.0 */
/* Facts are taken in their order; what does not follow yet is tried once more behind what did. */
#include "recorder/batch.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/state.h"
#include "recorder/find.h"
#include "recorder/tell.h"

/* How often the facts are gone through. */
enum { PASSES = 3, REFUSED_MAX = 10000, MINUTE_MS = 60000 };

/* What tells it from all others; of what is told when it is noticed, once a minute. */
static const char *batch_key(struct arena *a, const struct recorder_fact *f)
{
	const struct event ev = { .kind = f->kind };
	const char *text[] = { f->stage, f->freight, f->promotion, f->warehouse,
			       f->collection ? value_text(value_get(f->object, "id"), "") : NULL,
			       f->is_rest && f->object ? json_text(a, f->object, 0) : NULL };
	const char *key = event_word_of(&ev);

	for (size_t i = 0; i < COUNTOF(text); i++)
		key = str_format(a, "%s\n%s", key, text[i] ? text[i] : "");
	return f->is_rest ? str_format(a, "%s\n%" PRId64, key, f->object ? f->at / MINUTE_MS : f->at) : key;
}

void refused_forget(struct refused *r)
{
	arena_reset(r->arena);
	r->keys = (struct map){ 0 };
	r->count = 0;
}

/* It is not tried again, or not soon: a change that the ledger would not show must not be told for ever. */
static void refused_add(struct refused *r, const char *key)
{
	if (r->count++ >= REFUSED_MAX)
		refused_forget(r);
	map_set(r->arena, &r->keys, str_copy(r->arena, key), r);
}

/* True: it is settled, for it is in the batch, or the ledger has it. */
static bool batch_take(struct batch *b, const struct recorder_fact *f, struct err *e)
{
	const struct event *ev = recorder_tell(b->a, b->state, f);
	const struct state *after;

	if (!ev)
		return true;
	if (!state_apply(b->a, b->state, ev, &after, e))
		return false;
	b->state = after;
	b->events[b->count++] = *ev;
	return true;
}

/*
 * What is left can't follow. Of a verification that is fresh the promotion's end may be told in a moment:
 * Stages and Promotions come on two streams.
 */
static void batch_refuse(struct batch *b, struct refused *r, const struct list *facts, bool rest,
			 const struct err *why)
{
	size_t refused = 0;

	for (size_t i = 0; i < facts->count; i++) {
		const struct recorder_fact *f = facts->items[i];
		const char *key = f && f->is_rest == rest ? batch_key(b->a, f) : NULL;

		if (!key || map_get(&r->keys, key))
			continue;
		if (f->collection && recorder_is_fresh(b->now, f->at)) {
			b->waits = true;
			continue;
		}
		refused_add(r, key);
		refused++;
	}
	if (refused)
		log_line(LOG_INFO, "recorder", "%s: %zu past events can't be put in order, for "
					       "example: %s",
			 b->name, refused, why->message);
}

/* Those facts that can follow; what follows from others comes only when there are no others. */
static void batch_choose_of(struct batch *b, struct refused *r, struct list *facts, bool rest)
{
	struct err why = { .code = ERR_CONFLICT };
	size_t left = 0;

	for (int pass = 0; pass < PASSES && b->count < BATCH; pass++) {
		size_t before = b->count;

		left = 0;
		for (size_t i = 0; i < facts->count && b->count < BATCH; i++) {
			const struct recorder_fact *f = facts->items[i];
			const char *key = f && f->is_rest == rest ? batch_key(b->a, f) : NULL;

			if (!key || map_get(&r->keys, key))
				continue;
			if (!batch_take(b, f, &why)) {
				left++;
				continue;
			}
			if (rest)
				refused_add(r, key);
			facts->items[i] = NULL;
		}
		if (b->count == before)
			break;
	}
	if (!b->count && left)
		batch_refuse(b, r, facts, rest, &why);
}

void batch_choose(struct batch *b, struct refused *r, struct list *facts)
{
	assert(b->a && b->state && b->name);
	batch_choose_of(b, r, facts, false);
	if (!b->count)
		batch_choose_of(b, r, facts, true);
}
