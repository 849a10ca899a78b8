/* SPDX-License-Identifier: Apache-2.0 */
/* Made of what the engine decides with, so that the answer and what then happens cannot differ. */
#include "model/why.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "model/auto_promotion.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

/* The lower, the sooner it is what somebody means. */
static int why_rank(struct arena *a, const struct world *w, const struct stage *s, const struct freight *f,
		    int64_t now)
{
	struct setback setback;
	struct gates gates;

	gates_of(a, &(struct gate_question){ w, s, f, now }, &gates);
	setback_of(w, s, f, &setback);
	return !gates.open ? 2 : setback.kind == SETBACK_BACKED_OUT ? 1 : 0;
}

static bool why_is_newer(const struct world *w, const struct stage *s, const struct freight *f)
{
	const struct freight *runs = world_freight(w, stage_freight(s, f->warehouse));

	return stage_request(s, f->warehouse) && (!runs || f->discovered_at > runs->discovered_at);
}

const struct freight *why_freight(struct arena *a, const struct world *w, const struct stage *s, int64_t now)
{
	const struct freight *best = NULL;
	const struct collection *runs = stage_runs(s);
	int best_rank = 0;

	for (size_t i = 0; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];
		int rank = why_is_newer(w, s, f) ? why_rank(a, w, s, f, now) : 0;

		if (!why_is_newer(w, s, f) || (best && rank >= best_rank))
			continue;
		best = f;
		best_rank = rank;
		if (rank == 0)
			break;
	}
	return best || !runs || !runs->nitems ? best : world_freight(w, runs->items[0].freight);
}

/* Auto-promotion takes the newest that may enter, and what failed not again. */
static bool why_starts_by_itself(const struct world *w, int64_t now, const struct why *of)
{
	const struct freight_request *r = stage_request(of->stage, of->freight->warehouse);
	struct auto_outlook outlook;

	auto_outlook(w, of->stage, of->freight, now, &outlook);
	return outlook.state == AUTO_NEXT && w->engine != ENGINE_NONE &&
	       freight_candidate(w, of->stage, r, now) == of->freight;
}

void why_of(struct arena *a, const struct world *w, int64_t now, struct why *out)
{
	const struct stage *s = out->stage;
	const struct freight *f = out->freight;
	const struct promotion *p;

	assert(s && f);
	gates_of(a, &(struct gate_question){ w, s, f, now }, &out->gates);
	setback_of(w, s, f, &out->setback);
	p = world_promotion_in(w, s->name);
	out->at = out->gates.opens_at ? out->gates.opens_at : out->gates.not_before;
	if (p && strcmp(p->freight, f->name) == 0)
		out->outlook = WHY_ON_ITS_WAY;
	else if (same_text(stage_freight(s, f->warehouse), f->name))
		out->outlook = WHY_RUNS;
	else if (out->gates.open)
		out->outlook = why_starts_by_itself(w, now, out) ? WHY_BY_ITSELF : WHY_NOW;
	else
		out->outlook = out->gates.opens_at ? WHY_AT : out->at ? WHY_NOT_BEFORE : WHY_UNKNOWN;
	if (out->outlook != WHY_AT && out->outlook != WHY_NOT_BEFORE)
		out->at = 0;
}
