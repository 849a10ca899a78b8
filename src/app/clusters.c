/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running Kargos instead of engines and ledgers: their readings make the fleet, their records the worlds, and
 * they take what is wished.
 */
#include "app/clusters.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app_inner.h"
#include "app/cluster.h"
#include "app/recording.h"
#include "attach/attach.h"
#include "attach/choose.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "data/glob.h"
#include "model/world.h"
#include "observe/observe.h"

enum { SWITCHES = 16, END_MS = 1000 };

static void clusters_take(void *context, const struct manifest_reading *r)
{
	struct app_cluster *cluster = context;
	bool is_gone;

	pthread_mutex_lock(&cluster->app->lock);
	cluster->has_told = true;
	is_gone = cluster->is_gone;
	pthread_mutex_unlock(&cluster->app->lock);
	if (!is_gone)
		fleet_bring(cluster->app, cluster, r);
}

static void clusters_record(void *context, const char *project, const struct record *r)
{
	recording_take(context, project, r);
}

/* Before anything was told, a cluster that does not answer stands for manifests that can't be read. */
static void clusters_source(void *context, const struct source *s)
{
	struct app_cluster *cluster = context;
	struct app *app = cluster->app;
	struct source of = *s, unread;
	bool is_unread;

	pthread_mutex_lock(&app->lock);
	is_unread = !cluster->has_told && s->failing_since;
	/* Of several the header says which one it is. */
	if (*cluster->prefix)
		of.name = cluster->standing.context;
	unread = of;
	unread.kind = SOURCE_MANIFESTS;
	for (size_t i = 0; i < app->nmembers && !cluster->is_gone; i++) {
		struct member *m = app->members[i];

		if (m->cluster != cluster)
			continue;
		observer_manifests(m->observer, is_unread ? &unread : NULL);
		observer_remote(m->observer, is_unread ? NULL : &of);
	}
	pthread_mutex_unlock(&app->lock);
}

static void clusters_reply(void *context, const struct reply *r)
{
	app_answer(((struct app_cluster *)context)->app, r);
}

/* A plugin of a command may ask, as kubectl's does; below a screen its question would be lost. */
static void clusters_allow_asking(const struct app *app, const struct attach_transport *t)
{
	if (t->allow_asking && !(app->flags & APP_SHOWS) && isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		t->allow_asking(t->it);
}

static void cluster_free(struct app_cluster *cluster)
{
	/* Once it was followed, attach_stop() has freed it. */
	if (cluster->way->it)
		cluster->way->free(cluster->way->it);
	arena_free(cluster->arena);
	free(cluster);
}

static bool cluster_find(struct app *app, const char *where, struct app_cluster **out, struct err *e)
{
	struct app_cluster *cluster = xmalloc(sizeof(*cluster));
	struct arena *a = arena_new();

	*cluster = (struct app_cluster){ .app = app, .arena = a, .prefix = "", .only = "" };
	cluster->way = arena_alloc(a, sizeof(*cluster->way));
	if (!attach_choose(where, cluster->way, e)) {
		cluster->way->it = NULL;
		cluster_free(cluster);
		return err_wrap(e, "attaching to Kargo");
	}
	clusters_allow_asking(app, cluster->way);
	cluster->standing = (struct attachment){ .context = str_copy(a, cluster->way->context),
						 .server = str_copy(a, cluster->way->server) };
	cluster->called = str_format(a, "Kargo at %s", cluster->standing.context);
	*out = cluster;
	return true;
}

/* What --project says of this cluster. False: it means projects of other clusters only. */
static bool cluster_narrow(struct app_cluster *cluster, const struct list *named)
{
	bool is_meant = attach_narrow(cluster->arena, named, cluster->standing.context, &cluster->projects);

	if (cluster->projects.count == 1 && glob_is_plain(cluster->projects.items[0]))
		cluster->only = cluster->projects.items[0];
	return is_meant;
}

static bool clusters_has(const struct list *clusters, const char *context)
{
	for (size_t i = 0; i < clusters->count; i++)
		if (strcmp(((struct app_cluster *)clusters->items[i])->standing.context, context) == 0)
			return true;
	return false;
}

/* The lock need not be held: nothing runs yet. */
static bool clusters_add_all(struct app *app, const struct list *places, struct list *found, struct err *e)
{
	for (size_t i = 0; i < places->count; i++) {
		struct app_cluster *cluster;

		if (!cluster_find(app, places->items[i], &cluster, e))
			return false;
		if (clusters_has(found, cluster->standing.context) ||
		    !cluster_narrow(cluster, &app->settings->projects))
			cluster_free(cluster);
		else
			list_add(app->arena, found, cluster);
	}
	return found->count ||
	       err_set(e, ERR_NAME, "--project matches no project of the attached clusters: %s",
		       (const char *)app->settings->projects.items[0]);
}

static bool cluster_follow(struct app_cluster *cluster, struct err *e)
{
	struct app *app = cluster->app;
	struct attach_options o = {
		.transport = *cluster->way,
		.projects = &cluster->projects,
		.beside = app->settings->messages,
		/* Of several clusters app_choose() says which one is meant. */
		.is_alone = !(app->flags & APP_ALL) && !*cluster->prefix,
		.context = cluster,
		.on_reading = clusters_take,
		.on_record = clusters_record,
		.on_source = clusters_source,
		.on_reply = clusters_reply,
	};
	struct attach *attached;
	bool fine;

	if (!recording_start(cluster, e))
		return false;
	cluster->way->it = NULL;
	fine = attach_start(&o, &attached, e);
	pthread_mutex_lock(&app->lock);
	cluster->attached = attached;
	pthread_mutex_unlock(&app->lock);
	return fine;
}

static bool cluster_end(struct app_cluster *cluster, int64_t ms)
{
	struct attach *attached;

	pthread_mutex_lock(&cluster->app->lock);
	attached = cluster->attached;
	cluster->attached = NULL;
	cluster->is_gone = true;
	pthread_mutex_unlock(&cluster->app->lock);
	return attach_stop(attached, ms) && recording_stop(cluster, ms);
}

/* Takes the clusters out with their members. If a thread is stuck, all is left behind and nothing freed. */
static void clusters_leave(struct app *app, const struct list *old)
{
	for (size_t i = 0; i < old->count; i++) {
		struct app_cluster *cluster = old->items[i];
		bool ended = cluster_end(cluster, END_MS);

		ended = fleet_leave(app, cluster) && ended;
		if (ended)
			cluster_free(cluster);
		else
			flag_set(&app->stuck);
	}
}

void clusters_keep(struct app *app, struct app_cluster *kept)
{
	struct list others = { 0 };

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->clusters.count; i++)
		if (app->clusters.items[i] != kept)
			list_add(app->arena, &others, app->clusters.items[i]);
	app->clusters = (struct list){ 0 };
	list_add(kept->arena, &app->clusters, kept);
	pthread_mutex_unlock(&app->lock);
	clusters_leave(app, &others);
}

static bool clusters_shows_only(struct app *app, const struct app_cluster *cluster)
{
	bool only;

	pthread_mutex_lock(&app->lock);
	only = app->clusters.count == 1 && clusters_has(&app->clusters, cluster->standing.context);
	pthread_mutex_unlock(&app->lock);
	return only;
}

static bool clusters_go(struct app *app, const char *context, const char **said, struct err *e)
{
	struct app_cluster *cluster;
	struct list old;

	if (!cluster_find(app, context, &cluster, e))
		return false;
	*said = cluster->called;
	if (clusters_shows_only(app, cluster)) {
		cluster_free(cluster);
		return true;
	}
	pthread_mutex_lock(&app->lock);
	old = app->clusters;
	app->clusters = (struct list){ 0 };
	list_add(cluster->arena, &app->clusters, cluster);
	pthread_mutex_unlock(&app->lock);
	/* The new one is there first: there is always something to show. */
	fleet_begin(app);
	clusters_leave(app, &old);
	app_wake(app);
	return cluster_follow(cluster, e);
}

static void clusters_switch_run(void *context)
{
	struct app *app = context;
	char *to;

	while ((to = queue_take(app->switches, -1))) {
		AUTO(arena) struct arena *a = arena_new();
		struct reply reply = { .message = "" };
		const char *said;
		struct err e;

		reply.done = !flag_is_set(&app->ending) && clusters_go(app, to, &said, &e);
		reply.message = reply.done ? str_format(a, "attached to %s", said) : e.message;
		if (!flag_is_set(&app->ending))
			app_answer(app, &reply);
		free(to);
	}
}

/* Shows another cluster instead, on a thread of its own, and answers. Of the port; main thread. */
static bool clusters_switch(void *context, const char *to)
{
	struct app *app = context;
	char *copy = xstrdup(to);
	struct err e;

	if (!app->switcher && !thread_start(&app->switcher, "contexts", clusters_switch_run, app, &e))
		log_line(LOG_ERROR, "app", "%s", e.message);
	if (app->switcher && queue_try(app->switches, copy))
		return true;
	free(copy);
	return false;
}

static const char *const *clusters_contexts(void *app)
{
	return ((struct app *)app)->contexts;
}

bool clusters_open(struct app *app, struct err *e)
{
	const struct settings *s = app->settings;
	struct list places = { 0 }, contexts = { 0 };
	bool fine;

	if (!s->attach)
		return true;
	app->is_attached = true;
	app->switches = queue_new(SWITCHES);
	app->port.contexts = clusters_contexts;
	app->port.attach = clusters_switch;
	attach_contexts(app->arena, &contexts);
	list_add(app->arena, &contexts, NULL);
	app->contexts = (const char *const *)contexts.items;
	fine = attach_places(app->arena, &s->attaches, &places, e) &&
	       clusters_add_all(app, &places, &app->clusters, e);
	for (size_t i = 0; app->clusters.count > 1 && i < app->clusters.count; i++) {
		struct app_cluster *cluster = app->clusters.items[i];

		cluster->prefix = str_format(cluster->arena, "%s/", cluster->standing.context);
	}
	return fine;
}

bool clusters_start(struct app *app, struct err *e)
{
	for (size_t i = 0; i < app->clusters.count; i++)
		if (!cluster_follow(app->clusters.items[i], e))
			return false;
	return true;
}

bool clusters_stop(struct app *app, int64_t ms)
{
	bool fine = true;

	if (app->switches)
		queue_close(app->switches);
	if (!thread_join_within(app->switcher, ms + END_MS))
		return false;
	app->switcher = NULL;
	for (size_t i = 0; i < app->clusters.count; i++)
		fine = cluster_end(app->clusters.items[i], ms) && fine;
	return fine;
}

void clusters_free(struct app *app)
{
	for (size_t i = 0; i < app->clusters.count; i++)
		cluster_free(app->clusters.items[i]);
	if (app->switches)
		queue_free(app->switches, free);
}
