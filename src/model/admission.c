/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Queueing, holds and auto-promotion. Only names are compared for age: the ULID in
 * them makes their order that of time, and clocks of several machines do not.
 */
#include "model/admission.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/world.h"

#define HOLD "kargo.akuity.io/auto-promotion-hold"
#define RESUME "kargo.akuity.io/auto-promotion-resume"

enum { HISTORY_MAX = 10 };

static int rank(const struct promotion *p)
{
	return p->phase == PHASE_RUNNING ? 0 : promotion_is_over(p) ? 2 : 1;
}

int promotion_order(const struct promotion *a, const struct promotion *b)
{
	if (rank(a) != rank(b))
		return rank(a) - rank(b);
	return promotion_is_over(a) ? strcmp(b->name, a->name) : strcmp(a->name, b->name);
}

static int by_order(const void *a, const void *b)
{
	return promotion_order(*(struct promotion *const *)a, *(struct promotion *const *)b);
}

static int admission_by_name(const void *a, const void *b)
{
	return strcmp((*(struct promotion *const *)a)->name,
		      (*(struct promotion *const *)b)->name);
}

static bool admission_is_terminal(const char *verification)
{
	return *verification && strcmp(verification, "Pending") != 0 &&
	       strcmp(verification, "Running") != 0;
}

bool stage_may_begin(const struct stage *s, enum health health)
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
			      .created_at = p->created_at };
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

/* What the promotion asks of the holds, now that it is over. */
static void record_hold(const struct stage *s, const struct promotion *p, struct admission *out)
{
	const char *hold = note_of(p, HOLD), *resume = note_of(p, RESUME);

	if (!s->auto_promotion || p->phase == PHASE_ABORTED)
		return;
	if (has_prefix(hold, "Warehouse/")) {
		const struct freight_request *r = stage_request(s, hold + strlen("Warehouse/"));
		struct hold h = hold_by(p, r ? r->warehouse : "");

		if (r)
			put_hold(out->holds, &out->nholds, &h);
	} else if (has_prefix(resume, "Warehouse/")) {
		drop_hold(out->holds, &out->nholds, resume + strlen("Warehouse/"));
	}
}

static void admission_push(struct arena *a, struct list *history, const struct value *collection)
{
	struct list longer = { 0 };

	list_add(a, &longer, collection);
	for (size_t i = 0; i < history->count && i + 1 < HISTORY_MAX; i++)
		list_add(a, &longer, history->items[i]);
	*history = longer;
}

static void admission_record(struct arena *a, const struct stage *s, const struct promotion *p,
			     struct admission *out)
{
	const struct value *collection = value_path(p->object, "status.freightCollection");
	const struct value *before = out->last
		? out->last_collection
		: value_path(s->status, "lastPromotion.status.freightCollection");

	record_hold(s, p, out);
	out->last = p;
	out->last_collection = collection || p->started_at ? collection : before;
	if (p->phase != PHASE_SUCCEEDED)
		return;
	out->succeeded = true;
	if (out->last_collection)
		admission_push(a, &out->history, out->last_collection);
}

/* Those that ended since the last recorded one, oldest first. */
static void record_ended(struct arena *a, const struct stage *s, struct promotion **sorted,
			 size_t count, struct admission *out)
{
	size_t ended = 0;

	for (size_t i = 0; i < count && is_newer(sorted[i], s->last_promotion); i++)
		if (promotion_is_over(sorted[i]))
			sorted[ended++] = sorted[i];
	qsort(sorted, ended, sizeof(*sorted), admission_by_name);
	for (size_t i = 0; i < ended; i++)
		admission_record(a, s, sorted[i], out);
}

static void keep_holds(struct arena *a, const struct stage *s, size_t room, struct admission *out)
{
	struct hold *durable;
	size_t count = stage_durable_holds(a, s, &durable);

	out->holds = arena_array(a, count + room + 1, sizeof(*out->holds));
	for (size_t i = 0; s->auto_promotion && i < count; i++)
		if (stage_request(s, durable[i].warehouse))
			out->holds[out->nholds++] = durable[i];
}

void stage_admit(struct arena *a, const struct stage *s, struct promotion *const *promotions,
		 size_t count, struct admission *out)
{
	struct promotion **sorted = arena_array(a, count + 1, sizeof(*sorted));
	const char *current = value_path_text(s->status, "currentPromotion.name", NULL);
	enum health health = HEALTH_NONE;

	*out = (struct admission){ 0 };
	keep_holds(a, s, count, out);
	for (size_t i = 0; i < s->nhistory; i++)
		list_add(a, &out->history, s->history[i].object);
	for (size_t i = 0; i < count; i++) {
		sorted[i] = promotions[i];
		out->busy = out->busy || !promotion_is_over(promotions[i]);
	}
	if (count == 0)
		return;
	qsort(sorted, count, sizeof(*sorted), by_order);
	if (current && (promotion_is_over(sorted[0]) || strcmp(current, sorted[0]->name) != 0)) {
		record_ended(a, s, sorted, count, out);
		return;
	}
	if (!health_parse(value_path_text(s->status, "health.status", ""), &health))
		health = HEALTH_UNKNOWN;
	out->current = current;
	out->promoting = !promotion_is_over(sorted[0]) && stage_may_begin(s, health);
	if (out->promoting)
		out->current = sorted[0]->name;
}
