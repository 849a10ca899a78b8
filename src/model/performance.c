/* SPDX-License-Identifier: Apache-2.0 */
/* Promotions are gone through once, and put with their stages; then each stage is a story of its own. */
#include "model/performance.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/map.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static const int64_t day_ms = 24 * 3600 * 1000;

/* An end, and of which promotion; NULL: of a verification. */
struct performance_event {
	struct delivery_event event;
	const struct promotion *promotion;
};

struct performance_look {
	struct arena *arena;
	const struct world *world;
	int64_t now;
	struct map promotions;          /* stage to struct list *, newest first */
	struct map verifications;       /* the same, of struct event_line */
	struct map freight;
	int64_t events_since;           /* from here on the world's events are complete */
};

static void performance_index(struct performance_look *l, bool only_production)
{
	const struct world *w = l->world;
	struct map wanted = { 0 };

	for (size_t i = 0; i < w->nstages; i++)
		if (w->stages[i]->production || !only_production)
			map_set(l->arena, &wanted, w->stages[i]->name, w->stages[i]);
	for (size_t i = 0; i < w->npromotions; i++)
		if (map_get(&wanted, w->promotions[i]->stage))
			list_add(l->arena, map_list(l->arena, &l->promotions, w->promotions[i]->stage),
				 w->promotions[i]);
	for (size_t i = 0; i < w->nfreight; i++)
		map_set(l->arena, &l->freight, w->freight[i]->name, w->freight[i]);
	l->events_since = w->nevents ? w->events[w->nevents - 1].at : INT64_MAX;
	for (size_t i = 0; i < w->nevents; i++)
		if (strcmp(w->events[i].kind, "stage.verified") == 0 && map_get(&wanted, w->events[i].stage))
			list_add(l->arena, map_list(l->arena, &l->verifications, w->events[i].stage),
				 &w->events[i]);
}

/* False: it says nothing of what runs. */
static bool performance_verdict(const char *phase, struct delivery_event *out)
{
	out->is_verification = true;
	out->verified = strcmp(phase, "Successful") == 0;
	return out->verified || strcmp(phase, "Failed") == 0 || strcmp(phase, "Error") == 0;
}

static void performance_add(struct performance_look *l, struct list *all, const struct delivery_event *ev,
			    const struct promotion *p)
{
	const struct performance_event event = { *ev, p };

	list_add(l->arena, all, arena_copy(l->arena, &event, sizeof(event)));
}

/* The events tell of the newest; what the stage's history has is asked only for what is older. */
static void performance_add_verifications(struct performance_look *l, const struct stage *s, struct list *all)
{
	const struct list *told = map_get(&l->verifications, s->name);

	for (size_t i = 0; told && i < told->count; i++) {
		const struct event_line *line = told->items[i];
		struct delivery_event ev = { .at = line->at };

		if (performance_verdict(line->phase, &ev))
			performance_add(l, all, &ev, NULL);
	}
	for (size_t i = 0; i < s->nhistory; i++) {
		const struct value *kept = value_get(s->history[i].object, "verificationHistory");

		for (size_t j = 0; j < value_count(kept); j++) {
			const struct value *one = value_at(kept, j);
			struct delivery_event ev = { 0 };

			if (performance_verdict(value_text(value_get(one, "phase"), ""), &ev) &&
			    clock_parse(value_text(value_get(one, "finishTime"), ""), &ev.at) &&
			    ev.at < l->events_since)
				performance_add(l, all, &ev, NULL);
		}
	}
}

static int performance_by_time(const void *a, const void *b)
{
	const struct performance_event *x = *(void *const *)a, *y = *(void *const *)b;

	if (x->event.at != y->event.at)
		return x->event.at < y->event.at ? -1 : 1;
	return x->event.is_verification - y->event.is_verification;
}

/* Ends of promotions and verifications, oldest first. */
static struct list performance_events(struct performance_look *l, const struct stage *s)
{
	const struct list *known = map_get(&l->promotions, s->name);
	struct list all = { 0 };

	performance_add_verifications(l, s, &all);
	for (size_t i = 0; known && i < known->count; i++) {
		const struct promotion *p = known->items[i];
		const struct freight *f = map_get(&l->freight, p->freight);

		if (p->finished_at)
			performance_add(l, &all, &(struct delivery_event){
				.at = p->finished_at, .rollback = p->rollback, .phase = p->phase,
				.requested_at = p->created_at,
				.discovered_at = f ? f->discovered_at : 0 }, p);
	}
	if (all.count)
		qsort(all.items, all.count, sizeof(*all.items), performance_by_time);
	return all;
}

/* Where so many promotions are kept, there may have been more before them. */
static int64_t performance_since(const struct performance_look *l, const struct stage *s)
{
	const struct list *known = map_get(&l->promotions, s->name);
	const struct promotion *oldest = known && known->count >= RETAINED_LEAST
						 ? known->items[known->count - 1] : NULL;
	int64_t since = l->now - PERFORMANCE_DAYS * day_ms;

	return oldest && oldest->created_at > since ? oldest->created_at : since;
}

static void performance_time(struct performance_times *t, int64_t took, const struct promotion *p)
{
	if (took >= 0)
		t->items[t->count++] = (struct performance_took){ took, p };
}

static int performance_by_took(const void *a, const void *b)
{
	const struct performance_took *x = a, *y = b;

	if (x->took != y->took)
		return x->took < y->took ? -1 : 1;
	return strcmp(x->promotion->name, y->promotion->name);
}

static void performance_sort(struct performance_times *t)
{
	if (t->count)
		qsort(t->items, t->count, sizeof(*t->items), performance_by_took);
}

/* Older events only decide whether the stage was failing when the time began. */
static void performance_count(struct performance_look *l, const struct list *events, struct performance *p)
{
	p->leads.items = arena_array(l->arena, events->count, sizeof(*p->leads.items));
	p->recoveries.items = arena_array(l->arena, events->count, sizeof(*p->recoveries.items));
	for (size_t i = 0; i < events->count; i++) {
		const struct performance_event *one = events->items[i];
		const int64_t age = l->now - one->event.at;
		struct delivery before = p->counts;
		struct delivery_times times;

		delivery_add(&p->counts, &one->event, &times);
		if (age < 0 || age >= PERFORMANCE_DAYS * day_ms) {
			before.failing_since = p->counts.failing_since;
			before.has_failed = p->counts.has_failed;
			p->counts = before;
			continue;
		}
		if (!one->promotion)
			continue;
		p->ended++;
		p->days[PERFORMANCE_DAYS - 1 - age / day_ms]++;
		performance_time(&p->leads, times.lead, one->promotion);
		performance_time(&p->recoveries, times.recovery, one->promotion);
	}
	performance_sort(&p->leads);
	performance_sort(&p->recoveries);
}

static void performance_join(struct performance_times *t, const struct performance_times *more)
{
	for (size_t i = 0; i < more->count; i++)
		t->items[t->count++] = more->items[i];
}

/* The time that all of them cover is that of the one which covers least. */
static void performance_sum(struct arena *a, struct performance_project *all)
{
	struct performance *p = &all->production;
	size_t leads = 0, recoveries = 0;

	for (size_t i = 0; i < all->nstages; i++) {
		leads += all->stages[i].figures.leads.count;
		recoveries += all->stages[i].figures.recoveries.count;
	}
	p->leads.items = arena_array(a, leads, sizeof(*p->leads.items));
	p->recoveries.items = arena_array(a, recoveries, sizeof(*p->recoveries.items));
	for (size_t i = 0; i < all->nstages; i++) {
		const struct performance *one = &all->stages[i].figures;

		if (!all->stages[i].stage->production)
			continue;
		p->since = one->since > p->since ? one->since : p->since;
		p->ended += one->ended;
		p->counts.planned += one->counts.planned;
		p->counts.rollbacks += one->counts.rollbacks;
		for (size_t j = 0; j < DELIVERY_FAILURES; j++)
			p->counts.failures[j] += one->counts.failures[j];
		for (size_t j = 0; j < PERFORMANCE_DAYS; j++)
			p->days[j] += one->days[j];
		performance_join(&p->leads, &one->leads);
		performance_join(&p->recoveries, &one->recoveries);
	}
	performance_sort(&p->leads);
	performance_sort(&p->recoveries);
}

void performance_of(struct arena *a, const struct world *w, int64_t now, bool only_production,
		    struct performance_project *out)
{
	struct performance_look l = { .arena = a, .world = w, .now = now };

	assert(w && out);
	performance_index(&l, only_production);
	*out = (struct performance_project){ .stages = arena_array(a, w->nstages, sizeof(*out->stages)) };
	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		struct performance_stage *one = &out->stages[out->nstages];
		struct list events;

		if (stage_is_control_flow(s) || (only_production && !s->production))
			continue;
		*one = (struct performance_stage){ .stage = s, .figures.since = performance_since(&l, s) };
		events = performance_events(&l, s);
		performance_count(&l, &events, &one->figures);
		out->nstages++;
	}
	performance_sum(a, out);
}

const struct performance_took *performance_at(const struct performance_times *t, unsigned percent)
{
	assert(percent >= 1 && percent <= 100);
	return t->count ? &t->items[(t->count * percent + 99) / 100 - 1] : NULL;
}

/* The times are sorted: the median of a day is the one in the middle of those that are its. */
void performance_trend(const struct performance_times *t, int64_t now, int64_t out[PERFORMANCE_DAYS])
{
	size_t counts[PERFORMANCE_DAYS] = { 0 }, seen[PERFORMANCE_DAYS] = { 0 };

	memset(out, 0, PERFORMANCE_DAYS * sizeof(*out));
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < t->count; i++) {
			const int64_t age = now - t->items[i].promotion->finished_at;
			const int64_t day = PERFORMANCE_DAYS - 1 - age / day_ms;

			if (age < 0 || day < 0)         /* a later look at the same figures */
				continue;
			if (round == 0)
				counts[day]++;
			else if (seen[day]++ == (counts[day] - 1) / 2)
				out[day] = t->items[i].took;
		}
}

bool performance_is_cut(const struct performance *p, int64_t now)
{
	return now - p->since < PERFORMANCE_DAYS * day_ms;
}

static uint64_t performance_deployments(const struct performance *p)
{
	return p->counts.planned + p->counts.rollbacks;
}

double performance_frequency(const struct performance *p, int64_t now)
{
	const double days = (double)(now - p->since) / (double)day_ms;

	return days > 0 ? (double)performance_deployments(p) / days : 0;
}

double performance_fail_ratio(const struct performance *p)
{
	const uint64_t tries = delivery_attempts(&p->counts);

	return tries ? (double)delivery_failed(&p->counts) / (double)tries : -1;
}

double performance_rework_ratio(const struct performance *p)
{
	const uint64_t all = performance_deployments(p);

	return all ? (double)p->counts.rollbacks / (double)all : -1;
}
