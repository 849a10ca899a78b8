/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the halves: the engine's callbacks feed the observer, the observer's feed the
 * engine, and both wake whoever waits on the pipe.
 */
#define _GNU_SOURCE
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/queue.h"
#include "base/str.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "model/intent.h"
#include "model/project.h"
#include "model/world.h"
#include "observe/observe.h"
#include "observe/snapshot.h"
#include "steps/outside.h"
#include "ui/port.h"

enum { REPLIES = 1000, POLL_MS = 200 };

struct app {
	struct arena *arena;
	const struct settings *settings;
	unsigned flags;
	struct slot *slot;
	struct observer *observer;
	struct engine *engine;
	struct outside *outside;
	struct queue *replies;          /* struct answer * */
	int wake[2];
	uint64_t next_id;
	struct ui_port port;
};

/* A reply with the memory that it lies in. */
struct answer {
	struct arena *arena;
	struct reply reply;
};

static void answer_free(void *answer)
{
	struct answer *w = answer;

	arena_free(w->arena);
	free(w);
}

/* A full pipe is a wake already. */
static void wake(void *context)
{
	struct app *app = context;
	ssize_t n = write(app->wake[1], "w", 1);

	(void)n;
}

static const struct world *borrow(void *context)
{
	return slot_borrow(((struct app *)context)->slot);
}

static void give_back(void *context, const struct world *w)
{
	slot_give_back(((struct app *)context)->slot, w);
}

static void put_answer(struct app *app, const struct reply *r)
{
	struct answer *w = xmalloc(sizeof(*w));

	w->arena = arena_new();
	w->reply = *r;
	w->reply.message = str_copy(w->arena, r->message ? r->message : "");
	w->reply.promotion = str_copy(w->arena, r->promotion);
	if (!queue_try(app->replies, w))
		answer_free(w);
	wake(app);
}

/* What only observes is done here; the rest is the engine's. */
static bool submit(void *context, const struct intent *i)
{
	struct app *app = context;

	if (i->kind == INTENT_REFRESH) {
		const struct reply done = { .id = i->id, .done = true, .message = "looking again" };

		observer_refresh(app->observer, i->warehouse);
		put_answer(app, &done);
		return true;
	}
	if (!app->engine) {
		const struct reply refused = {
			.id = i->id, .code = ERR_REFUSED,
			.message = "there is no good configuration yet: see the complaints",
		};

		put_answer(app, &refused);
		return true;
	}
	return engine_submit(app->engine, i);
}

static bool next_reply(void *context, struct arena *a, struct reply *out)
{
	struct app *app = context;
	struct answer *w = queue_take(app->replies, 0);

	if (!w)
		return false;
	*out = w->reply;
	out->message = str_copy(a, w->reply.message);
	out->promotion = str_copy(a, w->reply.promotion);
	answer_free(w);
	return true;
}

static const struct project *engine_borrow(void *context)
{
	return observer_borrow(((struct app *)context)->observer);
}

static void engine_give_back(void *context, const struct project *p)
{
	observer_give_back(((struct app *)context)->observer, p);
}

static void on_event(void *context, const char *head, const struct event *ev,
		     const struct state *now)
{
	observer_event(((struct app *)context)->observer, head, ev, now);
}

static void on_reply(void *context, const struct reply *r)
{
	put_answer(context, r);
}

static void on_progress(void *context, const char *promotion, const char *alias,
			const char *status, const char *line)
{
	observer_progress(((struct app *)context)->observer, promotion, alias, status, line);
}

static void on_lease(void *context, const struct lease *lease)
{
	observer_lease(((struct app *)context)->observer, lease);
}

static void on_freight(void *context, const struct value *freight)
{
	struct app *app = context;

	if (app->engine && (app->flags & APP_EXECUTES))
		engine_found(app->engine, freight);
}

static void on_change(void *context)
{
	struct app *app = context;

	if (app->engine)
		engine_wake(app->engine);
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

static bool fill_services(void *context, struct arena *a, unsigned needs,
			  struct step_services *out, struct err *e)
{
	return outside_fill(((struct app *)context)->outside, a, needs, out, e);
}

static void lend_secrets(void *context, void (*use)(void *use_context, const struct value *own,
						    const struct value *shared),
			 void *use_context)
{
	struct app *app = context;
	const struct project *p = observer_borrow(app->observer);

	use(use_context, p ? p->secrets : NULL, p ? p->shared_secrets : NULL);
	observer_give_back(app->observer, p);
}

static bool start_engine(struct app *app, struct err *e)
{
	const struct settings *s = app->settings;
	const struct ledger_options ledger = {
		.path = s->ledger,
		.project = observer_project(app->observer),
		.remote = s->remote,
		.host = str_format(app->arena, "%s, pid %ld", app->port.from, (long)getpid()),
		.read_only = s->read_only,
	};
	struct engine_options o = {
		.context = app,
		.read_only = s->read_only,
		.execute = (app->flags & APP_EXECUTES) && !s->read_only,
		.borrow = engine_borrow,
		.give_back = engine_give_back,
		.on_event = on_event,
		.on_reply = on_reply,
		.on_progress = on_progress,
		.on_lease = on_lease,
	};
	struct ledger *l;

	if (!ledger_open(&ledger, &l, e))
		return err_wrap(e, "opening the ledger %s", s->ledger);
	o.ledger = l;
	o.services = fill_services;
	o.health = health;
	return engine_start(&o, &app->engine, e);
}

static bool start(struct app *app, struct err *e)
{
	const struct outside_options outside = { .context = app, .secrets = lend_secrets };
	const struct observer_options o = {
		.settings = app->settings,
		.slot = app->slot,
		.looks_outside = app->flags & APP_OBSERVES,
		.read_only = app->settings->read_only,
		.context = app,
		.on_world = wake,
		.on_freight = on_freight,
		.on_change = on_change,
	};

	if (pipe2(app->wake, O_CLOEXEC | O_NONBLOCK))
		return err_errno(e, "making a pipe");
	app->port = (struct ui_port){
		.context = app,
		.wake_fd = app->wake[0],
		.borrow = borrow,
		.give_back = give_back,
		.submit = submit,
		.next_reply = next_reply,
		.actor = app->settings->actor ? app->settings->actor : identity_actor(app->arena),
		.from = identity_from(app->arena),
		.read_only = app->settings->read_only,
	};
	if (!observer_start(&o, &app->observer, e))
		return false;
	app->outside = outside_new(&outside);
	return !observer_project(app->observer) || start_engine(app, e);
}

bool app_start(const struct settings *settings, unsigned flags, struct app **out, struct err *e)
{
	struct app *app = xmalloc(sizeof(*app));

	*app = (struct app){
		.arena = arena_new(),
		.settings = settings,
		.flags = flags,
		.slot = slot_new(),
		.replies = queue_new(REPLIES),
		.wake = { -1, -1 },
		.next_id = 1,
	};
	if (!start(app, e)) {
		app_stop(app);
		return false;
	}
	*out = app;
	return true;
}

void app_stop(struct app *app)
{
	if (!app)
		return;
	engine_stop(app->engine);
	observer_stop(app->observer);
	outside_free(app->outside);
	queue_free(app->replies, answer_free);
	slot_free(app->slot);
	for (int i = 0; i < 2; i++)
		if (app->wake[i] >= 0)
			close(app->wake[i]);
	arena_free(app->arena);
	free(app);
}

const struct ui_port *app_port(struct app *app)
{
	return &app->port;
}

/* Waits for the pipe, at most POLL_MS, and empties it. */
static void sleep_on_pipe(struct app *app, int64_t left)
{
	struct pollfd fd = { .fd = app->wake[0], .events = POLLIN };
	char drain[256];

	if (poll(&fd, 1, left < 0 || left > POLL_MS ? POLL_MS : (int)left) > 0)
		while (read(app->wake[0], drain, sizeof(drain)) > 0)
			;
}

bool app_wait(struct app *app, bool (*ready)(void *context, const struct world *w), void *context,
	      int64_t timeout_ms, const volatile int *cancelled, const struct world **out,
	      struct err *e)
{
	int64_t end = clock_ticks() + timeout_ms;

	for (;;) {
		const struct world *w = slot_borrow(app->slot);
		int64_t left = timeout_ms < 0 ? -1 : end - clock_ticks();

		if (w && ready(context, w)) {
			*out = w;
			return true;
		}
		slot_give_back(app->slot, w);
		if (cancelled && *cancelled)
			return err_set(e, ERR_CANCELLED, "stopped by a signal");
		if (timeout_ms >= 0 && left <= 0)
			return err_set(e, ERR_TIMEOUT, "not within %s",
				       duration_text(app->arena, timeout_ms * 1000000));
		sleep_on_pipe(app, left);
	}
}

bool app_ask(struct app *app, struct arena *a, const struct intent *i, int64_t timeout_ms,
	     struct reply *reply, struct err *e)
{
	int64_t end = clock_ticks() + timeout_ms;
	struct intent copy = *i;

	copy.id = app->next_id++;
	if (!submit(app, &copy))
		return err_again(e, ERR_LIMIT, "too many intents are under way");
	for (;;) {
		while (next_reply(app, a, reply))
			if (reply->id == copy.id) {
				if (reply->done)
					return true;
				return err_set(e, (enum err_code)reply->code, "%s", reply->message);
			}
		if (clock_ticks() > end)
			return err_set(e, ERR_TIMEOUT, "no answer from the engine");
		sleep_on_pipe(app, end - clock_ticks());
	}
}
