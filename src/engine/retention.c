/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's garbage collection: of each stage the twenty promotions before the oldest one
 * that is not over stay, of each warehouse the twenty pieces of freight before the
 * oldest in use; and nothing goes that is younger than two weeks.
 */
#include "engine/writing.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { KEPT = RETAINED_LEAST };
static const int64_t min_age = (int64_t)14 * 24 * 3600 * 1000;

static bool is_in_use(const struct world *w, const struct freight *f)
{
	for (size_t i = 0; i < w->nstages; i++)
		for (size_t j = 0; j < w->stages[i]->nhistory; j++)
			for (size_t k = 0; k < w->stages[i]->history[j].nitems; k++)
				if (strcmp(w->stages[i]->history[j].items[k].freight, f->name) == 0)
					return true;
	for (size_t i = 0; i < w->npromotions; i++)
		if (!promotion_is_over(w->promotions[i]) &&
		    strcmp(w->promotions[i]->freight, f->name) == 0)
			return true;
	return false;
}

/* Promotions of one stage that may go; they are sorted newest first. */
static struct value *old_promotions(struct arena *a, const struct world *w, const struct stage *s,
				    int64_t now)
{
	struct value *names = value_list(a);
	size_t first = 0, kept = 0;

	for (size_t i = 0; i < w->npromotions; i++)
		if (strcmp(w->promotions[i]->stage, s->name) == 0 && !promotion_is_over(w->promotions[i]))
			first = i + 1;
	for (size_t i = first; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];
		if (strcmp(p->stage, s->name) != 0 || ++kept <= KEPT || now - p->created_at < min_age)
			continue;
		value_append(a, names, value_string(a, p->name));
	}
	return names;
}

static void old_freight(struct arena *a, const struct world *w, const char *warehouse, int64_t now,
			struct value *names)
{
	size_t first = 0, kept = 0;

	for (size_t i = 0; i < w->nfreight; i++)
		if (strcmp(w->freight[i]->warehouse, warehouse) == 0 && is_in_use(w, w->freight[i]))
			first = i + 1;
	for (size_t i = first; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];
		if (strcmp(f->warehouse, warehouse) != 0 || ++kept <= KEPT ||
		    now - f->discovered_at < min_age)
			continue;
		value_append(a, names, value_string(a, f->name));
	}
}

const struct value *retention(struct arena *a, const struct world *w, int64_t now)
{
	struct value *data = value_map(a), *promotions = value_map(a), *freight = value_list(a);

	for (size_t i = 0; i < w->nstages; i++) {
		struct value *names = old_promotions(a, w, w->stages[i], now);
		if (value_count(names) > 0)
			value_set(a, promotions, w->stages[i]->name, names);
	}
	for (size_t i = 0; i < w->nwarehouses; i++)
		old_freight(a, w, w->warehouses[i]->name, now, freight);
	if (value_count(promotions) > 0)
		value_set(a, data, "promotions", promotions);
	if (value_count(freight) > 0)
		value_set(a, data, "freight", freight);
	return value_count(data) > 0 ? data : NULL;
}
