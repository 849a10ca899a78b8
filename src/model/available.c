/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What may enter a stage (doc/kargo-rules.md 3.1 to 3.4). Kargo asks twice and not the
 * same: its list, which auto-promotion picks from, counts soaking in any stage, its
 * point check, which guards every promotion, only in those upstream. Both are here.
 */
#include "model/available.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"

static const int64_t ns_per_ms = 1000000;

int64_t freight_soaked(const struct freight *f, const char *upstream, int64_t now)
{
	const struct freight_mark *verified = freight_mark(&f->verified_in, upstream);
	const struct freight_mark *current = freight_mark(&f->currently_in, upstream);
	int64_t longest = verified && verified->longest_soak > 0 ? verified->longest_soak : 0;

	if (current && (now - current->at) * ns_per_ms > longest)
		longest = (now - current->at) * ns_per_ms;
	return longest;
}

static bool is_soaked(const struct freight *f, const char *upstream, int64_t soak, int64_t now)
{
	if (soak <= 0)
		return true;
	return freight_mark(&f->verified_in, upstream) && freight_soaked(f, upstream, now) >= soak;
}

bool request_passes(const struct freight_request *r, const struct freight *f, int64_t now)
{
	if (r->direct)
		return true;
	for (size_t i = 0; i < r->nstages; i++) {
		bool passed = freight_mark(&f->verified_in, r->stages[i]) &&
			      is_soaked(f, r->stages[i], r->soak, now);

		if (passed != r->all)
			return passed;
	}
	return r->all;
}

/* Objects that name their project must name the same one. */
static bool is_same_project(const struct stage *s, const struct freight *f)
{
	const char *ours = value_path_text(s->object, "metadata.namespace", "");
	const char *its = value_path_text(f->object, "metadata.namespace", "");

	return *ours == '\0' || *its == '\0' || strcmp(ours, its) == 0;
}

bool freight_is_available(const struct stage *s, const struct freight *f, int64_t now)
{
	if (s->fault || !is_same_project(s, f))
		return false;
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];

		if (strcmp(r->warehouse, f->warehouse) != 0)
			continue;
		if (freight_mark(&f->approved_for, s->name) || request_passes(r, f, now))
			return true;
		if (r->all)
			return false;
	}
	return false;
}

static bool available_is_verified(const struct freight_request *r, const struct freight *f)
{
	for (size_t i = 0; i < r->nstages; i++)
		if ((freight_mark(&f->verified_in, r->stages[i]) != NULL) != r->all)
			return !r->all;
	return r->all;
}

static bool is_upstream(const struct freight_request *r, const char *stage)
{
	for (size_t i = 0; i < r->nstages; i++)
		if (strcmp(r->stages[i], stage) == 0)
			return true;
	return false;
}

/* The list's idea of soaking: OneOf, anywhere; All, in just the upstream stages and no other. */
static bool has_soaked_somewhere(const struct freight_request *r, const struct freight *f,
				 int64_t now)
{
	for (size_t i = 0; i < f->verified_in.count; i++) {
		const char *stage = f->verified_in.items[i].stage;

		if (freight_soaked(f, stage, now) < r->soak)
			continue;
		if (!r->all)
			return true;
		if (!is_upstream(r, stage))
			return false;
	}
	for (size_t i = 0; r->all && i < r->nstages; i++)
		if (!freight_mark(&f->verified_in, r->stages[i]) ||
		    freight_soaked(f, r->stages[i], now) < r->soak)
			return false;
	return r->all;
}

static bool is_listed_for(const struct stage *s, const struct freight_request *r,
			  const struct freight *f, int64_t now)
{
	bool approved = freight_mark(&f->approved_for, s->name) != NULL;

	if (r->unknown || strcmp(r->warehouse, f->warehouse) != 0)
		return false;
	if (r->direct)
		return true;
	if (r->match_upstream &&
	    (r->nstages == 0 || !freight_mark(&f->currently_in, r->stages[0])))
		return false;
	if (!approved && !available_is_verified(r, f))
		return false;
	return approved || !r->has_soak || r->nstages == 0 || has_soaked_somewhere(r, f, now);
}

static bool is_listed(const struct stage *s, const struct freight *f, int64_t now)
{
	if (s->fault || !is_same_project(s, f))
		return false;
	for (size_t i = 0; i < s->nrequests; i++)
		if (is_listed_for(s, &s->requests[i], f, now))
			return true;
	return false;
}

int64_t freight_available_since(const struct stage *s, const struct freight_request *r,
				const struct freight *f)
{
	const struct freight_mark *mark = freight_mark(&f->approved_for, s->name);
	int64_t since = 0;

	if (mark || r->direct)
		return mark ? mark->at : f->discovered_at;
	for (size_t i = 0; i < r->nstages; i++) {
		mark = freight_mark(&f->verified_in, r->stages[i]);
		if (mark && (!since || (r->all ? mark->at > since : mark->at < since)))
			since = mark->at;
	}
	return since + r->soak / 1000000;
}

bool stage_has_sources(const struct world *w, const struct stage *s, struct err *e)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];

		if (!world_warehouse(w, r->warehouse))
			return err_set(e, ERR_CONFIG, "stage %s: there is no warehouse \"%s\"",
				       s->name, r->warehouse);
		if (r->unknown && !r->direct)
			return err_set(e, ERR_CONFIG,
				       "stage %s: availabilityStrategy must be All or OneOf, not \"%s\"",
				       s->name, r->unknown);
	}
	return true;
}

size_t freight_available(struct arena *a, const struct world *w, const struct stage *s,
			 int64_t now, const struct freight ***out)
{
	struct err why;
	size_t count = 0;

	*out = arena_array(a, w->nfreight, sizeof(**out));
	if (!stage_has_sources(w, s, &why))
		return 0;
	for (size_t i = 0; i < w->nfreight; i++)
		if (is_listed(s, w->freight[i], now))
			(*out)[count++] = w->freight[i];
	return count;
}

const struct freight *freight_pick(const struct freight_request *r,
				   const struct freight *const *list, size_t count)
{
	const struct freight *found = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct freight *f = list[i];

		if (strcmp(f->warehouse, r->warehouse) != 0)
			continue;
		if (found && r->match_upstream)
			return NULL;
		if (!found || f->discovered_at > found->discovered_at ||
		    (f->discovered_at == found->discovered_at && strcmp(f->name, found->name) > 0))
			found = f;
	}
	return found;
}

const struct freight *freight_candidate(const struct world *w, const struct stage *s,
					const struct freight_request *r, int64_t now)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct freight **list;
	size_t count = freight_available(a, w, s, now, &list);

	return freight_pick(r, list, count);
}
