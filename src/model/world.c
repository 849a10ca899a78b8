/* SPDX-License-Identifier: Apache-2.0 */
/* Looking things up in a world. Lists are short enough for a walk; names come from people. */
#include "model/world.h"

#include <string.h>

#include "base/str.h"
#include "model/attachment.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"

enum { SHORTEST_NAME = 4 };

const char *complaint_text(struct arena *a, const struct complaint *c)
{
	return c->line ? str_format(a, "%s:%u: %s", c->file, c->line, c->message)
		       : str_format(a, "%s: %s", c->file, c->message);
}

const char *world_name(const struct world *w)
{
	return w->name ? w->name : w->project->name;
}

const char *world_ledger(const struct world *w)
{
	return w->attachment && w->attachment->ledger ? w->attachment->ledger : w->project->name;
}

bool world_has_ledger(const struct world *w)
{
	return !w->attachment || w->attachment->ledger;
}

bool world_is_led_here(const struct world *w)
{
	return w->engine == ENGINE_HERE || (w->attachment && w->attachment->is_recorded_here);
}

const char *world_leader(const struct world *w)
{
	if (w->attachment)
		return w->attachment->is_recorded_here ? NULL : w->attachment->recorder;
	return w->engine == ENGINE_ELSEWHERE ? w->engine_host : NULL;
}

const struct stage *world_stage(const struct world *w, const char *name)
{
	for (size_t i = 0; name && i < w->nstages; i++)
		if (strcmp(w->stages[i]->name, name) == 0)
			return w->stages[i];
	return NULL;
}

const struct freight *world_freight(const struct world *w, const char *name)
{
	for (size_t i = 0; name && i < w->nfreight; i++)
		if (strcmp(w->freight[i]->name, name) == 0)
			return w->freight[i];
	return NULL;
}

const struct promotion *world_promotion(const struct world *w, const char *name)
{
	for (size_t i = 0; name && i < w->npromotions; i++)
		if (strcmp(w->promotions[i]->name, name) == 0)
			return w->promotions[i];
	return NULL;
}

const struct warehouse *world_warehouse(const struct world *w, const char *name)
{
	for (size_t i = 0; name && i < w->nwarehouses; i++)
		if (strcmp(w->warehouses[i]->name, name) == 0)
			return w->warehouses[i];
	return NULL;
}

const struct freight *world_find_freight(const struct world *w, const char *text)
{
	const struct freight *found = NULL;

	for (size_t i = 0; i < w->nfreight; i++)
		if (strcmp(w->freight[i]->name, text) == 0 || strcmp(w->freight[i]->alias, text) == 0)
			return w->freight[i];
	if (strlen(text) < SHORTEST_NAME)
		return NULL;
	for (size_t i = 0; i < w->nfreight; i++) {
		if (!has_prefix(w->freight[i]->name, text))
			continue;
		if (found)
			return NULL;
		found = w->freight[i];
	}
	return found;
}

const struct promotion *world_promotion_in(const struct world *w, const char *stage)
{
	const struct promotion *oldest = NULL;

	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		/* Nearly all are over, which is cheaper to see than a name. */
		if (promotion_is_over(p) || strcmp(p->stage, stage) != 0)
			continue;
		if (p->phase == PHASE_RUNNING)
			return p;
		oldest = p;
	}
	return oldest;
}

const struct freight *world_rollback_target(const struct world *w, const struct stage *s,
					    const char *warehouse)
{
	for (size_t i = 1; i < s->nhistory; i++)
		for (size_t j = 0; j < s->history[i].nitems; j++) {
			const struct collection_item *was = &s->history[i].items[j];
			const struct freight *f = world_freight(w, was->freight);

			if (f && (!warehouse || strcmp(was->warehouse, warehouse) == 0) &&
			    stage_request(s, was->warehouse) &&
			    !same_text(f->name, stage_freight(s, was->warehouse)) &&
			    freight_mark(&f->verified_in, s->name))
				return f;
		}
	return NULL;
}
