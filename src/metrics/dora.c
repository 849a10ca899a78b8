/* SPDX-License-Identifier: Apache-2.0 */
/* A line a figure, of each production stage of the manifests. */
#include "metrics/dora.h"

#include <assert.h>

#include "base/arena.h"
#include "metrics/exposition.h"
#include "model/performance.h"
#include "model/stage.h"
#include "model/world.h"

struct dora {
	int64_t now;
	struct performance_project all;
	const char **labels;            /* of each stage; NULL: it is gone from the manifests */
};

static const struct label no_label;

struct dora *dora_of(struct arena *a, const struct world *w, int64_t now)
{
	struct dora *d = arena_alloc(a, sizeof(*d));

	assert(!w->loading);
	d->now = now;
	performance_of(a, w, now, true, &d->all);
	d->labels = arena_array(a, d->all.nstages, sizeof(*d->labels));
	for (size_t i = 0; i < d->all.nstages; i++) {
		const struct stage *s = d->all.stages[i].stage;
		const struct label labels[] = { { "project", world_name(w) }, { "stage", s->name } };

		d->labels[i] = s->object ? exposition_labels(a, labels, COUNTOF(labels)) : NULL;
	}
	return d;
}

static void dora_times(const struct performance_times *t, const char *labels, struct exposition *x)
{
	static const struct {
		unsigned percent;
		const char *word;
	} shown[] = { { 50, "50" }, { 90, "90" } };

	for (size_t i = 0; t->count && i < COUNTOF(shown); i++)
		exposition_sample(x, labels, (struct label){ "percentile", shown[i].word },
				  (double)performance_at(t, shown[i].percent)->took / 1000);
}

static void dora_ratio(double ratio, const char *labels, struct exposition *x)
{
	if (ratio >= 0)
		exposition_sample(x, labels, no_label, ratio);
}

static void dora_stage(const struct dora *d, size_t index, struct exposition *x)
{
	const struct performance *p = &d->all.stages[index].figures;
	const char *labels = d->labels[index];

	if (x->family == FAMILY_DORA_FREQUENCY)
		exposition_sample(x, labels, no_label, performance_frequency(p, d->now));
	if (x->family == FAMILY_DORA_LEAD_TIME)
		dora_times(&p->leads, labels, x);
	if (x->family == FAMILY_DORA_FAIL_RATIO)
		dora_ratio(performance_fail_ratio(p), labels, x);
	if (x->family == FAMILY_DORA_RECOVERY)
		dora_times(&p->recoveries, labels, x);
	if (x->family == FAMILY_DORA_REWORK_RATIO)
		dora_ratio(performance_rework_ratio(p), labels, x);
}

void dora_write(const struct dora *d, struct exposition *x)
{
	for (size_t i = 0; i < d->all.nstages; i++)
		if (d->labels[i])
			dora_stage(d, i, x);
}
