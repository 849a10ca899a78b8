/* SPDX-License-Identifier: Apache-2.0 */
/* Every counter and histogram of a project, and which family shows which. */
#include "metrics/counts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"
#include "metrics/exposition.h"
#include "metrics/fact.h"
#include "model/delivery.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { MAX_KINDS = 200 };               /* of steps; those that come later are counted as "other" */
enum { USUAL_ENDS = 2 };                /* so many of the words below are series before they happen */

static const char *const initiators[] = { "person", "auto", "rollback" };
static const char *const phases[] = { "Succeeded", "Failed", "Errored", "Aborted" };
static const enum promotion_phase ends[] = { PHASE_SUCCEEDED, PHASE_FAILED, PHASE_ERRORED, PHASE_ABORTED };
static const char *const failures[DELIVERY_FAILURES] = { "promotion", "verification", "rollback" };
static const char *const verdicts[] = { "Successful", "Failed", "Error", "Inconclusive", "Aborted" };
static const char *const step_ends[] = { "Succeeded", "Failed", "Errored" };

static const struct buckets promotion_buckets = { 7, { 30, 60, 120, 300, 600, 1800, 3600 } };
static const struct buckets long_buckets = {
	5, { 3600, 14400, 86400, 604800, 2592000 },
};

struct stage_counts {
	const char *labels;
	uint64_t created[INITIATORS], completed[COUNTOF(phases)], verified[COUNTOF(verdicts)];
	uint64_t approvals;
	struct delivery delivery;
	struct histogram lead, recovery;
};

struct warehouse_counts {
	const char *labels;
	uint64_t created;
};

struct step_counts {
	const char *labels;
	uint64_t retries;
	struct summary took[COUNTOF(step_ends)];
};

struct counts {
	struct arena *arena;
	const char *project, *labels;
	char head[65];
	uint64_t events;
	struct map stages, warehouses, steps;   /* name to the structs above */
	struct list step_list;                  /* in the order of their first end */
	struct histogram took[COUNTOF(phases)], queued, approval, verification;
};

struct counts *counts_new(const char *project)
{
	struct arena *a = arena_new();
	struct counts *c = arena_alloc(a, sizeof(*c));
	const struct label label = { "project", project };

	assert(project);
	*c = (struct counts){
		.arena = a, .project = str_copy(a, project),
		.labels = exposition_labels(a, &label, 1),
		.queued = { .buckets = &promotion_buckets },
		.approval = { .buckets = &long_buckets },
		.verification = { .buckets = &promotion_buckets },
	};
	for (size_t i = 0; i < COUNTOF(phases); i++)
		c->took[i].buckets = &promotion_buckets;
	return c;
}

void counts_free(struct counts *c)
{
	if (c)
		arena_free(c->arena);
}

void counts_set_head(struct counts *c, const char *commit)
{
	snprintf(c->head, sizeof(c->head), "%s", commit);
}

const char *counts_head(const struct counts *c)
{
	return c->head;
}

static const char *counts_labels(const struct counts *c, const char *name, const char *value)
{
	const struct label labels[] = { { "project", c->project }, { name, value } };

	return exposition_labels(c->arena, labels, 2);
}

static struct stage_counts *counts_stage(struct counts *c, const char *name)
{
	struct stage_counts *s = map_get(&c->stages, name);

	if (s)
		return s;
	s = arena_alloc(c->arena, sizeof(*s));
	s->labels = counts_labels(c, "stage", name);
	s->lead.buckets = s->recovery.buckets = &long_buckets;
	map_set(c->arena, &c->stages, name, s);
	return s;
}

static struct warehouse_counts *counts_warehouse(struct counts *c, const char *name)
{
	struct warehouse_counts *w = map_get(&c->warehouses, name);

	if (w)
		return w;
	w = arena_alloc(c->arena, sizeof(*w));
	w->labels = counts_labels(c, "warehouse", name);
	map_set(c->arena, &c->warehouses, name, w);
	return w;
}

static struct step_counts *counts_step(struct counts *c, const char *kind)
{
	struct step_counts *s;

	if (c->step_list.count >= MAX_KINDS && !map_get(&c->steps, kind))
		kind = "other";
	s = map_get(&c->steps, kind);
	if (s)
		return s;
	s = arena_alloc(c->arena, sizeof(*s));
	s->labels = counts_labels(c, "step_kind", kind);
	map_set(c->arena, &c->steps, kind, s);
	list_add(c->arena, &c->step_list, s);
	return s;
}

/* The word's place in the list; count when it is not there. */
static size_t counts_index(const char *const *words, size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && strcmp(words[i], word) != 0)
		i++;
	return i;
}

/* Clocks of two machines differ: nothing took less than no time. */
static double counts_seconds(int64_t from, int64_t to)
{
	return to > from ? (double)(to - from) / 1000 : 0;
}

static void counts_add_steps(struct counts *c, const struct fact *f)
{
	for (size_t i = 0; i < f->nsteps; i++) {
		const struct fact_step *s = &f->steps[i];
		size_t end = counts_index(step_ends, COUNTOF(step_ends), s->status);
		struct step_counts *kind;

		if (end == COUNTOF(step_ends))
			continue;
		kind = counts_step(c, s->kind);
		if (s->took >= 0)
			summary_observe(&kind->took[end], counts_seconds(0, s->took));
		/* The last error of a step that failed is its end, not a retry. */
		kind->retries += s->errors && end ? s->errors - 1 : s->errors;
	}
}

/* A stage's events as delivery figures; counted for every stage, shown for production ones. */
static void counts_add_delivery(struct stage_counts *s, const struct delivery_event *ev)
{
	struct delivery_times times;

	delivery_add(&s->delivery, ev, &times);
	if (times.recovery >= 0)
		histogram_observe(&s->recovery, counts_seconds(0, times.recovery));
	if (times.lead >= 0)
		histogram_observe(&s->lead, counts_seconds(0, times.lead));
}

static void counts_add_end(struct counts *c, const struct fact *f)
{
	size_t phase = counts_index(phases, COUNTOF(phases), f->phase);
	struct stage_counts *s = counts_stage(c, f->stage);

	if (phase == COUNTOF(phases))
		return;
	s->completed[phase]++;
	if (f->started_at) {
		histogram_observe(&c->took[phase], counts_seconds(f->started_at, f->at));
		if (f->requested_at)
			histogram_observe(&c->queued, counts_seconds(f->requested_at, f->started_at));
	}
	counts_add_steps(c, f);
	counts_add_delivery(s, &(struct delivery_event){
		.at = f->at, .phase = ends[phase], .rollback = f->initiator == INITIATOR_ROLLBACK,
		.requested_at = f->requested_at, .discovered_at = f->discovered_at });
}

static void counts_add_verification(struct counts *c, const struct fact *f)
{
	size_t verdict = counts_index(verdicts, COUNTOF(verdicts), f->phase);

	if (verdict == COUNTOF(verdicts))
		return;
	counts_stage(c, f->stage)->verified[verdict]++;
	/* An aborted or inconclusive one says nothing of what runs. */
	if (verdict < 3)
		counts_add_delivery(counts_stage(c, f->stage), &(struct delivery_event){
			.at = f->at, .is_verification = true, .verified = verdict == 0 });
	if (f->started_at)
		histogram_observe(&c->verification, counts_seconds(f->started_at, f->at));
}

void counts_add(struct counts *c, const struct fact *f)
{
	assert(c && f && f->phase);
	c->events++;
	if (f->kind == EVENT_FREIGHT_DISCOVERED && f->warehouse)
		counts_warehouse(c, f->warehouse)->created++;
	if (!f->stage)
		return;
	if (f->kind == EVENT_PROMOTION_REQUESTED)
		counts_stage(c, f->stage)->created[f->initiator]++;
	if (f->kind == EVENT_PROMOTION_FINISHED)
		counts_add_end(c, f);
	if (f->kind == EVENT_STAGE_VERIFIED)
		counts_add_verification(c, f);
	if (f->kind == EVENT_FREIGHT_APPROVED) {
		counts_stage(c, f->stage)->approvals++;
		if (f->discovered_at)
			histogram_observe(&c->approval, counts_seconds(f->discovered_at, f->at));
	}
}

static const struct label no_label;

static void counts_sample(struct exposition *x, const char *labels, const char *name, const char *value,
			  uint64_t count)
{
	exposition_sample(x, labels, (struct label){ name, value }, (double)count);
}

static bool counts_is_verified(const struct stage *s)
{
	return s->object && value_path(s->object, "spec.verification");
}

static bool counts_is_promoted(const struct stage_counts *n)
{
	for (size_t i = 0; i < INITIATORS; i++)
		if (n->created[i])
			return true;
	return false;
}

/* From the first sign of failure on there may be a recovery. */
static bool counts_has_failed(const struct stage_counts *n)
{
	return delivery_failed(&n->delivery) || n->created[INITIATOR_ROLLBACK];
}

/* A series that is likely to be needed begins with 0, so that increase() sees the first event of it. */
static void counts_write_created(const struct stage *s, const struct stage_counts *n, struct exposition *x)
{
	const enum initiator usual = s->auto_promotion ? INITIATOR_AUTO : INITIATOR_PERSON;

	for (size_t i = 0; i < INITIATORS; i++)
		if (i == usual || n->created[i])
			counts_sample(x, n->labels, "initiator", initiators[i], n->created[i]);
}

static void counts_write_phases(const struct stage_counts *n, struct exposition *x)
{
	for (size_t i = 0; i < COUNTOF(phases); i++)
		if (i < USUAL_ENDS || n->completed[i])
			counts_sample(x, n->labels, "phase", phases[i], n->completed[i]);
}

static void counts_write_verdicts(const struct stage *s, const struct stage_counts *n,
				  struct exposition *x)
{
	for (size_t i = 0; i < COUNTOF(verdicts); i++)
		if (n->verified[i] || (i < USUAL_ENDS && counts_is_verified(s)))
			counts_sample(x, n->labels, "phase", verdicts[i], n->verified[i]);
}

static void counts_write_failures(const struct stage *s, const struct stage_counts *n,
				  struct exposition *x)
{
	for (size_t i = 0; i < DELIVERY_FAILURES; i++)
		if (n->delivery.failures[i] || i != DELIVERY_VERIFICATION || counts_is_verified(s))
			counts_sample(x, n->labels, "kind", failures[i], n->delivery.failures[i]);
}

static void counts_write_delivery(const struct stage *s, const struct stage_counts *n,
				  struct exposition *x)
{
	if (!s->production)
		return;
	if (x->family == FAMILY_DEPLOYMENTS) {
		counts_sample(x, n->labels, "kind", "planned", n->delivery.planned);
		counts_sample(x, n->labels, "kind", "rollback", n->delivery.rollbacks);
	}
	if (x->family == FAMILY_DEPLOYMENT_FAILURES)
		counts_write_failures(s, n, x);
}

static void counts_write_stage(const struct stage *s, const struct stage_counts *n,
			       struct exposition *x)
{
	if (x->family == FAMILY_CREATED)
		counts_write_created(s, n, x);
	if (x->family == FAMILY_COMPLETED)
		counts_write_phases(n, x);
	if (x->family == FAMILY_APPROVALS && n->approvals)
		exposition_sample(x, n->labels, no_label, (double)n->approvals);
	if (x->family == FAMILY_VERIFICATIONS)
		counts_write_verdicts(s, n, x);
	counts_write_delivery(s, n, x);
}

/* Stages of the manifests from the first scrape on: increase() misses the first event of a new series. */
static void counts_write_stages(const struct counts *c, const struct world *w, struct exposition *x)
{
	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		const struct stage_counts *n = map_get(&c->stages, s->name);
		struct stage_counts none = { 0 };

		if (!s->object || stage_is_control_flow(s))
			continue;
		if (n) {
			counts_write_stage(s, n, x);
			continue;
		}
		AUTO(arena) struct arena *a = arena_new();
		const struct label labels[] = { { "project", c->project }, { "stage", s->name } };
		none.labels = exposition_labels(a, labels, 2);
		counts_write_stage(s, &none, x);
	}
}

/*
 * Of all production stages together, since a page of a thousand stages has no room for each: a project is
 * what DORA measures. From the first request on, so that the first deployment is an increase.
 */
static void counts_write_times(const struct counts *c, const struct world *w, struct exposition *x)
{
	struct histogram all = { .buckets = &long_buckets };
	const bool is_lead = x->family == FAMILY_LEAD_TIME;
	bool is_known = false;

	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		const struct stage_counts *n = map_get(&c->stages, s->name);

		if (!n || !s->object || !s->production)
			continue;
		is_known = is_known || (is_lead ? counts_is_promoted(n) : counts_has_failed(n));
		histogram_add(&all, is_lead ? &n->lead : &n->recovery);
	}
	if (is_known)
		exposition_histogram(x, c->labels, no_label, &all);
}

/* Phases in which there was never an end are absent, but for success. */
static void counts_write_durations(const struct counts *c, struct exposition *x)
{
	for (size_t i = 0; i < COUNTOF(phases); i++)
		if (!i || histogram_count(&c->took[i]))
			exposition_histogram(x, c->labels, (struct label){ "phase", phases[i] }, &c->took[i]);
}

static bool counts_verifies(const struct world *w)
{
	for (size_t i = 0; i < w->nstages; i++)
		if (counts_is_verified(w->stages[i]))
			return true;
	return false;
}

static void counts_write_steps(const struct counts *c, struct exposition *x)
{
	for (size_t i = 0; i < c->step_list.count; i++) {
		const struct step_counts *s = c->step_list.items[i];

		if (x->family == FAMILY_STEP_RETRIES)
			exposition_sample(x, s->labels, no_label, (double)s->retries);
		for (size_t j = 0; x->family == FAMILY_STEP_DURATION && j < COUNTOF(step_ends); j++)
			if (s->took[j].count)
				exposition_summary(x, s->labels, (struct label){ "status", step_ends[j] },
						   &s->took[j]);
	}
}

static void counts_write_warehouses(const struct counts *c, const struct world *w, struct exposition *x)
{
	for (size_t i = 0; i < w->nwarehouses; i++) {
		const struct warehouse_counts *n = map_get(&c->warehouses, w->warehouses[i]->name);
		const struct label labels[] = { { "project", c->project },
						{ "warehouse", w->warehouses[i]->name } };
		AUTO(arena) struct arena *a = arena_new();

		exposition_sample(x, n ? n->labels : exposition_labels(a, labels, 2), no_label,
				  n ? (double)n->created : 0);
	}
}

void counts_write(const struct counts *c, const struct world *w, struct exposition *x)
{
	switch (x->family) {
	case FAMILY_LEDGER_COMMITS:
		exposition_sample(x, c->labels, no_label, (double)c->events);
		return;
	case FAMILY_FREIGHT_CREATED:
		counts_write_warehouses(c, w, x);
		return;
	case FAMILY_DURATION:
		counts_write_durations(c, x);
		return;
	case FAMILY_QUEUE:
		exposition_histogram(x, c->labels, no_label, &c->queued);
		return;
	case FAMILY_APPROVAL_WAIT:
		exposition_histogram(x, c->labels, no_label, &c->approval);
		return;
	case FAMILY_VERIFICATION_DURATION:
		if (counts_verifies(w) || histogram_count(&c->verification))
			exposition_histogram(x, c->labels, no_label, &c->verification);
		return;
	case FAMILY_STEP_DURATION:
	case FAMILY_STEP_RETRIES:
		counts_write_steps(c, x);
		return;
	case FAMILY_CREATED:
	case FAMILY_COMPLETED:
	case FAMILY_APPROVALS:
	case FAMILY_VERIFICATIONS:
	case FAMILY_DEPLOYMENTS:
	case FAMILY_DEPLOYMENT_FAILURES:
		counts_write_stages(c, w, x);
		return;
	case FAMILY_LEAD_TIME:
	case FAMILY_RECOVERY:
		counts_write_times(c, w, x);
		return;
	default:
		return;                 /* a gauge, which is not counted */
	}
}
