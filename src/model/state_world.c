/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world's half that comes from the ledger. Both the engine, which decides, and
 * observe, which publishes, build it here, so that they can't differ.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/world.h"

#define NOTE "kargo.akuity.io/"

static int64_t time_of(const struct value *v, const char *key)
{
	int64_t ms;

	return clock_parse(value_text(value_get(v, key), ""), &ms) ? ms : 0;
}

static int newest_freight_first(const void *left, const void *right)
{
	const struct freight *a = *(struct freight *const *)left;
	const struct freight *b = *(struct freight *const *)right;

	if (a->discovered_at != b->discovered_at)
		return a->discovered_at > b->discovered_at ? -1 : 1;
	return strcmp(b->name, a->name);
}

static int newest_promotion_first(const void *left, const void *right)
{
	const struct promotion *a = *(struct promotion *const *)left;
	const struct promotion *b = *(struct promotion *const *)right;

	if (a->created_at != b->created_at)
		return a->created_at > b->created_at ? -1 : 1;
	return strcmp(b->name, a->name);
}

static bool read_freight(struct arena *a, const struct state *s, struct world *w, struct err *e)
{
	w->freight = arena_array(a, s->nfreight + 1, sizeof(*w->freight));
	w->nfreight = 0;
	for (size_t b = 0; b < COUNTOF(s->freight); b++)
		for (size_t i = 0; s->freight[b] && i < s->freight[b]->count; i++)
			if (!freight_read(a, s->freight[b]->items[i]->object,
					  &w->freight[w->nfreight++], e))
				return err_wrap(e, "freight %s in the ledger",
						s->freight[b]->items[i]->name);
	qsort(w->freight, w->nfreight, sizeof(struct freight *), newest_freight_first);
	return true;
}

static bool read_promotions(struct arena *a, const struct state *s, struct world *w, struct err *e)
{
	size_t room = 0;

	for (size_t i = 0; i < s->nstages; i++)
		room += s->stages[i]->npromotions;
	w->promotions = arena_array(a, room + 1, sizeof(*w->promotions));
	w->npromotions = 0;
	for (size_t i = 0; i < s->nstages; i++)
		for (size_t j = 0; j < s->stages[i]->npromotions; j++) {
			const struct state_object *o = s->stages[i]->promotions[j];
			if (!o->object)
				continue;
			if (!promotion_read(a, o->object, &w->promotions[w->npromotions++], e))
				return err_wrap(e, "in the ledger");
		}
	qsort(w->promotions, w->npromotions, sizeof(struct promotion *), newest_promotion_first);
	return true;
}

static void read_collection(struct arena *a, const struct value *v, struct collection *c)
{
	const struct value *items = value_get(v, "items");

	c->object = v;
	c->id = value_text(value_get(v, "id"), "");
	c->since = time_of(v, "since");
	c->freight = arena_array(a, value_count(items) + 1, sizeof(*c->freight));
	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		c->freight[c->nfreight++] =
			value_text(value_get(items->map.members[i].value, "name"), "");
	c->verification = value_text(
		value_get(value_at(value_get(v, "verificationHistory"), 0), "phase"), NULL);
}

static void add_hold(struct stage *s, const char *warehouse, struct hold hold)
{
	for (size_t i = 0; i < s->nholds; i++)
		if (strcmp(s->holds[i].warehouse, warehouse) == 0) {
			s->holds[i] = hold;
			return;
		}
	s->holds[s->nholds++] = hold;
}

static void drop_hold(struct stage *s, const char *warehouse)
{
	for (size_t i = 0; i < s->nholds; i++)
		if (strcmp(s->holds[i].warehouse, warehouse) == 0) {
			s->holds[i] = s->holds[--s->nholds];
			return;
		}
}

static const char *warehouse_of(const char *origin)
{
	return origin && has_prefix(origin, "Warehouse/") ? origin + strlen("Warehouse/") : NULL;
}

static void durable_holds(const struct value *holds, struct stage *s)
{
	for (size_t i = 0; value_is(holds, VALUE_MAP) && i < holds->map.count; i++) {
		const struct value *v = holds->map.members[i].value;
		const char *warehouse = warehouse_of(holds->map.members[i].key.at);
		if (!warehouse || !stage_request(s, warehouse))
			continue;
		add_hold(s, warehouse,
			 (struct hold){ .warehouse = warehouse,
					.freight = value_text(value_get(v, "freightName"), ""),
					.promotion = value_text(value_get(v, "promotionName"), ""),
					.actor = value_text(value_get(v, "actor"), ""),
					.created_at = time_of(v, "createdAt") });
	}
}

/* What a promotion under way will hold or let go (3.6). */
static void coming_hold(const struct promotion *p, struct stage *s)
{
	const struct value *notes = value_path(p->object, "metadata.annotations");
	const char *hold = value_text(value_get(notes, NOTE "auto-promotion-hold"), NULL);
	const char *resume = value_text(value_get(notes, NOTE "auto-promotion-resume"), NULL);

	hold = warehouse_of(hold);
	resume = warehouse_of(resume);
	if (hold && stage_request(s, hold))
		add_hold(s, hold, (struct hold){ .warehouse = hold, .freight = p->freight,
						 .promotion = p->name, .actor = p->actor,
						 .created_at = p->created_at });
	if (resume)
		drop_hold(s, resume);
}

/* open: promotions that are not over, oldest first. */
static void fill_stage(struct arena *a, const struct state *state, const struct project *p,
		       const struct list *open, struct stage *s)
{
	const struct state_stage *kept = state_stage(state, s->name);
	const struct value *status = kept ? value_get(kept->object, "status") : NULL;
	const struct value *history = value_get(status, "freightHistory");

	s->status = status;
	s->history = arena_array(a, value_count(history) + 1, sizeof(*s->history));
	for (size_t i = 0; i < value_count(history); i++)
		read_collection(a, value_at(history, i), &s->history[s->nhistory++]);
	s->current_promotion = value_path_text(status, "currentPromotion.name", NULL);
	s->last_promotion = value_path_text(status, "lastPromotion.name", NULL);
	s->auto_promotion = s->object && project_auto_promotes(p, s);
	s->holds = arena_array(a, s->nrequests + 1, sizeof(*s->holds));
	if (!s->auto_promotion)
		return;
	durable_holds(value_get(status, "autoPromotionHolds"), s);
	for (size_t i = 0; i < open->count; i++) {
		const struct promotion *coming = open->items[i];
		if (strcmp(coming->stage, s->name) == 0 && !coming->abort_requested)
			coming_hold(coming, s);
	}
}

bool state_world(struct arena *a, const struct state *s, const struct project *p, struct world *w,
		 struct err *e)
{
	struct list open = { 0 };

	if (!read_freight(a, s, w, e) || !read_promotions(a, s, w, e))
		return false;
	w->project = p;
	w->warehouses = p->warehouses;
	w->nwarehouses = p->nwarehouses;
	w->stages = arena_array(a, p->nstages + s->nstages + 1, sizeof(*w->stages));
	w->nstages = 0;
	for (size_t i = 0; i < p->nstages; i++)
		w->stages[w->nstages++] = arena_copy(a, p->stages[i], sizeof(struct stage));
	for (size_t i = 0; i < s->nstages; i++) {
		if (project_stage(p, s->stages[i]->name))
			continue;
		struct stage *gone = arena_alloc(a, sizeof(*gone));
		gone->name = s->stages[i]->name;
		w->stages[w->nstages++] = gone;
	}
	for (size_t i = w->npromotions; i-- > 0;)
		if (!promotion_is_over(w->promotions[i]))
			list_add(a, &open, w->promotions[i]);
	for (size_t i = 0; i < w->nstages; i++)
		fill_stage(a, s, p, &open, w->stages[i]);
	return true;
}
