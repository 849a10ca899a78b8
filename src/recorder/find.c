/* SPDX-License-Identifier: Apache-2.0 */
/* The objects' own times are the events': Kargo's clock, not ours, says when something happened. */
#include "recorder/find.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/record.h"
#include "model/stage_status.h"
#include "model/state.h"
#include "model/world.h"

#define ABORT "kargo.akuity.io/abort"

/* Kubernetes tells who did something a moment after that it was done; clocks may differ by so much. */
enum { GRACE_MS = 5000, SKEW_MS = 60000 };

struct finding {
	struct arena *a;
	const struct recorder_sight *s;
	struct list *facts;
	bool waits;
};

static int64_t find_time(const struct value *v, const char *path)
{
	int64_t at;

	return clock_parse(value_path_text(v, path, ""), &at) ? at : 0;
}

static const char *find_actor_of(const char *actor)
{
	return actor && *actor && !has_prefix(actor, "controller:") ? actor : NULL;
}

static void find_add(struct finding *f, const struct recorder_fact *fact)
{
	list_add(f->a, f->facts, arena_copy(f->a, fact, sizeof(*fact)));
}

bool recorder_is_fresh(int64_t now, int64_t at)
{
	return now - at < GRACE_MS && now - at > -SKEW_MS;
}

/* Whether more may become known of it in a moment. */
static bool find_is_fresh(struct finding *f, int64_t at)
{
	bool is_fresh = recorder_is_fresh(f->s->now, at);

	f->waits = f->waits || is_fresh;
	return is_fresh;
}

/* Who approved, from Kubernetes' Events. */
static const char *find_approver(const struct finding *f, const char *freight, const char *stage)
{
	const struct record *r = f->s->seen;
	const struct event approved = { .kind = EVENT_FREIGHT_APPROVED };

	for (size_t i = 0; i < r->nevents; i++)
		if (*r->events[i].actor && strcmp(r->events[i].kind, event_word_of(&approved)) == 0 &&
		    strcmp(r->events[i].freight, freight) == 0 && strcmp(r->events[i].stage, stage) == 0)
			return r->events[i].actor;
	return NULL;
}

static void find_approvals(struct finding *f, const char *freight, const struct value *object,
			   const struct value *known)
{
	const struct value *marks = value_path(object, "status.approvedFor");

	for (size_t i = 0; value_is(marks, VALUE_MAP) && i < marks->map.count; i++) {
		const struct value_member *m = &marks->map.members[i];
		struct recorder_fact fact = { .kind = EVENT_FREIGHT_APPROVED, .freight = freight,
					      .stage = m->key.at, .at = find_time(m->value, "approvedAt") };

		if (!fact.at || value_get(value_path(known, "status.approvedFor"), fact.stage))
			continue;
		fact.actor = find_actor_of(value_text(value_get(m->value, "actor"), NULL));
		if (!fact.actor)
			fact.actor = find_approver(f, freight, fact.stage);
		if (fact.actor || !find_is_fresh(f, fact.at))
			find_add(f, &fact);
	}
}

/* Stages that let freight pass without a verification, or whose verification was not seen. */
static void find_passes(struct finding *f, const char *freight, const struct value *object,
			const struct value *known)
{
	const struct value *marks = value_path(object, "status.verifiedIn");

	for (size_t i = 0; value_is(marks, VALUE_MAP) && i < marks->map.count; i++) {
		const struct value_member *m = &marks->map.members[i];
		struct recorder_fact fact = { .kind = EVENT_FREIGHT_VERIFIED, .freight = freight,
					      .stage = m->key.at, .at = find_time(m->value, "verifiedAt"),
					      .is_rest = true };

		if (fact.at && !value_get(value_path(known, "status.verifiedIn"), fact.stage) &&
		    !find_is_fresh(f, fact.at))
			find_add(f, &fact);
	}
}

/* The keys that differ, with null for those that are gone; NULL: none. */
static struct value *find_difference(struct finding *f, const struct value *now, const struct value *before)
{
	struct value *out = value_map(f->a);

	for (size_t i = 0; value_is(now, VALUE_MAP) && i < now->map.count; i++) {
		const struct value_member *m = &now->map.members[i];

		if (!value_get(before, m->key.at) || !value_equal(value_get(before, m->key.at), m->value))
			value_set_n(f->a, out, m->key, value_copy(f->a, m->value));
	}
	for (size_t i = 0; value_is(before, VALUE_MAP) && i < before->map.count; i++)
		if (!value_get(now, before->map.members[i].key.at))
			value_set_n(f->a, out, before->map.members[i].key, value_null(f->a));
	return value_count(out) ? out : NULL;
}

/* What was renamed, or what steps wrote down on it. */
static void find_freight_changes(struct finding *f, const char *freight, const struct value *object,
				 const struct value *known)
{
	struct value *data = value_map(f->a);
	const char *alias = value_text(value_get(object, "alias"), "");
	struct value *notes = find_difference(f, value_path(object, "status.metadata"),
						    value_path(known, "status.metadata"));
	struct recorder_fact fact = { .kind = EVENT_FREIGHT_CHANGED, .freight = freight, .at = f->s->now,
				      .object = data, .is_rest = true };

	if (known && strcmp(alias, value_text(value_get(known, "alias"), "")) != 0)
		value_set(f->a, data, "alias", value_string(f->a, alias));
	if (notes)
		value_set(f->a, data, "metadata", notes);
	if (value_count(data))
		find_add(f, &fact);
}

static void find_freight(struct finding *f, const struct state_object *o)
{
	const struct value *known = state_freight(f->s->known, o->name);
	const struct recorder_fact fact = {
		.kind = EVENT_FREIGHT_DISCOVERED, .freight = o->name, .object = o->object,
		.at = find_time(o->object, "metadata.creationTimestamp"),
		.warehouse = value_path_text(o->object, "origin.name", ""),
	};

	if (!known)
		find_add(f, &fact);
	find_approvals(f, o->name, o->object, known);
	find_passes(f, o->name, o->object, known);
	find_freight_changes(f, o->name, o->object, known);
}

/* Freight that is gone from the cluster although a promotion names it. */
static void find_lost_freight(struct finding *f, const char *name, int64_t at)
{
	struct value *object = value_map(f->a), *metadata = value_map(f->a);
	const struct recorder_fact fact = { .kind = EVENT_FREIGHT_DISCOVERED, .freight = name, .at = at,
					    .object = object, .warehouse = "",
					    .note = "Kargo no longer has it: its artifacts are not known." };

	if (state_freight(f->s->known, name) || state_freight(f->s->seen->state, name))
		return;
	value_set(f->a, metadata, "name", value_string(f->a, name));
	value_set(f->a, metadata, "creationTimestamp", value_string(f->a, clock_rfc3339(f->a, at)));
	value_set(f->a, object, "metadata", metadata);
	find_add(f, &fact);
}

/* "terminate", or JSON that says who wants it. */
static const char *find_aborter(struct finding *f, const char *text)
{
	struct value *v;
	struct err ignored;

	if (*text != '{' || !json_parse(f->a, text, strlen(text), &v, &ignored))
		return NULL;
	return find_actor_of(value_text(value_get(v, "actor"), NULL));
}

static void find_abort(struct finding *f, struct recorder_fact fact, const struct value *known)
{
	const struct value *notes = value_path(fact.object, "metadata.annotations");
	const char *text = value_text(value_get(notes, ABORT), NULL);
	int64_t end = find_time(fact.object, "status.finishedAt");

	if (!text || value_get(value_path(known, "metadata.annotations"), ABORT))
		return;
	fact.kind = EVENT_PROMOTION_ABORT_REQUESTED;
	fact.at = end && end < f->s->now ? end : f->s->now;
	fact.actor = find_aborter(f, text);
	find_add(f, &fact);
}

/* The ledger has dropped what is older than all that it has, if there ever was enough to drop some. */
static bool find_is_old(const struct state_stage *known, const char *promotion)
{
	return known && known->npromotions >= RECORDER_KEPT &&
	       strcmp(promotion, known->promotions[0]->name) < 0;
}

/* Its freight has not come yet, though it is there. */
static bool find_is_early(struct finding *f, const struct value *promotion)
{
	const char *freight = value_path_text(promotion, "spec.freight", "");

	return !state_freight(f->s->known, freight) && !state_freight(f->s->seen->state, freight) &&
	       find_is_fresh(f, find_time(promotion, "metadata.creationTimestamp"));
}

static void find_promotion(struct finding *f, const struct value *object, const char *note)
{
	struct recorder_fact fact = { .object = object, .note = note };
	const struct state_object *o;
	const struct value *known;

	fact.promotion = value_path_text(object, "metadata.name", "");
	fact.stage = value_path_text(object, "spec.stage", "");
	fact.freight = value_path_text(object, "spec.freight", "");
	o = state_promotion(f->s->known, fact.promotion);
	known = o ? o->object : NULL;
	if ((o && state_promotion_over(known)) ||
	    (!o && find_is_old(state_stage(f->s->known, fact.stage), fact.promotion)))
		return;
	fact.at = find_time(object, "metadata.creationTimestamp");
	if (!o) {
		find_lost_freight(f, fact.freight, fact.at);
		fact.kind = EVENT_PROMOTION_REQUESTED;
		fact.actor = find_actor_of(value_text(value_get(value_path(object, "metadata.annotations"),
						      "kargo.akuity.io/create-actor"), NULL));
		find_add(f, &fact);
	}
	fact.note = NULL;
	fact.actor = NULL;
	find_abort(f, fact, known);
	fact.brought = value_path(object, "status.freightCollection");
	fact.kind = EVENT_PROMOTION_STARTED;
	fact.at = find_time(object, "status.startedAt");
	if (fact.at && !value_path(known, "status.startedAt"))
		find_add(f, &fact);
	if (!state_promotion_over(object))
		return;
	fact.kind = EVENT_PROMOTION_FINISHED;
	fact.at = find_time(object, "status.finishedAt");
	if (!fact.at)
		fact.at = f->s->now;
	find_add(f, &fact);
}

/* The stage names its last promotion also when that is gone: what it tells is better than nothing. */
static void find_lost_promotion(struct finding *f, const struct state_stage *s)
{
	const struct value *last = value_path(s->object, "status.lastPromotion");
	const char *name = value_text(value_get(last, "name"), "");
	const char *end = value_path_text(last, "status.finishedAt",
					  value_text(value_get(last, "finishedAt"), NULL));
	struct value *object = value_map(f->a), *metadata = value_map(f->a), *spec = value_map(f->a), *status;

	if (!*name || !end || state_promotion(f->s->seen->state, name) ||
	    state_promotion(f->s->known, name))
		return;
	status = value_copy(f->a, value_get(last, "status"));
	if (strcmp(value_text(value_get(status, "phase"), ""), "Succeeded") == 0)
		value_set(f->a, status, "freightCollection",
			  value_at(value_path(s->object, "status.freightHistory"), 0));
	value_set(f->a, status, "startedAt", value_string(f->a, end));
	value_set(f->a, status, "finishedAt", value_string(f->a, end));
	value_set(f->a, metadata, "name", value_string(f->a, name));
	value_set(f->a, metadata, "creationTimestamp", value_string(f->a, end));
	value_set(f->a, spec, "stage", value_string(f->a, s->name));
	value_set(f->a, spec, "freight", value_string(f->a, value_path_text(last, "freight.name", "")));
	value_set(f->a, spec, "steps", value_list(f->a));
	value_set(f->a, object, "metadata", metadata);
	value_set(f->a, object, "spec", spec);
	value_set(f->a, object, "status", status);
	find_promotion(f, object, "Kargo no longer has the promotion: its end is what the stage's status "
		       "says of it; who asked for it, and when, is not known.");
}

/* The VerificationInfo of that id, wherever in the stage's history it is; NULL: none. */
static const struct value *find_info(const struct value *stage, const char *id)
{
	const struct value *history = value_path(stage, "status.freightHistory");

	for (size_t i = 0; i < value_count(history); i++) {
		const struct value *runs = value_get(value_at(history, i), "verificationHistory");

		for (size_t j = 0; j < value_count(runs); j++)
			if (strcmp(value_text(value_get(value_at(runs, j), "id"), ""), id) == 0)
				return value_at(runs, j);
	}
	return NULL;
}

static void find_verification(struct finding *f, struct recorder_fact fact, const struct value *known)
{
	const char *id = value_text(value_get(fact.object, "id"), "");
	const struct value *before = *id ? find_info(known, id) : NULL;
	int64_t end = find_time(fact.object, "finishTime");

	if (!*id || find_time(before, "finishTime"))
		return;
	fact.kind = EVENT_STAGE_VERIFYING;
	fact.at = find_time(fact.object, "startTime");
	/* Kargo and Argo Rollouts go by two clocks. */
	if (end && fact.at > end)
		fact.at = end;
	fact.actor = find_actor_of(value_text(value_get(fact.object, "actor"), NULL));
	if (!before && fact.at)
		find_add(f, &fact);
	fact.kind = EVENT_STAGE_VERIFIED;
	fact.at = end;
	fact.actor = NULL;
	if (end)
		find_add(f, &fact);
}

/*
 * The promotion that brought the collection, of those before *left, which moves down to it, as the stage's
 * history is newest first; of several in a row the oldest. NULL: Kargo no longer has it.
 */
static const char *find_bringer(const struct state_stage *s, const char *collection, size_t *left)
{
	const char *name = NULL;

	for (size_t i = *left; i > 0; i--) {
		const struct value *status = value_get(s->promotions[i - 1]->object, "status");
		const char *id = value_path_text(status, "freightCollection.id", "");

		if (strcmp(value_text(value_get(status, "phase"), ""), "Succeeded") != 0)
			continue;
		if (strcmp(id, collection) == 0) {
			name = s->promotions[i - 1]->name;
			*left = i - 1;
		} else if (name) {
			break;
		}
	}
	return name;
}

/*
 * Whether the ledger's history of the stage was full, and has dropped the collection already: Kargo says of
 * a promotion that it is over before it takes it into the Stage's history, and the oldest out.
 */
static bool find_is_dropped(struct finding *f, const struct recorder_fact *fact, const struct value *known)
{
	const struct value *history = value_path(known, "status.freightHistory");
	const struct state_object *o = fact->follows ? state_promotion(f->s->known, fact->follows) : NULL;

	if (value_count(history) < STAGE_HISTORY_MAX ||
	    (fact->follows && !(o && state_promotion_over(o->object))))
		return false;
	for (size_t i = 0; i < value_count(history); i++)
		if (strcmp(value_text(value_get(value_at(history, i), "id"), ""), fact->collection) == 0)
			return false;
	return true;
}

static void find_verifications(struct finding *f, const struct state_stage *s, const struct value *known)
{
	const struct value *history = value_path(s->object, "status.freightHistory");
	size_t left = s->npromotions;

	for (size_t i = 0; value_is(history, VALUE_LIST) && i < history->list.count; i++) {
		const struct value *c = history->list.items[i], *runs = value_get(c, "verificationHistory");
		const char *id = value_text(value_get(c, "id"), "");
		const struct recorder_fact fact = { .stage = s->name, .collection = id,
						    .follows = find_bringer(s, id, &left) };

		if (find_is_dropped(f, &fact, known))
			continue;
		for (size_t j = 0; value_is(runs, VALUE_LIST) && j < runs->list.count; j++) {
			struct recorder_fact one = fact;

			one.object = runs->list.items[j];
			find_verification(f, one, known);
		}
	}
}

/* What is held, once the promotions that hold are in. */
static void find_holds(struct finding *f, const struct state_stage *s, const struct value *known)
{
	const struct value *now = value_path(s->object, "status.autoPromotionHolds");
	const struct value *before = value_path(known, "status.autoPromotionHolds");
	struct recorder_fact fact = { .stage = s->name, .kind = EVENT_STAGE_HELD, .is_rest = true };

	for (size_t i = 0; value_is(now, VALUE_MAP) && i < now->map.count; i++) {
		const struct value_member *m = &now->map.members[i];

		fact.warehouse = strchr(m->key.at, '/') ? strchr(m->key.at, '/') + 1 : m->key.at;
		fact.freight = value_text(value_get(m->value, "freightName"), NULL);
		fact.actor = find_actor_of(value_text(value_get(m->value, "actor"), NULL));
		fact.at = find_time(m->value, "createdAt");
		if (fact.at && !value_get(before, m->key.at) && !find_is_fresh(f, fact.at))
			find_add(f, &fact);
	}
	fact = (struct recorder_fact){ .stage = s->name, .kind = EVENT_STAGE_RESUMED, .is_rest = true,
				       .at = f->s->now };
	for (size_t i = 0; value_is(before, VALUE_MAP) && i < before->map.count; i++) {
		const char *origin = before->map.members[i].key.at;

		fact.warehouse = strchr(origin, '/') ? strchr(origin, '/') + 1 : origin;
		if (!value_get(now, origin))
			find_add(f, &fact);
	}
}

/* What steps wrote down on the stage. */
static void find_stage_notes(struct finding *f, const struct state_stage *s, const struct value *known)
{
	struct value *notes = find_difference(f, value_path(s->object, "status.metadata"),
						    value_path(known, "status.metadata"));
	struct value *data = value_map(f->a);
	const struct recorder_fact fact = { .kind = EVENT_STAGE_CHANGED, .stage = s->name, .object = data,
					    .at = f->s->now, .is_rest = true };

	if (!notes)
		return;
	value_set(f->a, data, "metadata", notes);
	find_add(f, &fact);
}

/* Nothing that Kargo still has is as old as the newest that was recorded: there may have been others. */
static const char *find_gap(const struct state_stage *known, const struct state_stage *s)
{
	if (!known || !known->npromotions ||
	    strcmp(s->promotions[0]->name, known->promotions[known->npromotions - 1]->name) <= 0)
		return NULL;
	return "Nobody recorded for a while: promotions before this one may be missing.";
}

/* What a verification that is over measured is still being read (attach/runs.h). */
static bool find_is_awaited(const struct value *collection, const struct value *known)
{
	const struct value *runs = value_get(collection, "verificationHistory");

	for (size_t i = 0; value_is(runs, VALUE_LIST) && i < runs->list.count; i++) {
		const struct value *info = runs->list.items[i];

		if (value_path(info, "analysisRun.awaited") && find_time(info, "finishTime") &&
		    !find_time(find_info(known, value_text(value_get(info, "id"), "")), "finishTime"))
			return true;
	}
	return false;
}

static bool find_awaits(const struct state_stage *s, const struct value *known)
{
	const struct value *history = value_path(s->object, "status.freightHistory");

	for (size_t i = 0; value_is(history, VALUE_LIST) && i < history->list.count; i++)
		if (find_is_awaited(history->list.items[i], known))
			return true;
	return false;
}

static void find_stage(struct finding *f, const struct state_stage *s)
{
	const struct state_stage *before = state_stage(f->s->known, s->name);
	const struct value *known = before ? before->object : NULL;

	/* The stage's next promotion follows from it, and would be told first. */
	if (s->object && find_awaits(s, known)) {
		f->waits = true;
		return;
	}
	for (size_t i = 0; i < s->npromotions; i++) {
		if (find_is_early(f, s->promotions[i]->object))
			return;
		find_promotion(f, s->promotions[i]->object, i ? NULL : find_gap(before, s));
	}
	if (!s->object)
		return;
	find_lost_promotion(f, s);
	find_verifications(f, s, known);
	find_holds(f, s, known);
	find_stage_notes(f, s, known);
}

/* Of what happened in the same second, what others need comes first. */
static int find_rank(const struct recorder_fact *f)
{
	if (f->is_rest)
		return 3;
	switch (f->kind) {
	case EVENT_FREIGHT_DISCOVERED: return 0;
	case EVENT_FREIGHT_APPROVED: return 1;
	default: return 2;
	}
}

/* A verification is over before its stage begins the next promotion (doc/kargo-rules.md 3.7.3). */
static const char *find_place(const struct recorder_fact *f)
{
	return f->promotion ? f->promotion : f->follows ? f->follows : "";
}

static int find_order(const void *left, const void *right)
{
	const struct recorder_fact *a = *(struct recorder_fact *const *)left;
	const struct recorder_fact *b = *(struct recorder_fact *const *)right;
	int names;

	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	if (find_rank(a) != find_rank(b))
		return find_rank(a) < find_rank(b) ? -1 : 1;
	names = strcmp(find_place(a), find_place(b));
	return names ? names : (int)a->kind - (int)b->kind;
}

bool recorder_find(struct arena *a, const struct recorder_sight *s, struct list *facts)
{
	struct finding f = { .a = a, .s = s, .facts = facts };
	const struct state *seen, *done;

	assert(s->known && s->seen);
	seen = s->seen->state;
	done = s->done ? s->done->state : NULL;
	for (size_t b = 0; b < COUNTOF(seen->freight); b++)
		for (size_t i = 0; seen->freight[b] && i < seen->freight[b]->count; i++)
			if (!done || done->freight[b] != seen->freight[b])
				find_freight(&f, seen->freight[b]->items[i]);
	for (size_t i = 0; i < seen->nstages; i++)
		if (!done || state_stage(done, seen->stages[i]->name) != seen->stages[i])
			find_stage(&f, seen->stages[i]);
	if (facts->count)
		qsort(facts->items, facts->count, sizeof(*facts->items), find_order);
	return f.waits;
}
