/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the halves: the engine's callbacks feed the observer, the observer's feed the
 * engine. Either may speak while the other starts or stops, hence the lock over the engine.
 */
#include "app/app_inner.h"

#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/log.h"
#include "base/str.h"
#include "config/settings.h"
#include "data/value.h"
#include "engine/engine.h"
#include "engine/past.h"
#include "ledger/ledger.h"
#include "model/project.h"
#include "observe/observe.h"
#include "verify/verify.h"

enum { RETRY_S = 5 };                   /* between attempts to open the ledger */

static const struct project *engine_borrow(void *context)
{
	return observer_borrow(((struct app *)context)->observer);
}

static void engine_give_back(void *context, const struct project *p)
{
	observer_give_back(((struct app *)context)->observer, p);
}

static void on_record(void *context, const struct record *r)
{
	observer_record(((struct app *)context)->observer, r);
}

static void on_remote(void *context, const struct source *s)
{
	observer_remote(((struct app *)context)->observer, s);
}

static void on_reply(void *context, const struct reply *r)
{
	app_answer(context, r);
}

static void join_on_progress(void *context, const char *promotion, const char *alias,
			     const char *status, const char *line)
{
	observer_progress(((struct app *)context)->observer, promotion, alias, status, line);
}

static void on_lease(void *context, const struct lease *lease)
{
	observer_engine(((struct app *)context)->observer,
			lease->ours ? ENGINE_HERE : lease->held ? ENGINE_ELSEWHERE : ENGINE_NONE,
			lease->host);
}

/* What is found before the engine is there waits for it: the next look may be minutes away. */
static void on_freight(void *context, const struct value *freight)
{
	struct app *app = context;

	if (!(app->flags & APP_EXECUTES))
		return;
	pthread_mutex_lock(&app->lock);
	if (app->state == ENGINE_READY)
		engine_found(app->engine, freight);
	else
		list_add(app->arena, &app->found, value_copy(app->arena, freight));
	pthread_mutex_unlock(&app->lock);
}

static struct engine_health health(void *context, struct arena *a, const char *stage,
				   const struct value *checks)
{
	struct app *app = context;
	struct engine_health found = { .health = HEALTH_UNKNOWN };

	(void)stage;
	found.health = observer_health(app->observer, a, checks, &found.issue);
	return found;
}

static bool join_verify(void *context, struct arena *a, const struct verification_subject *of,
			const struct value **info, struct err *e)
{
	const struct verify_request rq = {
		.of = { of->project, project_stage(of->project, of->stage), of->collection },
		.info = of->info, .now = clock_now(), .cancelled = of->cancelled,
	};

	(void)context;
	if (!rq.of.stage)
		return err_set(e, ERR_CONFIG, "there is no stage \"%s\"", of->stage);
	*info = verify_look(a, &rq);
	return true;
}

/* What only reads makes no ledger; one that is there is brought up to date with its remote. */
static bool join_only_reads(const struct app *app)
{
	const struct settings *s = app->settings;

	return (app->flags & APP_READS) && !s->remote && !folder_exists(s->ledger);
}

static bool join_start_engine(struct app *app, struct engine **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct settings *s = app->settings;
	const struct ledger_options ledger = {
		.path = s->ledger,
		.project = observer_project(app->observer),
		.remote = s->remote,
		.credentials = secrets_credentials,
		.context = app,
		.host = str_format(a, "%s, pid %ld", identity_host(a), (long)getpid()),
		.read_only = s->read_only || join_only_reads(app),
		.must_exist = !settings_ledger_is_usual(s) && ((app->flags & APP_READS) || s->read_only),
		.signing_key = s->signing_key,
		.allowed_signers = s->allowed_signers,
		.cancelled = &app->give_up,
	};
	struct engine_options o = {
		.context = app,
		.give_up = &app->give_up,
		.read_only = s->read_only || (app->flags & APP_READS),
		.execute = (app->flags & APP_EXECUTES) && !s->read_only,
		.borrow = engine_borrow,
		.give_back = engine_give_back,
		.on_record = on_record,
		.on_remote = on_remote,
		.on_reply = on_reply,
		.on_plan = plans_take,
		.on_progress = join_on_progress,
		.on_lease = on_lease,
		.services = secrets_services,
		.health = health,
		.verify = join_verify,
	};

	if (!ledger_open(&ledger, &o.ledger, e))
		return err_wrap(e, "opening the ledger %s", s->ledger);
	if (app->unreadable_since)
		observer_unreadable(app->observer, 0, NULL);
	app->unreadable_since = 0;
	return engine_start(&o, out, e);
}

/* Screens say it, and since when. */
static void join_tell_unreadable(struct app *app, const struct err *e)
{
	if (!app->unreadable_since) {
		app->unreadable_since = clock_now();
		log_line(LOG_ERROR, "app", "%s", e->message);
	}
	observer_unreadable(app->observer, app->unreadable_since, e->message);
}

/* Whoever finds it missing starts it: the main thread, or the starter. */
bool join_engine(struct app *app, struct err *e)
{
	struct engine *engine = NULL;
	bool mine, fine = true;

	pthread_mutex_lock(&app->lock);
	mine = app->state == ENGINE_MISSING && observer_project(app->observer);
	if (mine)
		app->state = ENGINE_STARTING;
	pthread_mutex_unlock(&app->lock);
	if (!mine)
		return true;
	fine = join_start_engine(app, &engine, e);
	if (!fine)
		join_tell_unreadable(app, e);
	pthread_mutex_lock(&app->lock);
	app->engine = engine;
	app->state = fine ? ENGINE_READY : ENGINE_MISSING;
	for (size_t i = 0; fine && i < app->found.count; i++)
		engine_found(engine, app->found.items[i]);
	app->found.count = fine ? 0 : app->found.count;
	pthread_mutex_unlock(&app->lock);
	return fine;
}

void join_keep_trying(struct app *app)
{
	struct timespec later;
	struct err e;
	bool fine;

	pthread_mutex_lock(&app->lock);
	while (!app->ending && app->state == ENGINE_MISSING) {
		if (!observer_project(app->observer)) {
			pthread_cond_wait(&app->changed, &app->lock);
			continue;
		}
		pthread_mutex_unlock(&app->lock);
		fine = join_engine(app, &e);
		pthread_mutex_lock(&app->lock);
		clock_gettime(CLOCK_REALTIME, &later);
		later.tv_sec += RETRY_S;
		if (!fine && !app->ending)
			pthread_cond_timedwait(&app->changed, &app->lock, &later);
	}
	pthread_mutex_unlock(&app->lock);
}

/* Manifests that become good after the start bring the engine with them. */
static void on_change(void *context)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	if (app->state == ENGINE_READY)
		engine_wake(app->engine);
	pthread_cond_broadcast(&app->changed);
	pthread_mutex_unlock(&app->lock);
}

/* Reads without the remote, beside the engine. On a worker of the observer. */
static bool read_past(void *context, const struct past_wish *wish, const struct record **out,
		      int64_t *at, struct err *e)
{
	const struct app *app = context;
	const struct ledger_options o = { .path = app->settings->ledger, .host = "", .read_only = true,
					  .project = observer_project(app->observer) };

	return past_read(&o, wish, out, at, e);
}

void join_observer(struct app *app, struct observer_options *o)
{
	o->context = app;
	o->on_world = app_wake;
	o->on_freight = on_freight;
	o->on_change = on_change;
	o->read_past = read_past;
}
