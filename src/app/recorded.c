/* SPDX-License-Identifier: Apache-2.0 */
/* Which projects of running Kargos have a history: the ledger says it, with and without the clusters. */
#include "app/app.h"

#include <string.h>

#include "attach/choose.h"
#include "attach/transport.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/settings.h"
#include "data/glob.h"
#include "recorder/known.h"

static bool recorded_is_meant(const struct list *projects, const char *name)
{
	const char *slash = strrchr(name, '/');

	for (size_t i = 0; i < projects->count; i++)
		if (glob_matches(projects->items[i], name) ||
		    (slash && glob_matches(projects->items[i], slash + 1)))
			return true;
	return !projects->count;
}

/* Those of one cluster; prefix: of their names. */
static bool recorded_of(const struct settings *s, struct arena *a, const char *where, bool is_one,
			struct list *out)
{
	struct list names = { 0 };
	struct attach_transport t;
	struct err none;
	bool fine;

	if (!attach_choose(where, &t, &none))
		return false;
	fine = recorder_projects(a, s->ledger, t.context, &names, &none);
	for (size_t i = 0; i < names.count; i++) {
		const char *name = is_one ? names.items[i]
					  : str_format(a, "%s/%s", t.context, (const char *)names.items[i]);

		if (recorded_is_meant(&s->projects, name))
			list_add(a, out, (void *)(uintptr_t)name);
	}
	t.free(t.it);
	return fine;
}

bool app_recorded_projects(const struct settings *s, struct arena *a, struct list *out, struct err *e)
{
	struct list places = { 0 };

	if (!s->ledger)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	if (!attach_places(a, &s->attaches, &places, e))
		return false;
	for (size_t i = 0; i < places.count; i++)
		(void)!recorded_of(s, a, places.items[i], places.count == 1, out);
	return out->count ||
	       err_set(e, ERR_NOT_FOUND, "the ledger %s has no history of a project of Kargo at %s; "
		       "gantry agent --attach records one", s->ledger, (const char *)places.items[0]);
}
