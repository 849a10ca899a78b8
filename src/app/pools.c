/* SPDX-License-Identifier: Apache-2.0 */
/* The threads that all members share: how many there are depends on the machine, not on the projects. */
#include "app/app_inner.h"

#include "base/actor.h"
#include "base/clock.h"
#include "base/pool.h"
#include "base/traffic.h"
#include "base/thread.h"
#include "observe/sources.h"

/* An engine's turn may wait for the ledger's remote, so there are more of these than cores. */
enum { MORE_ENGINES = 4, STUCK_MS = 1000 };

bool pools_begin(struct app *app, struct err *e)
{
	const struct pool_options workers = { .name = "worker", .threads = pool_size() };

	app->traffic = traffic_new();
	return sources_new(&app->sources, app->traffic, e) && pool_start(&workers, &app->workers, e) &&
	       actors_start("engine", pool_size() + MORE_ENGINES, &app->engines, e);
}

void pools_rested(void *member)
{
	moment_set(&((struct member *)member)->app->rested_at, clock_ticks());
}

bool pools_end(struct app *app)
{
	if (!pool_stop(app->workers, STUCK_MS) || !actors_stop(app->engines, STUCK_MS) ||
	    !sources_free(app->sources))
		return false;
	traffic_free(app->traffic);
	return true;
}
