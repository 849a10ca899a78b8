/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Eight people promote eight stages through one remote at once, while an agent leads and runs what they ask for.
 *
 * Ten terminals that share a ledger through one remote, the first four of them also its folder on
 * one machine, each approving different freight for a stage of its own, all at once
 * (OPERATORS_INTENTS: how many in all). None stands in another's way, each is told what became of
 * its own intent, and nothing is recorded twice.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/engine.h"
#include "git/store.h"
#include "ledger/history.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/intent.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"
#include "tap.h"

enum { OPERATORS = 10, ON_ONE_MACHINE = 4, INTENTS = 100, MOST = 1000, PROMOTERS = 8, PROMOTED_MS = 10000,
       PATIENCE_MS = 60000 };

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	return v;
}

static const char *freight_name(struct arena *a, unsigned n)
{
	return str_format(a, "%08x%032x", n * 2654435761u, n);
}

/* An operator at a terminal: an engine of their own, and who hears its answers. */
struct operator {
	const struct project *project;
	const char *path, *remote, *stage;
	unsigned freight;               /* how many to approve */
	unsigned done, refused;
	int64_t slowest;                /* ms */
	char refusal[256];              /* the first */
	struct thread *thread;
	pthread_mutex_t lock;
	pthread_cond_t answered;
	struct reply reply;
	bool has_reply;
	char message[256];
};

static const struct project *operator_borrow(void *context)
{
	return ((struct operator *)context)->project;
}

static void operator_give_back(void *context, const struct project *p)
{
	(void)context;
	(void)p;
}

static void operator_hears(void *context, const struct reply *r)
{
	struct operator *o = context;

	pthread_mutex_lock(&o->lock);
	o->reply = *r;
	snprintf(o->message, sizeof(o->message), "%.250s", r->message);
	o->has_reply = true;
	pthread_cond_signal(&o->answered);
	pthread_mutex_unlock(&o->lock);
}

static void operator_asks(struct operator *o, struct engine *en, const struct intent *i)
{
	int64_t begun = clock_ticks();

	o->has_reply = false;
	if (!engine_submit(en, i))
		return;
	pthread_mutex_lock(&o->lock);
	while (!o->has_reply)
		pthread_cond_wait(&o->answered, &o->lock);
	pthread_mutex_unlock(&o->lock);
	int64_t took = clock_ticks() - begun;
	o->slowest = took > o->slowest ? took : o->slowest;
	o->done += o->reply.done;
	if (o->reply.done)
		return;
	if (o->refused++ == 0)
		snprintf(o->refusal, sizeof(o->refusal), "%s", o->message);
}

static struct engine *operator_starts(struct operator *o, bool execute)
{
	const struct ledger_options lo = { .path = o->path, .project = "demo", .remote = o->remote,
					   .host = o->stage };
	struct engine_options eo = { .context = o, .workers = 1, .borrow = operator_borrow, .work = o->path,
				     .give_back = operator_give_back, .on_reply = operator_hears,
				     .execute = execute };
	struct engine *en;
	struct err e;

	if (ledger_open(&lo, &eo.ledger, &e) && engine_start(&eo, &en, &e))
		return en;
	snprintf(o->refusal, sizeof(o->refusal), "%.250s", e.message);
	return NULL;
}

static void operator_works(void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	struct operator *o = context;
	struct engine *en = operator_starts(o, false);

	for (unsigned n = 0; en && n < o->freight; n++) {
		const struct intent i = { .kind = INTENT_APPROVE, .stage = o->stage,
					  .freight = freight_name(a, n), .actor = "Ada <ada@example.org>" };

		operator_asks(o, en, &i);
	}
	engine_stop(en);
}

static void operator_promotes(void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	struct operator *o = context;
	struct engine *en = operator_starts(o, false);
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = o->stage, .freight = freight_name(a, 0),
				  .actor = "Ada <ada@example.org>" };

	if (en)
		operator_asks(o, en, &i);
	engine_stop(en);
}

/* sources: where the stages take freight from, as JSON; each has one step, which says something. */
static const struct project *project_of_operators(struct arena *a, const char *sources)
{
	struct project *p = arena_alloc(a, sizeof(*p));
	struct err e;

	p->name = "demo";
	p->stages = arena_array(a, OPERATORS, sizeof(*p->stages));
	for (; p->nstages < OPERATORS; p->nstages++)
		if (!stage_read(a, json(a, str_format(a, "{\"metadata\":{\"name\":\"s%zu\"},\"spec\":{"
			"\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":%s}],"
			"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"compose-output\",\"config\":{\"a\":\"b\"}}]}}"
			"}}", p->nstages, sources)), &p->stages[p->nstages], &e))
			note("%s", e.message);
	return p;
}

/* A ledger with the freight that all will approve, and the remote that has it. */
static bool prepare_remote(struct arena *a, const char *path, const char *remote, unsigned freight)
{
	const struct ledger_options lo = { .path = path, .project = "demo", .remote = remote, .host = "first" };
	struct store *s = NULL;
	struct ledger *l;
	struct err e;
	bool fine = store_open(remote, true, &s, &e);

	store_close(s);
	if (!fine || !ledger_open(&lo, &l, &e))
		return ok(false, "%s", e.message);
	for (unsigned n = 0; n < freight; n++) {
		const char *name = freight_name(a, n);
		const struct event ev = {
			.kind = EVENT_FREIGHT_DISCOVERED, .freight = name, .warehouse = "w", .at = clock_now(),
			.subject = str_format(a, "find freight %u", n),
			.data = json(a, str_format(a, "{\"alias\":\"a-%u\",\"metadata\":{\"name\":\"%s\"},"
				"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}", n, name)),
		};

		if (!ledger_append(l, &ev, n + 1 < freight ? LEDGER_PUSH_LATER : LEDGER_PUSH_NOW, &e))
			note("%s", e.message);
	}
	ledger_close(l);
	return true;
}

/* What the remote has in the end, by somebody who was not there. */
static void check_remote(struct arena *a, const char *remote, unsigned freight)
{
	const struct ledger_options lo = { .path = path_join(a, remote, "nowhere"), .project = "demo",
					   .remote = remote, .host = "", .read_only = true };
	const struct ledger_filter all = { .max = MOST * 3 };
	struct ledger_page page = { .count = 0 };
	struct ledger_verdict v;
	struct ledger *l;
	size_t approved = 0;
	struct err e;

	if (!ok(ledger_open(&lo, &l, &e), "the remote has the ledger"))
		return;
	if (!ledger_history(l, a, &all, &page, &e))
		note("%s", e.message);
	is_number(page.count, freight * (OPERATORS + 1), "each intent is one event");
	for (unsigned n = 0; n < freight; n++)
		approved += value_count(value_path(state_freight(ledger_state(l), freight_name(a, n)),
						   "status.approvedFor"));
	is_number(approved, freight * OPERATORS, "and did what it should");
	ok(ledger_verify(l, a, &v, &e) && v.sound, "all of it is sound");
	ledger_close(l);
}

static unsigned intents_wanted(void)
{
	const char *text = getenv("OPERATORS_INTENTS");
	unsigned long n = text ? strtoul(text, NULL, 10) : INTENTS;

	return n >= OPERATORS && n <= MOST ? (unsigned)n : INTENTS;
}

TEST(operators_do_not_refuse_each_other)
{
	AUTO(arena) struct arena *a = arena_new();
	struct operator all[OPERATORS];
	const struct project *p = project_of_operators(a, "{\"stages\":[\"none\"]}");
	unsigned freight = intents_wanted() / OPERATORS, done = 0, refused = 0;
	int64_t slowest = 0, begun;
	const char *folder, *remote;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-operators-", &folder, &e), "a folder"))
		return;
	remote = path_join(a, folder, "remote.git");
	if (!prepare_remote(a, path_join(a, folder, "first"), remote, freight))
		return;
	begun = clock_ticks();
	for (unsigned i = 0; i < OPERATORS; i++) {
		all[i] = (struct operator){ .project = p, .freight = freight, .remote = remote,
					    .stage = str_format(a, "s%u", i),
					    .path = str_format(a, "%s/l%u", folder, i < ON_ONE_MACHINE ? 0 : i) };
		pthread_mutex_init(&all[i].lock, NULL);
		pthread_cond_init(&all[i].answered, NULL);
		if (!thread_start(&all[i].thread, "operator", operator_works, &all[i], &e))
			note("%s", e.message);
	}
	for (unsigned i = 0; i < OPERATORS; i++) {
		thread_join(all[i].thread);
		done += all[i].done;
		refused += all[i].refused;
		slowest = all[i].slowest > slowest ? all[i].slowest : slowest;
		if (*all[i].refusal)
			note("%s: %s", all[i].stage, all[i].refusal);
	}
	note("%lld ms, the slowest answer after %lld ms", (long long)(clock_ticks() - begun), (long long)slowest);
	is_number(done, freight * OPERATORS, "every intent is recorded");
	is_number(refused, 0, "and nobody is refused");
	check_remote(a, remote, freight);
	ok(folder_remove(folder, &e), "the folder goes");
}

/* How many of the promotions that the remote knows of came to a good end; *all: of how many. */
static size_t remote_succeeded(struct arena *a, const char *remote, size_t *all)
{
	const struct ledger_options lo = { .path = path_join(a, remote, "nowhere"), .project = "demo",
					   .remote = remote, .host = "", .read_only = true };
	const struct ledger_filter filter = { .max = MOST };
	struct ledger_page page = { .count = 0 };
	struct ledger *l;
	size_t good = 0;
	struct err e;

	*all = 0;
	if (!ledger_open(&lo, &l, &e))
		return 0;
	if (!ledger_history(l, a, &filter, &page, &e))
		note("%s", e.message);
	for (size_t i = 0; i < page.count; i++) {
		const struct event *ev = page.entries[i].event;

		*all += ev->kind == EVENT_PROMOTION_REQUESTED;
		good += ev->kind == EVENT_PROMOTION_FINISHED &&
			strcmp(value_path_text(ev->data, "phase", ""), "Succeeded") == 0;
	}
	ledger_close(l);
	return good;
}

static void promote_together(struct arena *a, struct operator *all, const char *remote)
{
	int64_t begun = clock_ticks(), recorded, end = begun + PATIENCE_MS;
	size_t good = 0, asked = 0;
	unsigned done = 0;
	struct err e;

	for (unsigned i = 0; i < PROMOTERS; i++)
		if (!thread_start(&all[i].thread, "operator", operator_promotes, &all[i], &e))
			note("%s", e.message);
	for (unsigned i = 0; i < PROMOTERS; i++) {
		thread_join(all[i].thread);
		done += all[i].done;
		if (*all[i].refusal)
			note("%s: %s", all[i].stage, all[i].refusal);
	}
	recorded = clock_ticks() - begun;
	is_number(done, PROMOTERS, "every promotion is recorded");
	ok(recorded <= PROMOTED_MS, "within 10 s: %lld ms", (long long)recorded);
	while (good < PROMOTERS && clock_ticks() < end) {
		clock_sleep(200);
		good = remote_succeeded(a, remote, &asked);
	}
	note("all were done after %lld ms", (long long)(clock_ticks() - begun));
	is_number(good, PROMOTERS, "the agent carries out each");
	is_number(asked, PROMOTERS, "and none was asked for twice");
}

TEST(eight_people_promote_at_once_while_an_agent_leads)
{
	AUTO(arena) struct arena *a = arena_new();
	struct operator all[PROMOTERS], agent;
	const struct project *p = project_of_operators(a, "{\"direct\":true}");
	const char *folder, *remote;
	struct engine *leads;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-promoters-", &folder, &e), "a folder"))
		return;
	remote = path_join(a, folder, "remote.git");
	if (!prepare_remote(a, path_join(a, folder, "first"), remote, 1))
		return;
	agent = (struct operator){ .project = p, .remote = remote, .stage = "agent",
				   .path = path_join(a, folder, "agent") };
	leads = operator_starts(&agent, true);
	ok(leads != NULL, "an agent leads %s", agent.refusal);
	for (unsigned i = 0; i < PROMOTERS; i++) {
		all[i] = (struct operator){ .project = p, .remote = remote, .stage = str_format(a, "s%u", i),
					    .path = str_format(a, "%s/l%u", folder, i) };
		pthread_mutex_init(&all[i].lock, NULL);
		pthread_cond_init(&all[i].answered, NULL);
	}
	promote_together(a, all, remote);
	engine_stop(leads);
	ok(folder_remove(folder, &e), "the folder goes");
}
