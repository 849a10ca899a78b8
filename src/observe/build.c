/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stages and freight come from the ledger's state laid over the manifests
 * (state_world); what was observed is laid over that.
 */
#include "observe/build.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"
#include "observe/health.h"

static const struct warehouse_view *view_of(const struct observations *o, const char *name)
{
	const struct warehouse_view *views = o->attachment ? o->attachment->warehouses : o->warehouses;
	size_t count = o->past_at ? 0 : o->attachment ? o->attachment->nwarehouses : o->nwarehouses;

	for (size_t i = 0; i < count; i++)
		if (strcmp(views[i].name, name) == 0)
			return &views[i];
	return NULL;
}

static void add_warehouses(struct arena *a, const struct observations *o, struct world *w)
{
	w->nwarehouses = o->project->nwarehouses;
	w->warehouses = arena_array(a, w->nwarehouses, sizeof(*w->warehouses));
	for (size_t i = 0; i < w->nwarehouses; i++) {
		struct warehouse *made = arena_copy(a, o->project->warehouses[i], sizeof(*made));
		const struct warehouse_view *view = view_of(o, made->name);

		if (view) {
			made->looked_at = view->looked_at;
			made->failing_since = view->failing_since;
			made->error = view->error;
			made->discovered = view->discovered;
		}
		if (made->fault)
			made->error = made->fault;
		w->warehouses[i] = made;
	}
}

static void add_complaints(struct arena *a, const struct observations *o, struct world *w)
{
	w->ncomplaints = o->complaints ? o->complaints->count : 0;
	w->complaints = arena_array(a, w->ncomplaints, sizeof(*w->complaints));
	for (size_t i = 0; i < w->ncomplaints; i++)
		w->complaints[i] = *(const struct complaint *)o->complaints->items[i];
}

/*
 * The status that a step announced while it runs, the lines that it said, and how it waits. The ledger has
 * the message of a step that ended only: until then the newest line is what its last look found.
 */
static void add_step_progress(struct arena *a, const struct observations *o, const char *promotion,
			      struct promotion_step *s)
{
	size_t count = 0;

	for (size_t i = 0; i < o->nprogress; i++)
		count += strcmp(o->progress[i].promotion, promotion) == 0;
	s->log = arena_array(a, count, sizeof(*s->log));
	for (size_t i = 0; i < o->nprogress; i++) {
		const struct progress_view *view = &o->progress[i];
		enum step_status status;

		if (strcmp(view->promotion, promotion) != 0 || strcmp(view->alias, s->alias) != 0)
			continue;
		if (*view->line)
			s->log[s->nlog++] = view->line;
		if (*view->status && step_status_parse(view->status, &status))
			s->status = status;
		s->wait = view->wait;
	}
	if (s->status == STEP_RUNNING && s->nlog)
		s->message = s->log[s->nlog - 1];
	if (s->wait.errors > s->error_count)
		s->error_count = s->wait.errors;
}

static void add_progress(struct arena *a, const struct observations *o, struct world *w)
{
	for (size_t i = 0; i < w->npromotions; i++) {
		struct promotion *p;

		if (promotion_is_over(w->promotions[i]))
			continue;
		/* What the ledger says is shared with other worlds. */
		p = arena_copy(a, w->promotions[i], sizeof(*p));
		p->steps = arena_copy(a, p->steps, p->nsteps * sizeof(*p->steps));
		w->promotions[i] = p;
		for (size_t j = 0; j < p->nsteps; j++) {
			add_step_progress(a, o, p->name, &p->steps[j]);
			if (p->steps[j].status == STEP_RUNNING)
				p->current_step = j;
		}
	}
}

static void build_add_sources(struct arena *a, const struct observations *o, struct world *w)
{
	w->sources = arena_copy(a, o->sources, o->nsources * sizeof(*o->sources));
	w->nsources = o->nsources;
	w->applications = o->applications;
	w->detail = o->detail;
	w->events = o->events;
	w->nevents = o->nevents;
}

static const struct project *no_project(struct arena *a, const char *name)
{
	struct project *p = arena_alloc(a, sizeof(*p));

	p->name = name ? name : "";
	p->tasks = p->cluster_tasks = p->secrets = p->shared_secrets = value_map(a);
	p->config_maps = p->shared_config_maps = value_map(a);
	return p;
}

bool build_world(struct arena *a, const struct observations *o, struct world **out, struct err *e)
{
	struct world *w = arena_alloc(a, sizeof(*w));
	const struct state *state = o->state ? o->state : state_empty(a);

	w->built_at = o->now;
	w->loading = o->loading;
	w->past_at = o->past_at;
	w->read_only = o->read_only;
	w->stale_manifests = o->stale_manifests;
	w->manifests_fault = o->manifests_fault;
	w->manifests_fault_code = o->manifests_fault_code;
	w->project = o->project ? o->project : no_project(a, o->project_name);
	w->ledger_head = o->head ? o->head : "";
	w->name = o->name;
	w->engine = o->engine;
	w->engine_host = o->engine_host;
	w->attachment = o->attachment;
	if (!state_world(a, state, w->project, w, e))
		return err_wrap(e, "reading the ledger's state");
	if (o->project)
		add_warehouses(a, o, w);
	add_complaints(a, o, w);
	build_add_sources(a, o, w);
	add_progress(a, o, w);
	for (size_t i = 0; i < w->nstages; i++) {
		if (w->past_at)
			w->stages[i]->health = HEALTH_UNKNOWN;
		else
			health_fill(a, w, w->stages[i]);
	}
	*out = w;
	return true;
}
