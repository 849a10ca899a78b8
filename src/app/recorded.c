/* SPDX-License-Identifier: Apache-2.0 */
/* Which projects of running Kargos have a history: the ledger says it, with and without the clusters. */
#include "app/app.h"

#include <string.h>

#include "attach/choose.h"
#include "attach/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/settings.h"
#include "data/glob.h"
#include "recorder/known.h"
#include "recorder/name.h"

static bool recorded_has(const struct list *contexts, const char *context)
{
	for (size_t i = 0; i < contexts->count; i++)
		if (strcmp(contexts->items[i], context) == 0)
			return true;
	return false;
}

/* What the clusters that the settings name are called, const char *, each once. */
static bool recorded_contexts(const struct settings *s, struct arena *a, struct list *out, struct err *e)
{
	struct list places = { 0 };
	struct attach_transport t;

	if (!attach_places(a, &s->attaches, &places, e))
		return false;
	for (size_t i = 0; i < places.count; i++) {
		if (!attach_choose(places.items[i], &t, e))
			return err_wrap(e, "finding what the cluster is called");
		if (!recorded_has(out, t.context))
			list_add(a, out, str_copy(a, t.context));
		t.free(t.it);
	}
	return true;
}

/* Adds those of one cluster, const char *, behind the prefix. */
static void recorded_of(const struct settings *s, struct arena *a, const char *context, const char *prefix,
			struct list *out)
{
	struct list names = { 0 }, meant = { 0 };
	struct err none;

	/* Where there is no ledger yet, there is no history either. */
	if (!attach_narrow(a, &s->projects, context, &meant) ||
	    !recorder_projects(a, s->ledger, context, &names, &none))
		return;
	for (size_t i = 0; i < names.count; i++)
		if (glob_selects(&meant, names.items[i]))
			list_add(a, out, str_format(a, "%s%s", prefix, (const char *)names.items[i]));
}

bool app_recorded_projects(const struct settings *s, struct arena *a, struct list *out, struct err *e)
{
	struct list contexts = { 0 };
	const char *all = "";

	if (!s->ledger)
		return err_set(e, ERR_USAGE, "no ledger: name its folder with --ledger");
	if (!recorded_contexts(s, a, &contexts, e))
		return false;
	for (size_t i = 0; i < contexts.count; i++) {
		const char *context = contexts.items[i];

		recorded_of(s, a, context, contexts.count > 1 ? str_format(a, "%s/", context) : "", out);
		all = str_format(a, "%s%s%s", all, i ? " or " : "", context);
	}
	return out->count ||
	       err_set(e, ERR_NOT_FOUND, "the ledger %s has no history of a project of Kargo at %s; "
		       "gantry agent --attach records one", s->ledger, all);
}

bool app_ledger_name(const struct settings *s, struct arena *a, const char *project, const char **out,
		     struct err *e)
{
	const char *slash = strrchr(project, '/'), *context;
	struct list contexts = { 0 };
	struct attach_transport t;

	*out = project;
	if (!s->attach || strchr(project, '@'))
		return true;
	if (slash) {
		if (!attach_choose(str_copy_n(a, project, (size_t)(slash - project)), &t, e))
			return err_wrap(e, "finding what the cluster is called");
		*out = recorder_name(a, slash + 1, t.context);
		t.free(t.it);
		return true;
	}
	if (!recorded_contexts(s, a, &contexts, e))
		return false;
	context = contexts.items[0];
	if (contexts.count > 1)
		return err_set(e, ERR_USAGE, "several clusters; say which with --project %s/%s", context,
			       project);
	*out = recorder_name(a, project, context);
	return true;
}
