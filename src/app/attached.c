/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running Kargo instead of engines and ledgers: its readings make the fleet, its records the worlds, and it
 * takes what is wished.
 */
#include "app/attached.h"

#include <string.h>
#include <unistd.h>

#include "app/app_inner.h"
#include "app/recording.h"
#include "attach/attach.h"
#include "attach/choose.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/reading.h"
#include "config/settings.h"
#include "model/world.h"
#include "observe/observe.h"

static void attached_take(void *context, const struct manifest_reading *r)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	app->attached_told = true;
	pthread_mutex_unlock(&app->lock);
	fleet_take(app, r);
}

static void attached_record(void *context, const char *project, const struct record *r)
{
	recording_take(context, project, r);
}

/* Before anything was told, a cluster that does not answer stands for manifests that can't be read. */
static void attached_source(void *context, const struct source *s)
{
	struct app *app = context;
	struct source unread = *s;

	unread.kind = SOURCE_MANIFESTS;
	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++) {
		bool is_unread = !app->attached_told && s->failing_since;

		observer_manifests(app->members[i]->observer, is_unread ? &unread : NULL);
		observer_remote(app->members[i]->observer, is_unread ? NULL : s);
	}
	pthread_mutex_unlock(&app->lock);
}

static void attached_reply(void *context, const struct reply *r)
{
	app_answer(context, r);
}

bool attached_open(struct app *app, struct err *e)
{
	struct attach_transport *t;

	if (!app->settings->attach)
		return true;
	t = arena_alloc(app->arena, sizeof(*t));
	if (!attach_choose(app->settings->attach, t, e))
		return err_wrap(e, "attaching to Kargo");
	/* A command's plugin may ask, as kubectl's does; below a screen its question would be lost. */
	if (t->allow_asking && !(app->flags & APP_SHOWS) && isatty(STDIN_FILENO) && isatty(STDERR_FILENO))
		t->allow_asking(t->it);
	app->attaches = t;
	app->attached_at = str_format(app->arena, "Kargo at %s", t->context);
	return true;
}

bool attached_start(struct app *app, struct err *e)
{
	struct attach_options o = {
		.projects = &app->settings->projects,
		.is_alone = !(app->flags & APP_ALL),
		.context = app,
		.on_reading = attached_take,
		.on_record = attached_record,
		.on_source = attached_source,
		.on_reply = attached_reply,
	};

	if (!app->attaches)
		return true;
	o.transport = *app->attaches;
	return recording_start(app, e) && attach_start(&o, &app->attached, e);
}

bool attached_stop(struct app *app, int64_t ms)
{
	if (!app->attached && app->attaches)
		app->attaches->free(app->attaches->it);
	return attach_stop(app->attached, ms) && recording_stop(app, ms);
}
