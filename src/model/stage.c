/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A stage's manifest (doc/kargo-rules.md 1.6). What the ledger and observation know
 * of it is filled in when a world is built.
 */
#include "model/stage.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/read.h"

static bool stage_read_strategy(const struct value *v, struct freight_request *r, struct err *e)
{
	const char *availability, *selection;

	if (!read_text(v, "sources.availabilityStrategy", "", &availability, e) ||
	    !read_text(v, "sources.autoPromotionOptions.selectionPolicy", "NewestFreight", &selection,
		       e))
		return false;
	r->all = strcmp(availability, "All") == 0;
	r->match_upstream = strcmp(selection, "MatchUpstream") == 0;
	if (!r->all && *availability && strcmp(availability, "OneOf") != 0)
		r->unknown = availability;
	if (!r->match_upstream && strcmp(selection, "NewestFreight") != 0)
		return read_complain(v, "sources.autoPromotionOptions.selectionPolicy",
				     "must be NewestFreight or MatchUpstream", e);
	return true;
}

static bool read_request(struct arena *a, const struct value *v, struct freight_request *r,
			 struct err *e)
{
	struct read_texts stages;

	if (!read_text(v, "origin.name", "", &r->warehouse, e))
		return false;
	if (!*r->warehouse)
		return read_complain(v, "origin.name", "is required: the warehouse", e);
	r->has_soak = value_path(v, "sources.requiredSoakTime") != NULL;
	if (!read_texts(a, v, "sources.stages", &stages, e))
		return false;
	r->stages = stages.texts;
	r->nstages = stages.count;
	return read_truth(v, "sources.direct", false, &r->direct, e) &&
	       read_duration(v, "sources.requiredSoakTime", 0, &r->soak, e) &&
	       stage_read_strategy(v, r, e);
}

bool stage_read(struct arena *a, const struct value *object, struct stage **out, struct err *e)
{
	struct stage *s = arena_alloc(a, sizeof(*s));
	const struct value *requests, *steps;

	if (!read_name(object, &s->name, e))
		return false;
	if (!read_list(object, "spec.requestedFreight", &requests, e) ||
	    !read_list(object, "spec.promotionTemplate.spec.steps", &steps, e))
		return err_wrap(e, "stage %s", s->name);
	s->nrequests = value_count(requests);
	s->requests = arena_array(a, s->nrequests, sizeof(*s->requests));
	for (size_t i = 0; i < s->nrequests; i++)
		if (!read_request(a, requests->list.items[i], &s->requests[i], e))
			return err_wrap(e, "stage %s: requestedFreight[%zu]", s->name, i);
	s->nsteps = value_count(steps);
	s->object = object;
	*out = s;
	return true;
}

static void stage_salvage_request(struct arena *a, const struct value *v, struct freight_request *r)
{
	const struct value *stages = value_path(v, "sources.stages");

	*r = (struct freight_request){ .warehouse = value_path_text(v, "origin.name", ""),
				       .direct = value_truth(value_path(v, "sources.direct"), false) };
	r->stages = arena_array(a, value_count(stages), sizeof(*r->stages));
	for (size_t i = 0; value_is(stages, VALUE_LIST) && i < value_count(stages); i++)
		if (value_is(value_at(stages, i), VALUE_STRING))
			r->stages[r->nstages++] = value_text(value_at(stages, i), "");
}

struct stage *stage_salvage(struct arena *a, const char *name, const struct value *object)
{
	struct stage *s = arena_alloc(a, sizeof(*s));
	const struct value *requests = value_path(object, "spec.requestedFreight");

	if (!value_is(requests, VALUE_LIST))
		requests = NULL;
	s->name = name;
	s->object = object;
	s->nrequests = value_count(requests);
	s->requests = arena_array(a, s->nrequests, sizeof(*s->requests));
	for (size_t i = 0; i < s->nrequests; i++)
		stage_salvage_request(a, value_at(requests, i), &s->requests[i]);
	s->nsteps = 1;  /* that it has none is not known */
	return s;
}

static const char *collection_freight(const struct collection *c, const char *warehouse)
{
	assert(warehouse);
	for (size_t i = 0; i < c->nitems; i++)
		if (strcmp(c->items[i].warehouse, warehouse) == 0)
			return c->items[i].freight;
	return NULL;
}

const struct collection *stage_runs(const struct stage *s)
{
	return s->nhistory ? &s->history[0] : NULL;
}

bool stage_is_empty(const struct stage *s)
{
	return s->nhistory == 0 || s->history[0].nitems == 0;
}

const char *stage_freight(const struct stage *s, const char *warehouse)
{
	return s->nhistory ? collection_freight(&s->history[0], warehouse) : NULL;
}

const struct freight_request *stage_request(const struct stage *s, const char *warehouse)
{
	for (size_t i = 0; i < s->nrequests; i++)
		if (strcmp(s->requests[i].warehouse, warehouse) == 0)
			return &s->requests[i];
	return NULL;
}

bool stage_is_control_flow(const struct stage *s)
{
	return s->nsteps == 0;
}

static int64_t stage_time_at(const struct value *v, const char *key)
{
	int64_t ms = 0;

	return clock_parse(value_text(value_get(v, key), ""), &ms) ? ms : 0;
}

/* An item that names no origin has it in its key, "Warehouse/<name>". */
static const char *stage_warehouse_of(const struct value_member *m)
{
	const char *slash = strchr(m->key.at, '/');

	return value_path_text(m->value, "origin.name", slash ? slash + 1 : m->key.at);
}

static size_t stage_rank(const struct stage *s, const char *warehouse)
{
	size_t i = 0;

	while (i < s->nrequests && strcmp(s->requests[i].warehouse, warehouse) != 0)
		i++;
	return i;
}

/* In the order of the stage's requests; what is no longer asked for comes last. */
static void stage_add_item(const struct stage *s, struct collection *c,
			   const struct value_member *m)
{
	struct collection_item item = { .warehouse = stage_warehouse_of(m),
					.freight = value_text(value_get(m->value, "name"), "") };
	size_t at = c->nitems++;

	while (at > 0 && stage_rank(s, c->items[at - 1].warehouse) > stage_rank(s, item.warehouse)) {
		c->items[at] = c->items[at - 1];
		at--;
	}
	c->items[at] = item;
}

static void stage_read_collection(struct arena *a, const struct stage *s, const struct value *v,
				  struct collection *c)
{
	const struct value *items = value_get(v, "items");
	const struct value *runs = value_get(v, "verificationHistory");

	c->object = v;
	c->id = value_text(value_get(v, "id"), "");
	c->since = stage_time_at(v, "since");
	c->items = arena_array(a, value_count(items), sizeof(*c->items));
	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		stage_add_item(s, c, &items->map.members[i]);
	c->verification = value_text(value_get(value_at(runs, 0), "phase"), NULL);
	c->verification_message = value_text(value_get(value_at(runs, 0), "message"), NULL);
}

void stage_read_status(struct arena *a, struct stage *s, const struct value *status)
{
	const struct value *history = value_get(status, "freightHistory");

	s->status = status;
	s->nhistory = value_count(history);
	s->history = arena_array(a, s->nhistory, sizeof(*s->history));
	for (size_t i = 0; i < s->nhistory; i++)
		stage_read_collection(a, s, value_at(history, i), &s->history[i]);
	s->current_promotion = value_path_text(status, "currentPromotion.name", NULL);
	s->last_promotion = value_path_text(status, "lastPromotion.name", NULL);
}

void stage_read_reverify(struct arena *a, struct stage *s, const struct value *annotations)
{
	const char *text = value_text(value_get(annotations, STAGE_REVERIFY), "");
	const struct value *newest = s->nhistory
		? value_at(value_get(s->history[0].object, "verificationHistory"), 0) : NULL;
	struct value *wish = NULL;
	struct err ignored;

	if (!*text || !newest || !json_parse(a, text, strlen(text), &wish, &ignored))
		return;
	s->reverify = same_text(value_text(value_get(wish, "id"), NULL),
				value_text(value_get(newest, "id"), ""));
	s->reverify_by = value_text(value_get(wish, "actor"), NULL);
}

size_t stage_durable_holds(struct arena *a, const struct stage *s, struct hold **out)
{
	const struct value *map = value_get(s->status, "autoPromotionHolds");
	size_t count = 0;

	*out = arena_array(a, value_count(map) + s->nrequests, sizeof(**out));
	for (size_t i = 0; value_is(map, VALUE_MAP) && i < map->map.count; i++) {
		const char *origin = map->map.members[i].key.at;
		const struct value *v = map->map.members[i].value;

		if (!has_prefix(origin, "Warehouse/"))
			continue;
		(*out)[count++] = (struct hold){
			.warehouse = origin + strlen("Warehouse/"),
			.freight = value_text(value_get(v, "freightName"), ""),
			.promotion = value_text(value_get(v, "promotionName"), ""),
			.actor = value_text(value_get(v, "actor"), ""),
			.reason = value_text(value_get(v, "reason"), ""),
			.created_at = stage_time_at(v, "createdAt"),
		};
	}
	return count;
}

static const char *const healths[] = {
	[HEALTH_NONE] = "",
	[HEALTH_HEALTHY] = "Healthy",
	[HEALTH_NOT_APPLICABLE] = "NotApplicable",
	[HEALTH_PROGRESSING] = "Progressing",
	[HEALTH_UNKNOWN] = "Unknown",
	[HEALTH_UNHEALTHY] = "Unhealthy",
};

const char *health_name(enum health h)
{
	return healths[h];
}

enum health health_merge(enum health a, enum health b)
{
	return a > b ? a : b;
}
