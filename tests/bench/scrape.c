/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scrape of 1,000 stages in 100 lines of ten, that promote each of 50 pieces of freight: how much of a
 * core writing the page takes, how large it is, and whether a scrape leaves memory behind. Budget: 10 ms and 1 MB.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "data/value.h"
#include "metrics/counts.h"
#include "metrics/fact.h"
#include "metrics/metrics.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { STAGES = 1000, LINE = 10, FREIGHT = 50, SCRAPES = 51 };

static const int64_t began = 1700000000000, minute = 60000;

struct bench {
	struct arena *a;
	struct world w;
	struct project project;
	struct counts *counts;
};

static int64_t microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void make_freight(struct bench *b)
{
	b->w.freight = arena_array(b->a, FREIGHT, sizeof(*b->w.freight));
	b->w.nfreight = FREIGHT;
	for (int i = 0; i < FREIGHT; i++) {
		struct freight *f = arena_alloc(b->a, sizeof(*f));

		f->name = str_format(b->a, "%040d", i);
		f->warehouse = "web";
		f->discovered_at = began - i * minute;
		b->w.freight[i] = f;
	}
}

/* It runs freight that is some behind the newest; what is newer has been verified upstream. */
static struct stage *make_stage(struct bench *b, int i)
{
	struct stage *s = arena_alloc(b->a, sizeof(*s));
	struct freight_request *r = arena_alloc(b->a, sizeof(*r));
	struct collection *c = arena_alloc(b->a, sizeof(*c));
	struct collection_item *item = arena_alloc(b->a, sizeof(*item));

	*item = (struct collection_item){ "web", b->w.freight[i % LINE]->name };
	*c = (struct collection){ .id = "c", .items = item, .nitems = 1, .since = began };
	*r = (struct freight_request){ .warehouse = "web", .direct = true };
	*s = (struct stage){ .name = str_format(b->a, "stage-%04d", i), .object = value_map(b->a),
			     .requests = r, .nrequests = 1, .nsteps = 1, .history = c, .nhistory = 1,
			     .production = i % LINE == LINE - 1, .auto_promotion = i % LINE != LINE - 1,
			     .health = HEALTH_HEALTHY };
	return s;
}

static void make_past(struct bench *b, const struct stage *s)
{
	const struct fact_step step = { "git-push", "Succeeded", 700, 0 };

	for (int i = 0; i < FREIGHT; i++) {
		struct fact f = { .kind = EVENT_PROMOTION_REQUESTED, .at = began, .stage = s->name,
				  .initiator = INITIATOR_AUTO, .phase = "" };

		counts_add(b->counts, &f);
		f.kind = EVENT_PROMOTION_FINISHED;
		f.phase = i % 7 ? "Succeeded" : "Failed";
		f.requested_at = began - 3 * minute;
		f.started_at = began - 2 * minute;
		f.discovered_at = began - 90 * minute;
		f.steps = &step;
		f.nsteps = 1;
		counts_add(b->counts, &f);
	}
}

static void make_world(struct bench *b)
{
	static struct warehouse web = { .name = "web" };
	static struct warehouse *warehouses[] = { &web };

	b->project.name = "bench";
	b->w = (struct world){ .project = &b->project, .engine = ENGINE_HERE, .ledger_head = "",
			       .warehouses = warehouses, .nwarehouses = 1, .nstages = STAGES };
	b->counts = counts_new("bench");
	make_freight(b);
	b->w.stages = arena_array(b->a, STAGES, sizeof(*b->w.stages));
	for (int i = 0; i < STAGES; i++) {
		b->w.stages[i] = make_stage(b, i);
		make_past(b, b->w.stages[i]);
	}
}

static int by_size(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

int main(void)
{
	AUTO(arena) struct arena *a = arena_new();
	struct bench b = { .a = a };
	int64_t took[SCRAPES];
	size_t held = 0, len = 0;

	make_world(&b);
	for (int i = 0; i < SCRAPES; i++) {
		const struct metrics_project project = { &b.w, b.counts };
		const struct metrics_page page = { .projects = &project, .nprojects = 1, .version = "1",
						   .now = began + 10 * minute };
		AUTO(arena) struct arena *scratch = arena_new();
		AUTO(buf) struct buf out;
		int64_t start = microseconds();

		buf_init(&out, 64 << 20);
		metrics_write(scratch, &out, &page);
		took[i] = microseconds() - start;
		len = out.len;
		if (i == 0)
			held = mallinfo2().uordblks;
	}
	qsort(took, SCRAPES, sizeof(*took), by_size);
	printf("scrape of %d stages: %.1f ms (budget 10), %.2f MB (budget 1), memory after %d scrapes %+ld KB\n",
	       STAGES, (double)took[SCRAPES / 2] / 1000, (double)len / (1 << 20), SCRAPES,
	       ((long)mallinfo2().uordblks - (long)held) / 1024);
	counts_free(b.counts);
	return 0;
}
