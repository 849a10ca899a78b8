/* SPDX-License-Identifier: Apache-2.0 */
/* A batch at a time, so that memory stays bounded no matter how much there is to catch up with. */
#include "recorder/recorded.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/part.h"
#include "ledger/history.h"
#include "ledger/lease.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/state.h"
#include "recorder/find.h"
#include "recorder/prune.h"

/* In ms: opening is tried again; others' events are looked for; memory is given back. */
enum { OPEN_MS = 5000, SYNC_MS = 1000, REMOTE_MS = 10000, REST_MS = 5000 };
/* In ms: the lease is renewed, or looked for. */
enum { LEASE_HERE = 4000, LEASE_REMOTE = 20000 };

static void recorded_on_event(void *context, const char *commit, const struct event *ev)
{
	struct recorded *p = context;

	pthread_mutex_lock(p->lock);
	event_tail_add(&p->tail, commit, ev);
	memcpy(p->head, commit, strnlen(commit, sizeof(p->head) - 1) + 1);
	pthread_mutex_unlock(p->lock);
}

/* The whole history is reported again. */
static void recorded_on_rewritten(void *context)
{
	struct recorded *p = context;
	struct event_tail tail = { .part = NULL };
	const char *head = ledger_head(p->ledger);
	struct err e;

	if (!ledger_tail(p->ledger, NULL, &tail, &e))
		log_line(LOG_ERROR, "recorder", "%s: reading the newest events: %s", p->name, e.message);
	pthread_mutex_lock(p->lock);
	event_tail_release(&p->tail);
	p->tail = tail;
	memcpy(p->head, head, strnlen(head, sizeof(p->head) - 1) + 1);
	pthread_mutex_unlock(p->lock);
}

static bool recorded_open(struct recorded *p, struct err *e)
{
	const struct ledger_listener listener = { p, recorded_on_event, recorded_on_rewritten };
	const struct ledger_options o = {
		.path = p->o->path, .remote = p->o->remote, .project = p->name, .host = p->o->host,
		.read_only = !p->o->writes, .must_exist = !p->o->writes,
		.signing_key = p->o->signing_key, .allowed_signers = p->o->allowed_signers,
		.cancelled = p->give_up,
	};

	p->open_due = clock_ticks() + OPEN_MS;
	if (!ledger_open(&o, &p->ledger, e)) {
		p->ledger = NULL;
		return err_wrap(e, "opening the ledger %s", p->o->path);
	}
	ledger_listen(p->ledger, &listener);
	recorded_on_rewritten(p);
	return true;
}

/* What others recorded, now and then. */
static bool recorded_sync(struct recorded *p, struct err *e)
{
	int64_t now = clock_ticks();
	bool remote = ledger_is_shared(p->ledger) && now >= p->remote_due, moved;

	if (now < p->sync_due)
		return true;
	p->sync_due = now + SYNC_MS;
	if (remote)
		p->remote_due = now + REMOTE_MS;
	return ledger_sync(p->ledger, remote, &moved, e);
}

static void recorded_tell_lease(const struct recorded *p, const struct lease *lease)
{
	if (lease->ours)
		log_line(LOG_INFO, "recorder", "%s: the lease is ours: this gantry records", p->name);
	else
		log_line(LOG_INFO, "recorder", "%s: %s has the lease and records", p->name, lease->host);
}

static bool recorded_lease(struct recorded *p, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct lease lease = { .host = "" };
	int64_t now = clock_ticks();

	if (now < p->lease_due)
		return true;
	p->lease_due = now + (ledger_is_shared(p->ledger) ? LEASE_REMOTE : LEASE_HERE);
	if (!ledger_lease(p->ledger, a, &lease, e))
		return err_wrap(e, "the lease");
	if (lease.ours != p->leads || !p->lease_told)
		recorded_tell_lease(p, &lease);
	p->lease_told = true;
	p->lease_until = lease.ours ? lease.until : 0;
	pthread_mutex_lock(p->lock);
	p->leads = lease.ours;
	snprintf(p->leader, sizeof(p->leader), "%s", lease.host ? lease.host : "");
	pthread_mutex_unlock(p->lock);
	return true;
}

static bool recorded_append(struct recorded *p, const struct batch *b, struct err *e)
{
	p->rest_due = clock_ticks() + REST_MS;
	if (!*ledger_head(p->ledger)) {
		if (!ledger_begin(p->ledger, b->events, b->count, e))
			return false;
		recorded_on_rewritten(p);
		return true;
	}
	for (size_t i = 0; i < b->count; i++) {
		enum ledger_push push = i + 1 == b->count ? LEDGER_PUSH_NOW : LEDGER_PUSH_LATER;

		if (clock_ticks() >= p->lease_until)
			return err_set(e, ERR_TIMEOUT, "the lease ran out meanwhile");
		if (!ledger_append(p->ledger, &b->events[i], push, e))
			return false;
	}
	return true;
}

static void recorded_prune(const struct record *seen, struct batch *b)
{
	const struct value *data = recorder_prune(b->a, b->state, seen->state);

	if (data)
		b->events[b->count++] = (struct event){
			.kind = EVENT_LEDGER_PRUNED, .at = clock_now(), .data = data,
			.subject = "drop old promotions and freight from the present",
		};
}

/* Compares, and writes a batch of what is missing. */
static bool recorded_write(struct recorded *p, const struct record *seen, bool *more, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	struct batch *b = arena_alloc(a, sizeof(*b));
	struct part *held = part_acquire(ledger_part(p->ledger));
	const struct recorder_sight sight = { ledger_state(p->ledger), seen, p->done, clock_now() };
	struct list facts = { 0 };
	bool waits = recorder_find(a, &sight, &facts), fine;

	*b = (struct batch){ .a = a, .name = p->name, .now = sight.now, .state = sight.known };
	batch_choose(b, &p->refused, &facts);
	waits = waits || b->waits;
	if (!b->count && !waits)
		recorded_prune(seen, b);
	fine = !b->count || recorded_append(p, b, e);
	*more = b->count > 0;
	part_release(held);
	if (!fine)
		refused_forget(&p->refused);
	/* Another has written: it is compared with that. */
	if (!fine && e->code == ERR_CONFLICT)
		return true;
	if (!fine || b->count || waits)
		return fine;
	record_release(p->done);
	p->done = record_acquire(seen);
	return true;
}

static void recorded_rest(struct recorded *p)
{
	if (!p->rest_due || clock_ticks() < p->rest_due)
		return;
	p->rest_due = ledger_rest(p->ledger) ? clock_ticks() + REST_MS : 0;
	memory_give_back();
}

static bool recorded_work(struct recorded *p, const struct record *seen, bool *more, struct err *e)
{
	if (!p->ledger && clock_ticks() < p->open_due)
		return true;
	if (!p->ledger && !recorded_open(p, e))
		return false;
	if (!recorded_sync(p, e))
		return false;
	if (p->o->writes && !recorded_lease(p, e))
		return false;
	if (p->leads && clock_ticks() < p->lease_until && seen && seen != p->done &&
	    !recorded_write(p, seen, more, e))
		return false;
	recorded_rest(p);
	return true;
}

bool recorded_look(struct recorded *p, bool *more, struct err *e)
{
	char head[sizeof(p->head)], leader[sizeof(p->leader)];
	const struct record *seen;
	bool fine, led = p->leads;

	assert(p && more);
	*more = false;
	pthread_mutex_lock(p->lock);
	memcpy(head, p->head, sizeof(head));
	memcpy(leader, p->leader, sizeof(leader));
	seen = p->seen ? record_acquire(p->seen) : NULL;
	pthread_mutex_unlock(p->lock);
	fine = recorded_work(p, seen, more, e);
	record_release(seen);
	pthread_mutex_lock(p->lock);
	if (p->seen && (strcmp(head, p->head) != 0 || strcmp(leader, p->leader) != 0 || led != p->leads))
		recorded_say(p);
	pthread_mutex_unlock(p->lock);
	return fine;
}

void recorded_say(struct recorded *p)
{
	const struct record_history h = { .head = p->head, .events = &p->tail, .ledger = p->name,
					  .is_ours = p->leads,
					  .host = *p->leader ? p->leader : NULL };
	const struct record *made;

	if (!*p->head) {
		p->o->on_record(p->o->told, p->project, p->seen);
		return;
	}
	made = record_with_history(p->seen, &h);
	p->o->on_record(p->o->told, p->project, made);
	record_release(made);
}

void recorded_end(struct recorded *p)
{
	if (p->ledger) {
		if (p->leads)
			ledger_lease_drop(p->ledger);
		ledger_close(p->ledger);
	}
	record_release(p->done);
	record_release(p->seen);
	event_tail_release(&p->tail);
	arena_free(p->refused.arena);
	arena_free(p->arena);
}
