/* SPDX-License-Identifier: Apache-2.0 */
/* Which projects of running Kargos have a history: the ledger says it, with and without the clusters. */
#include "app/app.h"

#include "attach/choose.h"
#include "attach/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/settings.h"
#include "data/glob.h"
#include "recorder/known.h"

struct recorded_project {
	const char *context, *name;
};

/* Adds those of one cluster: struct recorded_project *. */
static bool recorded_of(const struct settings *s, struct arena *a, const char *where, struct list *out,
			struct err *e)
{
	struct list names = { 0 }, meant = { 0 };
	struct attach_transport t;
	struct err none;

	if (!attach_choose(where, &t, e))
		return err_wrap(e, "finding what the cluster is called");
	/* Where there is no ledger yet, there is no history either. */
	if (!attach_narrow(a, &s->projects, t.context, &meant) ||
	    !recorder_projects(a, s->ledger, t.context, &names, &none))
		names.count = 0;
	for (size_t i = 0; i < names.count; i++) {
		const struct recorded_project found = { str_copy(a, t.context), names.items[i] };

		if (glob_selects(&meant, found.name))
			list_add(a, out, arena_copy(a, &found, sizeof(found)));
	}
	t.free(t.it);
	return true;
}

bool app_recorded_projects(const struct settings *s, struct arena *a, struct list *out, struct err *e)
{
	struct list places = { 0 }, found = { 0 };

	if (!s->ledger)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	if (!attach_places(a, &s->attaches, &places, e))
		return false;
	for (size_t i = 0; i < places.count; i++)
		if (!recorded_of(s, a, places.items[i], &found, e))
			return false;
	for (size_t i = 0; i < found.count; i++) {
		const struct recorded_project *p = found.items[i];

		list_add(a, out, places.count == 1 ? p->name : str_format(a, "%s/%s", p->context, p->name));
	}
	return out->count ||
	       err_set(e, ERR_NOT_FOUND, "the ledger %s has no history of a project of Kargo at %s; "
		       "gantry agent --attach records one", s->ledger, (const char *)places.items[0]);
}
