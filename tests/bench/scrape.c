/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A scrape of 1,000 stages, in one project and in a hundred: how much of a core writing the page takes, how
 * large it is, and whether a scrape leaves memory behind. Lines of ten stages, the last of them production,
 * every other one verified, have promoted each of 50 pieces of freight. Budget: 10 ms and 1 MB (10^6 bytes).
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

enum { STAGES = 1000, LINE = 10, FREIGHT = 50, KEPT = 20, SCRAPES = 51 };

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
	struct value *object = value_map(b->a);
	const bool is_last = i % LINE == LINE - 1;

	*item = (struct collection_item){ "web", b->w.freight[i % LINE]->name };
	*c = (struct collection){ .id = "c", .items = item, .nitems = 1, .since = began };
	*r = (struct freight_request){ .warehouse = "web", .direct = true };
	*s = (struct stage){ .name = str_format(b->a, is_last ? "eu-%03d-prod" : "eu-%03d-test%d", i / LINE, i % LINE),
			     .object = object, .requests = r, .nrequests = 1, .nsteps = 1, .history = c,
			     .nhistory = 1, .production = is_last, .auto_promotion = !is_last,
			     .health = HEALTH_HEALTHY };
	if (i % 2) {
		struct value *spec = value_map(b->a);

		value_set(b->a, spec, "verification", value_map(b->a));
		value_set(b->a, object, "spec", spec);
	}
	return s;
}

static void make_past(struct bench *b, const struct stage *s)
{
	static const char *const kinds[] = { "git-clone", "git-clear", "kustomize-set-image", "kustomize-build",
					     "yaml-update", "git-commit", "git-push", "argocd-update" };
	struct fact_step steps[COUNTOF(kinds)];

	for (size_t i = 0; i < COUNTOF(kinds); i++)
		steps[i] = (struct fact_step){ kinds[i], "Succeeded", 700, 0 };
	for (int i = 0; i < FREIGHT; i++) {
		const bool is_good = i % 7;
		struct fact f = { .kind = EVENT_PROMOTION_REQUESTED, .at = began, .stage = s->name,
				  .initiator = s->auto_promotion ? INITIATOR_AUTO : INITIATOR_PERSON, .phase = "" };

		counts_add(b->counts, &f);
		f.kind = EVENT_PROMOTION_FINISHED;
		f.phase = is_good ? "Succeeded" : "Failed";
		f.requested_at = began - 3 * minute;
		f.started_at = began - 2 * minute;
		f.discovered_at = began - 90 * minute;
		steps[COUNTOF(kinds) - 1].status = f.phase;
		f.steps = steps;
		f.nsteps = COUNTOF(kinds);
		counts_add(b->counts, &f);
	}
}

/* What the ledger's tree still has of it. */
static void make_promotions(struct bench *b, const struct stage *s)
{
	for (int i = 0; i < KEPT; i++) {
		struct promotion *p = arena_alloc(b->a, sizeof(*p));

		*p = (struct promotion){ .name = str_format(b->a, "%s.%d", s->name, i), .stage = s->name,
					 .freight = b->w.freight[i]->name, .actor = "", .message = "",
					 .phase = i % 7 ? PHASE_SUCCEEDED : PHASE_FAILED };
		p->created_at = began - i * 24 * 60 * minute;
		p->started_at = p->created_at + minute;
		p->finished_at = p->started_at + minute + i * 1001;
		b->w.promotions[b->w.npromotions++] = p;
	}
}

/* A project of so many stages. */
static void make_world(struct bench *b, const char *name, int stages)
{
	static struct warehouse web = { .name = "web", .looked_at = 1700000000000 };
	static struct warehouse *warehouses[] = { &web };
	static struct source sources[] = {
		{ .name = "ledger", .seen_at = 1700000000000 }, { .name = "registry", .seen_at = 1700000000000 },
		{ .name = "git", .seen_at = 1700000000000 }, { .name = "argocd", .seen_at = 1700000000000 },
	};

	b->a = arena_new();
	b->project.name = name;
	b->w = (struct world){ .project = &b->project, .engine = ENGINE_HERE, .ledger_head = "",
			       .warehouses = warehouses, .nwarehouses = 1, .nstages = (size_t)stages,
			       .sources = sources, .nsources = COUNTOF(sources) };
	b->counts = counts_new(name);
	make_freight(b);
	b->w.promotions = arena_array(b->a, (size_t)stages * KEPT, sizeof(*b->w.promotions));
	b->w.stages = arena_array(b->a, b->w.nstages, sizeof(*b->w.stages));
	for (int i = 0; i < stages; i++) {
		b->w.stages[i] = make_stage(b, i);
		make_past(b, b->w.stages[i]);
		make_promotions(b, b->w.stages[i]);
	}
}

static int by_size(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

/* The stages divided into so many projects. */
static void bench_scrape(int nprojects, const char *budget)
{
	AUTO(arena) struct arena *a = arena_new();
	struct bench *b = arena_array(a, (size_t)nprojects, sizeof(*b));
	struct metrics_project *projects = arena_array(a, (size_t)nprojects, sizeof(*projects));
	const struct metrics_page page = { .projects = projects, .nprojects = (size_t)nprojects, .version = "1",
					   .now = began + 10 * minute };
	int64_t took[SCRAPES];
	size_t held = 0, len = 0;

	for (int i = 0; i < nprojects; i++) {
		make_world(&b[i], str_format(a, "payments%02d", i), STAGES / nprojects);
		projects[i] = (struct metrics_project){ &b[i].w, b[i].counts };
	}
	for (int i = 0; i < SCRAPES; i++) {
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
	printf("scrape of %d stages, %d to a project: %.1f ms (budget 10), %.2f MB%s, memory after %d scrapes %+ld KB\n",
	       STAGES, STAGES / nprojects, (double)took[SCRAPES / 2] / 1000, (double)len / 1e6, budget, SCRAPES,
	       ((long)mallinfo2().uordblks - (long)held) / 1024);
	for (int i = 0; i < nprojects; i++) {
		counts_free(b[i].counts);
		arena_free(b[i].a);
	}
}

int main(void)
{
	bench_scrape(1, " (budget 1)");
	bench_scrape(STAGES / LINE, "");
	return 0;
}
