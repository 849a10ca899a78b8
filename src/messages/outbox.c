/* SPDX-License-Identifier: Apache-2.0 */
/* One thread for all projects; a server that does not answer is tried less and less often. */
#include "messages/outbox.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/map.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "ledger/ledger.h"
#include "messages/channel.h"
#include "messages/sender.h"
#include "model/fleet.h"
#include "model/project.h"
#include "model/world.h"
#include "net/http.h"

enum { LOOK_MS = 500, LAG_MS = 60 * 1000 };

/* A project that another machine executes. */
struct outbox_lag {
	const char *branch;             /* its ledger */
	char head[41];                  /* of its ledger, when it was seen; "" */
	int64_t at, ticks;              /* that event's time, ms; when it was seen; 0: not */
};

struct outbox {
	struct outbox_options options;
	struct thread *thread;
	bool stopping;                  /* a flag */
	int64_t started_at;             /* ms */
	struct http *http;              /* the thread's */
	struct arena *arena;            /* of lists and lags, for ever */
	struct list lags;               /* struct outbox_lag * */
	pthread_mutex_t lock;           /* over senders */
	pthread_cond_t ends;            /* stopping was set */
	struct list senders;            /* struct sender * */
};

static bool outbox_holds(const struct world *w)
{
	return !w->loading && !w->past_at && !w->read_only && world_is_led_here(w);
}

/* If the lease was lost while a server kept us waiting, nothing more is sent. */
static bool outbox_may_send(void *context, const char *branch)
{
	struct outbox *o = context;
	const struct fleet *f = o->options.borrow(o->options.context);
	bool may = false;

	for (size_t i = 0; i < f->nworlds; i++)
		if (strcmp(world_ledger(f->worlds[i]), branch) == 0)
			may = outbox_holds(f->worlds[i]);
	o->options.give_back(o->options.context, f);
	return may && !flag_is_set(&o->stopping);
}

static struct sender *outbox_sender(struct outbox *o, const struct world *w, const struct channel_name *name)
{
	const struct sender_place place = { o->options.ledger, world_ledger(w), world_name(w) };
	struct sender *s;

	for (size_t i = 0; i < o->senders.count; i++)
		if (sender_is_of(o->senders.items[i], place.branch, name))
			return o->senders.items[i];
	s = sender_new(&place, name, o->started_at);
	pthread_mutex_lock(&o->lock);
	list_add(o->arena, &o->senders, s);
	pthread_mutex_unlock(&o->lock);
	return s;
}

/* Visits every channel that a router of the project names, once. */
static void outbox_each(struct outbox *o, const struct world *w,
			void (*visit)(struct sender *s, void *context), void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *routers = w->project->routers;
	struct map seen = { 0 };

	for (size_t i = 0; i < value_count(routers); i++) {
		const struct value *targets = value_path(routers->map.members[i].value, "spec.channels");

		for (size_t j = 0; j < value_count(targets); j++) {
			const struct channel_name name = { value_get_text(value_at(targets, j), "kind"),
							   value_get_text(value_at(targets, j), "name") };

			if (map_get(&seen, channel_label(a, &name)) || flag_is_set(&o->stopping))
				continue;
			map_set(a, &seen, channel_label(a, &name), o);
			visit(outbox_sender(o, w, &name), context);
		}
	}
}

static struct outbox_lag *outbox_lag_of(struct outbox *o, const char *branch)
{
	struct outbox_lag *lag;

	for (size_t i = 0; i < o->lags.count; i++) {
		lag = o->lags.items[i];
		if (strcmp(lag->branch, branch) == 0)
			return lag;
	}
	lag = arena_alloc(o->arena, sizeof(*lag));
	lag->branch = str_copy(o->arena, branch);
	list_add(o->arena, &o->lags, lag);
	return lag;
}

static void outbox_visit_serve(struct sender *s, void *round)
{
	sender_serve(s, round);
}

static void outbox_deliver(struct outbox *o, const struct world *w)
{
	AUTO(arena) struct arena *a = arena_new();
	struct sender_round r = { .project = w->project, .head = w->ledger_head, .a = a, .http = o->http,
				  .scene = { o->options.ui_base_url, clock_now() },
				  .may_send = outbox_may_send, .context = o, .cancelled = &o->stopping };

	outbox_lag_of(o, world_ledger(w))->ticks = 0;
	outbox_each(o, w, outbox_visit_serve, &r);
	ledger_close(r.ledger);
}

static void outbox_visit_forget(struct sender *s, void *unused)
{
	(void)unused;
	sender_forget(s);
}

static void outbox_visit_skip(struct sender *s, void *context)
{
	const struct outbox_lag *lag = context;

	sender_skip(s, lag->head, lag->at);
}

/*
 * Another machine delivers. What happened one to two minutes ago counts as delivered, so that a process
 * that takes over repeats little and loses nothing.
 */
static void outbox_follow(struct outbox *o, const struct world *w)
{
	struct outbox_lag *lag = outbox_lag_of(o, world_ledger(w));

	if (lag->ticks && clock_ticks() - lag->ticks < LAG_MS)
		return;
	if (lag->ticks && *lag->head && strcmp(lag->head, w->ledger_head) != 0)
		outbox_each(o, w, outbox_visit_skip, lag);
	lag->ticks = clock_ticks();
	lag->at = w->nevents ? w->events[0].at : 0;
	memcpy(lag->head, w->ledger_head, strnlen(w->ledger_head, sizeof(lag->head) - 1) + 1);
}

static bool outbox_is_near(const struct outbox *o, const char *leader)
{
	size_t len = strlen(o->options.host);

	return strncmp(leader, o->options.host, len) == 0 && (leader[len] == ',' || !leader[len]);
}

static void outbox_look(struct outbox *o, const struct world *w)
{
	const char *leader = world_leader(w);

	if (w->loading || w->past_at || !value_count(w->project->routers))
		return;
	if (outbox_holds(w))
		outbox_deliver(o, w);
	else if (leader && outbox_is_near(o, leader))
		outbox_each(o, w, outbox_visit_forget, NULL);
	else if (leader)
		outbox_follow(o, w);
}

static void outbox_pause(struct outbox *o)
{
	pthread_mutex_lock(&o->lock);
	if (!flag_is_set(&o->stopping))
		condition_wait(&o->ends, &o->lock, LOOK_MS);
	pthread_mutex_unlock(&o->lock);
}

static void outbox_run(void *context)
{
	struct outbox *o = context;

	o->http = http_new();
	http_count(o->http, o->options.traffic);
	while (!flag_is_set(&o->stopping)) {
		const struct fleet *f = o->options.borrow(o->options.context);

		for (size_t i = 0; i < f->nworlds; i++)
			outbox_look(o, f->worlds[i]);
		o->options.give_back(o->options.context, f);
		outbox_pause(o);
	}
	http_free(o->http);
}

bool outbox_start(const struct outbox_options *options, struct outbox **out, struct err *e)
{
	struct outbox *o = xmalloc(sizeof(*o));

	assert(options->borrow && options->give_back && options->ledger && options->host);
	*o = (struct outbox){ .options = *options, .started_at = clock_now(), .arena = arena_new() };
	pthread_mutex_init(&o->lock, NULL);
	pthread_cond_init(&o->ends, NULL);
	if (!thread_start(&o->thread, "messages", outbox_run, o, e)) {
		outbox_stop(o);
		return false;
	}
	*out = o;
	return true;
}

void outbox_stop(struct outbox *o)
{
	if (!o)
		return;
	pthread_mutex_lock(&o->lock);
	flag_set(&o->stopping);
	pthread_cond_signal(&o->ends);
	pthread_mutex_unlock(&o->lock);
	thread_join(o->thread);
	for (size_t i = 0; i < o->senders.count; i++)
		sender_free(o->senders.items[i]);
	pthread_cond_destroy(&o->ends);
	pthread_mutex_destroy(&o->lock);
	arena_free(o->arena);
	free(o);
}

const struct message_counts *outbox_counts(struct outbox *o, struct arena *a, size_t *count)
{
	struct message_counts *out;

	pthread_mutex_lock(&o->lock);
	*count = o->senders.count;
	out = arena_array(a, *count, sizeof(*out));
	for (size_t i = 0; i < *count; i++)
		out[i] = sender_counts(o->senders.items[i], a);
	pthread_mutex_unlock(&o->lock);
	return out;
}
