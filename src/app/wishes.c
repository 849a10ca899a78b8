/* SPDX-License-Identifier: Apache-2.0 */
/* What is wished of an attached Kargo. */
#include "app/parts.h"

#include <string.h>

#include "app/app_inner.h"
#include "app/cluster.h"

#include "attach/act.h"
#include "attach/attach.h"
#include "base/err.h"
#include "config/settings.h"
#include "observe/observe.h"

/* What is looked at here is looked at; all else changes the cluster. */
static bool wishes_refuse(struct app *app, const struct intent *i, const char *why)
{
	const struct reply refused = { .id = i->id, .code = ERR_REFUSED, .message = why };

	app_answer(app, &refused);
	return true;
}

/* Screens may be a moment behind a switch to another cluster. */
static bool wishes_mean_another(const struct member *m, const struct intent *i)
{
	return i->seen_context && strcmp(i->seen_context, m->cluster->standing.context) != 0;
}

/* Without a project, Kargo is to look at the warehouses of all; one answer is enough. */
static bool wishes_refresh_all(struct app *app, const struct intent *i)
{
	struct intent one = *i;
	bool sent = true;

	for (size_t n = 0; n < app->nmembers && sent; n++) {
		const struct member *m = app->members[n];

		one.project = m->project;
		sent = !*one.project || !m->cluster->attached || attach_submit(m->cluster->attached, &one);
		one.id = *one.project ? 0 : one.id;
	}
	return sent;
}

bool wishes_take(struct app *app, struct member *m, const struct intent *i)
{
	struct reply done = { .id = i->id, .done = true, .message = "" };
	struct intent of = *i;

	if (wishes_mean_another(m, i))
		return wishes_refuse(app, i, "this was meant for the cluster that was shown before");
	if (i->kind == INTENT_LOOK) {
		observer_look(m->observer, i->application);
		app_answer(app, &done);
		return true;
	}
	if (i->kind == INTENT_TRAVEL && (m->cluster->recorder || i->travel == TRAVEL_PRESENT)) {
		observer_travel(m->observer, i->travel, i->travel_to);
		app_answer(app, &done);
		return true;
	}
	if (attach_lacks(i->kind))
		return wishes_refuse(app, i, attach_lacks(i->kind));
	if (app->settings->read_only && i->kind == INTENT_REFRESH) {
		done.message = "Kargo is followed anyway; read-only, gantry does not ask it to look again";
		app_answer(app, &done);
		return true;
	}
	if (app->settings->read_only)
		return wishes_refuse(app, i, "gantry was started read-only");
	if (!m->cluster->attached)
		return wishes_refuse(app, i, "Kargo has not been reached yet");
	if (i->kind == INTENT_REFRESH && !i->project && app->nmembers > 1)
		return wishes_refresh_all(app, i);
	of.project = m->project;
	return attach_submit(m->cluster->attached, &of);
}
