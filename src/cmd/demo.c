/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gantry demo: stands up a world, then is the dashboard that everybody else runs. The program
 * itself does not know: it finds manifests, a registry, a repository and an Argo CD.
 */
#include "cmd/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "cmd/dashboard.h"
#include "config/settings.h"
#include "demo/demo.h"

enum { MAX_SPEED = 1000 };

static const struct option_def options[] = {
	{ "dir", 0, OPTION_TEXT, "FOLDER", "where the world is kept; a temporary folder when not given" },
	{ "speed", 0, OPTION_TEXT, "FACTOR", "how much faster than usual things happen; 1" },
	{ "theme", 0, OPTION_TEXT, "NAME", "dark, light, high-contrast, colour-blind, mono" },
	{ "ascii", 0, OPTION_FLAG, NULL, "draw with ASCII only" },
	{ 0 },
};

/* Argo CD is found in the environment, as everywhere; caches stay in the world's folder. */
static bool set_environment(struct command *c, const struct demo *d, struct err *e)
{
	const char *cache = path_join(c->arena, demo_folder(d), "cache");

	for (const char *const *v = demo_environment(d); *v; v++) {
		const char *equals = strchr(*v, '=');
		const char *name = str_copy_n(c->arena, *v, (size_t)(equals - *v));

		if (setenv(name, equals + 1, 1))
			return err_errno(e, "setting %s", name);
	}
	return setenv("XDG_CACHE_HOME", cache, 1) == 0 || err_errno(e, "setting XDG_CACHE_HOME");
}

static bool speed_of(const struct command *c, double *speed, struct err *e)
{
	const char *text = command_option(c, "speed");
	char *end;

	*speed = 1;
	if (!text)
		return true;
	*speed = strtod(text, &end);
	if (!*text || *end || !(*speed > 0 && *speed <= MAX_SPEED))
		return err_set(e, ERR_USAGE, "--speed %s: a number above 0, up to %d", text, MAX_SPEED);
	return true;
}

static bool run(struct command *c, struct err *e)
{
	struct demo_options o = { .folder = command_option(c, "dir") };
	struct settings s = *c->settings;
	struct demo *d;
	bool fine;

	if (c->nwords)
		return err_set(e, ERR_USAGE, "demo takes no arguments");
	if (!speed_of(c, &o.speed, e) || !demo_start(&d, &o, e))
		return false;
	s.manifests = demo_manifests(d);
	s.ledger = demo_ledger(d);
	s.project = demo_project();
	s.remote = NULL;
	s.log = path_join(c->arena, demo_folder(d), "log");
	fine = set_environment(c, d, e) && dashboard_run(c, &s, e);
	demo_stop(d);
	return fine;
}

const struct command_def command_demo = {
	.name = "demo",
	.summary = "The dashboard on a self-contained world: no network, account or cluster needed.",
	.usage = "gantry demo [--dir FOLDER] [--speed FACTOR]",
	.help = "A GitOps repository, a registry that gets new tags, an Argo CD that syncs, fails and\n"
		"recovers; all on loopback, and gone when gantry ends.",
	.options = options,
	.run = run,
};
