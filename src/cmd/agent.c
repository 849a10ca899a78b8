/* SPDX-License-Identifier: Apache-2.0 */
/* gantry agent: executes and auto-promotes without screens, until a signal ends it. */
#include "cmd/command.h"

#include <signal.h>
#include <stdio.h>

#include "app/app.h"
#include "base/err.h"
#include "base/log.h"
#include "config/settings.h"

/* Held since main() and by every thread, so that they arrive here and nowhere else. */
static int wait_for_signal(void)
{
	sigset_t set;
	int number = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigwait(&set, &number);
	return number;
}

static bool cmd_agent_run(struct command *c, struct err *e)
{
	struct app *app;

	if (c->nwords)
		return err_set(e, ERR_USAGE, "agent takes no arguments");
	if (!c->settings->manifests)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f)");
	log_to_stderr(true);
	if (!app_start(c->settings, APP_EXECUTES | APP_OBSERVES, &app, e))
		return false;
	log_line(LOG_INFO, "agent", "started on %s, ledger %s%s", c->settings->manifests,
		 c->settings->ledger, c->settings->remote ? ", shared through a remote" : "");
	log_line(LOG_INFO, "agent", "stopping on signal %d", wait_for_signal());
	app_stop(app);
	return true;
}

const struct command_def command_agent = {
	.name = "agent",
	.summary = "Execute and auto-promote without screens.",
	.usage = "gantry agent -f MANIFESTS",
	.takes_signals = true,
	.run = cmd_agent_run,
};
