/* SPDX-License-Identifier: Apache-2.0 */
/* When each source is looked at next, and which configuration is the newest good one. */
#include "observe/observe_inner.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/part.h"
#include "base/pool.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/warehouse.h"
#include "observe/job.h"
#include "observe/manifests.h"

static const int64_t ns_per_ms = 1000000;

const char *observer_project(struct observer *ob)
{
	const char *name;

	pthread_mutex_lock(&ob->lock);
	name = ob->project ? ob->project_name : NULL;
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

/* Nothing that a look depends on has changed: neither the warehouse nor who we are to its sources. */
static bool is_same_warehouse(const struct project *before, const struct project *now,
			      const struct warehouse *w)
{
	const struct warehouse *was = before ? project_warehouse(before, w->name) : NULL;

	return was && value_equal(was->object, w->object) &&
	       value_equal(before->secrets, now->secrets) &&
	       value_equal(before->shared_secrets, now->shared_secrets);
}

/* Keeps what is known of warehouses that are still there. */
static void follow_warehouses(struct observer *ob, const struct project *before)
{
	const struct project *p = ob->project;
	struct folder_watch *made = xmalloc((p->nwarehouses + 1) * sizeof(*made));

	for (size_t i = 0; i < p->nwarehouses; i++) {
		const struct warehouse *w = p->warehouses[i];

		made[i] = (struct folder_watch){ .name = NULL };
		for (size_t j = 0; j < ob->nwarehouses; j++) {
			struct folder_watch *old = &ob->warehouses[j];

			if (!old->name || strcmp(old->name, w->name) != 0)
				continue;
			made[i] = *old;
			*old = (struct folder_watch){ .name = NULL };
			if (!is_same_warehouse(before, p, w))
				watch_again(&made[i]);
		}
		made[i].interval = w->interval / ns_per_ms;
		if (!made[i].name)
			made[i].name = xstrdup(w->name);
	}
	for (size_t j = 0; j < ob->nwarehouses; j++)
		watch_release(&ob->warehouses[j]);
	free(ob->warehouses);
	ob->warehouses = made;
	ob->nwarehouses = p->nwarehouses;
}

void observer_take_manifests(struct observer *ob, const struct manifest_project *p)
{
	const struct project *old = ob->project;
	struct part *before;

	part_acquire(p->part);
	part_release(ob->complaints_part);
	ob->complaints_part = p->part;
	ob->complaints = &p->complaints;
	ob->manifests_fault = p->fault;
	ob->manifests_fault_code = p->fault_code;
	ob->has_read = true;
	ob->stale = !p->project;
	if (!p->project)
		return;
	part_acquire(p->part);
	pthread_mutex_lock(&ob->lock);
	before = ob->configuration;
	ob->configuration = p->part;
	ob->project = p->project;
	pthread_mutex_unlock(&ob->lock);
	follow_warehouses(ob, old);
	part_release(before);
}

static bool begin_job(struct observer *ob, struct folder_watch *w)
{
	struct source_job *job = xmalloc(sizeof(*job));

	*job = (struct source_job){
		.kind = JOB_WAREHOUSE,
		.warehouse = xstrdup(w->name),
		.configuration = part_acquire(ob->configuration),
		.before_part = w->part ? part_acquire(w->part) : NULL,
		.before = w->discovered,
		.project = ob->project,
		.max_age = w->is_wish ? 0 : w->interval / 2,
	};
	if (!pool_add(ob->line, job, false)) {
		job_free(job);
		return false;
	}
	watch_begin(w);
	return true;
}

static int64_t schedule_sooner(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 ? a : a < b ? a : b;
}

int64_t observer_schedule(struct observer *ob)
{
	int64_t wait = -1;

	for (size_t i = 0; ob->o.looks_outside && i < ob->nwarehouses; i++) {
		int64_t due;

		if (ob->project->warehouses[i]->fault)
			continue;
		due = watch_wait(&ob->warehouses[i]);
		if (due == 0 && begin_job(ob, &ob->warehouses[i]))
			due = -1;
		wait = schedule_sooner(wait, due);
	}
	return wait;
}
