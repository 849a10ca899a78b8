/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The observe thread: takes messages, keeps what it was told, publishes worlds. It
 * blocks on nothing but its inbox; whatever may take long is a job on a worker.
 */
#include "observe/observe_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/part.h"
#include "base/queue.h"
#include "base/thread.h"
#include "config/settings.h"
#include "discover/discover.h"
#include "model/project.h"
#include "model/record.h"
#include "net/http.h"
#include "observe/applications.h"
#include "observe/job.h"
#include "observe/manifests.h"

enum { INBOX = 10000, JOBS = 1000, PUBLISH_MS = 40, STUCK_MS = 500 };

static void work(void *observer)
{
	struct observer *ob = observer;
	AUTO(http) struct http *http = http_new();
	const struct job_tools tools = {
		.settings = ob->o.settings,
		.http = http,
		.cache = ob->cache,
		.mirrors = ob->mirrors,
		.cancelled = &ob->stopping,
		.read_past = ob->o.read_past,
		.context = ob->o.context,
	};
	struct source_job *job;

	while ((job = queue_take(ob->jobs, -1))) {
		struct observer_message *m;

		if (flag_is_set(&ob->stopping)) {
			job_free(job);
			continue;
		}
		m = message_new(MESSAGE_RESULT);
		m->result = job_run(job, &tools);
		message_send(ob, m);
	}
}

static void manifests_failed(struct observer *ob, int64_t at, const struct err *e)
{
	if (!same_text(ob->manifests.error, e->message))
		log_line(LOG_ERROR, "manifests", "%s; %s", e->message, ob->project
			 ? "the last good ones stay in force" : "waiting until they can be read");
	watch_failed(&ob->manifests, at, e);
}

static void take_manifests(struct observer *ob, struct job_result *r)
{
	if (!r->done) {
		manifests_failed(ob, r->at, &r->err);
		return;
	}
	watch_done(&ob->manifests, r->at);
	if (r->seen) {
		ob->seen = r->seen;
		r->seen = NULL;
		watch_soon(&ob->manifests, MANIFESTS_SETTLE);
	}
	if (!r->reading)
		return;
	observer_take_reading(ob, r->reading);
	free(r->reading);
	r->reading = NULL;
	ob->o.on_change(ob->o.context);
}

static struct folder_watch *find_watch(struct observer *ob, const char *name)
{
	for (size_t i = 0; i < ob->nwarehouses; i++)
		if (strcmp(ob->warehouses[i].name, name) == 0)
			return &ob->warehouses[i];
	return NULL;
}

static void take_warehouse(struct observer *ob, struct job_result *r)
{
	struct folder_watch *w = find_watch(ob, r->job.warehouse);

	if (!w)
		return;
	/* What other subscriptions found counts although one failed. */
	if (r->discovered) {
		part_release(w->part);
		w->part = r->part;
		w->discovered = r->discovered;
		r->part = NULL;
	}
	if (!r->done) {
		log_line(LOG_WARN, "observe", "warehouse %s: %s", w->name, r->err.message);
		watch_failed(w, r->at, &r->err);
		return;
	}
	watch_done(w, r->at);
	if (r->freight)
		ob->o.on_freight(ob->o.context, r->freight);
}

static void take_record(struct observer *ob, struct observer_message *m)
{
	record_release(ob->record);
	ob->record = m->record;
	m->record = NULL;
}

static void take_ledger(struct observer *ob, struct observer_message *m)
{
	free(ob->ledger_error);
	ob->ledger_error = m->text;
	ob->ledger = m->ledger;
	ob->ledger.error = m->text;
	ob->unreadable = m->unreadable;
	m->text = NULL;
}

/* Keeps the message itself; the oldest goes when there are too many. */
static void take_progress(struct observer *ob, struct observer_message *m)
{
	if (ob->nprogress == MAX_PROGRESS) {
		message_free(ob->progress[0]);
		ob->nprogress--;
		memmove(ob->progress, ob->progress + 1, ob->nprogress * sizeof(*ob->progress));
	}
	ob->progress[ob->nprogress++] = m;
}

static void take_refresh(struct observer *ob, const struct observer_message *m)
{
	watch_again(&ob->manifests);
	for (size_t i = 0; i < ob->nwarehouses; i++)
		if (!m->text || strcmp(ob->warehouses[i].name, m->text) == 0)
			watch_again(&ob->warehouses[i]);
}

static void set_past(struct observer *ob, const struct record *past, int64_t at)
{
	record_release(ob->past);
	ob->past = past;
	ob->past_at = past ? at : 0;
}

static void take_past(struct observer *ob, struct job_result *r)
{
	ob->travelling = false;
	if (!r->done) {
		log_line(LOG_WARN, "observe", "%s", r->err.message);
		return;
	}
	set_past(ob, r->record, r->past_at);
	r->record = NULL;
}

/* One step at a time: keys that come while one is under way are dropped. */
static void take_travel(struct observer *ob, const struct observer_message *m)
{
	const struct record *shown = ob->past ? ob->past : ob->record;
	struct source_job *job;

	if (m->travel == TRAVEL_PRESENT) {
		set_past(ob, NULL, 0);
		return;
	}
	if (ob->travelling || !ob->o.read_past || !shown || !*shown->head)
		return;
	job = xmalloc(sizeof(*job));
	*job = (struct source_job){
		.kind = JOB_PAST,
		.from = xstrdup(shown->head),
		.wish = { .travel = m->travel, .at = ob->past ? ob->past_at : clock_now() },
	};
	ob->travelling = queue_try(ob->jobs, job);
	if (!ob->travelling)
		job_free(job);
}

static void take_result(struct observer *ob, struct job_result *r)
{
	switch (r->job.kind) {
	case JOB_MANIFESTS: take_manifests(ob, r); break;
	case JOB_WAREHOUSE: take_warehouse(ob, r); break;
	case JOB_PAST: take_past(ob, r); break;
	}
}

static void observer_take(struct observer *ob, struct observer_message *m)
{
	switch (m->kind) {
	case MESSAGE_RESULT:
		take_result(ob, m->result);
		break;
	case MESSAGE_TRAVEL:
		take_travel(ob, m);
		break;
	case MESSAGE_RECORD:
		take_record(ob, m);
		break;
	case MESSAGE_LEDGER:
		take_ledger(ob, m);
		break;
	case MESSAGE_PROGRESS:
		take_progress(ob, m);
		return;
	case MESSAGE_LEASE:
		ob->engine = m->place;
		free(ob->engine_host);
		ob->engine_host = m->text;
		m->text = NULL;
		break;
	case MESSAGE_REFRESH:
		take_refresh(ob, m);
		break;
	case MESSAGE_APPLICATIONS:
		ob->o.on_change(ob->o.context);
		break;
	}
	message_free(m);
}

/* The first look at the manifests. */
static void look_once(struct observer *ob)
{
	struct manifest_reading reading;
	struct err e;

	if (ob->o.looks_outside)        /* it will act on them; whoever only asks need not wait */
		manifests_settle(ob->o.settings);
	if (manifests_read(ob->o.settings, &reading, &e)) {
		observer_take_reading(ob, &reading);
		watch_done(&ob->manifests, clock_now());
	} else {
		manifests_failed(ob, clock_now(), &e);
	}
	pthread_mutex_lock(&ob->lock);
	ob->has_looked = true;
	pthread_cond_broadcast(&ob->looked);
	pthread_mutex_unlock(&ob->lock);
	observer_publish(ob);
}

void observer_await(struct observer *ob)
{
	pthread_mutex_lock(&ob->lock);
	while (!ob->has_looked)
		pthread_cond_wait(&ob->looked, &ob->lock);
	pthread_mutex_unlock(&ob->lock);
}

/* Messages that come together make one world: at most 25 a second. */
static void observer_run(void *observer)
{
	struct observer *ob = observer;
	bool changed = false;
	int64_t published;

	if (!ob->has_looked)
		look_once(ob);
	published = clock_ticks();
	while (!queue_closed(ob->inbox)) {
		int64_t wait = observer_schedule(ob), pause = published + PUBLISH_MS - clock_ticks();
		struct observer_message *m;

		if (changed && (wait < 0 || pause < wait))
			wait = pause > 0 ? pause : 0;
		m = queue_take(ob->inbox, wait);
		if (m) {
			observer_take(ob, m);
			changed = true;
		}
		if (changed && clock_ticks() - published >= PUBLISH_MS) {
			observer_publish(ob);
			published = clock_ticks();
			changed = false;
		}
	}
}

static void argocd_spoke(void *observer)
{
	message_send(observer, message_new(MESSAGE_APPLICATIONS));
}

static bool observer_start_threads(struct observer *ob, struct err *e)
{
	for (size_t i = 0; i < OBSERVE_WORKERS; i++)
		if (!thread_start(&ob->workers[i], "observe-worker", work, ob, e))
			return false;
	if ((ob->o.looks_outside || ob->o.looks_at_argocd) &&
	    !applications_start(argocd_spoke, ob, &ob->applications, e))
		return false;
	return thread_start(&ob->thread, "observe", observer_run, ob, e);
}

struct observer *observer_new(const struct observer_options *o)
{
	struct observer *ob = xmalloc(sizeof(*ob));
	const char *cache;

	memset(ob, 0, sizeof(*ob));
	ob->o = *o;
	ob->arena = arena_new();
	ob->inbox = queue_new(INBOX);
	ob->jobs = queue_new(JOBS);
	ob->cache = discover_cache_new();
	ob->engine = ENGINE_UNKNOWN;
	ob->manifests.interval = 2000;
	pthread_mutex_init(&ob->lock, NULL);
	pthread_cond_init(&ob->looked, NULL);
	cache = path_cache(ob->arena);
	ob->mirrors = cache ? path_join(ob->arena, cache, "mirrors") : NULL;
	observer_publish(ob);
	return ob;
}

bool observer_start(struct observer *ob, struct err *e)
{
	if (!ob->o.looks_later)
		look_once(ob);
	return observer_start_threads(ob, e);
}

/* The end of all its threads, in so many ms each. */
static bool observer_join(struct observer *ob)
{
	if (!applications_end(ob->applications, STUCK_MS) || !thread_join_within(ob->thread, STUCK_MS))
		return false;
	for (size_t i = 0; i < OBSERVE_WORKERS; i++)
		if (!thread_join_within(ob->workers[i], STUCK_MS))
			return false;
	return true;
}

bool observer_stop(struct observer *ob)
{
	if (!ob)
		return true;
	flag_set(&ob->stopping);
	queue_close(ob->inbox);
	queue_close(ob->jobs);
	if (!observer_join(ob)) {
		log_line(LOG_WARN, "observe", "a thread does not end: it is left behind");
		return false;
	}
	applications_stop(ob->applications);
	queue_free(ob->inbox, message_free);
	queue_free(ob->jobs, NULL);
	for (size_t i = 0; i < ob->nprogress; i++)
		message_free(ob->progress[i]);
	for (size_t i = 0; i < ob->nwarehouses; i++)
		watch_release(&ob->warehouses[i]);
	free(ob->warehouses);
	watch_release(&ob->manifests);
	part_release(ob->complaints_part);
	part_release(ob->configuration);
	record_release(ob->record);
	record_release(ob->past);
	discover_cache_free(ob->cache);
	free(ob->fingerprint);
	free(ob->seen);
	free(ob->engine_host);
	free(ob->ledger_error);
	pthread_cond_destroy(&ob->looked);
	pthread_mutex_destroy(&ob->lock);
	arena_free(ob->arena);
	free(ob);
	return true;
}
