/* SPDX-License-Identifier: Apache-2.0 */
/* Figures whole, so that a script may round them as it likes. */
#include "cmd/delivery.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "data/value.h"
#include "model/performance.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

static void delivery_count(struct arena *a, struct value *map, const char *key, uint64_t count)
{
	value_set(a, map, key, value_int(a, (int64_t)count));
}

static void delivery_ratio(struct arena *a, struct value *map, const char *key, double ratio)
{
	value_set(a, map, key, ratio >= 0 ? value_float(a, ratio) : value_null(a));
}

static void delivery_took(struct arena *a, struct value *map, const char *key,
			  const struct performance_took *one)
{
	value_set(a, map, key, one ? value_int(a, one->took) : value_null(a));
}

static struct value *delivery_times(struct arena *a, const struct performance_times *t)
{
	const struct performance_took *worst = performance_at(t, 100);
	struct value *v = value_map(a);

	delivery_count(a, v, "count", t->count);
	delivery_took(a, v, "medianMs", performance_at(t, 50));
	delivery_took(a, v, "p90Ms", performance_at(t, 90));
	delivery_took(a, v, "p95Ms", performance_at(t, 95));
	delivery_took(a, v, "worstMs", worst);
	describe_text(a, v, "worstPromotion", worst ? worst->promotion->name : NULL);
	describe_text(a, v, "worstFreight", worst ? worst->promotion->freight : NULL);
	return v;
}

static struct value *delivery_days(struct arena *a, const struct performance *p)
{
	struct value *v = value_list(a);

	for (size_t i = 0; i < PERFORMANCE_DAYS; i++)
		value_append(a, v, value_int(a, p->days[i]));
	return v;
}

static struct value *delivery_row(struct arena *a, const struct world *w, const struct stage *s,
				  const struct performance *p, int64_t now)
{
	struct value *v = value_map(a);

	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "stage", s ? s->name : NULL);
	value_set(a, v, "production", value_bool(a, !s || s->production));
	describe_time(a, v, "since", performance_is_cut(p, now) ? p->since : 0);
	delivery_count(a, v, "promotions", p->ended);
	delivery_count(a, v, "deployments", p->counts.planned + p->counts.rollbacks);
	delivery_count(a, v, "rollbacks", p->counts.rollbacks);
	delivery_count(a, v, "failures", delivery_failed(&p->counts));
	delivery_count(a, v, "tries", delivery_attempts(&p->counts));
	value_set(a, v, "perDay", value_float(a, performance_frequency(p, now)));
	delivery_ratio(a, v, "failRatio", performance_fail_ratio(p));
	delivery_ratio(a, v, "reworkRatio", performance_rework_ratio(p));
	value_set(a, v, "leadTime", delivery_times(a, &p->leads));
	value_set(a, v, "recovery", delivery_times(a, &p->recoveries));
	value_set(a, v, "daily", delivery_days(a, p));
	return v;
}

void delivery_rows(struct arena *a, const struct world *w, const char *only, struct value *rows)
{
	const int64_t now = clock_now();
	struct performance_project all;
	bool has_production = false;

	performance_of(a, w, now, false, &all);
	for (size_t i = 0; i < all.nstages; i++)
		has_production = has_production || all.stages[i].stage->production;
	if (!only && has_production)
		value_append(a, rows, delivery_row(a, w, NULL, &all.production, now));
	for (size_t i = 0; i < all.nstages; i++)
		if (!only || strcmp(all.stages[i].stage->name, only) == 0)
			value_append(a, rows,
				     delivery_row(a, w, all.stages[i].stage, &all.stages[i].figures, now));
}

static void delivery_percent(struct arena *a, struct value *row, const char *key)
{
	const struct value *v = value_get(row, key);

	double ratio;

	describe_text(a, row, key, value_number(v, &ratio) ? str_format(a, "%.0f%%", 100 * ratio) : "");
}

struct value *delivery_tabulate(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		struct value *row = value_copy(a, value_at(rows, i));

		delivery_percent(a, row, "failRatio");
		delivery_percent(a, row, "reworkRatio");
		if (!*value_text(value_get(row, "stage"), ""))
			value_set(a, row, "stage", value_string(a, "(production)"));
		value_append(a, all, row);
	}
	return all;
}

const struct out_column delivery_columns[] = {
	{ "PROJECT", "project" },
	{ "STAGE", "stage" },
	{ "DEPLOYED", "deployments" },
	{ "FAILED", "failRatio" },
	{ "+REWORK", "reworkRatio" },
	{ "LEAD TIME", "leadTime.medianMs:ms" },
	{ "90%", "leadTime.p90Ms:ms" },
	{ "+95%", "leadTime.p95Ms:ms" },
	{ "WORST", "leadTime.worstMs:ms" },
	{ "RESTORED", "recovery.medianMs:ms" },
	{ "+90%", "recovery.p90Ms:ms" },
	{ "+95%", "recovery.p95Ms:ms" },
	{ "WORST", "recovery.worstMs:ms" },
	{ "+LONGEST LEAD", "leadTime.worstPromotion" },
	{ "+LONGEST OUTAGE", "recovery.worstPromotion" },
	{ 0 },
};
