/* SPDX-License-Identifier: Apache-2.0 */
/* One project of the fleet: made with its observer, stopped with everything. */
#include "app/app_inner.h"
#include "app/cluster.h"
#include "app/recording.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "model/record.h"
#include "observe/manifests.h"
#include "observe/observe.h"
#include "observe/snapshot.h"

struct member *member_new(struct app *app, struct app_cluster *cluster, const char *project,
			  const struct manifest_project *mp)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *name = cluster ? str_format(a, "%s%s", cluster->prefix, project) : project;
	struct member *m = xmalloc(sizeof(*m));
	struct observer_options o = {
		.project = project,
		.name = name,
		.attachment = cluster ? &cluster->standing : NULL,
		.manifests = mp,
		.sources = app->sources,
		.applications = app->applications,
		.looks_outside = (app->flags & APP_OBSERVES) && !cluster,
		.read_only = app->settings->read_only,
	};

	*m = (struct member){ .app = app, .cluster = cluster, .project = xstrdup(project),
			      .name = xstrdup(name), .arena = arena_new(),
			      .slot = slot_new(app->slots, name), .state = ENGINE_MISSING,
			      .told = mp ? mp->part : NULL };
	o.slot = m->slot;
	join_observer(m, &o);
	if (cluster)
		o.read_past = recording_past;
	sharing_come(app, name);
	m->observer = observer_new(&o);
	if (cluster)
		observer_engine(m->observer, ENGINE_ELSEWHERE, cluster->called);
	observer_start(m->observer);
	return m;
}

bool member_free(struct member *m)
{
	struct engine *engine;

	pthread_mutex_lock(&m->app->lock);
	/* Only what starts: an engine has time to record its end. */
	if (m->state == ENGINE_STARTING)
		flag_set(&m->give_up);
	while (m->state == ENGINE_STARTING)
		pthread_cond_wait(&m->app->changed, &m->app->lock);
	engine = m->engine;
	m->state = ENGINE_CLOSED;
	m->engine = NULL;
	pthread_mutex_unlock(&m->app->lock);
	sharing_go(m->app, m->name);
	if (!engine_stop(engine) || !observer_stop(m->observer))
		return false;
	slot_free(m->slot);
	record_release(m->record);
	arena_free(m->arena);
	free(m->project);
	free(m->name);
	free(m);
	return true;
}
