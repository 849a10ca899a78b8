/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's status as promotions come and go. Unlike Kargo's, a promotion that was
 * aborted before it started does not become the last one, so that it can't hide
 * what really runs (the defect that doc/kargo-rules.md 7.5 tells of).
 */
#include "model/stage_status.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/event.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/state_put.h"

#define HOLD "kargo.akuity.io/auto-promotion-hold"
#define RESUME "kargo.akuity.io/auto-promotion-resume"

struct value *status_with(struct arena *a, const struct value *map, const char *key,
			  const struct value *item)
{
	struct value *out = value_map(a);

	for (size_t i = 0; value_is(map, VALUE_MAP) && i < map->map.count; i++)
		value_set_n(a, out, map->map.members[i].key, map->map.members[i].value);
	if (item)
		value_set(a, out, key, value_copy(a, item));
	else
		value_remove(out, key);
	return out;
}

const struct value *stage_object(struct arena *a, const struct state *s, const char *name)
{
	const struct state_stage *stage = state_stage(s, name);

	if (stage && stage->object)
		return stage->object;
	struct value *v = value_map(a);
	struct value *meta = value_map(a);
	value_set(a, meta, "name", value_string(a, name));
	value_set(a, v, "apiVersion", value_string(a, "kargo.akuity.io/v1alpha1"));
	value_set(a, v, "kind", value_string(a, "Stage"));
	value_set(a, v, "metadata", meta);
	return v;
}

static const struct value *stage_status_of(struct arena *a, const struct state *s,
					   const char *stage)
{
	return value_get(stage_object(a, s, stage), "status");
}

static const struct state *put_status(struct arena *a, const struct state *s, const char *stage,
				      const struct value *status)
{
	return state_put_stage(a, s, stage,
			       status_with(a, stage_object(a, s, stage), "status", status));
}

/* Kargo's PromotionReference of one that runs: what it is and what it brings. */
static struct value *running(struct arena *a, const struct value *promotion)
{
	struct value *v = value_map(a), *freight = value_map(a);

	value_set(a, v, "name",
		  value_string(a, value_path_text(promotion, "metadata.name", "")));
	value_set(a, freight, "name",
		  value_string(a, value_path_text(promotion, "status.freight.name", "")));
	value_set(a, v, "freight", freight);
	return v;
}

/*
 * Of one that ended, after last. A collection that came into the history is not kept twice; one that did not
 * even start leaves that of the last.
 */
static struct value *ended(struct arena *a, const struct value *promotion, const struct value *last)
{
	const struct value *status = value_get(promotion, "status");
	struct value *v = running(a, promotion);
	struct value *brief = value_map(a);
	static const char *const kept[] = { "phase", "message", "healthChecks", "freightCollection" };
	bool good = strcmp(value_text(value_get(status, "phase"), ""), "Succeeded") == 0;

	for (size_t i = 0; i < COUNTOF(kept) - good; i++)
		if (value_get(status, kept[i]))
			value_set(a, brief, kept[i], value_get(status, kept[i]));
	if (!value_get(status, "startedAt") && value_path(last, "status.freightCollection"))
		value_set(a, brief, "freightCollection", value_path(last, "status.freightCollection"));
	value_set(a, v, "status", brief);
	if (value_get(status, "finishedAt"))
		value_set(a, v, "finishedAt", value_get(status, "finishedAt"));
	return v;
}

const struct state *stage_started(struct arena *a, const struct state *s, const struct event *ev,
				  const struct value *promotion)
{
	const struct value *status = stage_status_of(a, s, ev->stage);

	return put_status(a, s, ev->stage,
			  status_with(a, status, "currentPromotion", running(a, promotion)));
}

/* Newest first, at most ten. */
static struct value *pushed(struct arena *a, const struct value *list, const struct value *first)
{
	struct value *out = value_list(a);

	value_append(a, out, value_copy(a, first));
	for (size_t i = 0; i < value_count(list) && i + 1 < STAGE_HISTORY_MAX; i++)
		value_append(a, out, value_at(list, i));
	return out;
}

static bool collection_has(const struct value *collection, const char *freight)
{
	const struct value *items = value_get(collection, "items");

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		if (strcmp(value_text(value_get(items->map.members[i].value, "name"), ""),
			   freight) == 0)
			return true;
	return false;
}

/* The freight left the stage: how long it was there counts, if it was verified by then. */
static const struct value *with_soak(struct arena *a, const struct value *freight,
				     const char *stage, int64_t now)
{
	const struct value *status = value_get(freight, "status");
	const struct value *verified = value_get(status, "verifiedIn");
	const struct value *mark = value_get(verified, stage);
	int64_t since, before = 0;

	if (!mark || !clock_parse(value_text(value_get(value_get(value_get(status, "currentlyIn"),
								 stage), "since"), ""), &since))
		return status;
	duration_parse(value_text(value_get(mark, "longestSoak"), "0s"), &before);
	int64_t soaked = (now - since) * 1000000;
	if (soaked <= before)
		return status;
	struct value *longest = value_string(a, duration_text(a, soaked));
	return status_with(a, status, "verifiedIn",
			   status_with(a, verified, stage,
				       status_with(a, mark, "longestSoak", longest)));
}

static const struct state *stage_status_leave(struct arena *a, const struct state *s,
					      const char *name, const char *stage, int64_t now)
{
	const struct value *freight = state_freight(s, name);

	if (!freight)
		return s;
	const struct value *status = with_soak(a, freight, stage, now);
	status = status_with(a, status, "currentlyIn",
			     status_with(a, value_get(status, "currentlyIn"), stage, NULL));
	return state_put_freight(a, s, name, status_with(a, freight, "status", status));
}

static const struct state *stage_status_enter(struct arena *a, const struct state *s,
					      const char *name, const char *stage, int64_t now)
{
	const struct value *freight = state_freight(s, name);
	struct value *mark = value_map(a);

	if (!freight || value_get(value_path(freight, "status.currentlyIn"), stage))
		return s;
	value_set(a, mark, "since", value_string(a, clock_rfc3339(a, now)));
	const struct value *status = value_get(freight, "status");
	status = status_with(a, status, "currentlyIn",
			     status_with(a, value_get(status, "currentlyIn"), stage, mark));
	return state_put_freight(a, s, name, status_with(a, freight, "status", status));
}

/* In the event's stage the freight of one collection makes room for that of another. */
static const struct state *move_freight(struct arena *a, const struct state *s, const struct event *ev,
					const struct value *old, const struct value *new)
{
	const struct value *items = value_get(old, "items");

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++) {
		const char *name = value_text(value_get(items->map.members[i].value, "name"), "");
		if (!collection_has(new, name))
			s = stage_status_leave(a, s, name, ev->stage, ev->at);
	}
	items = value_get(new, "items");
	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		s = stage_status_enter(a, s, value_text(value_get(items->map.members[i].value, "name"), ""),
				       ev->stage, ev->at);
	return s;
}

static struct value *hold_value(struct arena *a, const struct event *ev, const char *freight,
				const char *origin)
{
	struct value *v = value_map(a);
	struct value *from = value_map(a);
	const char *slash = strchr(origin, '/');

	value_set(a, from, "kind", value_string(a, "Warehouse"));
	value_set(a, from, "name", value_string(a, slash ? slash + 1 : origin));
	value_set(a, v, "freightName", value_string(a, freight ? freight : ""));
	value_set(a, v, "origin", from);
	if (ev->promotion)
		value_set(a, v, "promotionName", value_string(a, ev->promotion));
	if (ev->actor)
		value_set(a, v, "actor", value_string(a, ev->actor));
	value_set(a, v, "createdAt", value_string(a, clock_rfc3339(a, ev->at)));
	/* Of a promotion that holds, the Promotion has it. */
	if (ev->kind == EVENT_STAGE_HELD && ev->reason)
		value_set(a, v, "reason", value_string(a, ev->reason));
	return v;
}

/* A hold or a resume comes true when its promotion ends in any way but being aborted. */
static const struct value *with_holds(struct arena *a, const struct value *status,
				      const struct event *ev, const struct value *promotion)
{
	const struct value *notes = value_path(promotion, "metadata.annotations");
	const char *hold = value_text(value_get(notes, HOLD), NULL);
	const char *resume = value_text(value_get(notes, RESUME), NULL);
	const struct value *holds = value_get(status, "autoPromotionHolds");

	if (strcmp(value_path_text(promotion, "status.phase", ""), "Aborted") == 0)
		return status;
	if (hold) {
		struct event asked = *ev;
		asked.actor = value_text(value_get(notes, "kargo.akuity.io/create-actor"), NULL);
		const char *freight = value_path_text(promotion, "spec.freight", "");
		holds = status_with(a, holds, hold, hold_value(a, &asked, freight, hold));
	}
	if (resume)
		holds = status_with(a, holds, resume, NULL);
	return hold || resume ? status_with(a, status, "autoPromotionHolds", holds) : status;
}

/* When the collection became current, for people; Kargo does not keep it. */
static const struct value *dated(struct arena *a, const struct value *collection, int64_t at)
{
	return status_with(a, collection, "since", value_string(a, clock_rfc3339(a, at)));
}

const struct state *stage_finished(struct arena *a, const struct state *s, const struct event *ev,
				   const struct value *promotion)
{
	const struct value *status = stage_status_of(a, s, ev->stage);
	const struct value *history = value_get(status, "freightHistory");
	const struct value *new = value_path(promotion, "status.freightCollection");
	const char *phase = value_path_text(promotion, "status.phase", "");
	bool was_current = same_text(value_path_text(status, "currentPromotion.name", NULL),
				     ev->promotion);

	if (was_current) {
		status = status_with(a, status, "currentPromotion", NULL);
		status = status_with(a, status, "lastPromotion",
				     ended(a, promotion, value_get(status, "lastPromotion")));
	}
	status = with_holds(a, status, ev, promotion);
	if (strcmp(phase, "Succeeded") != 0 || !new)
		return put_status(a, s, ev->stage, status);
	const struct value *old = value_at(history, 0);
	status = status_with(a, status, "freightHistory",
			     pushed(a, history, dated(a, new, ev->at)));
	s = put_status(a, s, ev->stage, status);
	return move_freight(a, s, ev, old, new);
}

/* The list with the info in place of the one of the same id, or in front. */
static struct value *with_info(struct arena *a, const struct value *list, const struct value *info)
{
	const char *id = value_text(value_get(info, "id"), "");
	struct value *out = value_list(a);

	if (strcmp(value_text(value_get(value_at(list, 0), "id"), ""), id) != 0)
		return pushed(a, list, info);
	value_append(a, out, value_copy(a, info));
	for (size_t i = 1; i < value_count(list); i++)
		value_append(a, out, value_at(list, i));
	return out;
}

static struct value *stage_status_names_of(struct arena *a, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");
	struct value *names = value_list(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		if (value_get(items->map.members[i].value, "name"))
			value_append(a, names, value_get(items->map.members[i].value, "name"));
	return names;
}

bool stage_verification(struct arena *a, const struct state *s, const struct event *ev,
			struct stage_verified *out, struct err *e)
{
	const struct value *status = ev->stage ? stage_status_of(a, s, ev->stage) : NULL;
	const struct value *history = value_get(status, "freightHistory");
	const struct value *current = value_at(history, 0);
	struct value *info = value_copy(a, ev->data);
	const char *collection = value_text(value_get(info, "collection"), "");

	if (!current || strcmp(value_text(value_get(current, "id"), ""), collection) != 0)
		return err_set(e, ERR_CONFLICT, "stage \"%s\" runs other freight now",
			       ev->stage ? ev->stage : "");
	value_remove(info, "collection");
	struct value *list = value_list(a);
	value_append(a, list, status_with(a, current, "verificationHistory",
					  with_info(a, value_get(current, "verificationHistory"), info)));
	for (size_t i = 1; i < value_count(history); i++)
		value_append(a, list, value_at(history, i));
	*out = (struct stage_verified){ 0 };
	out->after = put_status(a, s, ev->stage, status_with(a, status, "freightHistory", list));
	if (ev->kind == EVENT_STAGE_VERIFIED &&
	    strcmp(value_text(value_get(info, "phase"), ""), "Successful") == 0)
		out->freight = stage_status_names_of(a, current);
	return true;
}

bool stage_reverify(struct arena *a, const struct state *s, const struct event *ev,
		    const struct state **after, struct err *e)
{
	const struct value *object = ev->stage ? stage_object(a, s, ev->stage) : NULL;
	const struct value *current = value_at(value_path(object, "status.freightHistory"), 0);
	const struct value *newest = value_at(value_get(current, "verificationHistory"), 0);
	const struct value *meta = value_get(object, "metadata");
	const char *id = value_text(value_get(ev->data, "verification"), "");
	struct value *wish = value_map(a);

	if (!*id || !same_text(value_text(value_get(newest, "id"), NULL), id))
		return err_set(e, ERR_CONFLICT,
			       "stage \"%s\" was verified again, or runs other freight now",
			       ev->stage ? ev->stage : "");
	value_set(a, wish, "id", value_string(a, id));
	if (ev->actor)
		value_set(a, wish, "actor", value_string(a, ev->actor));
	meta = status_with(a, meta, "annotations",
			   status_with(a, value_get(meta, "annotations"), STAGE_REVERIFY,
				       value_string(a, json_text(a, wish, 0))));
	*after = state_put_stage(a, s, ev->stage, status_with(a, object, "metadata", meta));
	return true;
}

const struct state *stage_held(struct arena *a, const struct state *s, const struct event *ev)
{
	const struct value *status = stage_status_of(a, s, ev->stage);
	const struct value *holds = value_get(status, "autoPromotionHolds");
	const char *origin = ev->warehouse ? str_format(a, "Warehouse/%s", ev->warehouse) : NULL;

	const struct value *several = value_get(ev->data, "holds");

	if (ev->kind == EVENT_STAGE_RESUMED)
		holds = origin ? status_with(a, holds, origin, NULL) : NULL;
	else if (origin)
		holds = status_with(a, holds, origin, hold_value(a, ev, ev->freight, origin));
	else
		for (size_t i = 0; value_is(several, VALUE_MAP) && i < several->map.count; i++) {
			const struct value_member *m = &several->map.members[i];

			holds = status_with(a, holds, m->key.at,
					    hold_value(a, ev, value_text(m->value, ""), m->key.at));
		}
	return put_status(a, s, ev->stage, status_with(a, status, "autoPromotionHolds", holds));
}
