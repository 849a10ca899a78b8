/* SPDX-License-Identifier: Apache-2.0 */
/* Plans on their way from the engine to whoever asked for them. */
#include "app/app_inner.h"

#include <pthread.h>

#include "app/cluster.h"
#include "attach/attach.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "engine/engine.h"
#include "model/plan.h"

enum { PLANS = 64 };

static void free_plan(void *plan)
{
	plan_free(plan);
}

/* A plan that nobody fetches is no loss: it can be made again. The engine's thread. */
void plans_take(void *context, struct plan *p)
{
	struct app *app = ((struct member *)context)->app;

	if (!queue_try(app->plans, p))
		plan_free(p);
	app_wake(app);
}

void plans_go_on(struct member *m)
{
	for (size_t i = 0; i < m->waiting.count && m->state == ENGINE_READY; i++)
		if (!engine_plan(m->engine, m->waiting.items[i]))
			log_line(LOG_WARN, "app", "too many plans are wanted of %s at once", m->name);
	m->waiting.count = m->state == ENGINE_READY ? 0 : m->waiting.count;
}

/* Those that are new come with the manifests, and have the plans go on then. */
static void plans_secrets_came(void *context, const char *project, bool is_news)
{
	struct app_cluster *cluster = context;
	struct app *app = cluster->app;
	struct member *m;

	pthread_mutex_lock(&app->lock);
	m = app_member_of(app, cluster, project);
	if (m && !is_news)
		plans_go_on(m);
	pthread_mutex_unlock(&app->lock);
}

/* The first plan of an attached project waits until its Secrets were asked for. The lock is held. */
static bool plans_wait_for_secrets(struct member *m, const struct intent *i)
{
	struct app_cluster *cluster = m->cluster;

	if (!cluster || !cluster->attached || (m->has_asked && !m->waiting.count))
		return false;
	if (!m->has_asked &&
	    !attach_want_secrets(cluster->attached, m->project, plans_secrets_came, cluster))
		return false;
	m->has_asked = true;
	list_add(m->arena, &m->waiting, intent_copy(m->arena, i));
	return true;
}

/* False when there is no engine yet, or its queue is full: ask again. Main thread. */
static bool plans_ask(void *context, const struct intent *given)
{
	struct app *app = context;
	const struct intent whole = app_signed(app, given);
	struct member *m;
	bool sent;

	pthread_mutex_lock(&app->lock);
	m = app_member(app, given->project);
	sent = m && m->state == ENGINE_READY &&
	       (plans_wait_for_secrets(m, &whole) || engine_plan(m->engine, &whole));
	pthread_mutex_unlock(&app->lock);
	return sent;
}

/* Ids are unique to the sender: whichever engine has the plan drops it. */
static void plans_drop(void *context, uint64_t id)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++)
		if (app->members[i]->state == ENGINE_READY)
			engine_unplan(app->members[i]->engine, id);
	pthread_mutex_unlock(&app->lock);
}

static struct plan *plans_next(void *context)
{
	return queue_take(((struct app *)context)->plans, 0);
}

void plans_begin(struct app *app)
{
	app->plans = queue_new(PLANS);
	app->port.plan = plans_ask;
	app->port.next_plan = plans_next;
	app->port.drop_plan = plans_drop;
}

void plans_end(struct app *app)
{
	if (app->plans)
		queue_free(app->plans, free_plan);
}

static bool plans_accept(struct plan *p, struct plan **out, struct err *e)
{
	if (!p->error) {
		*out = p;
		return true;
	}
	err_set(e, (enum err_code)p->code, "%s", p->error);
	plan_free(p);
	return false;
}

/* The engine may still be starting: it is asked again until it takes it. */
bool app_plan(struct app *app, const struct intent *i, int64_t timeout_ms, struct plan **out,
	      struct err *e)
{
	int64_t end = clock_ticks() + timeout_ms;
	struct intent copy = *i;
	bool asked = false;

	copy.id = app->next_id++;
	while (clock_ticks() <= end) {
		struct plan *p;

		asked = asked || plans_ask(app, &copy);
		while ((p = plans_next(app))) {
			if (p->id == copy.id)
				return plans_accept(p, out, e);
			plan_free(p);
		}
		app_sleep(app, end - clock_ticks());
	}
	return err_set(e, ERR_TIMEOUT, "no plan within the time given");
}
