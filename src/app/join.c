/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connects the halves of a project: the engine's callbacks feed the observer, the observer's feed the
 * engine. Either may call while the other starts or stops, hence the lock over the engine.
 */
#include "app/app_inner.h"

#include <unistd.h>

#include "app/parts.h"
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
#include "observe/observe.h"

static const struct project *engine_borrow(void *context)
{
	return observer_borrow(((struct member *)context)->observer);
}

static void engine_give_back(void *context, const struct project *p)
{
	observer_give_back(((struct member *)context)->observer, p);
}

static void join_on_record(void *context, const struct record *r)
{
	observer_record(((struct member *)context)->observer, r);
}

static void on_remote(void *context, const struct source *s)
{
	observer_remote(((struct member *)context)->observer, s);
}

static void on_reply(void *context, const struct reply *r)
{
	app_answer(((struct member *)context)->app, r);
}

static void join_on_progress(void *context, const struct step_progress *p)
{
	observer_progress(((struct member *)context)->observer, p);
}

static void on_lease(void *context, const struct lease *lease)
{
	observer_engine(((struct member *)context)->observer,
			lease->ours ? ENGINE_HERE : lease->held ? ENGINE_ELSEWHERE : ENGINE_NONE,
			lease->host);
}

/* Keeps freight that is found before the engine is there: the next look may be minutes away. */
static void on_freight(void *context, const struct value *freight)
{
	struct member *m = context;

	if (!(m->app->flags & (APP_EXECUTES | APP_FINDS)))
		return;
	pthread_mutex_lock(&m->app->lock);
	if (m->state == ENGINE_READY)
		engine_found(m->engine, freight);
	else
		list_add(m->arena, &m->found, value_copy(m->arena, freight));
	pthread_mutex_unlock(&m->app->lock);
}

static struct engine_health health(void *context, struct arena *a, const char *stage,
				   const struct value *checks)
{
	struct member *m = context;
	struct engine_health found = { .health = HEALTH_UNKNOWN };

	(void)stage;
	found.health = observer_health(m->observer, a, checks, &found.issue);
	return found;
}

/* A process that only reads creates no ledger; an existing one is brought up to date with its remote. */
static bool join_only_reads(const struct app *app)
{
	const struct settings *s = app->settings;

	return (app->flags & APP_READS) && !s->remote && !folder_exists(s->ledger);
}

static bool join_start_engine(struct member *m, struct engine **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct settings *s = m->app->settings;
	unsigned flags = m->app->flags;
	const struct ledger_options ledger = {
		.path = s->ledger,
		.project = m->project,
		.remote = s->remote,
		.credentials = secrets_credentials,
		.context = m,
		.host = str_format(a, "%s, pid %ld", identity_host(a), (long)getpid()),
		.read_only = s->read_only || join_only_reads(m->app),
		.must_exist = !settings_ledger_is_usual(s) && ((flags & APP_READS) || s->read_only),
		.signing_key = s->signing_key,
		.allowed_signers = s->allowed_signers,
		.agents = m->app->agents,
		.traffic = m->app->traffic,
		.cancelled = &m->give_up,
	};
	struct engine_options o = {
		.project = m->project,
		.context = m,
		.actors = m->app->engines,
		.pool = m->app->workers,
		.give_up = &m->give_up,
		.read_only = s->read_only || (flags & APP_READS),
		.ui_base_url = s->kargo_url,
		.execute = (flags & APP_EXECUTES) && !s->read_only,
		.borrow = engine_borrow,
		.give_back = engine_give_back,
		.on_record = join_on_record,
		.on_remote = on_remote,
		.on_reply = on_reply,
		.on_plan = plans_take,
		.on_progress = join_on_progress,
		.on_lease = on_lease,
		.on_rest = pools_rested,
		.is_told = refs_are_told,
		.services = secrets_services,
		.health = health,
		.verify = verifying_look,
	};

	/* Attached, it makes plans, and there is no ledger. */
	if (m->cluster)
		o.record = member_newest;
	else if (!ledger_open(&ledger, &o.ledger, e))
		return err_wrap(e, "opening the ledger %s", s->ledger);
	if (m->unreadable_since)
		observer_unreadable(m->observer, 0, NULL);
	m->unreadable_since = 0;
	return engine_start(&o, out, e);
}

/* Tells the screens that the ledger cannot be opened, and since when. */
static void join_tell_unreadable(struct member *m, const struct err *e)
{
	if (!m->unreadable_since) {
		m->unreadable_since = clock_now();
		log_line(LOG_ERROR, "app", "%s", e->message);
	}
	observer_unreadable(m->observer, m->unreadable_since, e->message);
}

bool join_engine(struct member *m, struct err *e)
{
	struct engine *engine = NULL;
	bool fine = join_start_engine(m, &engine, e);

	if (!fine)
		join_tell_unreadable(m, e);
	pthread_mutex_lock(&m->app->lock);
	m->engine = engine;
	m->state = fine ? ENGINE_READY : ENGINE_MISSING;
	for (size_t i = 0; fine && i < m->found.count; i++)
		engine_found(engine, m->found.items[i]);
	m->found.count = fine ? 0 : m->found.count;
	if (fine)                       /* what moved since its first look was told to nobody */
		engine_ledger_moved(engine);
	pthread_cond_broadcast(&m->app->changed);
	pthread_mutex_unlock(&m->app->lock);
	return fine;
}

/* Manifests that become good after the start bring the engine with them. */
static void on_change(void *context)
{
	struct member *m = context;

	pthread_mutex_lock(&m->app->lock);
	plans_go_on(m);
	if (m->state == ENGINE_READY)
		engine_wake(m->engine);
	else
		pthread_cond_broadcast(&m->app->changed);
	pthread_mutex_unlock(&m->app->lock);
}

static void join_on_world(void *context)
{
	app_wake(((struct member *)context)->app);
}

/* Reads without the remote, beside the engine. On a worker of the observer. */
static bool read_past(void *context, const struct past_wish *wish, const struct record **out,
		      int64_t *at, struct err *e)
{
	const struct member *m = context;
	const struct ledger_options o = { .path = m->app->settings->ledger, .host = "",
					  .read_only = true, .project = m->project };

	return past_read(&o, wish, out, at, e);
}

void join_observer(struct member *m, struct observer_options *o)
{
	o->context = m;
	o->on_world = join_on_world;
	o->on_freight = on_freight;
	o->on_change = on_change;
	o->read_past = read_past;
}
