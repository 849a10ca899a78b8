/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The engine's turn: takes messages, keeps the ledger and the lease fresh, decides,
 * hands work to workers. It never waits for the outside except for the ledger's own disk and push.
 */
#include "engine/engine.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/queue.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/message.h"
#include "engine/round.h"
#include "engine/worker.h"
#include "model/intent.h"
#include "steps/signing_keys.h"

enum { INBOX = 4096, JOBS = 1024, WORKERS = 4, BATCH = 256 };

/* How often we look, in ms; SYNC_TOLD: where we are told when there is something to see. */
enum { SYNC_HERE = 500, SYNC_TOLD = 30000, SYNC_REMOTE = 10000 };
enum { LEASE_HERE = 4000, LEASE_REMOTE = 20000, LEASE_AGAIN = 5000 };

/* How long the end may take, in ms: for steps, for giving the lease back, for what is told to give up. */
enum { GRACE_MS = 700, DROP_MS = 300, GIVE_UP_MS = 300, LOOK_MS = 20 };

static bool engine_send(struct engine *en, struct engine_message *m)
{
	struct actor *actor = en->actor;

	if (queue_try(en->inbox, m)) {
		actor_wake(actor);
		return true;
	}
	engine_message_free(m);
	return false;
}

bool engine_submit(struct engine *en, const struct intent *i)
{
	struct engine_message *m = engine_message(MESSAGE_INTENT);

	assert(i && en->ledger);
	m->intent = intent_copy(m->arena, i);
	return engine_send(en, m);
}

bool engine_plan(struct engine *en, const struct intent *i)
{
	struct engine_message *m = engine_message(MESSAGE_PLAN);

	m->intent = intent_copy(m->arena, i);
	return engine_send(en, m);
}

void engine_unplan(struct engine *en, uint64_t id)
{
	struct engine_message *m = engine_message(MESSAGE_UNPLAN);

	m->id = id;
	engine_send(en, m);
}

bool engine_found(struct engine *en, const struct value *freight)
{
	struct engine_message *m = engine_message(MESSAGE_FREIGHT);

	m->freight = value_copy(m->arena, freight);
	return engine_send(en, m);
}

void engine_wake(struct engine *en)
{
	engine_send(en, engine_message(MESSAGE_WAKE));
}

void engine_look_at_lease(struct engine *en)
{
	engine_send(en, engine_message(MESSAGE_LEASE));
}

void engine_lease_moved(struct engine *en)
{
	engine_send(en, engine_message(MESSAGE_LEASE_MOVED));
}

void engine_ledger_moved(struct engine *en)
{
	engine_send(en, engine_message(MESSAGE_LEDGER));
}

enum { TROUBLE_SYNC, TROUBLE_LEASE };

/* The same trouble every half second is one line of the log; NULL: it is over. */
static void engine_complain(struct engine *en, int what, const char *message)
{
	char *last = en->trouble[what];
	size_t room = sizeof(en->trouble[what]);

	if (message && strncmp(last, message, room - 1) != 0)
		log_line(LOG_WARN, "engine", "%s: %s", what ? "the lease" : "the ledger", message);
	if (!message && last[0])
		log_line(LOG_INFO, "engine", "%s works again", what ? "the lease" : "the ledger");
	snprintf(last, room, "%s", message ? message : "");
}

static int64_t sync_next(const struct engine *en, int64_t now)
{
	bool shared = ledger_is_shared(en->ledger);

	if (!en->options.is_told || !en->options.is_told(en->options.context))
		return now + SYNC_HERE;
	return shared && en->remote_due < now + SYNC_TOLD ? en->remote_due : now + SYNC_TOLD;
}

static void keep_fresh(struct engine *en, int64_t now)
{
	bool remote = now >= en->remote_due;
	struct err e;

	if (now < en->sync_due)
		return;
	if (remote)
		en->remote_due = now + SYNC_REMOTE;
	bool good = engine_sync(en, remote, &e);
	en->sync_due = good ? sync_next(en, now) : now + SYNC_HERE;
	if (!good || remote || !ledger_is_shared(en->ledger))
		engine_complain(en, TROUBLE_SYNC, good ? NULL : e.message);
}

static bool same_lease(const struct lease *a, const struct lease *b)
{
	return a->held == b->held && a->ours == b->ours && same_text(a->host, b->host);
}

/* The new holder redoes our unfinished work; should we hold the lease again, we begin it again. */
static void step_down(struct engine *en)
{
	log_line(LOG_WARN, "engine", "the lease was lost");
	for (size_t i = en->runs.count; i-- > 0;) {
		struct promotion_run *r = en->runs.items[i];
		flag_set(&r->cancelled);
		r->lost = true;
		if (!r->busy)
			run_free(en, r);
	}
}

/* One unanswered call to the remote does no harm while the lease lasts. */
static void lease_unknown(struct engine *en, const char *message)
{
	engine_complain(en, TROUBLE_LEASE, message);
	en->leads = en->leads && engine_may_act(en);
	if (en->lease_due > clock_ticks() + LEASE_AGAIN)
		en->lease_due = clock_ticks() + LEASE_AGAIN;
}

static void keep_lease(struct engine *en, int64_t now)
{
	AUTO(arena) struct arena *a = arena_new();
	struct lease lease = { .host = "" };
	struct err e;
	bool takes = en->options.execute && !en->options.read_only;

	if (now < en->lease_due)
		return;
	en->lease_due = now + (ledger_is_shared(en->ledger) ? LEASE_REMOTE : LEASE_HERE);
	if (takes ? !ledger_lease_share(en->ledger, a, en->runs.count == 0, &lease, &e)
		  : !ledger_lease_look(en->ledger, a, &lease, &e)) {
		lease_unknown(en, e.message);
		return;
	}
	engine_complain(en, TROUBLE_LEASE, NULL);
	if (lease.ours && !en->leads)
		en->dirty = true;
	if ((!lease.ours || lease.is_new) && en->runs.count > 0)
		step_down(en);
	/* After that: a worker must not take the new lease for the one that its run began with. */
	moment_set(&en->lease_until, takes ? lease.until : 0);
	moment_set(&en->lease_life, takes ? lease.life : 0);
	if (lease.look_in)
		en->lease_due = now + lease.look_in;
	en->leads = lease.ours && takes;
	if (en->lease_told && same_lease(&lease, &en->lease))
		return;
	en->lease_told = true;
	en->lease = lease;
	en->lease.host = str_copy(en->own, lease.host);
	if (lease.ours)
		log_line(LOG_INFO, "engine", "the lease is ours: this gantry executes");
	else
		log_line(LOG_INFO, "engine", lease.held ? "%s has the lease and executes"
							: "nobody has the lease%.0s", lease.host);
	if (en->options.on_lease)
		en->options.on_lease(en->options.context, &en->lease);
}

static void engine_hurry(struct engine *en)
{
	int64_t soon = clock_ticks() + 200;

	en->dirty = true;
	for (size_t i = 0; i < en->runs.count; i++) {
		struct promotion_run *r = en->runs.items[i];
		if (!r->busy && !r->o.failing && r->due > soon)
			r->due = soon;
	}
}

static void engine_handle(struct engine *en, struct engine_message *m)
{
	switch (m->kind) {
	case MESSAGE_INTENT:
		engine_intent(en, m->intent);
		break;
	case MESSAGE_FREIGHT:
		engine_discovered(en, m->freight);
		break;
	case MESSAGE_RAN:
		engine_ran(en, m->run);
		break;
	case MESSAGE_VERIFIED:
		engine_checked(en, m->check);
		break;
	case MESSAGE_WAKE:
		engine_hurry(en);
		break;
	case MESSAGE_LEASE:
		en->lease_due = 0;
		break;
	case MESSAGE_LEASE_MOVED:
		/* Else we moved it ourselves: each look at a lease without a life moves it. */
		if (!en->lease.ours || moment_get(&en->lease_life))
			en->lease_due = 0;
		break;
	case MESSAGE_LEDGER:
		en->sync_due = 0;
		break;
	case MESSAGE_PLAN:
		engine_plan_asked(en, m->intent);
		break;
	case MESSAGE_UNPLAN:
		engine_plan_dropped(en, m->id);
		break;
	case MESSAGE_PLANNED:
		engine_planned(en, m->run);
		break;
	}
	engine_message_free(m);
}

static int64_t engine_patience(const struct engine *en)
{
	int64_t now = clock_ticks(), next = en->sync_due;

	if (en->leads && en->dirty)
		return 0;
	if (en->lease_due < next)
		next = en->lease_due;
	if (engine_rest_due(en) && engine_rest_due(en) < next)
		next = engine_rest_due(en);
	for (size_t i = 0; en->leads && i < en->runs.count; i++) {
		const struct promotion_run *r = en->runs.items[i];
		if (!r->busy && r->due < next)
			next = r->due;
	}
	for (size_t i = 0; en->leads && i < en->checks.count; i++) {
		const struct verification_look *c = en->checks.items[i];
		if (!c->busy && c->due < next)
			next = c->due;
	}
	if (en->leads && en->decide_at && en->decide_at - clock_now() < next - now)
		next = now + (en->decide_at - clock_now());
	return next > now ? next - now : 0;
}

/* How many jobs workers have; all are told to give up. */
static size_t engine_cancel_all(struct engine *en)
{
	size_t busy = 0;

	for (size_t i = 0; i < en->runs.count; i++) {
		struct promotion_run *r = en->runs.items[i];
		flag_set(&r->cancelled);
		busy += r->busy;
	}
	for (size_t i = 0; i < en->plans.count; i++) {
		struct promotion_run *r = en->plans.items[i];
		flag_set(&r->cancelled);
		busy += r->busy;
	}
	for (size_t i = 0; i < en->checks.count; i++) {
		struct verification_look *c = en->checks.items[i];
		flag_set(&c->cancelled);
		busy += c->busy;
	}
	return busy;
}

/*
 * Steps are told to give up; what they still report is taken in. The lease goes to whoever is next.
 * Ms until the next look; ACTOR_END.
 */
static int64_t wind_down(struct engine *en)
{
	struct engine_message *m;

	if (!en->ends_at)
		en->ends_at = clock_ticks() + GRACE_MS;
	while ((m = queue_take(en->inbox, 0)))
		engine_handle(en, m);
	if (engine_cancel_all(en) > 0 && clock_ticks() < en->ends_at)
		return LOOK_MS;
	engine_look_away(en);
	engine_publish(en);
	queue_close(en->inbox);         /* a worker that waits for room in it gives up */
	if (en->ledger)
		ledger_lease_drop(en->ledger);
	return ACTOR_END;
}

/* What was sent since the last turn. */
static void engine_take(struct engine *en)
{
	struct engine_message *m;

	for (int i = 0; i < BATCH && !flag_is_set(&en->stop) && (m = queue_take(en->inbox, 0)); i++) {
		engine_handle(en, m);
		engine_publish(en);
	}
}

/* Without a ledger there is nothing to be kept fresh, decided or carried out: plans alone. */
static int64_t engine_turn_of_plans(struct engine *en)
{
	engine_take(en);
	return flag_is_set(&en->stop) ? wind_down(en) : -1;
}

static int64_t engine_turn(void *context)
{
	struct engine *en = context;
	AUTO(log_about) struct log_about before =
		log_about((struct log_about){ .project = en->options.project });

	if (!en->ledger)
		return engine_turn_of_plans(en);
	if (!en->has_begun) {
		engine_listen(en);
		engine_publish(en);
		en->has_begun = true;
	}
	if (flag_is_set(&en->stop))     /* nothing is asked of a remote any more: it may be silent */
		return wind_down(en);
	keep_lease(en, clock_ticks());  /* first: we may have been stopped for long */
	engine_take(en);
	keep_fresh(en, clock_ticks());
	if (!flag_is_set(&en->stop) && en->leads) {
		if (en->dirty || (en->decide_at && clock_now() >= en->decide_at))
			engine_act(en);
		engine_dispatch(en);
		engine_look_away(en);
	}
	engine_publish(en);
	engine_rest(en);
	return flag_is_set(&en->stop) ? wind_down(en) : engine_patience(en);
}

static bool engine_start_threads(struct engine *en, struct err *e)
{
	const struct pool_options workers = {
		.name = "worker", .threads = 1 + (en->options.workers ? en->options.workers : WORKERS),
	};
	const struct pool_line_options line = { .context = en, .run = worker_run,
						.drop = worker_job_free, .room = JOBS };

	if ((!en->options.pool && !pool_start(&workers, &en->own_pool, e)) ||
	    (!en->options.actors && !actors_start("engine", 1, &en->own_actors, e)))
		return false;
	en->line = pool_line_new(en->own_pool ? en->own_pool : en->options.pool, &line);
	en->actor = actor_new(en->own_actors ? en->own_actors : en->options.actors, engine_turn, en);
	actor_wake(en->actor);
	return true;
}

static const char *work_folder(struct arena *a, const struct engine_options *o)
{
	const char *cache = o->work ? NULL : path_cache(a);

	return o->work ? str_copy(a, o->work)
		       : str_format(a, "%s/work", cache ? cache : "/tmp/gantry");
}

bool engine_start(const struct engine_options *o, struct engine **out, struct err *e)
{
	struct engine *en = xmalloc(sizeof(*en));
	struct arena *own = arena_new();

	assert(o->ledger || o->record);
	*en = (struct engine){ .options = *o, .ledger = o->ledger, .own = own, .dirty = true,
			       .inbox = queue_new(INBOX),
			       .turns = turns_new(),
			       .keys = signing_keys_new(),
			       .rest_due = clock_ticks() + REST_MS,
			       .rest_latest = clock_ticks() + REST_LATEST_MS,
			       .work = work_folder(own, o), .lease = { .host = "" } };
	if (!engine_start_threads(en, e)) {
		struct err why = *e;
		engine_stop(en);
		*e = why;
		return false;
	}
	*out = en;
	return true;
}

static void engine_free(struct engine *en)
{
	engine_plans_free(en);
	while (en->runs.count > 0)
		run_free(en, en->runs.items[0]);
	while (en->checks.count > 0)
		verification_forget(en, en->checks.items[0]);
	actor_free(en->actor);
	queue_free(en->inbox, engine_message_free);
	turns_free(en->turns);
	signing_keys_free(en->keys);
	if (en->ledger)
		ledger_close(en->ledger);
	event_tail_release(&en->tail);
	arena_free(en->own);
	free(en);
}

void engine_end(struct engine *en)
{
	if (!en)
		return;
	if (!en->told_at)
		en->told_at = clock_ticks();
	flag_set(&en->stop);
	if (en->actor)
		actor_wake(en->actor);
}

/* Its last turn; when it waits for the ledger's remote, that is told to give up. */
static bool engine_join(struct engine *en)
{
	int64_t left;
	bool ended;

	engine_end(en);
	left = en->told_at + GRACE_MS + DROP_MS - clock_ticks();
	ended = actor_join(en->actor, left > 0 ? left : 0);
	if (en->options.give_up)
		flag_set(en->options.give_up);
	return ended || actor_join(en->actor, GIVE_UP_MS);
}

bool engine_stop(struct engine *en)
{
	bool ended;

	if (!en)
		return true;
	ended = engine_join(en);
	queue_close(en->inbox);
	ended = ended && pool_line_end(en->line, GIVE_UP_MS) && pool_stop(en->own_pool, GIVE_UP_MS) &&
		actors_stop(en->own_actors, GIVE_UP_MS);
	if (ended) {
		engine_free(en);
		return true;
	}
	moment_set(&en->lease_life, 0); /* the process may live on, but what is left behind must not act */
	log_line(LOG_WARN, "engine", "a thread did not stop in time and was abandoned");
	return false;
}
