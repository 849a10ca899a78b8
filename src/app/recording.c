/* SPDX-License-Identifier: Apache-2.0 */
/* Between the cluster's records and the observers stands the recorder, where there is one. */
#include "app/recording.h"

#include <string.h>
#include <unistd.h>

#include "app/app_inner.h"
#include "attach/choose.h"
#include "attach/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/settings.h"
#include "engine/past.h"
#include "ledger/ledger.h"
#include "model/record.h"
#include "observe/observe.h"
#include "recorder/name.h"
#include "recorder/recorder.h"

static void recording_on_record(void *context, const char *project, const struct record *r)
{
	struct app *app = context;
	struct member *m;

	pthread_mutex_lock(&app->lock);
	m = app_member(app, project);
	if (m) {
		record_release(m->record);
		m->record = record_acquire(r);
		observer_record(m->observer, r);
	}
	pthread_mutex_unlock(&app->lock);
}

bool recording_start(struct app *app, struct err *e)
{
	const struct settings *s = app->settings;
	const struct recorder_options o = {
		.path = s->ledger, .remote = s->remote, .context = app->attaches->context,
		.host = str_format(app->arena, "%s, pid %ld", identity_host(app->arena), (long)getpid()),
		.signing_key = s->signing_key, .allowed_signers = s->allowed_signers,
		.writes = (app->flags & APP_RECORDS) && !s->read_only,
		.told = app, .on_record = recording_on_record,
	};

	if (!o.path || !(app->flags & (APP_RECORDS | APP_SHOWS)))
		return true;
	return recorder_start(&o, &app->recorder, e);
}

bool recording_stop(struct app *app, int64_t ms)
{
	return recorder_stop(app->recorder, ms);
}

void recording_take(struct app *app, const char *project, const struct record *r)
{
	if (app->recorder)
		recorder_take(app->recorder, project, r);
	else
		recording_on_record(app, project, r);
}

bool recording_past(void *context, const struct past_wish *wish, const struct record **out, int64_t *at,
		    struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct member *m = context;
	const struct ledger_options o = {
		.path = m->app->settings->ledger, .host = "", .read_only = true,
		.project = recorder_name(a, m->name, m->app->attaches->context),
	};

	return past_read(&o, wish, out, at, e);
}

bool app_ledger_name(const struct settings *s, struct arena *a, const char *project, const char **out,
		     struct err *e)
{
	struct attach_transport t;

	*out = project;
	if (!s->attach || strchr(project, '@'))
		return true;
	if (!attach_choose(s->attach, &t, e))
		return err_wrap(e, "finding what the cluster is called");
	*out = recorder_name(a, project, t.context);
	t.free(t.it);
	return true;
}
