/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command that is about one project must not guess which cluster's is meant: it waits until all have said
 * whether they have it.
 */
#include "app/app_inner.h"

#include "app/cluster.h"
#include "app/clusters.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "model/fleet.h"
#include "model/world.h"
#include "observe/snapshot.h"

enum { NAMES_MAX = 1000 };

static bool choose_is_settled(void *context, const struct fleet *f)
{
	(void)context;
	for (size_t i = 0; i < f->nworlds; i++)
		if (f->worlds[i]->loading)
			return false;
	return f->nworlds > 0;
}

/* Why its cluster is not known to have no such project; NULL: it has said what it has. */
static const char *choose_unread(const struct world *w)
{
	for (size_t i = 0; !w->nstages && !w->nwarehouses && i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_MANIFESTS && !w->sources[i].seen_at)
			return w->sources[i].error;
	return NULL;
}

/* The only one that may be meant. */
static bool choose_one(const struct fleet *f, const struct world **out, struct err *e)
{
	const struct world *silent = NULL, *none = NULL;
	AUTO(buf) struct buf names;
	size_t count = 0;

	buf_init(&names, NAMES_MAX);
	for (size_t i = 0; i < f->nworlds; i++) {
		const struct world *w = f->worlds[i];

		if (choose_unread(w)) {
			silent = w;
		} else if (w->manifests_fault_code == ERR_NAME || w->manifests_fault_code == ERR_CONFIG) {
			none = w;
		} else {
			buf_format(&names, "%s%s", count++ ? ", " : "", world_name(w));
			*out = w;
		}
	}
	if (count > 1)
		return err_set(e, ERR_USAGE, "several projects; choose with --project: %s", buf_str(&names));
	if (silent)
		return err_set(e, ERR_NET, "Kargo at %s: %s; name the project with its context, as in "
			       "--project %s", silent->attachment->context, choose_unread(silent),
			       count ? world_name(*out) : "staging/shop");
	return count == 1 || err_set(e, ERR_NAME, "%s", none->manifests_fault);
}

bool app_choose(struct app *app, int64_t timeout_ms, struct err *e)
{
	const struct app_fleet_wait wait = { .ready = choose_is_settled, .timeout_ms = timeout_ms };
	const struct fleet *f;
	const struct world *w = NULL;
	struct app_cluster *kept = NULL;
	struct member *m;
	bool fine;

	if ((app->flags & APP_ALL) || app->clusters.count < 2)
		return true;
	if (!app_wait_fleet(app, &wait, &f, e))
		return false;
	fine = choose_one(f, &w, e);
	if (fine) {
		pthread_mutex_lock(&app->lock);
		m = app_member(app, world_name(w));
		kept = m ? m->cluster : NULL;
		pthread_mutex_unlock(&app->lock);
	}
	slots_give_back(app->slots, f);
	if (kept)
		clusters_keep(app, kept);
	return fine;
}
