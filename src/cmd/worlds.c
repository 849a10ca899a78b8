/* SPDX-License-Identifier: Apache-2.0 */
/* One project is a fleet of one. */
#include "cmd/worlds.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "cmd/command.h"
#include "cmd/manifests.h"
#include "cmd/stale.h"
#include "config/settings.h"
#include "model/attachment.h"
#include "model/fleet.h"
#include "model/world.h"
#include "ui/port.h"

enum { LOADING_MS = 30000 };

bool worlds_may_be_several(const struct command *c)
{
	const char *first = c->settings->projects.count ? c->settings->projects.items[0] : "";

	return command_option(c, "all-projects") || c->settings->projects.count > 1 || strpbrk(first, "*?[{");
}

const struct settings *worlds_settings(struct command *c)
{
	struct settings *all = arena_copy(c->arena, c->settings, sizeof(*all));

	if (command_option(c, "all-projects"))
		settings_clear(all, "project");
	return all;
}

struct worlds_readiness {
	const struct worlds_wish *wish; /* NULL: only what was read counts */
	uint64_t other_than;            /* serial; 0: any */
};

static bool worlds_are_ready(void *context, const struct fleet *f)
{
	const struct worlds_readiness *r = context;

	if (!f->nworlds || f->serial == r->other_than)
		return false;
	for (size_t i = 0; i < f->nworlds; i++)
		if (f->worlds[i]->loading ||
		    (r->wish && r->wish->ready && !r->wish->ready(NULL, f->worlds[i])))
			return false;
	return true;
}

static void worlds_take(struct worlds *w, const struct fleet *f)
{
	if (w->fleet)
		app_port(w->app)->give_back_fleet(app_port(w->app)->context, w->fleet);
	w->fleet = f;
	w->items = f->worlds;
	w->count = f->nworlds;
}

/* Whether the ledger of one of them has been read, at some time: they share a repository. */
static bool worlds_have_record(const struct worlds *w, struct err *e)
{
	struct err why;

	for (size_t i = 0; i < w->count; i++)
		if (stale_has_record(w->items[i], &why))
			return true;
	if (w->count)
		*e = why;
	return !w->count;
}

/* Reports a project that cannot run, and goes on with the others; if it is the only one, that is an error. */
static bool worlds_check(struct command *c, const struct worlds *w, struct err *e)
{
	struct err why, told = { 0 };

	for (size_t i = 0; i < w->count; i++) {
		if (manifests_can_run(c->settings, w->items[i], &why))
			continue;
		if (w->count == 1) {
			*e = why;
			return false;
		}
		if (w->items[i]->attachment)
			err_wrap(&why, "%s", w->items[i]->attachment->context);
		if (strcmp(why.message, told.message) != 0)     /* one fault may be everybody's */
			fprintf(stderr, "gantry: %s\n", why.message);
		told = why;
	}
	if (!worlds_have_record(w, e))
		return false;
	if (w->count)
		stale_note(w->items[0]);
	return true;
}

static bool worlds_wait(struct command *c, const struct worlds_wish *wish, struct worlds *w, struct err *e)
{
	struct worlds_readiness readiness = { .wish = NULL };
	struct app_fleet_wait wait = { worlds_are_ready, &readiness, LOADING_MS, NULL };
	const struct fleet *f;
	struct err late;

	if (!app_choose(w->app, LOADING_MS, e) || !app_wait_fleet(w->app, &wait, &f, e))
		return e->code == ERR_TIMEOUT ? err_wrap(e, "%s", stale_awaited(c->settings)) : false;
	worlds_take(w, f);
	if (!worlds_check(c, w, e))
		return false;
	readiness.wish = wish;
	wait.timeout_ms = wish->patience_ms;
	if (wish->ready && app_wait_fleet(w->app, &wait, &f, &late))
		worlds_take(w, f);
	else if (wish->ready)
		worlds_take(w, app_port(w->app)->borrow_fleet(app_port(w->app)->context));
	return true;
}

bool worlds_open(struct command *c, const struct worlds_wish *wish, struct worlds *out, struct err *e)
{
	unsigned flags = wish->flags | APP_READS | (worlds_may_be_several(c) ? APP_ALL : 0u);
	struct worlds w = { .app = NULL };

	if (!app_start(worlds_settings(c), flags, &w.app, e)) {
		/* What is wrong with the manifests may be why, or is worth more than a missing ledger. */
		manifests_note(c);
		return false;
	}
	if (!worlds_wait(c, wish, &w, e)) {
		worlds_close(&w);
		return false;
	}
	*out = w;
	return true;
}

bool worlds_await(struct worlds *w, struct err *e)
{
	struct worlds_readiness readiness = { .other_than = w->fleet->serial };
	const struct app_fleet_wait wait = { worlds_are_ready, &readiness, -1, NULL };
	const struct fleet *f;

	if (!app_wait_fleet(w->app, &wait, &f, e))
		return false;
	worlds_take(w, f);
	return true;
}

void worlds_close(struct worlds *w)
{
	if (w->fleet)
		app_port(w->app)->give_back_fleet(app_port(w->app)->context, w->fleet);
	app_stop(w->app);
	*w = (struct worlds){ .app = NULL };
}
