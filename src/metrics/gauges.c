/* SPDX-License-Identifier: Apache-2.0 */
/* Goes through the world once; each family then takes what it needs. */
#include "metrics/metrics_inner.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "metrics/exposition.h"
#include "model/application.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/window.h"
#include "model/world.h"

/* A stage, and what of it needs more than a look. */
struct gauges_stage {
	const struct stage *stage;
	const char *labels;
	const struct promotion *active;
	size_t behind;
	int64_t lag;                    /* ms: how far behind its warehouses */
	int64_t newest;                 /* ms: when the newest that it runs was found */
	struct waiting waiting;
};

/* Applications of one health and sync. */
struct gauges_applications {
	const char *labels;
	size_t count;
};

struct gauges {
	struct arena *arena;
	const struct world *world;
	int64_t now;
	const char *labels;             /* the project's */
	struct map freight;             /* warehouse to struct list *: its freight, newest first */
	struct map promotions;          /* stage to what is active in it */
	size_t pending, running;
	struct gauges_stage *stages;    /* those that promote */
	size_t nstages;
	struct map by_state;            /* struct gauges_applications */
	struct list states;
};

static const struct label no_label;

static const char *gauges_labels(const struct gauges *g, const char *name, const char *value)
{
	const struct label labels[] = { { "project", world_name(g->world) }, { name, value } };

	return exposition_labels(g->arena, labels, 2);
}

static void gauges_index_freight(struct gauges *g)
{
	for (size_t i = 0; i < g->world->nfreight; i++) {
		const struct freight *f = g->world->freight[i];

		list_add(g->arena, map_list(g->arena, &g->freight, f->warehouse), f);
	}
}

/* Promotions come newest first: a running one stays, of the pending the oldest. */
static void gauges_index_promotions(struct gauges *g)
{
	for (size_t i = 0; i < g->world->npromotions; i++) {
		const struct promotion *p = g->world->promotions[i];
		const struct promotion *known;

		if (promotion_is_over(p))
			continue;
		known = map_get(&g->promotions, p->stage);
		g->pending += p->phase == PHASE_PENDING;
		g->running += p->phase == PHASE_RUNNING;
		if (!known || known->phase != PHASE_RUNNING)
			map_set(g->arena, &g->promotions, p->stage, p);
	}
}

/* What of one warehouse is newer than the freight that the stage runs of it. */
static void gauges_compare(struct gauges *g, struct gauges_stage *out, const char *warehouse,
			   struct list *newer)
{
	const struct list *all = map_get(&g->freight, warehouse);
	const char *runs = stage_freight(out->stage, warehouse);
	const struct freight *newest, *f = NULL;
	size_t at = 0;

	if (!all)
		return;
	for (; at < all->count; at++) {
		f = all->items[at];
		if (runs && strcmp(f->name, runs) == 0)
			break;
		list_add(g->arena, newer, f);
	}
	out->behind += at;
	if (at == all->count)           /* nothing runs here yet, or it is forgotten */
		return;
	newest = all->items[0];
	if (newest->discovered_at - f->discovered_at > out->lag)
		out->lag = newest->discovered_at - f->discovered_at;
	if (f->discovered_at > out->newest)
		out->newest = f->discovered_at;
}

static void gauges_fill_stage(struct gauges *g, const struct stage *s)
{
	struct gauges_stage *out = &g->stages[g->nstages++];
	struct list newer = { 0 };

	*out = (struct gauges_stage){ .stage = s, .labels = gauges_labels(g, "stage", s->name),
				      .active = map_get(&g->promotions, s->name) };
	for (size_t i = 0; i < s->nrequests; i++)
		gauges_compare(g, out, s->requests[i].warehouse, &newer);
	const struct newer n = { (const struct freight *const *)newer.items, newer.count };
	out->waiting = waiting_of(g->world, s, &n, out->active, g->now);
}

static void gauges_count_applications(struct gauges *g)
{
	for (size_t i = 0; i < g->world->applications.count; i++) {
		const struct application *app = application_at(&g->world->applications, i);
		const struct label labels[] = { { "project", world_name(g->world) },
						{ "health", *app->health ? app->health : "Unknown" },
						{ "sync", *app->sync ? app->sync : "Unknown" } };
		const char *text = exposition_labels(g->arena, labels, 3);
		struct gauges_applications *state = map_get(&g->by_state, text);

		if (!state) {
			state = arena_alloc(g->arena, sizeof(*state));
			state->labels = text;
			map_set(g->arena, &g->by_state, text, state);
			list_add(g->arena, &g->states, state);
		}
		state->count++;
	}
}

struct gauges *gauges_of(struct arena *a, const struct world *w, int64_t now)
{
	struct gauges *g = arena_alloc(a, sizeof(*g));
	const struct label project = { "project", world_name(w) };

	assert(!w->loading);
	*g = (struct gauges){ .arena = a, .world = w, .now = now,
			      .labels = exposition_labels(a, &project, 1),
			      .stages = arena_array(a, w->nstages, sizeof(*g->stages)) };
	gauges_index_freight(g);
	gauges_index_promotions(g);
	gauges_count_applications(g);
	for (size_t i = 0; i < w->nstages; i++)
		if (w->stages[i]->object && !stage_is_control_flow(w->stages[i]))
			gauges_fill_stage(g, w->stages[i]);
	return g;
}

static double gauges_seconds(int64_t ms)
{
	return (double)ms / 1000;
}

/* In whole seconds. A moment that has not come is absent, so that no age is computed from it. */
static void gauges_moment(struct exposition *x, const char *labels, struct label more, int64_t ms)
{
	if (ms)
		exposition_sample(x, labels, more, gauges_seconds(ms / 1000 * 1000));
}

static void gauges_write_problems(const struct gauges *g, struct exposition *x)
{
	size_t errors = 0;

	for (size_t i = 0; i < g->world->ncomplaints; i++)
		errors += g->world->complaints[i].is_error;
	exposition_sample(x, g->labels, (struct label){ "severity", "error" }, (double)errors);
	exposition_sample(x, g->labels, (struct label){ "severity", "warning" },
			  (double)(g->world->ncomplaints - errors));
}

static void gauges_write_project(const struct gauges *g, struct exposition *x)
{
	const struct world *w = g->world;

	if (x->family == FAMILY_CONFIG_GOOD)
		exposition_sample(x, g->labels, no_label, !w->stale_manifests && !w->manifests_fault);
	if (x->family == FAMILY_CONFIG_PROBLEMS)
		gauges_write_problems(g, x);
	/* Absent while unknown: a process that has not looked must not claim that nobody executes. */
	if (x->family == FAMILY_LEASE_HELD && w->engine != ENGINE_UNKNOWN)
		exposition_sample(x, g->labels, no_label, world_is_led_here(w));
	if (x->family == FAMILY_EXECUTOR && w->engine != ENGINE_UNKNOWN)
		exposition_sample(x, g->labels, no_label,
				  w->engine == ENGINE_HERE || w->engine == ENGINE_ELSEWHERE);
	if (x->family == FAMILY_LEDGER_LAST && w->nevents)
		gauges_moment(x, g->labels, no_label, w->events[0].at);
	if (x->family == FAMILY_ACTIVE) {
		exposition_sample(x, g->labels, (struct label){ "phase", "Pending" }, (double)g->pending);
		exposition_sample(x, g->labels, (struct label){ "phase", "Running" }, (double)g->running);
	}
	for (size_t i = 0; x->family == FAMILY_APPLICATIONS && i < g->states.count; i++) {
		const struct gauges_applications *state = g->states.items[i];

		exposition_sample(x, state->labels, no_label, (double)state->count);
	}
}

/* A source that has neither answered nor failed yet is absent. */
static void gauges_write_sources(const struct gauges *g, struct exposition *x)
{
	for (size_t i = 0; i < g->world->nsources; i++) {
		const struct source *s = &g->world->sources[i];
		const struct label name = { "source", s->name };

		if (x->family == FAMILY_SOURCE_UP && (s->seen_at || s->failing_since))
			exposition_sample(x, g->labels, name, !s->failing_since);
		if (x->family == FAMILY_SOURCE_SEEN)
			gauges_moment(x, g->labels, name, s->seen_at);
	}
}

static void gauges_write_warehouses(const struct gauges *g, struct exposition *x)
{
	for (size_t i = 0; i < g->world->nwarehouses; i++) {
		const struct warehouse *w = g->world->warehouses[i];
		const char *labels = gauges_labels(g, "warehouse", w->name);
		const struct list *all = map_get(&g->freight, w->name);

		if (x->family == FAMILY_WAREHOUSE_UP && (w->looked_at || w->failing_since || w->fault))
			exposition_sample(x, labels, no_label, !w->failing_since && !w->fault);
		if (x->family == FAMILY_DISCOVERY_SEEN)
			gauges_moment(x, labels, no_label, w->looked_at);
		if (x->family == FAMILY_FREIGHT_NEWEST && all)
			gauges_moment(x, labels, no_label,
				      ((const struct freight *)all->items[0])->discovered_at);
	}
}

static void gauges_write_info(const struct gauges *g, const struct gauges_stage *s, struct exposition *x)
{
	const struct label labels[] = {
		{ "project", world_name(g->world) }, { "stage", s->stage->name },
		{ "production", s->stage->production ? "true" : "false" },
		{ "auto_promotion", s->stage->auto_promotion ? "true" : "false" },
	};

	exposition_sample(x, exposition_labels(g->arena, labels, COUNTOF(labels)), no_label, 1);
}

static void gauges_write_window(const struct gauges *g, const struct gauges_stage *s, struct exposition *x)
{
	struct window_state window;

	if (!s->waiting.reason)
		return;
	window_state(g->world->project, s->stage, g->now, &window);
	gauges_moment(x, s->labels, no_label, window.closed ? 0 : window.closes_at);
}

static void gauges_write_stage(const struct gauges *g, const struct gauges_stage *s, struct exposition *x)
{
	const struct stage *stage = s->stage;
	const struct collection *runs = stage_runs(stage);
	const bool running = s->active && s->active->phase == PHASE_RUNNING;

	if (x->family == FAMILY_STAGE_INFO)
		gauges_write_info(g, s, x);
	if (x->family == FAMILY_STAGE_HEALTH && stage->health != HEALTH_NONE)
		exposition_sample(x, s->labels, (struct label){ "status", health_name(stage->health) }, 1);
	if (x->family == FAMILY_STAGE_FREIGHT)
		gauges_moment(x, s->labels, no_label, s->newest);
	if (x->family == FAMILY_STAGE_PROMOTED && stage->production)
		gauges_moment(x, s->labels, no_label, runs ? runs->since : 0);
	if (x->family == FAMILY_STAGE_BEHIND)
		exposition_sample(x, s->labels, no_label, (double)s->behind);
	if (x->family == FAMILY_STAGE_LAG && runs)
		exposition_sample(x, s->labels, no_label, gauges_seconds(s->lag));
	if (x->family == FAMILY_STAGE_HELD && stage->nholds)
		exposition_sample(x, s->labels, no_label, (double)stage->nholds);
	if (x->family == FAMILY_STARTED)
		gauges_moment(x, s->labels, no_label, running ? s->active->started_at : 0);
	if (x->family == FAMILY_WAITING && s->waiting.reason)
		gauges_moment(x, s->labels, (struct label){ "reason", s->waiting.reason }, s->waiting.since);
	if (x->family == FAMILY_WINDOW)
		gauges_write_window(g, s, x);
}

void gauges_write(const struct gauges *g, struct exposition *x)
{
	gauges_write_project(g, x);
	if (x->family == FAMILY_SOURCE_UP || x->family == FAMILY_SOURCE_SEEN)
		gauges_write_sources(g, x);
	if (x->family == FAMILY_WAREHOUSE_UP || x->family == FAMILY_DISCOVERY_SEEN ||
	    x->family == FAMILY_FREIGHT_NEWEST)
		gauges_write_warehouses(g, x);
	if (x->family >= FAMILY_STAGE_INFO && x->family <= FAMILY_WINDOW)
		for (size_t i = 0; i < g->nstages; i++)
			gauges_write_stage(g, &g->stages[i], x);
}
