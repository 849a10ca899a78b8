/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's gates: what is available, whose turn it is, what is held (kargo/gates.jsonl).
 * Each operation of the set calls the rule of model/ that the program itself uses.
 */
#include "vectors.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/admission.h"
#include "model/application.h"
#include "model/collection.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

struct scene {
	struct arena *a;
	const struct value *input;
	struct world w;
	struct stage *s;
	int64_t now;
};

static struct value *text(struct arena *a, const char *t)
{
	return value_string(a, t);
}

static bool read_warehouses(struct scene *t)
{
	const struct value *names = value_get(t->input, "warehouses");

	t->w.warehouses = arena_array(t->a, value_count(names), sizeof(*t->w.warehouses));
	for (size_t i = 0; i < value_count(names); i++) {
		struct warehouse *w = arena_alloc(t->a, sizeof(*w));

		w->name = value_text(value_at(names, i), "");
		t->w.warehouses[t->w.nwarehouses++] = w;
	}
	return true;
}

static bool read_scene(struct scene *t, struct err *e)
{
	const struct value *freight = value_get(t->input, "freight");
	const struct value *promotions = value_get(t->input, "promotions");
	const struct value *stage = value_get(t->input, "stage");

	clock_parse(value_text(value_get(t->input, "now"), ""), &t->now);
	t->w.freight = arena_array(t->a, value_count(freight), sizeof(*t->w.freight));
	for (size_t i = 0; i < value_count(freight); i++)
		if (!freight_read(t->a, value_at(freight, i), &t->w.freight[t->w.nfreight++], e))
			return false;
	t->w.promotions = arena_array(t->a, value_count(promotions), sizeof(*t->w.promotions));
	for (size_t i = 0; i < value_count(promotions); i++)
		if (!promotion_read(t->a, value_at(promotions, i),
				    &t->w.promotions[t->w.npromotions++], e))
			return false;
	if (stage && !stage_read(t->a, stage, &t->s, e))
		return false;
	if (stage)
		stage_read_status(t->a, t->s, value_get(stage, "status"));
	if (stage)
		t->s->auto_promotion = value_truth(value_get(t->input, "enabled"), false);
	return read_warehouses(t);
}

static struct value *op_available(struct scene *t, struct err *e)
{
	(void)e;
	return value_bool(t->a, t->w.nfreight &&
			  freight_is_available(t->s, t->w.freight[0], t->now));
}

static struct value *op_list(struct scene *t, struct err *e)
{
	struct value *out = value_list(t->a);
	const struct freight **list;
	size_t count;

	if (!stage_has_sources(&t->w, t->s, e))
		return NULL;
	count = freight_available(t->a, &t->w, t->s, t->now, &list);
	for (size_t i = 0; i < count; i++)
		value_append(t->a, out, text(t->a, list[i]->name));
	return out;
}

static struct value *op_candidates(struct scene *t, struct err *e)
{
	struct value *out = value_map(t->a);

	(void)e;
	for (size_t i = 0; i < t->s->nrequests; i++) {
		const struct freight_request *r = &t->s->requests[i];
		const struct freight *f = freight_pick(
			r, (const struct freight *const *)t->w.freight, t->w.nfreight);

		if (f)
			value_set(t->a, out, str_format(t->a, "Warehouse/%s", r->warehouse),
				  text(t->a, f->name));
	}
	return out;
}

static struct value *op_enabled(struct scene *t, struct err *e)
{
	bool on;

	if (!policies_auto_promote(value_get(t->input, "config"), t->s->object, &on, e))
		return NULL;
	return value_bool(t->a, on);
}

static struct value *op_auto(struct scene *t, struct err *e)
{
	struct value *out = value_map(t->a), *holds = value_map(t->a), *names = value_list(t->a);
	struct list promoted = { 0 };

	if (t->s->auto_promotion && !stage_has_sources(&t->w, t->s, e))
		return NULL;
	t->s->nholds = holds_in_effect(t->a, t->s, t->w.promotions, t->w.npromotions,
				       &t->s->holds);
	for (size_t i = 0; i < t->s->nholds; i++) {
		const struct hold *h = &t->s->holds[i];
		struct value *v = value_map(t->a);

		value_set(t->a, v, "actor", text(t->a, h->actor));
		value_set(t->a, v, "freight", text(t->a, h->freight));
		value_set(t->a, v, "promotion", text(t->a, h->promotion));
		value_set(t->a, holds, str_format(t->a, "Warehouse/%s", h->warehouse), v);
	}
	stage_auto_promotes(t->a, &t->w, t->s, t->now, &promoted);
	for (size_t i = 0; i < promoted.count; i++)
		value_append(t->a, names, text(t->a, ((struct freight *)promoted.items[i])->name));
	value_set(t->a, out, "holds", holds);
	value_set(t->a, out, "promoted", names);
	return out;
}

static struct value *op_sync(struct scene *t, struct err *e)
{
	struct arena *a = t->a;
	struct value *out = value_map(a), *conditions = value_map(a), *history = value_list(a);
	struct value *holds = value_map(a);
	struct admission got;

	(void)e;
	stage_admit(a, t->s, t->w.promotions, t->w.npromotions, &got);
	if (got.promoting)
		value_set(a, conditions, "Promoting", text(a, "True/ActivePromotion"));
	if (got.succeeded) {
		value_set(a, conditions, "Healthy", text(a, "Unknown/WaitingForHealthCheck"));
		value_set(a, conditions, "Verified", text(a, "Unknown/WaitingForVerification"));
	}
	for (size_t i = 0; i < got.history.count; i++)
		value_append(a, history, value_get(got.history.items[i], "id"));
	for (size_t i = 0; i < got.nholds; i++)
		value_set(a, holds, str_format(a, "Warehouse/%s", got.holds[i].warehouse),
			  text(a, got.holds[i].freight));
	value_set(a, out, "conditions", conditions);
	value_set(a, out, "history", history);
	value_set(a, out, "holds", holds);
	value_set(a, out, "requeue", value_bool(a, got.busy));
	if (got.current)
		value_set(a, out, "current", text(a, got.current));
	const char *last = got.last ? got.last->name : t->s->last_promotion;
	const struct value *collection = got.last ? got.last_collection
		: value_path(t->s->status, "lastPromotion.status.freightCollection");
	if (last)
		value_set(a, out, "last", text(a, last));
	if (collection)
		value_set(a, out, "lastCollection", value_get(collection, "id"));
	return out;
}

static struct value *op_order(struct scene *t, struct err *e)
{
	struct value *out = value_list(t->a);

	(void)e;
	for (size_t i = 1; i < t->w.npromotions; i++)
		for (size_t j = i; j > 0; j--) {
			struct promotion **p = &t->w.promotions[j - 1], *swap = p[0];

			if (promotion_order(p[0], p[1]) <= 0)
				break;
			p[0] = p[1];
			p[1] = swap;
		}
	for (size_t i = 0; i < t->w.npromotions; i++)
		value_append(t->a, out, text(t->a, t->w.promotions[i]->name));
	return out;
}

static struct value *op_collection(struct scene *t, struct err *e)
{
	const struct value *made = collection_make(t->a, value_get(t->input, "refs"));
	const struct value *items = value_get(made, "items");
	struct value *out = value_map(t->a), *names = value_list(t->a);

	(void)e;
	for (size_t i = 0; i < value_count(items); i++)
		value_append(t->a, names,
			     text(t->a, str_format(t->a, "%s=%s", items->map.members[i].key.at,
						   value_path_text(items->map.members[i].value, "name",
								   ""))));
	value_set(t->a, out, "id", value_get(made, "id"));
	value_set(t->a, out, "items", names);
	return out;
}

static struct value *op_authorized(struct scene *t, struct err *e)
{
	struct value *out = value_list(t->a);
	struct list stages = { 0 };

	if (!application_stages(t->a, value_path_text(t->input, "value", ""), &stages, e))
		return NULL;
	for (size_t i = 0; i < stages.count; i++)
		value_append(t->a, out, text(t->a, stages.items[i]));
	return out;
}

static struct value *op_name(struct scene *t, struct err *e)
{
	const struct value *names = value_get(t->input, "names");
	const char *freight = value_text(value_at(names, 1), "");
	const char *name = promotion_make_name(t->a, value_text(value_at(names, 0), ""),
					       "01HZZZZZZZZZZZZZZZZZZZZZZZ", freight);
	struct value *out = value_map(t->a);
	const char *middle = strstr(name, ".01hzz");

	(void)e;
	if (!*name || !middle) {
		value_set(t->a, out, "name", text(t->a, name));
		return out;
	}
	value_set(t->a, out, "length", value_int(t->a, (int64_t)strlen(name)));
	value_set(t->a, out, "prefix", value_string_n(t->a, name, (size_t)(middle - name)));
	value_set(t->a, out, "suffix", text(t->a, strrchr(name, '.') + 1));
	return out;
}

static struct value *op_health(struct scene *t, struct err *e)
{
	const struct value *list = value_get(t->input, "health");
	enum health all = HEALTH_NONE, one;

	(void)e;
	for (size_t i = 0; i < value_count(list); i++)
		if (health_parse(value_text(value_at(list, i), ""), &one))
			all = health_merge(all, one);
	return text(t->a, health_name(all));
}

static struct value *op_final_phase(struct scene *t, struct err *e)
{
	const struct value *steps = value_get(t->input, "steps");
	const struct value *metas = value_get(t->input, "metas");
	struct step_end *ends = arena_array(t->a, value_count(metas), sizeof(*ends));
	struct value *out = value_map(t->a);
	const char *message;

	(void)e;
	for (size_t i = 0; i < value_count(metas); i++) {
		step_status_parse(value_path_text(value_at(metas, i), "status", ""), &ends[i].status);
		ends[i].message = value_path_text(value_at(metas, i), "message", "");
		ends[i].continue_on_error =
			value_truth(value_get(value_at(steps, i), "continueOnError"), false);
	}
	enum promotion_phase phase = promotion_final_phase(ends, value_count(metas), &message);
	value_set(t->a, out, "phase", text(t->a, phase_name(phase)));
	value_set(t->a, out, "message", text(t->a, message));
	return out;
}

static const struct {
	const char *name;
	struct value *(*run)(struct scene *t, struct err *e);
} ops[] = {
	{ "available", op_available },   { "list", op_list },
	{ "candidates", op_candidates }, { "autoPromotionEnabled", op_enabled },
	{ "autoPromote", op_auto },      { "sync", op_sync },
	{ "order", op_order },           { "collection", op_collection },
	{ "authorized", op_authorized }, { "promotionName", op_name },
	{ "health", op_health },         { "finalPhase", op_final_phase },
};

/* A Stage's Ready condition and freight summary are for kubectl; gantry keeps neither. */
static bool is_not_kept(const struct value *input)
{
	const char *op = value_path_text(input, "op", "");

	return strcmp(op, "summary") == 0 || strcmp(op, "conditions") == 0;
}

static struct value *run(struct scene *t, struct err *e)
{
	const char *op = value_path_text(t->input, "op", "");

	if (!read_scene(t, e))
		return NULL;
	for (size_t i = 0; i < COUNTOF(ops); i++)
		if (strcmp(ops[i].name, op) == 0)
			return ops[i].run(t, e);
	err_set(e, ERR_INTERNAL, "no such operation: %s", op);
	return NULL;
}

static void each(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	struct scene t = { .a = a, .input = value_get(line, "input") };
	const struct value *want = value_get(line, "expect");
	struct err e = { .code = ERR_NONE };
	const struct value *got = NULL;
	bool passed;

	(void)context;
	if (is_not_kept(t.input)) {
		vectors_better(v);
		return;
	}
	got = run(&t, &e);
	passed = want ? got && value_equal(got, want) : !got && e.code == ERR_CONFIG;
	vectors_case(v, passed, "%s: %s instead of %s", value_path_text(line, "name", ""),
		     got ? json_text(a, got, 0) : e.message,
		     want ? json_text(a, want, 0) : value_path_text(line, "message", ""));
}

void vectors_gates(struct vectors *v)
{
	vectors_lines(v, "kargo/gates.jsonl", each, NULL);
}
