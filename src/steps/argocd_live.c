/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo writes spec and operation in one patch; the REST API takes the spec by PATCH and the operation
 * by POST sync.
 */
#include "steps/argocd_live.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "argocd/client.h"
#include "argocd/decode.h"
#include "argocd/update.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/rehearse.h"
#include "steps/step.h"

static const char *const operators[] = { "In", "NotIn", "Exists", "DoesNotExist", NULL };

static const struct step_param expression[] = {
	{ .name = "key", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The label." },
	{ .name = "operator", .kind = PARAM_STRING, .flags = PARAM_REQUIRED, .choices = operators,
	  .help = "How its value is compared." },
	{ .name = "values", .kind = PARAM_LIST, .help = "For In and NotIn." },
	{ 0 },
};

const struct step_param argocd_selector_params[] = {
	{ .name = "matchLabels", .kind = PARAM_MAP, .help = "Labels and their values." },
	{ .name = "matchExpressions", .kind = PARAM_LIST, .of = expression,
	  .help = "Conditions on labels." },
	{ 0 },
};

bool argocd_check_choice(const struct value *entry, size_t i, struct err *e)
{
	const struct value *s = value_get(entry, "selector"), *labels = value_get(s, "matchLabels");
	bool named = *value_path_text(entry, "name", "") != '\0', selected = value_is(s, VALUE_MAP);

	if (named == selected)
		return err_set(e, ERR_CONFIG, "apps[%zu]: give name or selector%s", i,
			       named ? ", not both" : "");
	for (size_t n = 0; n < value_count(labels) && value_is(labels, VALUE_MAP); n++)
		if (!value_is(labels->map.members[n].value, VALUE_STRING))
			return err_set(e, ERR_CONFIG, "apps[%zu].selector.matchLabels.%s: must be a text",
				       i, labels->map.members[n].key.at);
	if (selected && !value_count(labels) &&
	    !value_count(value_get(s, "matchExpressions")))
		return err_set(e, ERR_CONFIG, "apps[%zu].selector chooses nothing: give matchLabels or "
			       "matchExpressions", i);
	return true;
}

/* Where applications are when nothing else is given: $ARGOCD_NAMESPACE, else "argocd". */
static const char *argocd_default_namespace(void)
{
	const char *given = getenv("ARGOCD_NAMESPACE");

	return given && *given ? given : "argocd";
}

static struct argocd_id argocd_live_id_of(const struct value *app)
{
	return (struct argocd_id){
		.name = value_path_text(app, "metadata.name", ""),
		.namespace = value_path_text(app, "metadata.namespace", ""),
		.project = value_path_text(app, "spec.project", "default"),
	};
}

struct value *argocd_live_refreshed(struct step_run *r, struct arena *a, const struct value *app)
{
	struct argocd_id id = argocd_live_id_of(app);
	struct value *fresh;
	struct err ignored;

	argocd_set_cancelled(r->services->argocd, r->cancelled);
	return argocd_refresh(r->services->argocd, a, &id, &fresh, &ignored) ? fresh : NULL;
}

enum { DENIED_MS = 60000 };

static const char *argocd_live_denial(struct arena *a, const struct argocd_id *id)
{
	return str_format(a, "%s/%s denied", id->namespace ? id->namespace : "", id->name);
}

/*
 * What is not there and what may not be seen is one answer, and for a moment after its start Argo CD gives it
 * of everything, until it has read applications and rights. So it is final only when it stays the same.
 */
static bool argocd_live_denied(const struct argocd_live *live, const struct argocd_id *id,
			       const struct err *why, struct err *e)
{
	struct arena *a = live->r->arena;
	const char *key = argocd_live_denial(a, id);
	int64_t now = clock_ticks(), since = now;

	err_set(e, ERR_AUTH, "application '%s' is not there, or this token may not see it: %s", id->name,
		why->message);
	if (!live->notes)
		return false;
	value_integer(value_get(live->notes, key), &since);
	value_set(a, live->notes, key, value_int(a, since));
	return now - since < DENIED_MS ? outage_mark(e, 0) : false;
}

static bool argocd_live_get(void *context, struct arena *a, const struct argocd_id *wanted,
			    struct value **app, struct err *e)
{
	struct argocd_live *live = context;
	struct step_run *r = live->r;
	struct argocd_id id = *wanted;
	struct err why = { 0 };

	/* Not given and not in the environment: Argo CD knows its own namespace best. */
	if (!id.namespace)
		id.namespace = getenv("ARGOCD_NAMESPACE");

	argocd_set_cancelled(r->services->argocd, r->cancelled);
	if (argocd_get(r->services->argocd, a, &id, app, &why)) {
		if (live->notes)
			value_remove(live->notes, argocd_live_denial(a, &id));
		return true;
	}
	if (why.code == ERR_NOT_FOUND) {
		*app = NULL;
		return true;
	}
	if (why.code == ERR_AUTH && strstr(why.message, "permission denied"))
		return argocd_live_denied(live, &id, &why, e);
	*e = why;
	return false;
}

static bool argocd_live_list(void *context, struct arena *a, const struct update_choice *choice,
			     const struct value **apps, struct err *e)
{
	struct step_run *r = ((struct argocd_live *)context)->r;
	const char *wanted = choice->namespace ? choice->namespace : argocd_default_namespace();
	const struct argocd_query query = { .selector = argocd_selector_text(a, choice->selector) };
	const struct value *all;
	struct value *out = value_list(a);

	argocd_set_cancelled(r->services->argocd, r->cancelled);
	if (!argocd_list(r->services->argocd, a, &query, &all, e))
		return false;
	for (size_t i = 0; i < value_count(all); i++)
		if (same_text(value_path_text(value_at(all, i), "metadata.namespace", ""), wanted))
			value_append(a, out, value_at(all, i));
	*apps = out;
	return true;
}

static void add_operation(struct arena *a, struct value *patch, const char *op, const char *path,
			  const struct value *v)
{
	struct value *o = value_map(a);

	value_set(a, o, "op", value_string(a, op));
	value_set(a, o, "path", value_string(a, path));
	value_set(a, o, "value", value_copy(a, v));
	value_append(a, patch, o);
}

/* Replaces each source that differs, and none when the list was reordered meanwhile. */
static struct value *patch_of(struct arena *a, const struct update_change *c)
{
	struct value *patch = value_list(a);

	for (size_t i = 0; i < value_count(c->sources); i++) {
		const struct value *old = application_source(c->app, i), *new = value_at(c->sources, i);
		const char *path = c->is_list ? str_format(a, "/spec/sources/%zu", i) : "/spec/source";
		if (value_equal(old, new))
			continue;
		add_operation(a, patch, "test", str_format(a, "%s/repoURL", path),
			      value_get(old, "repoURL"));
		add_operation(a, patch, "replace", path, new);
	}
	return patch;
}

static bool argocd_live_nudge(void *context, struct arena *a, const struct value *app)
{
	struct step_run *r = ((struct argocd_live *)context)->r;
	struct argocd_id id = argocd_live_id_of(app);

	step_report(r, "application '%s': its sync has not started; asking Argo CD to refresh it", id.name);
	return argocd_nudge(r->services->argocd, a, &id);
}

static bool argocd_live_change(void *context, struct arena *a, const struct update_change *c,
			       struct err *e)
{
	struct step_run *r = ((struct argocd_live *)context)->r;
	struct argocd *argocd = r->services->argocd;
	struct argocd_id id = argocd_live_id_of(c->app);
	struct value *body = value_map(a), *object;
	const struct argocd_change edit = { &id, patch_of(a, c) }, sync = { &id, body };
	const char *closed;
	struct err ignored;

	step_report(r, "syncing application '%s'", id.name);
	value_set(a, body, "infos", value_copy(a, value_get(c->operation, "info")));
	if ((!c->edits || argocd_patch(argocd, a, &edit, &object, e)) &&
	    argocd_sync(argocd, a, &sync, &object, e))
		return true;
	if (e->code == ERR_REFUSED && e->passes &&
	    argocd_windows(argocd, a, &id, &closed, &ignored) && closed)
		err_wrap(e, "application '%s' (%s)", id.name, closed);
	if (e->code != ERR_CONFLICT || !e->again)
		return false;
	/* Somebody else's operation runs, or they changed it just now: this one follows at a later look. */
	step_report(r, "application '%s': %s", id.name, e->message);
	return true;
}

void argocd_live_port(struct argocd_live *live, struct update_port *port)
{
	assert(live->r->services->argocd);
	*port = (struct update_port){
		.context = live,
		.get = argocd_live_get,
		.list = argocd_live_list,
		.change = argocd_live_change,
		.nudge = argocd_live_nudge,
	};
}

bool argocd_live_missing(const struct step_run *r, struct err *e)
{
	if (r->services->argocd)
		return false;
	err_again(e, ERR_CONFIG, "no Argo CD is configured; log in with argocd login, or set "
		  "ARGOCD_SERVER and ARGOCD_AUTH_TOKEN");
	return true;
}

bool argocd_live_closed(struct step_run *r, const struct list *apps, const char **closed, struct err *e)
{
	*closed = NULL;
	for (size_t i = 0; i < apps->count && !*closed; i++) {
		struct argocd_id id = argocd_live_id_of(apps->items[i]);

		if (!argocd_windows(r->services->argocd, r->arena, &id, closed, e))
			return false;
		if (*closed)
			*closed = str_format(r->arena, "%s (%s)", id.name, *closed);
	}
	return true;
}

const char *argocd_live_names(struct step_run *r)
{
	const struct value *apps = value_get(r->config, "apps");

	for (size_t i = 0; i < value_count(apps); i++)
		if (!value_get(value_at(apps, i), "name"))
			/* Which ones is Argo CD's to say. */
			return "the Applications that the selector chooses";
	return step_names(r, apps, "name");
}
