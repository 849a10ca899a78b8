/* SPDX-License-Identifier: Apache-2.0 */
/* The whole page: each family once, with the samples of every project together, as the formats want it. */
#include "metrics/metrics.h"

#include <assert.h>

#include "base/arena.h"
#include "metrics/counts.h"
#include "metrics/dora.h"
#include "metrics/metrics_inner.h"

static const struct label no_label;

/* What the kernel does not report is absent. */
static void page_process(const struct metrics_page *page, struct exposition *x)
{
	const struct metrics_process *p = &page->process;
	const struct {
		enum family family;
		double value;
	} all[] = {
		{ FAMILY_CPU, p->cpu_seconds },       { FAMILY_RESIDENT, p->resident_bytes },
		{ FAMILY_VIRTUAL, p->virtual_bytes }, { FAMILY_OPEN_FDS, p->open_fds },
		{ FAMILY_MAX_FDS, p->max_fds },       { FAMILY_START_TIME, p->start_time },
	};

	for (size_t i = 0; i < COUNTOF(all); i++)
		if (all[i].family == x->family && all[i].value > 0)
			exposition_sample(x, "", no_label, all[i].value);
}

static void page_channel(struct arena *a, const struct metrics_channel *c, struct exposition *x)
{
	const struct label names[] = { { "project", c->project }, { "channel", c->channel } };
	const char *labels;

	if (x->family != FAMILY_NOTIFICATIONS && x->family != FAMILY_NOTIFICATIONS_PENDING)
		return;
	labels = exposition_labels(a, names, COUNTOF(names));
	if (x->family == FAMILY_NOTIFICATIONS_PENDING) {
		exposition_sample(x, labels, no_label, (double)c->pending);
		return;
	}
	exposition_sample(x, labels, (struct label){ "result", "sent" }, (double)c->sent);
	exposition_sample(x, labels, (struct label){ "result", "retried" }, (double)c->retried);
	exposition_sample(x, labels, (struct label){ "result", "failed" }, (double)c->failed);
}

void metrics_write(struct arena *a, struct buf *out, const struct metrics_page *page)
{
	struct gauges **gauges = arena_array(a, page->nprojects, sizeof(*gauges));
	struct dora **dora = arena_array(a, page->nprojects, sizeof(*dora));
	const struct label version = { "version", page->version };
	struct exposition x = { .out = out, .format = page->format };

	assert(page->version);
	for (size_t i = 0; i < page->nprojects; i++) {
		gauges[i] = gauges_of(a, page->projects[i].world, page->now);
		dora[i] = dora_of(a, page->projects[i].world, page->now);
	}
	for (int f = 0; f < FAMILIES; f++) {
		exposition_family(&x, (enum family)f);
		if (f == FAMILY_BUILD_INFO)
			exposition_sample(&x, exposition_labels(a, &version, 1), no_label, 1);
		if (f == FAMILY_AGENT_TIME)
			exposition_sample(&x, "", no_label, (double)page->now / 1000);
		for (size_t i = 0; i < page->nprojects; i++) {
			gauges_write(gauges[i], &x);
			dora_write(dora[i], &x);
			if (page->projects[i].counts)
				counts_write(page->projects[i].counts, page->projects[i].world, &x);
		}
		for (size_t i = 0; i < page->nchannels; i++)
			page_channel(a, &page->channels[i], &x);
		if (page->traffic)
			outside_write(a, page->traffic, &x);
		page_process(page, &x);
	}
	exposition_end(&x);
}
