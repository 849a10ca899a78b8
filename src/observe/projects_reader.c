/* SPDX-License-Identifier: Apache-2.0 */
/* When the manifests are read, and what an agent's log says of it. */
#include "observe/projects_reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/part.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "model/project.h"
#include "model/world.h"
#include "observe/manifests.h"
#include "observe/watch.h"

enum { INTERVAL_MS = 2000, STUCK_MS = 500, LOGGED_ERRORS = 20, LOGGED_PROJECTS = 10 };

struct projects_reader {
	struct projects_reader_options o;
	struct thread *thread;
	struct queue *wishes;           /* to look again: pointers that mean nothing */
	struct folder_watch watch;
	bool has_looked, has_project;
	bool is_told;                   /* that nothing can be read */
	char *fingerprint, *seen;       /* believed; seen once and not believed yet */
};

struct projects_reader *projects_reader_new(const struct projects_reader_options *o)
{
	struct projects_reader *p = xmalloc(sizeof(*p));

	*p = (struct projects_reader){ .o = *o, .wishes = queue_new(2),
				       .watch.interval = INTERVAL_MS };
	return p;
}

/* An agent has no board: what its manifests have wrong is in its log, at each reading. */
static void projects_log_complaints(const struct manifest_reading *r)
{
	size_t errors = 0;

	for (size_t i = 0; i < r->complaints->count; i++) {
		const struct complaint *k = r->complaints->items[i];

		errors += k->is_error;
		if (k->is_error && errors <= LOGGED_ERRORS)
			log_line(LOG_ERROR, "manifests", "%s:%u:%u: %s", k->file, k->line, k->column,
				 k->message);
	}
	if (errors > LOGGED_ERRORS)
		log_line(LOG_ERROR, "manifests", "and %zu more errors; gantry lint shows them",
			 errors - LOGGED_ERRORS);
}

static void projects_log_one(const struct manifest_project *p)
{
	const struct project *has = p->project;
	const struct complaint *first = p->complaints.count ? p->complaints.items[0] : NULL;

	if (p->fault && !(first && same_text(first->message, p->fault)))
		log_line(LOG_ERROR, "manifests", "%s", p->fault);
	if (has)
		log_line(LOG_INFO, "manifests", "read: project %s, %zu warehouse%s, %zu stage%s", has->name,
			 has->nwarehouses, has->nwarehouses == 1 ? "" : "s", has->nstages,
			 has->nstages == 1 ? "" : "s");
}

/* Whoever has no screen must see what is in force, and that nothing is. */
static void projects_reader_log(struct projects_reader *p, const struct manifest_reading *r)
{
	size_t good = 0, count = r->projects.count;

	projects_log_complaints(r);
	for (size_t i = 0; i < count; i++) {
		const struct manifest_project *project = r->projects.items[i];

		good += project->project != NULL;
		if (!project->project || count <= LOGGED_PROJECTS)
			projects_log_one(project);
	}
	if (count > LOGGED_PROJECTS)
		log_line(LOG_INFO, "manifests", "read: %zu projects", good);
	if (good < count)
		log_line(LOG_ERROR, "manifests", p->has_project
			 ? "in error: the last good ones stay in force until they are fixed"
			 : "in error: nothing is found or promoted; waiting for them to be fixed");
	p->has_project = p->has_project || good;
}

static void projects_reader_failed(struct projects_reader *p, const struct err *e)
{
	if (!same_text(p->watch.error, e->message))
		log_line(LOG_ERROR, "manifests", "%s; %s", e->message, p->has_project
			 ? "the last good ones stay in force" : "waiting until they can be read");
	watch_failed(&p->watch, clock_now(), e);
	const struct source s = { .kind = SOURCE_MANIFESTS, .name = "manifests", .address = "",
				  .seen_at = p->watch.looked_at, .failing_since = p->watch.failing_since,
				  .error = p->watch.error };
	p->is_told = true;
	p->o.on_source(p->o.context, &s);
}

/* Takes over a reading; one that is as the last, except for a source that fails still, is not news. */
static void projects_reader_take(struct projects_reader *p, const struct manifest_reading *r)
{
	struct err e;

	if (!same_text(p->fingerprint, r->fingerprint) || p->is_told) {
		projects_reader_log(p, r);
		p->o.on_reading(p->o.context, r);
	}
	free(p->fingerprint);
	p->fingerprint = xstrdup(r->fingerprint);
	if (p->is_told)
		p->o.on_source(p->o.context, NULL);
	p->is_told = false;
	if (r->has_failed) {
		err_set(&e, ERR_IO, "a source of manifests can't be read");
		watch_failed(&p->watch, clock_now(), &e);
	} else {
		watch_done(&p->watch, clock_now());
	}
}

static void projects_reader_read(struct projects_reader *p)
{
	struct manifest_reading r;
	struct err e;

	if (!manifests_read(p->o.settings, p->o.is_alone, &r, &e)) {
		projects_reader_failed(p, &e);
		return;
	}
	projects_reader_take(p, &r);
	part_release(r.part);
}

void projects_reader_look(struct projects_reader *p)
{
	if (p->o.settles)
		manifests_settle(p->o.settings);
	p->has_looked = true;
	watch_begin(&p->watch);
	projects_reader_read(p);
}

static void projects_reader_look_again(struct projects_reader *p)
{
	char *seen = p->seen;
	enum manifest_change change;

	watch_begin(&p->watch);
	change = manifests_look(p->o.settings, p->fingerprint ? p->fingerprint : "", seen, &p->seen);
	free(seen);
	if (change == MANIFESTS_CHANGED || (change == MANIFESTS_SAME && p->watch.failing_since)) {
		projects_reader_read(p);
		return;
	}
	watch_done(&p->watch, clock_now());
	if (change == MANIFESTS_CHANGING)
		watch_soon(&p->watch, MANIFESTS_SETTLE);
}

static void projects_reader_run(void *context)
{
	struct projects_reader *p = context;

	if (!p->has_looked)
		projects_reader_look(p);
	while (!queue_closed(p->wishes)) {
		int64_t wait = watch_wait(&p->watch);

		if (wait > 0 && queue_take(p->wishes, wait))
			watch_again(&p->watch);
		if (watch_wait(&p->watch) == 0 && !queue_closed(p->wishes))
			projects_reader_look_again(p);
	}
}

bool projects_reader_start(struct projects_reader *p, struct err *e)
{
	return thread_start(&p->thread, "manifests", projects_reader_run, p, e);
}

void projects_reader_again(struct projects_reader *p)
{
	if (!queue_try(p->wishes, p))
		return;                 /* it is asked for already */
}

bool projects_reader_stop(struct projects_reader *p)
{
	if (!p)
		return true;
	queue_close(p->wishes);
	if (!thread_join_within(p->thread, STUCK_MS)) {
		log_line(LOG_WARN, "observe", "reading the manifests did not stop in time and was "
			 "abandoned");
		return false;
	}
	queue_free(p->wishes, NULL);
	watch_release(&p->watch);
	free(p->fingerprint);
	free(p->seen);
	free(p);
	return true;
}
