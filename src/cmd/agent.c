/* SPDX-License-Identifier: Apache-2.0 */
/* gantry agent: executes and auto-promotes without screens, until a signal ends it. */
#include "cmd/command.h"

#include <signal.h>
#include <stdio.h>

#include "app/app.h"
#include "base/err.h"
#include "base/log.h"
#include "config/settings.h"

/* Blocked before any thread exists, so that they arrive here and nowhere else. */
static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, set, NULL);
}

static bool run(struct command *c, struct err *e)
{
	struct app *app;
	sigset_t set;
	int number = 0;

	if (c->nwords)
		return err_set(e, ERR_USAGE, "agent takes no arguments");
	block_signals(&set);
	log_to_stderr(true);
	if (!app_start(c->settings, APP_EXECUTES | APP_OBSERVES, &app, e))
		return false;
	log_line(LOG_INFO, "agent", "started");
	sigwait(&set, &number);
	log_line(LOG_INFO, "agent", "stopping on signal %d", number);
	app_stop(app);
	return true;
}

const struct command_def command_agent = {
	.name = "agent",
	.summary = "Execute and auto-promote without screens.",
	.usage = "gantry agent -f MANIFESTS",
	.run = run,
};
