/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world's half that comes from the ledger. Both the engine, which decides, and
 * observe, which publishes, build it here, so that they can't differ.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/value.h"
#include "model/admission.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/unconfirmed.h"
#include "model/world.h"

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

/* Written once, before anybody else can see the object, which is const to all others. */
static struct state_object *state_object_own(const struct state_object *o)
{
	return (struct state_object *)(uintptr_t)o;
}

static bool parse_freight(struct arena *a, const struct state_object *o, struct freight **out,
			  struct err *e)
{
	*out = o->freight;
	return o->freight || freight_read(a, o->object, out, e) ||
	       err_wrap(e, "freight %s in the ledger", o->name);
}

static bool parse_promotion(struct arena *a, const struct state_object *o, struct promotion **out,
			    struct err *e)
{
	*out = o->promotion;
	return o->promotion || promotion_read(a, o->object, out, e) || err_wrap(e, "in the ledger");
}

bool state_parse(struct arena *a, const struct state *s, struct err *e)
{
	for (size_t b = 0; b < COUNTOF(s->freight); b++)
		for (size_t i = 0; s->freight[b] && i < s->freight[b]->count; i++) {
			struct state_object *o = state_object_own(s->freight[b]->items[i]);

			if (!o->freight && !parse_freight(a, o, &o->freight, e))
				return false;
		}
	for (size_t i = 0; i < s->nstages; i++)
		for (size_t j = 0; j < s->stages[i]->npromotions; j++) {
			struct state_object *o = state_object_own(s->stages[i]->promotions[j]);

			if (o->object && !o->promotion && !parse_promotion(a, o, &o->promotion, e))
				return false;
		}
	return true;
}

static bool read_freight(struct arena *a, const struct state *s, struct world *w, struct err *e)
{
	w->freight = arena_array(a, s->nfreight + 1, sizeof(*w->freight));
	w->nfreight = 0;
	for (size_t b = 0; b < COUNTOF(s->freight); b++)
		for (size_t i = 0; s->freight[b] && i < s->freight[b]->count; i++)
			if (!parse_freight(a, s->freight[b]->items[i], &w->freight[w->nfreight++], e))
				return false;
	qsort(w->freight, w->nfreight, sizeof(struct freight *), newest_freight_first);
	return true;
}

static bool state_world_read_promotions(struct arena *a, const struct state *s, struct world *w,
					struct err *e)
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
			if (!parse_promotion(a, o, &w->promotions[w->npromotions++], e))
				return false;
		}
	qsort(w->promotions, w->npromotions, sizeof(struct promotion *), newest_promotion_first);
	return true;
}

/* open: promotions that are not over and not about to be aborted. */
static void state_world_fill_stage(struct arena *a, const struct state *state,
				   const struct project *p, const struct list *open,
				   struct stage *s)
{
	const struct state_stage *kept = state_stage(state, s->name);
	size_t count = 0;

	stage_read_status(a, s, kept ? value_get(kept->object, "status") : NULL);
	stage_read_reverify(a, s, kept ? value_path(kept->object, "metadata.annotations") : NULL);
	/* A running Kargo says what comes of its policies, which may not be ours to read. */
	s->auto_promotion = s->object && value_truth(value_get(s->status, "autoPromotionEnabled"),
						     project_auto_promotes(p, s));
	s->nholds = holds_in_effect(a, s, (struct promotion *const *)open->items, open->count,
				    &s->holds);
	for (size_t i = 0; i < s->nholds; i++)
		if (stage_request(s, s->holds[i].warehouse))
			s->holds[count++] = s->holds[i];
	s->nholds = count;
}

bool state_world(struct arena *a, const struct state *s, const struct project *p, struct world *w,
		 struct err *e)
{
	struct list open = { 0 };

	if (!read_freight(a, s, w, e) || !state_world_read_promotions(a, s, w, e))
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
		if (!promotion_is_over(w->promotions[i]) && !w->promotions[i]->abort_requested)
			list_add(a, &open, w->promotions[i]);
	for (size_t i = 0; i < w->nstages; i++)
		state_world_fill_stage(a, s, p, &open, w->stages[i]);
	world_fill_unconfirmed(a, w);
	return true;
}
