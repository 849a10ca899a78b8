/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry demo: stands up a world of its own and runs the program in it, which does not know: it gets
 * the places of manifests, ledger and Argo CD as from any user. The world is removed at the end.
 */
#include "cmd/command.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/settings.h"
#include "demo/demo.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/fleet.h"
#include "model/promotion.h"
#include "model/world.h"
#include "ui/port.h"

/* A board that is printed once is printed of a world that has lived a little, and soon. */
enum { PRINTED_SPEED = 10, PATIENCE_MS = 45000 };

static const struct option_def options[] = {
	{ "attach", 0, OPTION_FLAG, NULL, "a running Kargo in a cluster, instead of manifests" },
	{ "dir", 0, OPTION_TEXT, "DIR", "where the world is kept, so that you can return to it" },
	{ "fleet", 0, OPTION_FLAG, NULL, "a dozen projects instead of one" },
	{ "speed", 0, OPTION_TEXT, "N", "how much faster than usual things happen (default 1)" },
	{ 0 },
};

static bool read_speed(const char *text, double *speed, struct err *e)
{
	char *end;

	*speed = strtod(text, &end);
	if (!*text || *end || !(*speed >= 0.1 && *speed <= 100))
		return err_set(e, ERR_USAGE, "--speed is a number from 0.1 to 100, not \"%s\"", text);
	return true;
}

/* The command to run in the world, with the words that follow its name. */
static bool cmd_demo_choose(struct command *c, const struct command_def **def, struct err *e)
{
	const char *name = c->nwords ? c->words[0] : "dashboard";

	*def = command_find(name);
	if (!*def || strcmp(name, "demo") == 0)
		return err_set(e, ERR_USAGE, "no command \"%s\" to run in the demonstration", name);
	if (c->nwords) {
		c->words++;
		c->nwords--;
	}
	return true;
}

/* Refuses what it would otherwise ignore: whoever wrote it expects to see it. */
static bool cmd_demo_check(const struct command *c, struct err *e)
{
	static const char *const own[] = { "manifests", "ledger", "remote" };

	for (size_t i = 0; i < COUNTOF(own); i++)
		if (command_option(c, own[i]))
			return err_set(e, ERR_USAGE, "the demonstration has manifests and a ledger of "
				       "its own: leave --%s out", own[i]);
	return true;
}

static void cmd_demo_set_environment(struct arena *a, const struct demo *d)
{
	for (const char *const *v = demo_environment(d); *v; v++) {
		const char *equals = strchr(*v, '=');
		setenv(str_copy_n(a, *v, (size_t)(equals - *v)), equals + 1, 1);
	}
}

/* A ledger that is new begins with the world's past, before anybody looks at it. */
static bool record_past(const struct demo *d, struct err *e)
{
	const struct ledger_options o = { .path = demo_ledger(d), .project = demo_project(),
					  .host = "gantry demo" };
	AUTO(arena) struct arena *a = arena_new();
	const struct event *events;
	struct ledger *l;
	size_t count;
	bool ok = true;

	if (!ledger_open(&o, &l, e))
		return false;
	if (!*ledger_head(l))
		ok = demo_history(d, a, &events, &count, e) && ledger_begin(l, events, count, e);
	ledger_close(l);
	return ok || err_wrap(e, "the demonstration's ledger");
}

/*
 * Every project has promoted something since that moment (ms), and in one a promotion is under way.
 */
static bool is_lively(void *context, const struct fleet *f)
{
	const int64_t *since = context;
	size_t over = 0, under_way = 0;

	for (size_t i = 0; i < f->nworlds; i++)
		for (size_t j = 0; j < f->worlds[i]->npromotions; j++) {
			const struct promotion *p = f->worlds[i]->promotions[j];

			over += promotion_is_over(p) && p->created_at >= *since;
			under_way += !promotion_is_over(p);
		}
	return over >= f->nworlds && over > 0 && under_way > 0;
}

/* Runs the command beside an engine that has been at work; a world that stays quiet is shown as it is. */
static bool run_among_promotions(struct command *c, struct err *e)
{
	int64_t since = clock_now();
	struct app_fleet_wait wait = { .ready = is_lively, .context = &since, .timeout_ms = PATIENCE_MS };
	const struct fleet *f;
	struct app *app;
	struct err quiet;
	bool ok;

	if (!app_start(c->settings, APP_EXECUTES | APP_OBSERVES | APP_ALL, &app, e))
		return false;
	if (app_wait_fleet(app, &wait, &f, &quiet))
		app_port(app)->give_back_fleet(app_port(app)->context, f);
	ok = c->def->run(c, e);
	app_stop(app);
	return ok;
}

/* Projects that the environment or the configuration file names are the user's, not the demonstration's. */
static bool cmd_demo_set(struct command *c, const struct demo *d, struct settings *inside, struct err *e)
{
	settings_clear(inside, "manifests");
	settings_clear(inside, "attach");
	if (demo_context(d) ? !settings_set(c->arena, inside, "attach", demo_context(d), e)
			    : !settings_set(c->arena, inside, "manifests", demo_manifests(d), e))
		return false;
	inside->ledger = demo_ledger(d);
	inside->remote = NULL;
	inside->coaches = true;
	if (command_option(c, "project"))
		return true;
	settings_clear(inside, "project");
	return command_option(c, "fleet") ||
	       settings_set(c->arena, inside, "project", demo_project(), e);
}

static bool cmd_demo_run(struct command *c, struct err *e)
{
	bool is_printed = c->nwords == 0 && !isatty(STDOUT_FILENO);
	struct demo_options o = { .folder = command_option(c, "dir"),
				  .fleet = command_option(c, "fleet") != NULL,
				  .attach = command_option(c, "attach") != NULL };
	const char *speed = command_option(c, "speed");
	struct settings inside = *c->settings;
	const struct command_def *def;
	struct demo *d;
	bool ok;

	if (o.fleet && o.attach)
		return err_set(e, ERR_USAGE, "--fleet and --attach are two worlds; choose one");
	if (is_printed)
		o.speed = PRINTED_SPEED;
	if ((speed && !read_speed(speed, &o.speed, e)) || !cmd_demo_choose(c, &def, e) ||
	    !cmd_demo_check(c, e) || !demo_start(&d, &o, e))
		return false;
	if ((!o.attach && !record_past(d, e)) || !demo_open(d, e)) {
		demo_stop(d);
		return false;
	}
	cmd_demo_set_environment(c->arena, d);
	if (!cmd_demo_set(c, d, &inside, e)) {
		demo_stop(d);
		return false;
	}
	c->settings = &inside;
	c->def = def;
	/* The screen lets them through by itself, once it can be given back. */
	if (!def->takes_signals && !(def == &command_dashboard && isatty(STDOUT_FILENO)))
		endings_release();
	ok = is_printed && !o.attach ? run_among_promotions(c, e) : def->run(c, e);
	c->settings = NULL;
	demo_stop(d);
	return ok;
}

const struct command_def command_demo = {
	.name = "demo",
	.summary = "Try gantry on a world of its own: no network, account or cluster needed.",
	.usage = "gantry demo [--fleet | --attach] [--dir DIR] [--speed N] [COMMAND [WORDS] [OPTIONS]]",
	.help = "Stands up a GitOps repository, a registry that publishes new versions and an Argo "
		"CD that\n"
		"syncs, fails and recovers, and a forge for the pull requests of prod, all on loopback;\n"
		"runs the dashboard (or COMMAND) on them.\n"
		"Its ledger begins with the last two weeks, so that history, delivery and audit have\n"
		"something to show.\n"
		"With --fleet there are a dozen projects, with something else going on in each.\n"
		"With --attach there is instead a simulated Kargo in a small Kubernetes API, which gantry\n"
		"attaches to: the contexts kargo-demo, and kargo-demo-viewer, which may only look.\n"
		"With --dir, another shell enters the same world by: . DIR/env",
	.options = options,
	.takes_signals = true,
	.common = COMMON_OUTPUT | COMMON_READ_ONLY,
	.another = command_find,
	.run = cmd_demo_run,
};
