/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's gates: what is available, whose turn it is, what is held (kargo/gates.jsonl).
 * Each operation of the set calls the rules that the engine itself goes by.
 */
#include "vectors.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/decide.h"
#include "model/admission.h"
#include "model/application.h"
#include "model/available.h"
#include "model/collection.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/stage_status.h"
#include "model/state.h"
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

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct promotion *const *)a)->name, (*(struct promotion *const *)b)->name);
}

static void read_status(struct scene *t, const struct state *state)
{
	stage_read_status(t->a, t->s, value_get(state_stage(state, t->s->name)->object, "status"));
}

/*
 * As the ledger's events have it: a promotion that ended while Kargo did not look is gantry's started and
 * finished one. Kargo looks at the others once the current one is over. Whether any ended.
 */
static bool record_ended(struct scene *t, const struct state **state, bool *succeeded)
{
	struct promotion **p = t->w.promotions;
	size_t count = t->w.npromotions;
	bool any = false;

	if (!t->s->current_promotion)
		return false;
	if (count)
		qsort(p, count, sizeof(*p), by_name);
	for (size_t i = 0; i < count; i++) {
		struct event ev = { .stage = t->s->name, .promotion = p[i]->name, .at = t->now };

		if (!any && strcmp(p[i]->name, t->s->current_promotion) == 0 && !promotion_is_over(p[i]))
			return false;
		if (!promotion_is_over(p[i]))
			continue;
		if (any)
			*state = stage_started(t->a, *state, &ev, p[i]->object);
		*state = stage_finished(t->a, *state, &ev, p[i]->object);
		*succeeded = *succeeded || p[i]->phase == PHASE_SUCCEEDED;
		any = true;
	}
	read_status(t, *state);
	return any;
}

/* The promotion that starts or runs on; holds that mean nothing any more go. */
static const char *decide_next(struct scene *t, const struct state **state, bool starts)
{
	struct stage *stages[] = { t->s };
	struct world w = t->w;
	struct decision d;
	const char *next = NULL;

	w.stages = stages;
	w.nstages = 1;
	t->s->nsteps = 1;
	decide(t->a, &w, t->now, false, &d);
	for (size_t i = 0; i < d.actions.count; i++) {
		const struct action *act = d.actions.items[i];
		struct event ev = { .kind = EVENT_STAGE_RESUMED, .stage = t->s->name };

		if (starts && (act->kind == ACTION_START || act->kind == ACTION_RUN))
			next = act->promotion->name;
		if (act->kind == ACTION_RESUME)
			*state = stage_held(t->a, *state, &ev);
	}
	read_status(t, *state);
	return next;
}

static bool is_busy(const struct world *w)
{
	for (size_t i = 0; i < w->npromotions; i++)
		if (!promotion_is_over(w->promotions[i]))
			return true;
	return false;
}

/* That of a promotion that succeeded is in the history only. */
static const struct value *last_collection(const struct stage *s)
{
	const struct value *last = value_path(s->status, "lastPromotion.status.freightCollection");

	return last || !s->last_promotion || !s->nhistory ? last : s->history[0].object;
}

static struct value *sync_lists(struct scene *t, struct value *out)
{
	struct value *history = value_list(t->a), *holds = value_map(t->a);
	struct hold *kept;
	size_t count = stage_durable_holds(t->a, t->s, &kept);

	for (size_t i = 0; i < t->s->nhistory; i++)
		value_append(t->a, history, text(t->a, t->s->history[i].id));
	for (size_t i = 0; i < count; i++)
		if (stage_request(t->s, kept[i].warehouse)) /* state_world() passes over others */
			value_set(t->a, holds, str_format(t->a, "Warehouse/%s", kept[i].warehouse),
				  text(t->a, kept[i].freight));
	value_set(t->a, out, "history", history);
	value_set(t->a, out, "holds", holds);
	return out;
}

/* One look of Kargo's: it records what ended, or else goes on with what is next. */
static struct value *op_sync(struct scene *t, struct err *e)
{
	struct arena *a = t->a;
	struct value *out = value_map(a), *conditions = value_map(a);
	struct state_change file = { str_format(a, "stages/%s.json", t->s->name), t->s->object };
	const struct state *state;
	bool succeeded = false;

	if (!state_read(a, &file, 1, &state, e))
		return NULL;
	bool ended = record_ended(t, &state, &succeeded);
	const char *next = decide_next(t, &state, !ended);
	if (next)
		value_set(a, conditions, "Promoting", text(a, "True/ActivePromotion"));
	if (succeeded && !t->s->history[0].verification) {
		value_set(a, conditions, "Healthy", text(a, "Unknown/WaitingForHealthCheck"));
		value_set(a, conditions, "Verified", text(a, "Unknown/WaitingForVerification"));
	}
	value_set(a, out, "conditions", conditions);
	value_set(a, out, "requeue", value_bool(a, is_busy(&t->w)));
	if (next)
		value_set(a, out, "current", text(a, next));
	if (t->s->last_promotion)
		value_set(a, out, "last", text(a, t->s->last_promotion));
	if (last_collection(t->s))
		value_set(a, out, "lastCollection", value_get(last_collection(t->s), "id"));
	return sync_lists(t, out);
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
	enum health all = HEALTH_NONE;

	(void)e;
	for (size_t i = 0; i < value_count(list); i++)
		for (enum health one = HEALTH_HEALTHY; one <= HEALTH_UNHEALTHY; one++)
			if (strcmp(value_text(value_at(list, i), ""), health_name(one)) == 0)
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
