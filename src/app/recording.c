/* SPDX-License-Identifier: Apache-2.0 */
/* Between the cluster's records and the observers stands the recorder, where there is one. */
#include "app/recording.h"

#include <unistd.h>

#include "app/app_inner.h"
#include "app/cluster.h"
#include "base/arena.h"
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
	struct app_cluster *cluster = context;
	struct app *app = cluster->app;
	struct member *m;

	pthread_mutex_lock(&app->lock);
	m = cluster->is_gone ? NULL : app_member_of(app, cluster, project);
	if (m) {
		record_release(m->record);
		m->record = record_acquire(r);
		observer_record(m->observer, r);
		/* What lists were read with is many times as large as what is kept of them. */
		pools_rested(m);
	}
	pthread_mutex_unlock(&app->lock);
}

bool recording_start(struct app_cluster *cluster, struct err *e)
{
	const struct app *app = cluster->app;
	const struct settings *s = app->settings;
	const struct recorder_options o = {
		.path = s->ledger, .remote = s->remote, .context = cluster->standing.context,
		.host = str_format(cluster->arena, "%s, pid %ld", identity_host(cluster->arena),
				   (long)getpid()),
		.signing_key = s->signing_key, .allowed_signers = s->allowed_signers,
		.writes = (app->flags & APP_RECORDS) && !s->read_only,
		.told = cluster, .on_record = recording_on_record,
	};

	if (!o.path || !(app->flags & (APP_RECORDS | APP_SHOWS)))
		return true;
	return recorder_start(&o, &cluster->recorder, e);
}

bool recording_stop(struct app_cluster *cluster, int64_t ms)
{
	return recorder_stop(cluster->recorder, ms);
}

void recording_take(struct app_cluster *cluster, const char *project, const struct record *r)
{
	if (cluster->recorder)
		recorder_take(cluster->recorder, project, r);
	else
		recording_on_record(cluster, project, r);
}

bool recording_past(void *context, const struct past_wish *wish, const struct record **out, int64_t *at,
		    struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct member *m = context;
	const struct ledger_options o = {
		.path = m->app->settings->ledger, .host = "", .read_only = true,
		.project = recorder_name(a, m->project, m->cluster->standing.context),
	};

	return past_read(&o, wish, out, at, e);
}
