/* SPDX-License-Identifier: Apache-2.0 */
/* One thread looks after all projects, in turns. */
#include "recorder/recorder.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/record.h"
#include "recorder/name.h"
#include "recorder/recorded.h"

enum { LOOK_MS = 300 };

struct recorder {
	struct recorder_options o;
	struct arena *arena;            /* of the list */
	pthread_mutex_t lock;
	pthread_cond_t news;
	struct list projects;           /* struct recorded *: come, and never go */
	bool has_news;
	bool ending;                    /* a flag */
	struct thread *thread;
};

/* The lock is held. */
static struct recorded *recorder_project(struct recorder *r, const char *project)
{
	struct recorded *p;
	struct arena *a;

	for (size_t i = 0; i < r->projects.count; i++) {
		p = r->projects.items[i];
		if (strcmp(p->project, project) == 0)
			return p;
	}
	a = arena_new();
	p = arena_alloc(a, sizeof(*p));
	*p = (struct recorded){ .lock = &r->lock, .o = &r->o, .arena = a, .project = str_copy(a, project),
				.name = recorder_name(a, project, r->o.context), .give_up = &r->ending,
				.refused = { .arena = arena_new() } };
	list_add(r->arena, &r->projects, p);
	return p;
}

void recorder_take(struct recorder *r, const char *project, const struct record *seen)
{
	struct recorded *p;

	assert(seen && seen->attachment);
	pthread_mutex_lock(&r->lock);
	p = recorder_project(r, project);
	record_release(p->seen);
	p->seen = record_acquire(seen);
	recorded_say(p);
	r->has_news = true;
	pthread_cond_signal(&r->news);
	pthread_mutex_unlock(&r->lock);
}

/* A ledger that cannot be read or written is told once, and once when it can again. */
static bool recorder_look(struct recorder *r, struct recorded *p)
{
	struct err e;
	bool more, fine = recorded_look(p, &more, &e);

	if (fine && p->is_failing && p->ledger)
		log_line(LOG_INFO, "recorder", "%s: the ledger works again", p->name);
	if (!fine && !p->is_failing && !flag_is_set(&r->ending) &&
	    (r->o.writes || e.code != ERR_NOT_FOUND))
		log_line(LOG_WARN, "recorder", "%s: %s", p->name, e.message);
	p->is_failing = !fine || (p->is_failing && !p->ledger);
	return fine && more;
}

static void recorder_wait(struct recorder *r)
{
	if (!r->has_news)
		condition_wait(&r->news, &r->lock, LOOK_MS);
	r->has_news = false;
}

static void recorder_run(void *context)
{
	struct recorder *r = context;
	bool more = false;

	while (!flag_is_set(&r->ending)) {
		size_t count;

		pthread_mutex_lock(&r->lock);
		if (!more)
			recorder_wait(r);
		count = r->projects.count;
		pthread_mutex_unlock(&r->lock);
		more = false;
		for (size_t i = 0; i < count && !flag_is_set(&r->ending); i++) {
			struct recorded *p;

			pthread_mutex_lock(&r->lock);
			p = r->projects.items[i];
			pthread_mutex_unlock(&r->lock);
			more = recorder_look(r, p) || more;
		}
	}
	for (size_t i = 0; i < r->projects.count; i++)
		recorded_end(r->projects.items[i]);
}

bool recorder_start(const struct recorder_options *o, struct recorder **out, struct err *e)
{
	struct recorder *r = xmalloc(sizeof(*r));

	assert(o->path && o->context && o->on_record);
	*r = (struct recorder){ .o = *o, .arena = arena_new() };
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->news, NULL);
	*out = r;
	return thread_start(&r->thread, "recorder", recorder_run, r, e);
}

bool recorder_stop(struct recorder *r, int64_t ms)
{
	if (!r)
		return true;
	flag_set(&r->ending);
	pthread_mutex_lock(&r->lock);
	r->has_news = true;
	pthread_cond_signal(&r->news);
	pthread_mutex_unlock(&r->lock);
	if (!thread_join_within(r->thread, ms)) {
		log_line(LOG_WARN, "recorder", "its thread did not stop in time and was abandoned");
		return false;
	}
	pthread_cond_destroy(&r->news);
	pthread_mutex_destroy(&r->lock);
	arena_free(r->arena);
	free(r);
	return true;
}
