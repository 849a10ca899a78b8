/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery performance of stages and of a project over the last thirty days: DORA's figures by the
 * definitions of delivery.h, their distribution, and the promotion behind each time. What screens, scripts
 * and Prometheus are shown comes from here, so that it is the same to the digit. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_PERFORMANCE_H
#define GANTRY_MODEL_PERFORMANCE_H

#include "base/base.h"
#include "model/delivery.h"

struct arena;
struct promotion;
struct stage;
struct world;

enum { PERFORMANCE_DAYS = 30 };

/* A time, and the promotion that ended it. */
struct performance_took {
	int64_t took;                   /* ms */
	const struct promotion *promotion;
};

/* The shortest first. */
struct performance_times {
	struct performance_took *items;
	size_t count;
};

struct performance {
	/*
	 * Where the figures begin, ms: thirty days ago; later where promotions since then may have left
	 * the ledger's tree (doc/kargo-rules.md 1.15).
	 */
	int64_t since;
	size_t ended;                   /* promotions that came to their end, with whatever outcome */
	unsigned days[PERFORMANCE_DAYS]; /* as many on each day, oldest first */
	struct delivery counts;         /* of this time only */
	struct performance_times leads, recoveries;
};

struct performance_stage {
	const struct stage *stage;
	struct performance figures;
};

struct performance_project {
	struct performance_stage *stages; /* those that promote, in the world's order */
	size_t nstages;
	struct performance production;  /* of all production stages together */
};

/* now: ms. only_production: no other stages. In the arena; borrows the world. */
void performance_of(struct arena *a, const struct world *w, int64_t now, bool only_production,
		    struct performance_project *out);

/*
 * The time that so many of a hundred do not exceed, by the nearest rank: always one that something
 * really took. 100: the worst. NULL: there is none.
 */
const struct performance_took *performance_at(const struct performance_times *t, unsigned percent);

/* The median time of what ended on each day, ms, oldest day first; 0: nothing did. */
void performance_trend(const struct performance_times *t, int64_t now, int64_t out[PERFORMANCE_DAYS]);

/* Whether the figures cover less than thirty days. */
bool performance_is_cut(const struct performance *p, int64_t now);

/* Deployments, rollbacks included, a day. */
double performance_frequency(const struct performance *p, int64_t now);

/* Failures of all tries, and rollbacks of all deployments: 0 to 1, negative when there were none. */
double performance_fail_ratio(const struct performance *p);
double performance_rework_ratio(const struct performance *p);

#endif
