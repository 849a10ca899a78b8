/* SPDX-License-Identifier: Apache-2.0 */
/* gantry agent: executes and auto-promotes without screens, until a signal ends it. */
#include "cmd/command.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "app/app.h"
#include "base/err.h"
#include "base/log.h"
#include "cmd/manifests.h"
#include "cmd/serve.h"
#include "cmd/watched.h"
#include "config.h"
#include "config/settings.h"
#include "messages/outbox.h"
#include "net/url.h"
#include "traces/endpoint.h"
#include "traces/exporter.h"
#include "ui/port.h"

static const struct option_def options[] = {
	{ "listen", 0, OPTION_TEXT, "ADDRESS",
	  "serve metrics there: 127.0.0.1, which is port 9747, or 127.0.0.1:PORT" },
	{ "web-config", 0, OPTION_TEXT, "FILE", "TLS and users, in the form of Prometheus' exporters" },
	{ "log-format", 0, OPTION_TEXT, "FORMAT", "text, json (an object a line) or journald (fields)" },
	{ 0 },
};

/*
 * Signals are blocked since main() in every thread, so that they arrive only here. Meanwhile this keeps
 * what is served (NULL: nothing) up to date.
 */
static int agent_wait(struct serve *s)
{
	const struct timespec second = { .tv_sec = 1 };
	sigset_t set;
	int number = -1;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (!s) {
		sigwait(&set, &number);
		return number;
	}
	while (number < 0) {
		serve_tick(s);
		number = sigtimedwait(&set, NULL, &second);
	}
	return number;
}

/* If messages cannot be sent, the agent says so and works without them. */
static struct outbox *agent_start_messages(struct command *c, struct app *app)
{
	const struct ui_port *port = app_port(app);
	const struct outbox_options o = { .ledger = c->settings->ledger,
					  .ui_base_url = c->settings->kargo_url,
					  .host = identity_host(c->arena),
					  .borrow = port->borrow_fleet,
					  .give_back = port->give_back_fleet,
					  .context = port->context,
					  .traffic = app_traffic(app) };
	struct outbox *out = NULL;
	struct err e;

	if (!c->settings->read_only && !outbox_start(&o, &out, &e)) {
		log_line(LOG_ERROR, "messages", "%s", e.message);
		return NULL;
	}
	return out;
}

static bool agent_start_traces(struct command *c, struct app *app, struct endpoint *endpoint,
			       struct exporter **out, struct err *e)
{
	const struct ui_port *port = app_port(app);
	const struct exporter_options o = { .endpoint = endpoint, .ledger = c->settings->ledger,
					    .version = PACKAGE_VERSION, .borrow = port->borrow_fleet,
					    .give_back = port->give_back_fleet, .context = port->context,
					    .traffic = app_traffic(app) };

	*out = NULL;
	if (!endpoint->url || c->settings->read_only)
		return true;
	log_line(LOG_INFO, "agent", "traces go to %s", url_shown(c->arena, endpoint->url));
	return exporter_start(&o, out, e);
}

static enum log_format agent_log_format(const char *name)
{
	return strcmp(name, "json") == 0 ? LOG_JSON : strcmp(name, "journald") == 0 ? LOG_JOURNAL : LOG_TEXT;
}

/* Everything beside the app, until a signal comes. */
static bool agent_work(struct command *c, struct app *app, struct endpoint *endpoint, struct err *e)
{
	struct outbox *outbox = agent_start_messages(c, app);
	const struct serve_options o = { .listen = c->settings->listen, .ledger = c->settings->ledger,
				    .web_config = c->settings->web_config, .port = app_port(app),
				    .outbox = outbox, .traffic = app_traffic(app) };
	struct exporter *exporter = NULL;
	struct serve *serve = NULL;
	bool fine = agent_start_traces(c, app, endpoint, &exporter, e) &&
		    (!c->settings->listen || serve_start(&serve, &o, e));

	if (fine)
		log_line(LOG_INFO, "agent", "stopping on signal %d", agent_wait(serve));
	serve_stop(serve);
	exporter_stop(exporter);
	outbox_stop(outbox);
	return fine;
}

static void agent_tell_start(const struct settings *s)
{
	const char *shared = s->remote ? ", shared through a remote" : "";

	if (s->attach)
		log_line(LOG_INFO, "agent", "started, attached to Kargo, ledger %s%s", s->ledger, shared);
	else
		log_line(LOG_INFO, "agent", "started on %s, ledger %s%s", s->manifests, s->ledger, shared);
	if (s->read_only)
		log_line(LOG_WARN, "agent",
			 "read-only: it watches, and neither executes nor records anything");
}

static bool cmd_agent_run(struct command *c, struct err *e)
{
	const struct serve_options o = { .listen = c->settings->listen,
					 .web_config = c->settings->web_config };
	unsigned flags = APP_ALL | APP_OBSERVES | (c->settings->attach ? APP_RECORDS : APP_EXECUTES);
	struct endpoint endpoint;
	struct app *app;
	bool fine;

	if (c->nwords)
		return err_set(e, ERR_USAGE, "agent takes no arguments");
	if (!c->settings->manifests && !c->settings->attach)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f), or a "
			       "running Kargo with --attach");
	if (!c->settings->attach && !manifests_are_there(&c->settings->sources, e))
		return false;
	/* Checked first: an agent that fails to start must not execute anything. */
	if (o.listen && !serve_check(&o, e))
		return false;
	if (!endpoint_read(c->arena, &endpoint, e) ||
	    !log_set_format(agent_log_format(c->settings->log_format), NULL, e))
		return false;
	log_to_stderr(true);
	if (!app_start(c->settings, flags, &app, e))
		return false;
	agent_tell_start(c->settings);
	fine = agent_work(c, app, &endpoint, e);
	app_stop(app);
	return fine;
}

const struct command_def command_agent = {
	.name = "agent",
	.summary = "Execute and auto-promote without screens; attached to a Kargo, record what it does.",
	.usage = "gantry agent -f MANIFESTS | --attach [CONTEXT] [--listen 127.0.0.1] [--log-format json]",
	.options = options,
	.takes_signals = true,
	.common = COMMON_MANIFESTS | COMMON_PROJECT | COMMON_LEDGER | COMMON_READ_ONLY,
	.run = cmd_agent_run,
};
