/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The observer's turn: takes messages, keeps what it was told, publishes worlds. It
 * blocks on nothing; whatever may take long is a job for the pool.
 */
#include "observe/observe_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/part.h"
#include "base/pool.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/project.h"
#include "model/record.h"
#include "net/http.h"
#include "observe/job.h"
#include "observe/sources.h"

enum { INBOX = 10000, JOBS = 1000, PUBLISH_MS = 40, STUCK_MS = 500, FIRST_PROGRESS = 8 };

/* On a thread of the pool. */
static void observer_do_look(void *observer, void *job, void *http)
{
	struct observer *ob = observer;
	const struct job_tools tools = {
		.http = http,
		.cache = sources_cache(ob->o.sources),
		.mirrors = sources_mirrors(ob->o.sources),
		.cancelled = &ob->stopping,
		.read_past = ob->o.read_past,
		.context = ob->o.context,
	};
	struct observer_message *m;

	http_count(http, sources_traffic(ob->o.sources));
	if (flag_is_set(&ob->stopping)) {
		job_free(job);
		return;
	}
	m = message_new(OBSERVER_RESULT);
	m->result = job_run(job, &tools);
	message_send(ob, m);
}

static void observer_drop_look(void *job)
{
	job_free(job);
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
	} else {
		watch_done(w, r->at);
	}
	if (r->freight)
		ob->o.on_freight(ob->o.context, r->freight);
}

static void take_record(struct observer *ob, struct observer_message *m)
{
	record_release(ob->record);
	ob->record = m->record;
	m->record = NULL;
}

static void take_source(struct observed_source *to, struct observer_message *m)
{
	free(to->error);
	to->source = m->source;
	to->error = m->text;
	m->text = NULL;
}

static void observer_drop_progress(struct observer *ob, size_t at)
{
	message_free(ob->progress[at]);
	ob->nprogress--;
	memmove(ob->progress + at, ob->progress + at + 1, (ob->nprogress - at) * sizeof(*ob->progress));
}

/*
 * Keeps the message itself; the oldest goes when there are too many. A step that waits says the same at
 * each look, with many that say nothing between: of those only the newest is worth keeping.
 */
static void take_progress(struct observer *ob, struct observer_message *m)
{
	for (size_t i = ob->nprogress; i-- > 0;) {
		const struct observer_message *old = ob->progress[i];

		if (strcmp(old->promotion, m->promotion) != 0 || strcmp(old->alias, m->alias) != 0)
			continue;
		if (*old->line) {
			if (strcmp(old->line, m->line) == 0)
				*m->line = '\0';
			break;
		}
		observer_drop_progress(ob, i);
	}
	if (ob->nprogress == MAX_PROGRESS)
		observer_drop_progress(ob, 0);
	if (ob->nprogress == ob->progress_room) {
		ob->progress_room = ob->progress_room ? ob->progress_room * 2 : FIRST_PROGRESS;
		ob->progress = xrealloc(ob->progress, ob->progress_room * sizeof(struct observer_message *));
	}
	ob->progress[ob->nprogress++] = m;
}

static void take_refresh(struct observer *ob, const struct observer_message *m)
{
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
	if (m->travel == TRAVEL_TO)
		job->wish.at = m->travel_to;
	ob->travelling = pool_add(ob->line, job, true);
	if (!ob->travelling)
		job_free(job);
}

static void take_look(struct observer *ob, struct observer_message *m)
{
	struct source_job *job = xmalloc(sizeof(*job));

	*job = (struct source_job){ .kind = JOB_APPLICATION, .application = m->text };
	m->text = NULL;
	if (!pool_add(ob->line, job, true))
		job_free(job);
}

static void take_detail(struct observer *ob, struct job_result *r)
{
	part_release(ob->detail_part);
	ob->detail_part = r->part;
	ob->detail = r->detail;
	r->part = NULL;
}

static void take_result(struct observer *ob, struct job_result *r)
{
	switch (r->job.kind) {
	case JOB_WAREHOUSE: take_warehouse(ob, r); break;
	case JOB_PAST: take_past(ob, r); break;
	case JOB_APPLICATION: take_detail(ob, r); break;
	}
}

static void observer_take(struct observer *ob, struct observer_message *m)
{
	switch (m->kind) {
	case OBSERVER_RESULT:
		take_result(ob, m->result);
		break;
	case OBSERVER_TRAVEL:
		take_travel(ob, m);
		break;
	case OBSERVER_LOOK:
		take_look(ob, m);
		break;
	case OBSERVER_RECORD:
		take_record(ob, m);
		break;
	case OBSERVER_LEDGER:
		take_source(&ob->ledger, m);
		ob->unreadable = m->unreadable;
		break;
	case OBSERVER_MANIFESTS:
		take_source(&ob->manifests, m);
		break;
	case OBSERVER_CONFIGURE:
		observer_take_manifests(ob, m->manifests);
		ob->o.on_change(ob->o.context);
		break;
	case OBSERVER_PROGRESS:
		take_progress(ob, m);
		return;
	case OBSERVER_LEASE:
		ob->engine = m->place;
		free(ob->engine_host);
		ob->engine_host = m->text;
		m->text = NULL;
		break;
	case OBSERVER_REFRESH:
		take_refresh(ob, m);
		break;
	case OBSERVER_APPLICATIONS:
		ob->o.on_change(ob->o.context);
		break;
	}
	message_free(m);
}

/* Messages that come together make one world: at most 25 a second. */
static int64_t observer_turn(void *observer)
{
	struct observer *ob = observer;
	AUTO(log_about) struct log_about before =
		log_about((struct log_about){ .project = ob->project_name });
	struct observer_message *m;
	int64_t wait, pause;

	if (flag_is_set(&ob->stopping))
		return ACTOR_END;
	while ((m = queue_take(ob->inbox, 0))) {
		observer_take(ob, m);
		ob->changed = true;
	}
	wait = observer_schedule(ob);
	pause = ob->published + PUBLISH_MS - clock_ticks();
	if (ob->changed && pause <= 0) {
		observer_publish(ob);
		ob->published = clock_ticks();
		ob->changed = false;
	} else if (ob->changed && (wait < 0 || pause < wait)) {
		wait = pause;
	}
	return wait;
}

void observer_start(struct observer *ob)
{
	actor_wake(ob->actor);
}

struct observer *observer_new(const struct observer_options *o)
{
	struct observer *ob = xmalloc(sizeof(*ob));
	const struct pool_line_options line = { .context = ob, .run = observer_do_look,
						.drop = observer_drop_look, .room = JOBS };

	memset(ob, 0, sizeof(*ob));
	ob->o = *o;
	ob->arena = arena_new();
	ob->inbox = queue_new(INBOX);
	ob->line = pool_line_new(sources_pool(o->sources), &line);
	ob->actor = actor_new(sources_actors(o->sources), observer_turn, ob);
	ob->engine = ENGINE_UNKNOWN;
	ob->project_name = str_copy(ob->arena, o->project);
	ob->o.name = str_copy(ob->arena, o->name);
	pthread_mutex_init(&ob->lock, NULL);
	if (o->manifests)
		observer_take_manifests(ob, o->manifests);
	observer_publish(ob);
	ob->published = clock_ticks() - PUBLISH_MS;
	return ob;
}

void observer_end(struct observer *ob)
{
	flag_set(&ob->stopping);
	actor_wake(ob->actor);
}

bool observer_stop(struct observer *ob)
{
	if (!ob)
		return true;
	observer_end(ob);
	if (!actor_join(ob->actor, STUCK_MS) || !pool_line_end(ob->line, STUCK_MS)) {
		log_line(LOG_WARN, "observe", "a thread did not stop in time and was abandoned");
		return false;
	}
	queue_free(ob->inbox, message_free);
	actor_free(ob->actor);
	for (size_t i = 0; i < ob->nprogress; i++)
		message_free(ob->progress[i]);
	free(ob->progress);
	for (size_t i = 0; i < ob->nwarehouses; i++)
		watch_release(&ob->warehouses[i]);
	free(ob->warehouses);
	free(ob->manifests.error);
	part_release(ob->complaints_part);
	part_release(ob->configuration);
	part_release(ob->detail_part);
	record_release(ob->record);
	record_release(ob->past);
	free(ob->engine_host);
	free(ob->ledger.error);
	pthread_mutex_destroy(&ob->lock);
	arena_free(ob->arena);
	free(ob);
	return true;
}
