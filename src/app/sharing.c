/* SPDX-License-Identifier: Apache-2.0 */
/* Divides the projects with other agents: a thread announces us and reads their announcements. */
#include "app/app_inner.h"

#include <unistd.h>

#include "app/parts.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "ledger/agents.h"
#include "model/credentials.h"

/*
 * In ms, at the end: the least time for giving back all leases and the announcement, the most after the
 * members have ended, and when to give that up. Members come in groups.
 */
enum { LEAVE_MS = 300, LEAVE_MOST_MS = 1300, GIVE_UP_MS = 500, BUNCH_MS = 200 };

/* Of any project whose Secrets know the remote. */
static bool sharing_credentials(void *context, struct arena *a, const char *url,
				struct credentials *out)
{
	struct app *app = context;
	bool found = false;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; !found && i < app->nmembers; i++)
		found = secrets_credentials(app->members[i], a, url, out);
	pthread_mutex_unlock(&app->lock);
	return found;
}

static void sharing_tell(struct app *app)
{
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		if (app->members[i]->state == ENGINE_READY)
			engine_look_at_lease(app->members[i]->engine);
	pthread_mutex_unlock(&app->lock);
}

static void sharing_run(void *context)
{
	struct app *app = context;
	bool moved;

	while (!queue_closed(app->comings)) {
		int64_t wait = agents_turn(app->agents, &moved);

		if (moved)
			sharing_tell(app);
		if (!queue_take(app->comings, wait) || queue_closed(app->comings))
			continue;
		clock_sleep(BUNCH_MS);
		while (queue_take(app->comings, 0))
			;
	}
	agents_leave(app->agents);
}

void sharing_come(struct app *app, const char *project)
{
	if (!app->agents || !*project)
		return;
	agents_come(app->agents, project);
	if (!queue_try(app->comings, app))
		return;                 /* there is one already, which stands for all */
}

void sharing_go(struct app *app, const char *project)
{
	if (app->agents && *project)
		agents_go(app->agents, project);
}

void sharing_begin(struct app *app)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct settings *s = app->settings;
	const struct agents_options o = {
		.path = s->ledger,
		.remote = s->remote,
		.host = str_format(a, "%s, pid %ld", identity_host(a), (long)getpid()),
		.announces = !(app->flags & APP_SHOWS),
		.credentials = sharing_credentials,
		.context = app,
		.cancelled = &app->leave,
		.traffic = app->traffic,
	};

	if (!(app->flags & APP_ALL) || !(app->flags & APP_EXECUTES) || s->read_only || !s->ledger ||
	    s->attach)
		return;
	app->comings = queue_new(2);
	app->agents = agents_new(&o);
}

bool sharing_start(struct app *app, struct err *e)
{
	return !app->agents || thread_start(&app->sharing, "agents", sharing_run, app, e);
}

void sharing_leave(struct app *app)
{
	app->leaves_at = clock_ticks();
	if (app->agents)
		agents_end(app->agents);
}

bool sharing_end(struct app *app)
{
	int64_t left;

	if (!app->agents)
		return true;
	queue_close(app->comings);
	left = app->leaves_at + LEAVE_MOST_MS - clock_ticks();
	if (!thread_join_within(app->sharing, left > LEAVE_MS ? left : LEAVE_MS)) {
		flag_set(&app->leave);
		if (!thread_join_within(app->sharing, GIVE_UP_MS)) {
			log_line(LOG_WARN, "app", "a thread did not stop in time and was abandoned");
			return false;
		}
	}
	agents_free(app->agents);
	queue_free(app->comings, NULL);
	return true;
}
