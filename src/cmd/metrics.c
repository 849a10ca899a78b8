/* SPDX-License-Identifier: Apache-2.0 */
/* gantry metrics: the page that an agent serves, once: for the node exporter's textfile collector. */
#include "cmd/command.h"

#include <stdio.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "cmd/intents.h"
#include "cmd/past.h"
#include "cmd/scrape.h"
#include "config.h"
#include "ledger/ledger.h"
#include "metrics/counts.h"
#include "metrics/metrics.h"
#include "model/world.h"

enum { MAX_PAGE = 64 << 20 };

static const struct option_def options[] = {
	{ "openmetrics", 0, OPTION_FLAG, NULL, "in the format of OpenMetrics 1.0" },
	{ 0 },
};

static bool cmd_metrics_print(struct command *c, const struct world *w, const struct counts *counts,
			      struct err *e)
{
	const struct metrics_project project = { .world = w, .counts = counts };
	const struct metrics_page page = {
		.projects = &project, .nprojects = 1, .version = PACKAGE_VERSION, .now = clock_now(),
		.format = command_option(c, "openmetrics") ? EXPOSITION_OPENMETRICS : EXPOSITION_TEXT,
	};
	AUTO(buf) struct buf out;

	buf_init(&out, MAX_PAGE);
	metrics_write(c->arena, &out, &page);
	if (!buf_ok(&out))
		return err_set(e, ERR_LIMIT, "the page would be larger than %d bytes", MAX_PAGE);
	fwrite(out.at, 1, out.len, stdout);
	return true;
}

/* The ledger that is counted may be a moment newer than the world, which is what it is now. */
static bool cmd_metrics(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	struct counts *counts;
	struct ledger *l;
	bool fine;

	(void)app;
	if (!past_open_of(c, world_name(w), &l, e))
		return false;
	fine = scrape_replay(l, world_name(w), NULL, &counts, e);
	ledger_close(l);
	if (!fine)
		return false;
	fine = cmd_metrics_print(c, w, counts, e);
	counts_free(counts);
	return fine;
}

static bool cmd_metrics_run(struct command *c, struct err *e)
{
	if (c->nwords)
		return err_set(e, ERR_USAGE, "metrics takes no arguments");
	return with_world(c, APP_READS | APP_WATCHES, cmd_metrics, e);
}

const struct command_def command_metrics = {
	.name = "metrics",
	.summary = "Print what an agent serves to Prometheus, once.",
	.usage = "gantry metrics [--openmetrics]",
	.help = "For the node exporter's textfile collector, and where no agent runs. What only a process\n"
		"that keeps looking knows, such as the state of registries, is absent.",
	.options = options,
	.common = COMMON_MANIFESTS | COMMON_PROJECT | COMMON_LEDGER,
	.run = cmd_metrics_run,
};
