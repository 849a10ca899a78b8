/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping. */
#define _GNU_SOURCE
#include "app/app_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/clusters.h"
#include "app/parts.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/thread.h"
#include "config/settings.h"
#include "ledger/ledger.h"
#include "observe/applications.h"
#include "observe/observe.h"
#include "observe/projects_reader.h"
#include "observe/snapshot.h"

enum { REPLIES = 1000, STUCK_MS = 1000, LOOK_OUT_MS = 50 };

static void find_identity(void *context)
{
	struct app *app = context;

	app->actor = identity_actor(app->own);
}

/* libgit2 wakes up while manifests are read. */
static void app_start_engines(void *context)
{
	struct app *app = context;
	struct err e;

	if (!ledger_prepare(&e))
		log_line(LOG_ERROR, "app", "%s", e.message);
	fleet_start_engines(app);
}

/* Makes the ledgers stop waiting for their remotes. */
static void app_hurry(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		if (app->members[i]->state != ENGINE_READY)
			flag_set(&app->members[i]->give_up);
	pthread_mutex_unlock(&app->lock);
}

/* While the main thread waits for the ledger's remote, it cannot handle the signal that ends it. */
static void app_look_out(void *context)
{
	struct app *app = context;

	while (!flag_is_set(&app->begun)) {
		if (endings_pending())
			app_hurry(app);
		clock_sleep(LOOK_OUT_MS);
	}
}

/* If the first ledger cannot be opened, the start fails; the other engines start later, by themselves. */
static bool app_begin_engine(struct app *app, struct err *e)
{
	struct thread *lookout = NULL;
	struct member *m;
	bool fine = true;

	if (!thread_start(&lookout, "lookout", app_look_out, app, e))
		return false;
	pthread_mutex_lock(&app->lock);
	m = app_member(app, NULL);
	if (m && m->state == ENGINE_MISSING && observer_project(m->observer))
		m->state = ENGINE_STARTING;
	else
		m = NULL;
	pthread_mutex_unlock(&app->lock);
	if (m)
		fine = join_engine(m, e);
	flag_set(&app->begun);
	thread_join(lookout);
	return fine;
}

/* Starts all threads; with APP_SHOWS only after the first frame, so that nothing delays it. */
static bool app_begin(void *context, struct err *e)
{
	struct app *app = context;

	if (!app->settings->actor && !thread_start(&app->identity, "identity", find_identity, app, e))
		return false;
	if (app->is_attached)
		return applications_start(app->applications, e) && clusters_start(app, e) &&
		       thread_start(&app->starter, "engine-start", app_start_engines, app, e);
	if (!sharing_start(app, e) || !refs_start(app, e))
		return false;
	if (!(app->flags & APP_SHOWS)) {
		projects_reader_look(app->projects);
		if (!app_begin_engine(app, e))
			return false;
	}
	return projects_reader_start(app->projects, e) &&
	       thread_start(&app->starter, "engine-start", app_start_engines, app, e);
}

static bool app_start_threads(struct app *app, struct err *e)
{
	const struct projects_reader_options o = {
		.settings = app->settings,
		.is_alone = !(app->flags & APP_ALL),
		.settles = app->flags & APP_OBSERVES,
		.context = app,
		.on_reading = fleet_take,
		.on_source = fleet_source,
	};

	if (pipe2(app->wake, O_CLOEXEC | O_NONBLOCK))
		return err_errno(e, "making a pipe");
	app_make_port(app);
	plans_begin(app);
	app->port.begin = app->flags & APP_SHOWS ? app_begin : NULL;
	if (!pools_begin(app, e) || !clusters_open(app, e))
		return false;
	sharing_begin(app);
	app->outside = secrets_outside(app->traffic);
	if (!app->is_attached)
		app->projects = projects_reader_new(&o);
	if (app->flags & (APP_OBSERVES | APP_WATCHES))
		app->applications = applications_new(fleet_applications, app);
	applications_count(app->applications, app->traffic);
	fleet_begin(app);
	return app->port.begin || app_begin(app, e);
}

bool app_start(const struct settings *settings, unsigned flags, struct app **out, struct err *e)
{
	struct app *app = xmalloc(sizeof(*app));

	*app = (struct app){
		.arena = arena_new(),
		.own = arena_new(),
		.settings = settings,
		.flags = flags,
		.slots = slots_new(),
		.replies = queue_new(REPLIES),
		.wake = { -1, -1 },
		.next_id = 1,
	};
	pthread_mutex_init(&app->lock, NULL);
	pthread_cond_init(&app->changed, NULL);
	if (!app_start_threads(app, e)) {
		app_stop(app);
		return false;
	}
	*out = app;
	return true;
}

/* Before there is an engine nobody has to be told about what is recorded. */
static bool app_stop_starter(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	flag_set(&app->ending);
	pthread_cond_broadcast(&app->changed);
	pthread_mutex_unlock(&app->lock);
	app_hurry(app);
	return thread_join_within(app->starter, STUCK_MS);
}

static void app_free(struct app *app)
{
	secrets_end(app->outside);
	clusters_free(app);
	queue_free(app->replies, app_answer_free);
	if (app->plans)
		plans_end(app);
	slots_free(app->slots);
	pthread_cond_destroy(&app->changed);
	pthread_mutex_destroy(&app->lock);
	for (int i = 0; i < 2; i++)
		if (app->wake[i] >= 0)
			close(app->wake[i]);
	thread_join(app->identity);
	arena_free(app->own);
	arena_free(app->arena);
	free(app);
}

void app_stop(struct app *app)
{
	if (!app || !app_stop_starter(app))
		return;
	/* What calls members ends first. */
	refs_stop(app);
	if (!projects_reader_stop(app->projects) || !applications_end(app->applications, STUCK_MS) ||
	    !clusters_stop(app, STUCK_MS) ||
	    !fleet_end(app) || !sharing_end(app) || !pools_end(app))
		return;
	applications_stop(app->applications);
	app_free(app);
}

struct traffic *app_traffic(const struct app *app)
{
	return app->traffic;
}

const struct ui_port *app_port(struct app *app)
{
	return &app->port;
}
