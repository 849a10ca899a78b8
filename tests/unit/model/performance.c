/* SPDX-License-Identifier: Apache-2.0 */
/* The figures of thirty days, and what is behind them. */
#include "model/performance.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

enum { ROOM = 64 };

static const int64_t now = 1700000000000, hour = 3600 * 1000, day = 24 * 3600 * 1000;

/* Two production stages and a test stage, and what was promoted to them. */
struct past {
	struct arena *a;
	struct world w;
	struct project project;
	struct stage all[3], *stages[3];
	struct freight *freight[ROOM];
	struct promotion *promotions[ROOM];
	struct event_line events[ROOM];
};

static void past_begin(struct past *t, struct arena *a)
{
	static const char *const names[] = { "test", "prod", "prod-us" };

	*t = (struct past){ .a = a, .project.name = "shop" };
	for (int i = 0; i < 3; i++) {
		t->all[i] = (struct stage){ .name = names[i], .nsteps = 1, .production = i > 0 };
		t->stages[i] = &t->all[i];
	}
	t->w = (struct world){ .project = &t->project, .stages = t->stages, .nstages = 3,
			       .freight = t->freight, .promotions = t->promotions, .events = t->events };
}

/* A promotion that ended so long ago, of freight that had been found so much earlier. */
static struct promotion *promoted(struct past *t, const char *stage, enum promotion_phase phase, int64_t ago,
				  int64_t lead)
{
	struct promotion *p = arena_alloc(t->a, sizeof(*p));
	struct freight *f = arena_alloc(t->a, sizeof(*f));

	f->name = str_format(t->a, "freight-%zu", t->w.nfreight);
	f->discovered_at = now - ago - lead;
	t->freight[t->w.nfreight++] = f;
	*p = (struct promotion){ .name = str_format(t->a, "%s.%zu", stage, t->w.npromotions), .stage = stage,
				 .freight = f->name, .phase = phase, .created_at = now - ago - hour,
				 .finished_at = now - ago, .actor = "", .message = "" };
	t->promotions[t->w.npromotions++] = p;
	return p;
}

static const struct performance *look(struct past *t, const char *stage, struct performance_project *all)
{
	performance_of(t->a, &t->w, now, false, all);
	for (size_t i = 0; i < all->nstages; i++)
		if (strcmp(all->stages[i].stage->name, stage) == 0)
			return &all->stages[i].figures;
	return &all->production;
}

static void is_took(const struct performance_times *t, unsigned percent, int64_t took, const char *promotion)
{
	const struct performance_took *one = performance_at(t, percent);

	if (!ok(one != NULL, "%u of a hundred: there is one", percent))
		return;
	is_number(one->took, took, "%u of a hundred", percent);
	is_text(one->promotion->name, promotion, "and this is the one");
}

TEST(percentiles_are_times_that_something_took)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	const struct performance *p;
	struct past t;

	past_begin(&t, a);
	for (int i = 0; i < 10; i++)
		promoted(&t, "prod", PHASE_SUCCEEDED, (i + 1) * day, (10 - i) * hour);
	p = look(&t, "prod", &all);
	is_number((int64_t)p->leads.count, 10, "ten deployments");
	is_took(&p->leads, 50, 5 * hour, "prod.5");
	is_took(&p->leads, 90, 9 * hour, "prod.1");
	is_took(&p->leads, 95, 10 * hour, "prod.0");
	is_took(&p->leads, 100, 10 * hour, "prod.0");
	ok(performance_at(&p->recoveries, 50) == NULL, "nothing had to be restored");
	ok(performance_fail_ratio(p) == 0 && performance_rework_ratio(p) == 0, "nothing failed");
	ok(performance_frequency(p, now) == 10 / 30.0, "a third of a deployment a day");
}

TEST(what_was_longest_down_is_known)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	const struct performance *p;
	struct past t;

	past_begin(&t, a);
	promoted(&t, "prod", PHASE_SUCCEEDED, 2 * day, hour);
	promoted(&t, "prod", PHASE_FAILED, 2 * day + 3 * hour, hour);
	promoted(&t, "prod", PHASE_SUCCEEDED, 5 * day, hour);
	promoted(&t, "prod", PHASE_ERRORED, 6 * day, hour);
	p = look(&t, "prod", &all);
	is_took(&p->recoveries, 100, day, "prod.2");
	is_took(&p->recoveries, 50, 3 * hour, "prod.0");
	ok(performance_fail_ratio(p) == 0.5, "two of four failed");
}

TEST(what_is_older_only_says_how_it_began)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	const struct performance *p;
	struct past t;

	past_begin(&t, a);
	promoted(&t, "prod", PHASE_SUCCEEDED, 29 * day, hour);
	promoted(&t, "prod", PHASE_FAILED, 31 * day, hour);
	promoted(&t, "prod", PHASE_SUCCEEDED, 40 * day, hour);
	p = look(&t, "prod", &all);
	is_number((int64_t)p->ended, 1, "one of thirty days");
	is_number((int64_t)delivery_failed(&p->counts), 0, "the failure was before");
	is_took(&p->recoveries, 100, 2 * day, "prod.0");
	ok(!performance_is_cut(p, now), "all thirty days are known");
}

TEST(verifications_come_from_the_events)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	const struct performance *p;
	struct past t;

	past_begin(&t, a);
	promoted(&t, "prod", PHASE_SUCCEEDED, day, hour);
	promoted(&t, "prod", PHASE_SUCCEEDED, 3 * day, hour);
	t.events[0] = (struct event_line){ .kind = "stage.verified", .stage = "prod", .phase = "Failed",
					   .at = now - 2 * day };
	t.events[1] = (struct event_line){ .kind = "stage.verified", .stage = "prod", .phase = "Inconclusive",
					   .at = now - 2 * day - hour };
	t.w.nevents = 2;
	p = look(&t, "prod", &all);
	is_number((int64_t)p->counts.failures[DELIVERY_VERIFICATION], 1, "what is inconclusive is no failure");
	is_number((int64_t)p->ended, 2, "a verification is no promotion");
	is_number((int64_t)performance_at(&p->leads, 100)->took, hour, "and has no lead time");
}

TEST(many_promotions_leave_less_than_thirty_days)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	const struct performance *p;
	struct past t;

	past_begin(&t, a);
	for (int i = 0; i < RETAINED_LEAST; i++)
		promoted(&t, "prod", PHASE_SUCCEEDED, i * 12 * hour, hour);
	p = look(&t, "prod", &all);
	ok(performance_is_cut(p, now), "there may have been more before them");
	is_number(p->since, t.promotions[RETAINED_LEAST - 1]->created_at, "the oldest that is there begins it");
	ok(performance_frequency(p, now) > 2 && performance_frequency(p, now) < 2.1,
	   "two a day, not twenty in thirty days");
}

TEST(a_project_is_its_production_stages)
{
	AUTO(arena) struct arena *a = arena_new();
	struct performance_project all;
	int64_t trend[PERFORMANCE_DAYS];
	struct past t;

	past_begin(&t, a);
	promoted(&t, "prod", PHASE_SUCCEEDED, hour, 4 * hour);
	promoted(&t, "prod-us", PHASE_SUCCEEDED, 2 * hour, 6 * hour);
	promoted(&t, "prod-us", PHASE_SUCCEEDED, 3 * hour, 5 * hour);
	promoted(&t, "test", PHASE_FAILED, hour, hour);
	look(&t, "", &all);
	is_number((int64_t)all.nstages, 3, "each stage has its own");
	is_number((int64_t)all.production.ended, 3, "the test stage is not delivery");
	is_number((int64_t)delivery_failed(&all.production.counts), 0, "nor is what failed there");
	is_took(&all.production.leads, 100, 6 * hour, "prod-us.1");
	performance_trend(&all.production.leads, now, trend);
	is_number(trend[PERFORMANCE_DAYS - 1], 5 * hour, "today's median");
	is_number(trend[PERFORMANCE_DAYS - 2], 0, "nothing yesterday");
	performance_of(a, &t.w, now, true, &all);
	is_number((int64_t)all.nstages, 2, "or only those of production are looked at");
}
