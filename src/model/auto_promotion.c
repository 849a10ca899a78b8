/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Freight that fails is not promoted by itself for ever: Kargo leaves the second try to a
 * person. What failed for the moment only is gantry's own exception, and bounded.
 */
#include "model/auto_promotion.h"

#include <assert.h>
#include <string.h>

#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

enum { MINUTE = 60 * 1000 };

/* Between the end of a promotion and the next, in ms. */
static const int64_t pauses[] = { 1 * MINUTE, 5 * MINUTE, 15 * MINUTE, 60 * MINUTE };

static bool auto_is_held(const struct stage *s, const char *warehouse)
{
	for (size_t i = 0; i < s->nholds; i++)
		if (strcmp(s->holds[i].warehouse, warehouse) == 0)
			return true;
	return false;
}

/* Its current promotion already carries this freight. */
static bool auto_is_awaited(const struct stage *s, const struct freight *f)
{
	const struct value *ref = value_path(s->status, "currentPromotion.freight");

	return strcmp(value_text(value_get(ref, "name"), ""), f->name) == 0 &&
	       strcmp(value_path_text(ref, "origin.name", ""), f->warehouse) == 0;
}

/* What became of the freight's promotions into the stage. */
struct tries {
	const struct promotion *newest; /* NULL: there was none */
	bool under_way;                 /* or not recorded in the stage's history yet */
	size_t passing;                 /* of gantry's own, how many failed for what may pass */
};

static void auto_count_tries(const struct world *w, const struct stage *s, const struct freight *f,
			     struct tries *out)
{
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		if (strcmp(p->stage, s->name) != 0 || strcmp(p->freight, f->name) != 0)
			continue;
		if (!promotion_is_over(p) || (p->phase == PHASE_SUCCEEDED &&
		    (!s->last_promotion || strcmp(p->name, s->last_promotion) > 0)))
			out->under_way = true;
		out->passing += !*p->actor && promotion_may_pass(p);
		if (!out->newest || p->created_at > out->newest->created_at ||
		    (p->created_at == out->newest->created_at &&
		     strcmp(p->name, out->newest->name) > 0))
			out->newest = p;
	}
}

static bool auto_was_backed_out(const struct world *w, const struct stage *s, const struct freight *f,
				struct setback *out)
{
	setback_of(w, s, f, out);
	return out->kind == SETBACK_BACKED_OUT;
}

static void auto_judge(const struct tries *tries, int64_t now, struct auto_outlook *out)
{
	const struct promotion *p = tries->newest;

	out->state = AUTO_NEXT;
	if (!p || p->phase == PHASE_SUCCEEDED)
		return;
	out->failed = p;
	out->state = AUTO_FAILED;
	if (*p->actor || !promotion_may_pass(p) || tries->passing > COUNTOF(pauses))
		return;
	out->again_at = p->finished_at + pauses[tries->passing - 1];
	out->state = now < out->again_at ? AUTO_LATER : AUTO_NEXT;
}

void auto_outlook(const struct world *w, const struct stage *s, const struct freight *f, int64_t now,
		  struct auto_outlook *out)
{
	struct tries tries = { .newest = NULL };

	assert(s && f);
	*out = (struct auto_outlook){ .state = AUTO_OFF };
	if (!s->auto_promotion)
		return;
	auto_count_tries(w, s, f, &tries);
	if (auto_is_held(s, f->warehouse))
		out->state = AUTO_HELD;
	else if (same_text(stage_freight(s, f->warehouse), f->name))
		out->state = AUTO_RUNS;
	else if (auto_is_awaited(s, f) || tries.under_way)
		out->state = AUTO_UNDER_WAY;
	else if (auto_was_backed_out(w, s, f, &out->setback))
		out->state = AUTO_BACKED_OUT;
	else
		auto_judge(&tries, now, out);
}
