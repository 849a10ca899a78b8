/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The port: worlds out, intents in, replies back, and the pipe that wakes whoever waits for one of
 * them.
 */
#include "app/app_inner.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/parts.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "config/settings_commands.h"
#include "engine/engine.h"
#include "observe/observe.h"
#include "observe/projects_reader.h"
#include "observe/snapshot.h"

enum { POLL_MS = 200 };

struct intent app_signed(struct app *app, const struct intent *i)
{
	struct intent out = *i;

	thread_join(app->identity);
	app->identity = NULL;
	if (!out.actor)
		out.actor = app->port.actor ? app->port.actor : app->actor;
	if (!out.from)
		out.from = app->port.from;
	return out;
}

void app_sleep(struct app *app, int64_t left)
{
	struct pollfd fd = { .fd = app->wake[0], .events = POLLIN };
	char drain[256];

	if (poll(&fd, 1, left < 0 || left > POLL_MS ? POLL_MS : (int)left) > 0)
		while (read(app->wake[0], drain, sizeof(drain)) > 0)
			;
}

static const struct world *app_borrow(void *context)
{
	return slots_first(((struct app *)context)->slots);
}

static void app_give_back(void *context, const struct world *w)
{
	(void)context;
	world_give_back(w);
}

static const struct fleet *app_borrow_fleet(void *context)
{
	return slots_borrow(((struct app *)context)->slots);
}

static void app_give_back_fleet(void *context, const struct fleet *f)
{
	slots_give_back(((struct app *)context)->slots, f);
}

/* Every project, or the one that is named. The lock is held. */
static void app_refresh(struct app *app, const struct intent *i)
{
	for (size_t j = 0; j < app->nmembers; j++)
		if (!i->project || strcmp(app->members[j]->name, i->project) == 0)
			observer_refresh(app->members[j]->observer, i->warehouse);
	projects_reader_again(app->projects);
}

static bool app_refuse(struct app *app, const struct intent *i, const char *why)
{
	const struct reply refused = { .id = i->id, .code = ERR_REFUSED, .message = why };

	app_answer(app, &refused);
	return true;
}

/* Intents that change nothing go to the observer, the others to the engine. The lock is held. */
static bool app_route(struct app *app, const struct intent *i)
{
	struct member *m = app_member(app, i->project);
	struct reply done = { .id = i->id, .done = true, .message = "" };

	if (!m)
		return app_refuse(app, i, "the project is gone from the manifests");
	if (m->cluster)
		return wishes_take(app, m, i);
	if (i->kind == INTENT_REFRESH) {
		app_refresh(app, i);
		done.message = "looking again";
		app_answer(app, &done);
		return true;
	}
	if (i->kind == INTENT_LOOK) {
		observer_look(m->observer, i->application);
		app_answer(app, &done);
		return true;
	}
	if (i->kind == INTENT_TRAVEL) {
		observer_travel(m->observer, i->travel, i->travel_to);
		app_answer(app, &done);
		return true;
	}
	if (m->state != ENGINE_READY)
		return app_refuse(app, i, "the engine is not there yet: it waits for good manifests and a "
				  "ledger that opens");
	return engine_submit(m->engine, i);
}

bool app_submit(void *context, const struct intent *given)
{
	struct app *app = context;
	const struct intent whole = app_signed(app, given);
	bool sent;

	pthread_mutex_lock(&app->lock);
	sent = app_route(app, &whole);
	pthread_mutex_unlock(&app->lock);
	return sent;
}

/* The settings' own commands as the ui knows them. */
static const struct own_command *port_commands(struct app *app)
{
	const struct list *all = &app->settings->commands;
	struct own_command *out = arena_array(app->arena, all->count + 1, sizeof(*out));

	for (size_t i = 0; i < all->count; i++) {
		const struct setting_command *c = all->items[i];

		out[i] = (struct own_command){ .key = c->key, .where = c->where, .name = c->name,
					       .help = c->help, .command = c->command, .waits = c->waits,
					       .place = c->place };
	}
	return out;
}

void app_make_port(struct app *app)
{
	app->port = (struct ui_port){
		.context = app,
		.wake_fd = app->wake[0],
		.borrow = app_borrow,
		.give_back = app_give_back,
		.borrow_fleet = app_borrow_fleet,
		.give_back_fleet = app_give_back_fleet,
		.submit = app_submit,
		.next_reply = app_next_reply,
		.actor = app->settings->actor,
		.from = identity_from(app->arena),
		.read_only = app->settings->read_only,
		.close_pull_requests = app->settings->close_pull_requests,
		.commands = port_commands(app),
		.ncommands = app->settings->commands.count,
		.run_command = app_run_command,
	};
}
