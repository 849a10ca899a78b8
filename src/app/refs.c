/* SPDX-License-Identifier: Apache-2.0 */
/* Which engine hears of a ref that moved. */
#include "app/parts.h"

#include <string.h>

#include "app/app_inner.h"
#include "config/settings.h"
#include "engine/engine.h"
#include "ledger/ref_watch.h"

static void refs_moved(void *context, enum ref_kind kind, const char *project)
{
	struct app *app = context;

	pthread_mutex_lock(&app->lock);
	for (size_t i = 0; i < app->nmembers; i++) {
		struct member *m = app->members[i];

		if (m->state != ENGINE_READY || (project && strcmp(m->name, project) != 0))
			continue;
		if (kind == REF_BRANCH)
			engine_ledger_moved(m->engine);
		else
			engine_lease_moved(m->engine);
	}
	pthread_mutex_unlock(&app->lock);
}

bool refs_start(struct app *app, struct err *e)
{
	const struct ref_watch_options o = { .path = app->settings->ledger, .moved = refs_moved,
					     .context = app };

	/* A command that looks once and ends does not need it. */
	return !(app->flags & APP_OBSERVES) || !o.path || ref_watch_start(&o, &app->refs, e);
}

void refs_stop(struct app *app)
{
	ref_watch_stop(app->refs);
	app->refs = NULL;
}

bool refs_are_told(void *member)
{
	return ref_watch_sees(((struct member *)member)->app->refs);
}
