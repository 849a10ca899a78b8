/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queueing, holds and auto-promotion. Only names are compared for age: the ULID in
 * them makes their order that of time, and clocks of several machines do not.
 */
#include "model/admission.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/auto_promotion.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/world.h"

#define HOLD "kargo.akuity.io/auto-promotion-hold"
#define RESUME "kargo.akuity.io/auto-promotion-resume"

static int promotion_rank(const struct promotion *p)
{
	return p->phase == PHASE_RUNNING ? 0 : promotion_is_over(p) ? 2 : 1;
}

int promotion_order(const struct promotion *a, const struct promotion *b)
{
	if (promotion_rank(a) != promotion_rank(b))
		return promotion_rank(a) - promotion_rank(b);
	return promotion_is_over(a) ? strcmp(b->name, a->name) : strcmp(a->name, b->name);
}

static bool admission_is_terminal(const char *verification)
{
	return *verification && strcmp(verification, "Pending") != 0 &&
	       strcmp(verification, "Running") != 0;
}

/*
 * Whether the next promotion may begin: what runs here has no verification under
 * way, and is verified or known to be ill.
 */
static bool stage_may_begin(const struct stage *s, enum health health)
{
	const struct value *runs = s->nhistory
		? value_get(s->history[0].object, "verificationHistory") : NULL;

	if (s->nhistory == 0)
		return true;
	for (size_t i = 0; i < value_count(runs); i++)
		if (!admission_is_terminal(value_text(value_get(value_at(runs, i), "phase"), "")))
			return false;
	return (health != HEALTH_NONE && health != HEALTH_HEALTHY) || value_count(runs) > 0;
}

const struct promotion *stage_next(const struct stage *s, const struct list *promotions,
				   enum health health)
{
	const struct promotion *first = NULL;

	assert(s && promotions);
	for (size_t i = 0; i < promotions->count; i++) {
		const struct promotion *p = promotions->items[i];

		if (promotion_is_over(p) || p->abort_requested || strcmp(p->stage, s->name) != 0)
			continue;
		if (same_text(p->name, s->current_promotion))
			return p;
		if (!first || promotion_order(p, first) < 0)
			first = p;
	}
	return !s->current_promotion && stage_may_begin(s, health) ? first : NULL;
}

static const char *note_of(const struct promotion *p, const char *key)
{
	return value_text(value_get(value_path(p->object, "metadata.annotations"), key), "");
}

static const char *admission_origin_of(struct arena *a, const char *warehouse)
{
	return str_format(a, "Warehouse/%s", warehouse);
}

/* Replaces or adds. */
static void put_hold(struct hold *holds, size_t *count, const struct hold *hold)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(holds[i].warehouse, hold->warehouse) == 0) {
			holds[i] = *hold;
			return;
		}
	holds[(*count)++] = *hold;
}

static void drop_hold(struct hold *holds, size_t *count, const char *warehouse)
{
	for (size_t i = 0; i < *count; i++)
		if (strcmp(holds[i].warehouse, warehouse) == 0) {
			memmove(&holds[i], &holds[i + 1], (*count - i - 1) * sizeof(*holds));
			--*count;
			return;
		}
}

static struct hold hold_by(const struct promotion *p, const char *warehouse)
{
	return (struct hold){ .warehouse = warehouse, .freight = p->freight,
			      .promotion = p->name, .actor = p->actor,
			      .reason = p->reason ? p->reason : "", .created_at = p->created_at };
}

static bool is_newer(const struct promotion *p, const char *last)
{
	return !last || strcmp(p->name, last) > 0;
}

/* The newest promotion that says anything of the origin's holds; NULL: none. */
static const struct promotion *newest_intent(const struct stage *s,
					     struct promotion *const *promotions, size_t count,
					     const char *origin)
{
	const struct promotion *newest = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct promotion *p = promotions[i];

		if (strcmp(p->stage, s->name) != 0 || p->phase == PHASE_ABORTED ||
		    !is_newer(p, s->last_promotion))
			continue;
		if (strcmp(note_of(p, HOLD), origin) != 0 && strcmp(note_of(p, RESUME), origin) != 0)
			continue;
		if (!newest || strcmp(p->name, newest->name) > 0)
			newest = p;
	}
	return newest;
}

size_t holds_in_effect(struct arena *a, const struct stage *s,
		       struct promotion *const *promotions, size_t count, struct hold **out)
{
	struct hold *durable = NULL;
	size_t n = 0;

	*out = NULL;
	if (!s->auto_promotion)
		return 0;
	n = stage_durable_holds(a, s, &durable);
	for (size_t i = 0; i < s->nrequests; i++) {
		const char *origin = admission_origin_of(a, s->requests[i].warehouse);
		const struct promotion *p = newest_intent(s, promotions, count, origin);

		if (!p)
			continue;
		struct hold hold = hold_by(p, s->requests[i].warehouse);
		if (strcmp(note_of(p, HOLD), origin) == 0)
			put_hold(durable, &n, &hold);
		else
			drop_hold(durable, &n, hold.warehouse);
	}
	*out = durable;
	return n;
}

int64_t stage_auto_promotes(struct arena *a, const struct world *w, const struct stage *s,
			    int64_t now, struct list *out)
{
	const struct freight **list;
	int64_t again_at = 0;
	size_t count;

	if (!s->auto_promotion)
		return 0;
	count = freight_available(a, w, s, now, &list);
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];
		const struct freight *f = freight_pick(r, list, count);

		struct auto_outlook outlook = { .state = AUTO_OFF };

		if (f)
			auto_outlook(w, s, f, now, &outlook);
		if (outlook.state == AUTO_NEXT)
			list_add(a, out, f);
		if (outlook.state == AUTO_LATER && (!again_at || outlook.again_at < again_at))
			again_at = outlook.again_at;
	}
	return again_at;
}
