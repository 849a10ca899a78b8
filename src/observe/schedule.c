/* SPDX-License-Identifier: Apache-2.0 */
/* When each source is looked at next, and which configuration is the newest good one. */
#include "observe/observe_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/log.h"
#include "base/part.h"
#include "base/queue.h"
#include "base/str.h"
#include "model/project.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "observe/job.h"
#include "observe/manifests.h"

enum { LOGGED_ERRORS = 20 };

static const int64_t ns_per_ms = 1000000;

/* One container a configuration, so that giving back a project finds its part again. */
struct held_project {
	struct project project;         /* first: a held project is a pointer to it */
	struct part *part;
};

const char *observer_project(struct observer *ob)
{
	const char *name;

	pthread_mutex_lock(&ob->lock);
	name = ob->project_name;
	pthread_mutex_unlock(&ob->lock);
	return name;
}

const struct project *observer_borrow(struct observer *ob)
{
	const struct project *p;

	pthread_mutex_lock(&ob->lock);
	p = ob->project;
	if (p)
		part_acquire(ob->configuration);
	pthread_mutex_unlock(&ob->lock);
	return p;
}

void observer_give_back(struct observer *ob, const struct project *p)
{
	(void)ob;
	if (p)
		part_release(((const struct held_project *)p)->part);
}

/* Keeps what is known of warehouses that are still there. */
static void follow_warehouses(struct observer *ob)
{
	const struct project *p = ob->project;
	struct folder_watch *made = xmalloc((p->nwarehouses + 1) * sizeof(*made));

	for (size_t i = 0; i < p->nwarehouses; i++) {
		made[i] =
			(struct folder_watch){ .interval = p->warehouses[i]->interval / ns_per_ms };
		for (size_t j = 0; j < ob->nwarehouses; j++) {
			struct folder_watch *old = &ob->warehouses[j];

			if (!old->name || strcmp(old->name, p->warehouses[i]->name) != 0)
				continue;
			made[i] = *old;
			made[i].interval = p->warehouses[i]->interval / ns_per_ms;
			*old = (struct folder_watch){ .name = NULL };
			watch_again(&made[i]);
		}
		if (!made[i].name)
			made[i].name = xstrdup(p->warehouses[i]->name);
	}
	for (size_t j = 0; j < ob->nwarehouses; j++)
		watch_release(&ob->warehouses[j]);
	free(ob->warehouses);
	ob->warehouses = made;
	ob->nwarehouses = p->nwarehouses;
}

/* An agent has no board: what its manifests have wrong is in its log, at each reading. */
static void log_complaints(const struct manifest_reading *r)
{
	const struct complaint *first = r->complaints.count ? r->complaints.items[0] : NULL;
	size_t errors = 0;

	if (r->fault && !(first && same_text(first->message, r->fault)))
		log_line(LOG_ERROR, "manifests", "%s", r->fault);
	for (size_t i = 0; i < r->complaints.count; i++) {
		const struct complaint *k = r->complaints.items[i];

		errors += k->is_error;
		if (k->is_error && errors <= LOGGED_ERRORS)
			log_line(LOG_ERROR, "manifests", "%s:%u:%u: %s", k->file, k->line, k->column,
				 k->message);
	}
	if (errors > LOGGED_ERRORS)
		log_line(LOG_ERROR, "manifests", "and %zu more errors; gantry lint shows them",
			 errors - LOGGED_ERRORS);
}

/* Whoever has no screen must see what is in force, and that nothing is. */
static void log_reading(const struct observer *ob, const struct manifest_reading *r)
{
	if (r->project)
		log_line(LOG_INFO, "manifests", "read: project %s, %zu warehouse%s, %zu stage%s",
			 r->project->name, r->project->nwarehouses, r->project->nwarehouses == 1 ? "" : "s",
			 r->project->nstages, r->project->nstages == 1 ? "" : "s");
	else
		log_line(LOG_ERROR, "manifests", ob->project
			 ? "in error: the last good ones stay in force until they are fixed"
			 : "in error: nothing is found or promoted; waiting until they are good");
}

void observer_take_reading(struct observer *ob, struct manifest_reading *r)
{
	struct list *complaints = arena_copy(part_arena(r->part), &r->complaints, sizeof(r->complaints));

	free(ob->fingerprint);
	ob->fingerprint = xstrdup(r->fingerprint);
	part_release(ob->complaints_part);
	ob->complaints_part = part_acquire(r->part);
	ob->complaints = complaints;
	ob->manifests_fault = r->fault;
	log_complaints(r);
	ob->stale = !r->project;
	log_reading(ob, r);
	if (r->project) {
		struct held_project *held = arena_alloc(part_arena(r->part), sizeof(*held));

		held->project = *r->project;
		held->part = r->part;
		pthread_mutex_lock(&ob->lock);
		part_release(ob->configuration);
		ob->configuration = part_acquire(r->part);
		ob->project = &held->project;
		if (!ob->project_name)
			ob->project_name = str_copy(ob->arena, held->project.name);
		pthread_mutex_unlock(&ob->lock);
		follow_warehouses(ob);
	}
	part_release(r->part);
	r->part = NULL;
}

static bool begin_job(struct observer *ob, struct folder_watch *w, enum job_kind kind)
{
	struct source_job *job = xmalloc(sizeof(*job));

	*job = (struct source_job){ .kind = kind };
	if (kind == JOB_MANIFESTS) {
		job->fingerprint = xstrdup(ob->fingerprint ? ob->fingerprint : "");
		job->seen = ob->seen;
		ob->seen = NULL;
	} else {
		job->warehouse = xstrdup(w->name);
		job->configuration = part_acquire(ob->configuration);
		job->before_part = w->part ? part_acquire(w->part) : NULL;
		job->before = w->discovered;
		job->project = ob->project;
	}
	if (!queue_try(ob->jobs, job)) {
		job_free(job);
		return false;
	}
	watch_begin(w);
	return true;
}

static int64_t sooner(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

int64_t observer_schedule(struct observer *ob)
{
	int64_t wait = watch_wait(&ob->manifests);

	if (wait == 0 && begin_job(ob, &ob->manifests, JOB_MANIFESTS))
		wait = -1;
	for (size_t i = 0; ob->o.looks_outside && i < ob->nwarehouses; i++) {
		int64_t due;

		if (ob->project->warehouses[i]->fault)
			continue;
		due = watch_wait(&ob->warehouses[i]);
		if (due == 0 && begin_job(ob, &ob->warehouses[i], JOB_WAREHOUSE))
			due = -1;
		wait = sooner(wait, due);
	}
	return wait;
}
