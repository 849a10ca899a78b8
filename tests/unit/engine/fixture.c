/* SPDX-License-Identifier: Apache-2.0 */
/* A project of two or three stages, and an engine that runs it in a temporary folder. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/intent.h"
#include "model/plan.h"
#include "model/record.h"
#include "model/stage.h"
#include "model/state.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "tap.h"

struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

/* A warehouse for each that the stage asks freight of, which watches one image. */
static void add_warehouses(struct arena *a, struct project *p, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const char *name = s->requests[i].warehouse;
		const struct value *object = json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},"
			"\"spec\":{\"subscriptions\":[{\"image\":{\"repoURL\":\"nginx\"}}]}}", name));
		struct err e;

		if (project_warehouse(p, name))
			continue;
		if (!warehouse_read(a, object, &p->warehouses[p->nwarehouses], &e))
			note("%s", e.message);
		p->nwarehouses++;
	}
}

const struct project *project_of(struct arena *a, const char *const *stages, const char *autos)
{
	struct project *p = arena_alloc(a, sizeof(*p));
	struct err e;

	p->name = "demo";
	p->warehouses = arena_array(a, 8, sizeof(struct warehouse *));
	p->stages = arena_array(a, 8, sizeof(struct stage *));
	while (stages[p->nstages]) {
		if (!stage_read(a, json(a, stages[p->nstages]), &p->stages[p->nstages], &e))
			note("%s", e.message);
		add_warehouses(a, p, p->stages[p->nstages++]);
	}
	if (autos)
		p->config = json(a, str_format(a, "{\"metadata\":{\"name\":\"demo\"},\"spec\":{"
			"\"promotionPolicies\":[{\"stageSelector\":{\"name\":\"%s\"},"
			"\"autoPromotionEnabled\":true}]}}", autos));
	return p;
}

static const struct project *borrow(void *context)
{
	struct heard *h = context;

	pthread_mutex_lock(&h->lock);
	const struct project *p = h->project;
	pthread_mutex_unlock(&h->lock);
	return p;
}

static void give_back(void *context, const struct project *p)
{
	(void)context;
	(void)p;
}

/* Those that the record before did not have, oldest first. */
static void hear_events(struct heard *h, const struct record *r)
{
	size_t news = 0;

	while (news < r->nevents && (!h->record || strcmp(r->events[news].commit, h->record->head) != 0))
		news++;
	h->events += (unsigned)news;
	for (size_t i = news; i-- > 0;) {
		size_t used = strlen(h->kinds);
		snprintf(h->kinds + used, sizeof(h->kinds) - used, "%s ", r->events[i].kind);
	}
}

static void on_record(void *context, const struct record *r)
{
	struct heard *h = context;

	pthread_mutex_lock(&h->lock);
	if (h->record)
		hear_events(h, r);
	record_release(h->record);
	h->record = record_acquire(r);
	h->state = r->state;
	pthread_mutex_unlock(&h->lock);
}

static void on_reply(void *context, const struct reply *r)
{
	struct heard *h = context;

	pthread_mutex_lock(&h->lock);
	h->replies++;
	h->code = r->code;
	snprintf(h->message, sizeof(h->message), "%s", r->message);
	snprintf(h->promotion, sizeof(h->promotion), "%s", r->promotion ? r->promotion : "");
	pthread_mutex_unlock(&h->lock);
}

static void on_plan(void *context, struct plan *p)
{
	struct heard *h = context;

	pthread_mutex_lock(&h->lock);
	plan_free(h->plan);
	h->plan = p;
	h->plans++;
	pthread_mutex_unlock(&h->lock);
}

static bool has_record(const struct heard *h, const char *text)
{
	(void)text;
	return h->record != NULL;
}

struct engine *running(struct heard *h, const char *folder, const struct project *p, bool execute)
{
	const struct engine_options own = { .execute = execute };

	return running_with(h, folder, p, &own);
}

void other_manifests(struct heard *h, const struct project *p)
{
	pthread_mutex_lock(&h->lock);
	h->project = p;
	pthread_mutex_unlock(&h->lock);
}

struct engine *running_with(struct heard *h, const char *folder, const struct project *p,
			    const struct engine_options *own)
{
	AUTO(arena) struct arena *a = arena_new();
	static char work[4096];
	struct engine *en = NULL;
	struct ledger *l = NULL;
	struct ledger_options lo = { .path = str_format(a, "%s/ledger", folder), .project = "demo",
				     .host = "here" };
	struct err e;

	memset(h, 0, sizeof(*h));
	pthread_mutex_init(&h->lock, NULL);
	h->project = p;
	snprintf(work, sizeof(work), "%s/work", folder);
	if (!own->record && !ledger_open(&lo, &l, &e)) {
		note("%s", e.message);
		return NULL;
	}
	struct engine_options o = { .ledger = l, .context = h, .workers = 2, .execute = own->execute,
				    .work = work, .borrow = borrow, .give_back = give_back,
				    .on_record = on_record, .on_reply = on_reply,
				    .on_plan = on_plan, .find_step = own->find_step,
				    .verify = own->verify, .record = own->record };
	if (!engine_start(&o, &en, &e))
		note("%s", e.message);
	else
		await(h, has_record, "");
	return en;
}

bool await(struct heard *h, bool (*test)(const struct heard *h, const char *text), const char *text)
{
	int64_t end = clock_ticks() + 10000;
	bool good = false;

	while (!good && clock_ticks() < end) {
		pthread_mutex_lock(&h->lock);
		good = test(h, text);
		pthread_mutex_unlock(&h->lock);
		if (!good)
			clock_sleep(5);
	}
	return good;
}

static bool replied(const struct heard *h, const char *text)
{
	(void)text;
	return h->replies > 0;
}

int ask(struct engine *en, struct heard *h, const struct intent *i)
{
	pthread_mutex_lock(&h->lock);
	h->replies = 0;
	pthread_mutex_unlock(&h->lock);
	if (!engine_submit(en, i) || !await(h, replied, ""))
		return -1;
	pthread_mutex_lock(&h->lock);
	int code = h->code;
	pthread_mutex_unlock(&h->lock);
	return code;
}

bool stage_reached(const struct heard *h, const char *text)
{
	char stage[64];
	const char *equals = strchr(text, '=');

	snprintf(stage, sizeof(stage), "%.*s", (int)(equals - text), text);
	const struct state_stage *s = state_stage(h->state, stage);
	if (!s || s->npromotions == 0)
		return false;
	return strcmp(value_path_text(s->promotions[s->npromotions - 1]->object, "status.phase", ""),
		      equals + 1) == 0;
}
