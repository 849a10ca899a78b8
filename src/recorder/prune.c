/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo decides what it drops; what the ledger drops is older than that. */
#include "recorder/prune.h"

#include <string.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/map.h"
#include "data/value.h"
#include "model/state.h"
#include "recorder/find.h"

/* A commit for each promotion would double the history. */
enum { PRUNE_AT_ONCE = 20 };

static bool prune_sees(const struct state_stage *seen, const char *promotion)
{
	for (size_t i = 0; seen && i < seen->npromotions; i++)
		if (strcmp(seen->promotions[i]->name, promotion) == 0)
			return true;
	return false;
}

/* The oldest first, up to the first that stays: what is older than the oldest was dropped (find.c). */
static size_t prune_stage(struct arena *a, const struct state_stage *s, const struct state *seen,
			  struct value *out)
{
	const struct state_stage *now = state_stage(seen, s->name);
	struct value *names = value_list(a);
	size_t i;

	for (i = 0; i + RECORDER_KEPT < s->npromotions; i++) {
		const struct state_object *o = s->promotions[i];

		if ((o->object && !state_promotion_over(o->object)) || prune_sees(now, o->name))
			break;
		value_append(a, names, value_string(a, o->name));
	}
	if (i)
		value_set(a, out, s->name, names);
	return i;
}

static void prune_keep_items(struct arena *a, struct map *kept, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		map_set(a, kept, value_text(value_get(items->map.members[i].value, "name"), ""), kept);
}

/* All freight that the ledger's stages and promotions name. */
static void prune_keep(struct arena *a, struct map *kept, const struct state_stage *s)
{
	const struct value *history = value_path(s->object, "status.freightHistory");

	for (size_t i = 0; i < value_count(history); i++)
		prune_keep_items(a, kept, value_at(history, i));
	for (size_t i = 0; i < s->npromotions; i++)
		map_set(a, kept, value_path_text(s->promotions[i]->object, "spec.freight", ""), kept);
}

static size_t prune_freight(struct arena *a, const struct state *known, const struct state *seen,
			    struct value *out)
{
	struct map kept = { 0 };

	for (size_t i = 0; i < known->nstages; i++)
		prune_keep(a, &kept, known->stages[i]);
	for (size_t b = 0; b < COUNTOF(known->freight); b++)
		for (size_t i = 0; known->freight[b] && i < known->freight[b]->count; i++) {
			const char *name = known->freight[b]->items[i]->name;

			if (!state_freight(seen, name) && !map_get(&kept, name))
				value_append(a, out, value_string(a, name));
		}
	return value_count(out);
}

const struct value *recorder_prune(struct arena *a, const struct state *known, const struct state *seen)
{
	struct value *data = value_map(a), *promotions = value_map(a), *freight = value_list(a);
	size_t count = 0;

	for (size_t i = 0; i < known->nstages; i++)
		count += prune_stage(a, known->stages[i], seen, promotions);
	count += prune_freight(a, known, seen, freight);
	if (count < PRUNE_AT_ONCE)
		return NULL;
	value_set(a, data, "promotions", promotions);
	value_set(a, data, "freight", freight);
	return data;
}
