/* SPDX-License-Identifier: Apache-2.0 */
/* Why is it not there: which freight is meant, and when it can start. */
#include "model/why.h"

#include <string.h>

#include "base/arena.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "tap.h"

static const int64_t now = 1000000000000;
static const int64_t minute = 60000;

/* test takes from the warehouse, prod after it with half an hour of soak. Two pieces of freight, newest first. */
struct scene {
	struct world w;
	struct stage test, prod;
	struct freight new, old;
	struct freight *freight[2];
	struct stage *stages[2];
	struct freight_request direct, after;
	struct freight_mark verified, current;
	struct collection runs;
	struct collection_item item;
	struct warehouse warehouse, *warehouses[1];
};

static const char *upstream[] = { "test" };

static void set_up(struct scene *t)
{
	t->direct = (struct freight_request){ .warehouse = "w", .direct = true };
	t->after = (struct freight_request){ .warehouse = "w", .stages = upstream, .nstages = 1,
					     .soak = INT64_C(1800000000000) };
	t->test = (struct stage){ .name = "test", .nsteps = 1, .requests = &t->direct, .nrequests = 1 };
	t->prod = (struct stage){ .name = "prod", .nsteps = 1, .requests = &t->after, .nrequests = 1 };
	t->new = (struct freight){ .name = "f2", .alias = "new", .warehouse = "w", .discovered_at = now - minute };
	t->old = (struct freight){ .name = "f1", .alias = "old", .warehouse = "w", .discovered_at = now - 9 * minute };
	t->freight[0] = &t->new;
	t->freight[1] = &t->old;
	t->stages[0] = &t->test;
	t->stages[1] = &t->prod;
	t->warehouse = (struct warehouse){ .name = "w" };
	t->warehouses[0] = &t->warehouse;
	t->w = (struct world){ .warehouses = t->warehouses, .nwarehouses = 1, .freight = t->freight,
			      .nfreight = 2, .stages = t->stages, .nstages = 2 };
}

/* The old one was verified in test so many minutes ago, and is there. */
static void verify_old(struct scene *t, int64_t minutes)
{
	t->verified = (struct freight_mark){ "test", now - minutes * minute, -1, NULL };
	t->current = t->verified;
	t->old.verified_in = (struct freight_marks){ &t->verified, 1 };
	t->old.currently_in = (struct freight_marks){ &t->current, 1 };
}

static void run_in_prod(struct scene *t, const char *freight)
{
	t->item = (struct collection_item){ "w", freight };
	t->runs = (struct collection){ .id = "c", .items = &t->item, .nitems = 1 };
	t->prod.history = &t->runs;
	t->prod.nhistory = 1;
}

TEST(what_can_enter_is_meant_before_what_is_newer)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .w = { 0 } };

	set_up(&t);
	ok(why_freight(a, &t.w, &t.test, now) == &t.new, "where all may enter, the newest");
	ok(why_freight(a, &t.w, &t.prod, now) == &t.new, "where none may, the newest");
	verify_old(&t, 40);
	ok(why_freight(a, &t.w, &t.prod, now) == &t.old, "else the one that may");
	run_in_prod(&t, "f2");
	ok(why_freight(a, &t.w, &t.prod, now) == &t.new, "what runs where there is no newer");
	t.w.nfreight = 0;
	ok(!why_freight(a, &t.w, &t.prod, now), "or nothing");
}

TEST(the_outlook_follows_the_gates)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .w = { 0 } };
	struct why why = { .stage = &t.prod, .freight = &t.old };
	struct promotion way = { .name = "p", .stage = "prod", .freight = "f1", .phase = PHASE_RUNNING,
				 .actor = "" };
	struct promotion *ways[] = { &way };

	set_up(&t);
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_UNKNOWN && !why.at, "not verified: nobody knows when");
	verify_old(&t, 26);
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_AT && why.at == now + 4 * minute, "soaking: that has an end");
	verify_old(&t, 40);
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_NOW, "soaked: when somebody promotes it");
	t.prod.auto_promotion = true;
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_BY_ITSELF, "with auto-promotion: by itself");
	t.w.engine = ENGINE_NONE;
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_NOW, "but not where nobody executes");
	t.w.promotions = ways;
	t.w.npromotions = 1;
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_ON_ITS_WAY, "under way");
	way.phase = PHASE_SUCCEEDED;
	run_in_prod(&t, "f1");
	why_of(a, &t.w, now, &why);
	ok(why.outlook == WHY_RUNS, "and there");
}
