/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Members come and go as the manifests' projects do. They are added and removed by whoever reads
 * the manifests (the main thread at first, then a thread of its own), one reading at a time.
 */
#include <stdlib.h>
#include <string.h>

#include "app/app_inner.h"
#include "app/cluster.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/part.h"
#include "base/thread.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "observe/applications.h"
#include "observe/manifests.h"
#include "observe/observe.h"
#include "observe/snapshot.h"

enum { RETRY_MS = 5000, CHECK_MS = 1000 };

/* How many members the cluster has. The lock is held. */
static size_t fleet_count(const struct app *app, const struct app_cluster *cluster)
{
	size_t count = 0;

	for (size_t i = 0; i < app->nmembers; i++)
		count += app->members[i]->cluster == cluster;
	return count;
}

/* Whether it has the project, or any (NULL). */
static bool fleet_has(struct app *app, const struct app_cluster *cluster, const char *project)
{
	bool has;

	pthread_mutex_lock(&app->lock);
	has = project ? app_member_of(app, cluster, project) != NULL : fleet_count(app, cluster) > 0;
	pthread_mutex_unlock(&app->lock);
	return has;
}

static void fleet_add(struct app *app, struct app_cluster *cluster, const char *project,
		      const struct manifest_project *mp)
{
	struct member *m = member_new(app, cluster, project, mp);
	size_t at = 0;

	pthread_mutex_lock(&app->lock);
	if (app->nmembers == app->room) {
		app->room = app->room ? app->room * 2 : 8;
		app->members = xrealloc(app->members, app->room * sizeof(struct member *));
	}
	while (at < app->nmembers && strcmp(app->members[at]->name, m->name) < 0)
		at++;
	memmove(&app->members[at + 1], &app->members[at],
		(app->nmembers - at) * sizeof(struct member *));
	app->members[at] = m;
	app->nmembers++;
	log_name_projects(app->nmembers > 1);
	pthread_cond_broadcast(&app->changed);
	pthread_mutex_unlock(&app->lock);
	app_wake(app);
}

void fleet_begin(struct app *app)
{
	const char *named = app->settings->project;

	if (!app->is_attached)
		fleet_add(app, NULL, named ? named : "", NULL);
	for (size_t i = 0; i < app->clusters.count; i++) {
		struct app_cluster *cluster = app->clusters.items[i];

		fleet_add(app, cluster, cluster->only, NULL);
	}
}

/* The reading's projects by name: members look theirs up anew for each one that is gone. */
static struct map fleet_by_name(struct arena *a, const struct manifest_reading *r)
{
	struct map projects = { 0 };

	for (size_t i = 0; i < r->projects.count; i++) {
		const struct manifest_project *mp = r->projects.items[i];

		map_set(a, &projects, mp->name, mp);
	}
	return projects;
}

/* What projects are told that are missing from the reading but may still exist. */
static const struct manifest_project *fleet_missing(const struct manifest_reading *r)
{
	struct manifest_project *mp;

	if (r->is_empty)
		return r->projects.items[0];
	mp = arena_alloc(part_arena(r->part), sizeof(*mp));
	*mp = (struct manifest_project){ .name = "", .part = r->part, .complaints = *r->complaints,
					 .fault = "its manifests do not read" };
	return mp;
}

/* The lock is held. */
static struct member *fleet_take_out(struct app *app, size_t at)
{
	struct member *m = app->members[at];

	app->nmembers--;
	memmove(&app->members[at], &app->members[at + 1], (app->nmembers - at) * sizeof(struct member *));
	log_name_projects(app->nmembers > 1);
	return m;
}

/* Passes the news to the cluster's members that stay; a member that is gone is taken out and returned. */
static struct member *fleet_follow(struct app *app, const struct app_cluster *cluster,
				   const struct manifest_reading *r, const struct map *projects)
{
	bool may_go = !r->is_partial && !r->is_empty;
	const struct manifest_project *missing = may_go ? NULL : fleet_missing(r);
	struct member *gone = NULL;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers && !gone; i++) {
		struct member *m = app->members[i];
		const struct manifest_project *mp, *news;

		if (m->cluster != cluster)
			continue;
		mp = map_get(projects, m->project);
		news = mp ? mp : missing;
		if (!mp && (*m->project ? may_go : fleet_count(app, cluster) > 1)) {
			gone = fleet_take_out(app, i);
		} else if (news && m->told != news->part) {
			/* The program is ending: its replacements were not added. */
			m->told = news->part;
			observer_configure(m->observer, news);
		}
	}
	pthread_mutex_unlock(&app->lock);
	return gone;
}

/* New ones first, so that there is always one to be shown. */
static void fleet_add_new(struct app *app, struct app_cluster *cluster, const struct manifest_reading *r)
{
	for (size_t i = 0; i < r->projects.count && !flag_is_set(&app->ending); i++) {
		const struct manifest_project *mp = r->projects.items[i];

		/* The member that says "no project" is only needed while there is no other. */
		if (fleet_has(app, cluster, mp->name) || (r->is_empty && fleet_has(app, cluster, NULL)))
			continue;
		fleet_add(app, cluster, mp->name, mp);
	}
}

void fleet_bring(struct app *app, struct app_cluster *cluster, const struct manifest_reading *r)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct map projects = fleet_by_name(a, r);
	struct member *gone;

	/* Whoever waits for the projects must not take the first of them for all. */
	slots_begin(app->slots);
	fleet_add_new(app, cluster, r);
	slots_end(app->slots);
	while ((gone = fleet_follow(app, cluster, r, &projects))) {
		if (*gone->project && !cluster)
			log_line(LOG_INFO, "app", "project %s is gone from the manifests: it is no longer "
				 "executed here", gone->project);
		if (!member_free(gone))
			flag_set(&app->stuck);
	}
	app_wake(app);
}

/*
 * Argo CD is asked once it is known what for: ten thousand applications would take the processor that the
 * first rows need.
 */
static void fleet_ask_argocd(struct app *app)
{
	struct err e;

	if (!applications_start(app->applications, &e))
		log_line(LOG_ERROR, "app", "Argo CD is not asked: %s", e.message);
}

void fleet_take(void *app, const struct manifest_reading *r)
{
	fleet_bring(app, NULL, r);
	fleet_ask_argocd(app);
}

bool fleet_leave(struct app *app, const struct app_cluster *cluster)
{
	struct member *gone;
	bool fine = true;

	do {
		gone = NULL;
		pthread_mutex_lock(&app->lock);
		for (size_t i = 0; i < app->nmembers && !gone; i++)
			if (app->members[i]->cluster == cluster)
				gone = fleet_take_out(app, i);
		pthread_mutex_unlock(&app->lock);
		fine = (!gone || member_free(gone)) && fine;
	} while (gone);
	return fine;
}

void fleet_source(void *context, const struct source *s)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		observer_manifests(app->members[i]->observer, s);
	pthread_mutex_unlock(&app->lock);
	fleet_ask_argocd(app);
}

/* Whether the annotation, "project:stage" and more of them, names the project; a glob may mean any. */
static bool fleet_concerns(const char *authorized, const char *project)
{
	size_t len = strlen(project);

	for (const char *at = authorized; (at = strstr(at, project)); at++)
		if (at[len] == ':' && (at == authorized || strchr(", \t\n", at[-1])))
			return true;
	return strchr(authorized, '*') != NULL;
}

/*
 * Argo CD may have ten thousand applications, so a change of one goes only to the projects whose
 * stages may change it. Others see it with the stream's next sign of life.
 */
void fleet_applications(void *context, const char *authorized)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		if (!authorized || app->nmembers == 1 || fleet_concerns(authorized, app->members[i]->name))
			observer_applications(app->members[i]->observer);
	pthread_mutex_unlock(&app->lock);
}

/* One whose engine can be started now; *wait: until when there is none, in ms. The lock is held. */
static struct member *fleet_next(struct app *app, int64_t *wait)
{
	int64_t now = clock_ticks();

	*wait = CHECK_MS;
	for (size_t i = 0; i < app->nmembers; i++) {
		struct member *m = app->members[i];

		if (m->state != ENGINE_MISSING || !observer_project(m->observer))
			continue;
		if (m->retry_at <= now)
			return m;
		*wait = m->retry_at - now < *wait ? m->retry_at - now : *wait;
	}
	return NULL;
}

static void fleet_rest(struct app *app)
{
	int64_t at = moment_get(&app->rested_at);

	if (!at || clock_ticks() - at < CHECK_MS)
		return;
	moment_set(&app->rested_at, 0);
	memory_give_back();
}

void fleet_start_engines(struct app *app)
{
	struct member *m;
	struct err e;
	int64_t wait;

	pthread_mutex_lock(&app->lock);
	while (!app->ending) {
		m = fleet_next(app, &wait);
		if (!m) {
			fleet_rest(app);
			condition_wait(&app->changed, &app->lock, wait);
			continue;
		}
		m->retry_at = clock_ticks() + RETRY_MS;
		m->state = ENGINE_STARTING;
		pthread_mutex_unlock(&app->lock);
		bool started = join_engine(m, &e); /* else that is told, and tried again */
		(void)started;
		pthread_mutex_lock(&app->lock);
	}
	pthread_mutex_unlock(&app->lock);
}

bool fleet_end(struct app *app)
{
	struct member *m;
	bool fine;

	sharing_leave(app);
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		engine_end(app->members[i]->engine);
	/* Observers follow: what the engines still record is of no use to them. */
	for (size_t i = 0; i < app->nmembers; i++)
		observer_end(app->members[i]->observer);
	fine = !flag_is_set(&app->stuck);
	pthread_mutex_unlock(&app->lock);
	while (app->nmembers) {
		pthread_mutex_lock(&app->lock);
		m = app->members[--app->nmembers];
		pthread_mutex_unlock(&app->lock);
		fine = member_free(m) && fine;
	}
	free(app->members);
	return fine;
}
