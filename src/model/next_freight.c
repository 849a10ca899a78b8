/* SPDX-License-Identifier: Apache-2.0 */
/* The world's freight is sorted, newest first: what comes before the one that runs is newer. */
#include "model/next_freight.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/world.h"

static bool was_backed_out(const struct world *w, const struct stage *s, const struct freight *f,
			   struct next_freight *out)
{
	struct setback setback;

	setback_of(w, s, f, &setback);
	if (setback.kind != SETBACK_BACKED_OUT)
		return false;
	out->backed_out = out->backed_out ? out->backed_out : f;
	return true;
}

/* Most stages have never been rolled back: then no freight needs to be looked up. */
static bool was_rolled_back(const struct world *w, const struct stage *s)
{
	for (size_t i = 0; i < w->npromotions; i++)
		if (w->promotions[i]->rollback && strcmp(w->promotions[i]->stage, s->name) == 0)
			return true;
	return false;
}

void next_freight(const struct world *w, const struct stage *s, const struct freight_request *r,
		  int64_t now, struct next_freight *out)
{
	bool rolled_back = was_rolled_back(w, s);

	assert(r >= s->requests && r < s->requests + s->nrequests);
	*out = (struct next_freight){ .request = r, .runs = stage_freight(s, r->warehouse) };
	for (size_t i = 0; i < w->nfreight; i++) {
		const struct freight *f = w->freight[i];

		if (strcmp(f->warehouse, r->warehouse) != 0)
			continue;
		if (same_text(f->name, out->runs))
			break;
		if (rolled_back && was_backed_out(w, s, f, out))
			continue;
		if (!out->newer++)
			out->waiting = f;
		if (!out->open && freight_is_available(s, f, now))
			out->open = f;
	}
	if (r->match_upstream) {
		out->open = freight_candidate(w, s, r, now);
		if (out->open && (same_text(out->open->name, out->runs) ||
				  (rolled_back && was_backed_out(w, s, out->open, out))))
			out->open = NULL;
	}
	out->open_since = out->open ? freight_available_since(s, r, out->open) : 0;
	if (out->waiting == out->open)
		out->waiting = NULL;
}
