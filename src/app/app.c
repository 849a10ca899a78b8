/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping, and the port between the ui and the rest. */
#define _GNU_SOURCE
#include "app/app_inner.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "ledger/ledger.h"
#include "model/intent.h"
#include "model/world.h"
#include "observe/observe.h"
#include "observe/snapshot.h"
#include "steps/outside.h"

enum { REPLIES = 1000, STUCK_MS = 1000, LOOK_OUT_MS = 50 };

static const struct world *borrow(void *context)
{
	return slot_borrow(((struct app *)context)->slot);
}

static void give_back(void *context, const struct world *w)
{
	slot_give_back(((struct app *)context)->slot, w);
}

static void find_identity(void *context)
{
	struct app *app = context;

	app->actor = identity_actor(app->own);
}

/* What only observes is done here; the rest is the engine's. Main thread. */
static bool submit(void *context, const struct intent *given)
{
	struct app *app = context;
	const struct intent whole = app_signed(app, given), *i = &whole;
	bool sent, there;

	if (i->kind == INTENT_REFRESH) {
		const struct reply done = { .id = i->id, .done = true, .message = "looking again" };

		observer_refresh(app->observer, i->warehouse);
		app_answer(app, &done);
		return true;
	}
	if (i->kind == INTENT_TRAVEL) {
		const struct reply done = { .id = i->id, .done = true, .message = "" };

		observer_travel(app->observer, i->travel);
		app_answer(app, &done);
		return true;
	}
	pthread_mutex_lock(&app->lock);
	there = app->state == ENGINE_READY;
	sent = !there || engine_submit(app->engine, i);
	pthread_mutex_unlock(&app->lock);
	if (!there) {
		const struct reply refused = {
			.id = i->id, .code = ERR_REFUSED,
			.message = "the engine is not there yet: it waits for good manifests",
		};

		app_answer(app, &refused);
	}
	return sent;
}

static void set_state(struct app *app, enum engine_state state)
{
	pthread_mutex_lock(&app->lock);
	app->state = state;
	pthread_mutex_unlock(&app->lock);
}

/* All that the first frame does not wait for. libgit2 wakes up while manifests are read. */
static void app_start_engine(void *context)
{
	struct app *app = context;
	struct err e;

	if (!ledger_prepare(&e))
		log_line(LOG_ERROR, "app", "%s", e.message);
	observer_await(app->observer);
	set_state(app, ENGINE_MISSING);
	join_keep_trying(app);
}

/* While the main thread waits for the ledger's remote, it can't take the signal that is to end it. */
static void app_look_out(void *context)
{
	struct app *app = context;

	while (!flag_is_set(&app->begun)) {
		if (endings_pending())
			flag_set(&app->give_up);
		clock_sleep(LOOK_OUT_MS);
	}
}

static bool app_begin_engine(struct app *app, struct err *e)
{
	struct thread *lookout = NULL;
	bool fine;

	if (!thread_start(&lookout, "lookout", app_look_out, app, e))
		return false;
	set_state(app, ENGINE_MISSING);
	fine = join_engine(app, e);
	flag_set(&app->begun);
	thread_join(lookout);
	return fine;
}

/* Starts all threads; with APP_SHOWS once the first frame is drawn, which competes with none of them. */
static bool app_begin(void *context, struct err *e)
{
	struct app *app = context;

	if (!app->settings->actor && !thread_start(&app->identity, "identity", find_identity, app, e))
		return false;
	if (!observer_start(app->observer, e))
		return false;
	if (!(app->flags & APP_SHOWS) && !app_begin_engine(app, e))
		return false;
	return app->state == ENGINE_READY ||
	       thread_start(&app->starter, "engine-start", app_start_engine, app, e);
}

static bool app_start_threads(struct app *app, struct err *e)
{
	struct observer_options o = {
		.settings = app->settings,
		.slot = app->slot,
		.looks_outside = app->flags & APP_OBSERVES,
		.looks_at_argocd = app->flags & APP_WATCHES,
		.read_only = app->settings->read_only,
		.looks_later = app->flags & APP_SHOWS,
	};

	if (pipe2(app->wake, O_CLOEXEC | O_NONBLOCK))
		return err_errno(e, "making a pipe");
	app->port = (struct ui_port){
		.context = app,
		.wake_fd = app->wake[0],
		.borrow = borrow,
		.give_back = give_back,
		.submit = submit,
		.next_reply = app_next_reply,
		.actor = app->settings->actor,
		.from = identity_from(app->arena),
		.read_only = app->settings->read_only,
	};
	plans_begin(app);
	join_observer(app, &o);
	app->observer = observer_new(&o);
	app->outside = secrets_outside(app);
	app->port.begin = app->flags & APP_SHOWS ? app_begin : NULL;
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
		.slot = slot_new(),
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
	app->ending = true;
	if (app->state != ENGINE_READY)
		flag_set(&app->give_up);
	pthread_cond_broadcast(&app->changed);
	pthread_mutex_unlock(&app->lock);
	return thread_join_within(app->starter, STUCK_MS);
}

static void app_free(struct app *app)
{
	outside_free(app->outside);
	queue_free(app->replies, app_answer_free);
	plans_end(app);
	slot_free(app->slot);
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
	set_state(app, ENGINE_CLOSED);
	if (engine_stop(app->engine) && observer_stop(app->observer))
		app_free(app);
}

const struct ui_port *app_port(struct app *app)
{
	return &app->port;
}

bool app_wait(struct app *app, bool (*ready)(void *context, const struct world *w), void *context,
	      int64_t timeout_ms, const volatile int *cancelled, const struct world **out,
	      struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
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
				       duration_text(a, timeout_ms * 1000000));
		app_sleep(app, left);
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
		while (app_next_reply(app, a, reply))
			if (reply->id == copy.id) {
				if (reply->done)
					return true;
				return err_set(e, (enum err_code)reply->code, "%s", reply->message);
			}
		if (clock_ticks() > end)
			return err_set(e, ERR_TIMEOUT, "no answer from the engine");
		app_sleep(app, end - clock_ticks());
	}
}
