/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In Kargo's order: per entry of apps, find and authorise, then per application decide, write, go
 * on; the first failure ends it, and what was written before stays. An operation is known as
 * ours by an info item that holds the promotion's name.
 */
#include "argocd/update.h"

#include <assert.h>
#include <string.h>

#include "argocd/decode.h"
#include "argocd/describe.h"
#include "argocd/sources.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/selector.h"

#define ANNOTATION "kargo.akuity.io/authorized-stage"
#define CONTROLLER "kargo-controller"
#define REASON "Promotion triggered a sync of this Application resource."

enum { SHOWN_INCOMPATIBLE = 5, FIRST_SYNC_PAUSE_MS = 10000, LONGEST_SYNC_PAUSE_MS = 120000 };

/* What is going on for one step. */
struct update_state {
	struct arena *a;
	const struct update_port *port;
	const struct update_request *rq;
	struct update_result *result;
	size_t waiting;                 /* applications that are not where they should be yet */
	struct list odd;                /* phases that mean nothing to us */
	bool is_deaf;                   /* Argo CD did not answer when it was nudged */
};

static bool is_authorised(const struct update_state *u, const struct value *app)
{
	const struct value *annotations = value_path(app, "metadata.annotations");
	const char *wanted = str_format(u->a, "%s:%s", u->rq->project, u->rq->stage);
	struct list stages = { 0 };
	struct err ignored;

	if (!application_stages(u->a, value_text(value_get(annotations, ANNOTATION), ""), &stages,
				&ignored))
		return false;
	for (size_t i = 0; i < stages.count; i++)
		if (same_text(stages.items[i], wanted))
			return true;
	return false;
}

static bool not_authorised(const struct update_state *u, const struct value *app, struct err *e)
{
	return err_set(e, ERR_REFUSED, "application '%s' does not let stage %s:%s change it; add that to its "
		       "annotation %s", application_key(u->a, app), u->rq->project, u->rq->stage,
		       ANNOTATION);
}

static bool find_named(struct update_state *u, const char *namespace, const char *name,
		       struct list *found, struct err *e)
{
	const struct argocd_id id = { .name = name, .namespace = namespace };
	struct value *app = NULL;

	if (!u->port->get(u->port->context, u->a, &id, &app, e))
		return false;
	if (!app)
		return err_set(e, ERR_NOT_FOUND, "there is no application '%s'%s%s", name,
			       namespace ? " in namespace " : "", namespace ? namespace : "");
	if (!is_authorised(u, app))
		return not_authorised(u, app, e);
	list_add(u->a, found, app);
	return true;
}

static bool find_selected(struct update_state *u, const char *namespace,
			  const struct value *selector, struct list *found, struct err *e)
{
	const struct value *apps = NULL;
	size_t matching = 0;

	if (!label_selector_is_valid(selector, e))
		return err_wrap(e, "the selector of applications");
	if (!u->port->list(u->port->context, u->a, &(struct update_choice){ namespace, selector }, &apps, e))
		return false;
	for (size_t i = 0; i < value_count(apps); i++) {
		struct value *app = value_at(apps, i);
		if (!labels_match(selector, value_path(app, "metadata.labels")))
			continue;
		matching++;
		if (is_authorised(u, app))
			list_add(u->a, found, app);
	}
	if (found->count)
		return true;
	if (matching)
		return err_set(e, ERR_REFUSED, "%zu applications match the selector but none lets "
			       "stage %s:%s change it; add that to their annotation %s", matching,
			       u->rq->project, u->rq->stage, ANNOTATION);
	return err_set(e, ERR_NOT_FOUND, "no application matches the selector");
}

/* With several applications all must have the wanted sources, or none is touched. */
static bool check_compatible(struct update_state *u, const struct list *apps,
			     const struct value *wanted, struct err *e)
{
	const char *which = "";
	size_t bad = 0;

	if (apps->count < 2 || !value_count(wanted))
		return true;
	for (size_t i = 0; i < apps->count; i++) {
		struct value *ignored;
		struct err why;
		if (sources_merge(u->a, apps->items[i], wanted, &ignored, &why))
			continue;
		if (bad++ < SHOWN_INCOMPATIBLE)
			which = str_format(u->a, "%s%s '%s': %s", which, bad > 1 ? ";" : "",
					   application_key(u->a, apps->items[i]), why.message);
	}
	if (!bad)
		return true;
	return err_set(e, ERR_NOT_FOUND, "%zu of %zu selected applications do not have the step's sources, "
		       "so none was changed:%s", bad, apps->count, which);
}

static bool update_is_complete(const char *phase)
{
	return strcmp(phase, "Succeeded") == 0 || strcmp(phase, "Failed") == 0 ||
	       strcmp(phase, "Error") == 0;
}

/*
 * A finished operation of this promotion that did not reach what is wanted. Sources whose
 * revision it does not tell are not judged.
 */
static bool missed_revision(const struct value *app, const struct value *desired)
{
	const struct value *many = value_path(app, "status.operationState.syncResult.revisions");
	size_t told = value_count(many) ? value_count(many) : 1;

	for (size_t i = 0; i < value_count(desired) && i < told; i++) {
		const char *want = value_text(value_at(desired, i), "");

		if (*want && strcmp(want, application_synced_revision(app, i)) != 0)
			return true;
	}
	return false;
}

/* Where an application stands on its way to what the step wants. */
enum way { WAY_SYNC, WAY_RUNS, WAY_DONE, WAY_FAILED, WAY_ODD, WAY_UNREADABLE };

/* A sync that ended because something behind Argo CD was down did not fail: it is asked for again. */
static enum way way_of_own(const struct value *state, const struct value *app, const struct value *desired)
{
	if (!value_is(value_get(state, "syncResult"), VALUE_MAP) || missed_revision(app, desired))
		return WAY_SYNC;
	if (strcmp(value_path_text(state, "phase", ""), "Succeeded") == 0)
		return WAY_DONE;
	return outage_words(value_path_text(state, "message", "")) ? WAY_SYNC : WAY_FAILED;
}

/* An operation of somebody else that is neither running nor finished cannot be waited for. */
static enum way way_of(const struct update_state *u, const struct value *app, const struct value *desired)
{
	const struct value *state = value_path(app, "status.operationState");
	const char *owner = operation_info(value_get(state, "operation"), UPDATE_INFO);
	const char *phase = value_path_text(state, "phase", "");
	bool is_ours = same_text(owner, u->rq->promotion);

	if (!value_is(state, VALUE_MAP))
		return WAY_SYNC;
	if (update_is_complete(phase))
		return is_ours ? way_of_own(state, app, desired) : WAY_SYNC;
	if (strcmp(phase, "Running") == 0 || strcmp(phase, "Terminating") == 0)
		return WAY_RUNS;
	return *phase || is_ours ? WAY_ODD : WAY_UNREADABLE;
}

static bool is_automatic(const char *actor)
{
	return !actor || !*actor || has_prefix(actor, "controller:");
}

static void add_info(struct arena *a, struct value *list, const char *name, const char *value)
{
	struct value *item = value_map(a);

	value_set(a, item, "name", value_string(a, name));
	value_set(a, item, "value", value_string(a, value));
	value_append(a, list, item);
}

/* How often the application's own policy tries again; a limit of 0, Argo CD's own default, is not written. */
static struct value *retry_of(struct arena *a, const struct value *app)
{
	const struct value *policy = value_path(app, "spec.syncPolicy.retry");
	struct value *retry = policy ? value_copy(a, policy) : value_map(a);
	int64_t limit;

	if (value_integer(value_get(retry, "limit"), &limit) && limit == 0)
		value_remove(retry, "limit");
	return retry;
}

static struct value *operation_of(struct update_state *u, const struct value *app)
{
	struct arena *a = u->a;
	struct value *operation = value_map(a), *by = value_map(a), *info = value_list(a);
	struct value *sync = value_map(a);
	const struct value *options = value_path(app, "spec.syncPolicy.syncOptions");
	bool automatic = is_automatic(u->rq->actor);

	value_set(a, by, "username", value_string(a, automatic ? CONTROLLER : u->rq->actor));
	if (automatic)
		value_set(a, by, "automated", value_bool(a, true));
	add_info(a, info, "Reason", REASON);
	add_info(a, info, UPDATE_INFO, u->rq->promotion);
	if (value_count(options))
		value_set(a, sync, "syncOptions", value_copy(a, options));
	value_set(a, operation, "initiatedBy", by);
	value_set(a, operation, "info", info);
	value_set(a, operation, "sync", sync);
	value_set(a, operation, "retry", retry_of(a, app));
	return operation;
}

static bool sources_differ(const struct value *app, const struct value *sources)
{
	for (size_t i = 0; i < value_count(sources); i++)
		if (!value_equal(application_source(app, i), value_at(sources, i)))
			return true;
	return false;
}

static bool write_app(struct update_state *u, const struct value *app, const struct value *wanted,
		      struct err *e)
{
	struct update_change change = { .app = app };
	const char *key = application_key(u->a, app), *target;

	if (!sources_merge(u->a, app, wanted, &change.sources, e))
		return err_wrap(e, "application '%s'", key);
	change.is_list = value_count(value_path(app, "spec.sources")) > 0;
	change.edits = sources_differ(app, change.sources);
	change.operation = operation_of(u, app);
	target = value_path_text(value_at(change.sources, 0), "targetRevision", "");
	if (change.is_list && value_count(change.sources) > 1)
		target = str_format(u->a, "%zu sources", value_count(change.sources));
	change.said = str_format(u->a, CONTROLLER " initiated sync%s%s",
				 value_count(change.sources) ? " to " : "",
				 value_count(change.sources) ? target : "");
	if (!value_count(change.sources))
		change.sources = NULL;
	return u->port->change(u->port->context, u->a, &change, e);
}

static void report_app(struct update_state *u, const struct value *app, struct value *desired)
{
	struct arena *a = u->a;
	struct value *out = value_map(a), *check;

	value_set(a, out, "name", value_string(a, value_path_text(app, "metadata.name", "")));
	value_set(a, out, "namespace", value_string(a, value_path_text(app, "metadata.namespace", "")));
	check = value_copy(a, out);
	if (desired)
		value_set(a, check, "desiredRevisions", desired);
	value_append(a, u->result->apps, out);
	value_append(a, value_get(u->result->check, "apps"), check);
}

/* What the step waits for: the first application that it does, and how many more. */
static void wait_for_app(struct update_state *u, const struct value *app, const struct value *desired)
{
	u->result->status = STEP_RUNNING;
	if (!u->waiting++)
		u->result->waits = application_describe(u->a, app, desired);
}

/* Syncing again at once would only meet the same: 10 s later, then twice as long each time. */
static bool may_sync(const struct update_state *u, const char *key)
{
	const struct value *last = value_get(u->rq->syncs, key);
	int64_t count = 0, at = 0, pause = FIRST_SYNC_PAUSE_MS;

	value_integer(value_get(last, "count"), &count);
	value_integer(value_get(last, "at"), &at);
	for (int64_t i = 1; i < count && pause < LONGEST_SYNC_PAUSE_MS; i++)
		pause = pause * 2 < LONGEST_SYNC_PAUSE_MS ? pause * 2 : LONGEST_SYNC_PAUSE_MS;
	return !last || u->rq->now - at >= pause;
}

static void note_sync(struct update_state *u, const char *key)
{
	struct value *note = value_map(u->a);
	int64_t count = 0;

	if (!u->rq->syncs)
		return;
	value_integer(value_get(value_get(u->rq->syncs, key), "count"), &count);
	value_set(u->a, note, "count", value_int(u->a, count + 1));
	value_set(u->a, note, "at", value_int(u->a, u->rq->now));
	value_set(u->a, u->rq->syncs, key, note);
}

static const char *pending_key(const struct update_state *u, const struct value *app)
{
	return str_format(u->a, "%s pending", application_key(u->a, app));
}

/*
 * Between a sync that is asked for, whoever asked, and its start the application has an operation and no
 * state of it. Argo CD misses one that is asked for just as another one ends, and takes it up when it looks
 * again for any other reason. One that was found at the first look after a restart is given time, too.
 */
static void wait_for_start(struct update_state *u, const struct value *app)
{
	const char *key = pending_key(u, app);

	if (u->is_deaf || !may_sync(u, key))
		return;
	if (value_get(u->rq->syncs, key))
		u->is_deaf = !u->port->nudge(u->port->context, u->a, app);
	note_sync(u, key);
}

static bool sync_app(struct update_state *u, const struct value *app, const struct value *wanted,
		     struct err *e)
{
	const char *key = application_key(u->a, app);

	if (u->port->nudge && operation_is_pending(app)) {
		wait_for_start(u, app);
		return true;
	}
	if (!may_sync(u, key))
		return true;
	if (!write_app(u, app, wanted, e))
		return false;
	note_sync(u, key);
	return true;
}

static bool update_app(struct update_state *u, const struct value *app, const struct value *wanted,
		       struct err *e)
{
	struct value *desired = sources_desired(u->a, app, wanted);
	const struct value *state = value_path(app, "status.operationState");
	const char *key = application_key(u->a, app), *phase = value_path_text(state, "phase", "");

	report_app(u, app, desired);
	if (!operation_is_pending(app))
		value_remove(u->rq->syncs, pending_key(u, app));
	switch (way_of(u, app, desired)) {
	case WAY_DONE:
		return true;
	case WAY_SYNC:
		wait_for_app(u, app, desired);
		return sync_app(u, app, wanted, e);
	case WAY_RUNS:
		wait_for_app(u, app, desired);
		return true;
	case WAY_ODD:
		list_add(u->a, &u->odd, str_format(u->a, "'%s'", phase));
		return true;
	case WAY_FAILED:
		return err_set(e, ERR_REFUSED, "application '%s': the sync ended as %s: %s", key, phase,
			       value_path_text(state, "message", ""));
	case WAY_UNREADABLE:
		break;
	}
	return err_set(e, ERR_CONFLICT, "application '%s' has an operation by '%s' that does not name its "
		       "state", key, value_path_text(state, "operation.initiatedBy.username", ""));
}

/* The applications that an entry of apps means, authorised and compatible: struct value *. */
static bool find_apps(struct update_state *u, const struct value *entry, struct list *apps, struct err *e)
{
	const char *namespace = value_path_text(entry, "namespace", NULL);
	const char *name = value_path_text(entry, "name", "");

	if (namespace && !*namespace)
		namespace = NULL;
	if (*name ? !find_named(u, namespace, name, apps, e)
		  : !find_selected(u, namespace, value_get(entry, "selector"), apps, e))
		return false;
	return check_compatible(u, apps, value_get(entry, "sources"), e);
}

static bool update_entry(struct update_state *u, const struct value *entry, struct err *e)
{
	struct list apps = { 0 };

	if (!find_apps(u, entry, &apps, e))
		return false;
	for (size_t i = 0; i < apps.count; i++)
		if (!update_app(u, apps.items[i], value_get(entry, "sources"), e))
			return false;
	return true;
}

bool argocd_update(struct arena *a, const struct update_port *port,
		   const struct update_request *request, struct update_result *result,
		   struct err *e)
{
	const struct value *entries = value_get(request->config, "apps");
	struct update_result r = { .status = STEP_SUCCEEDED, .apps = value_list(a), .check = value_map(a),
				   .waits = "" };
	struct update_state u = { .a = a, .port = port, .rq = request, .result = &r };

	assert(port && request->promotion);
	value_set(a, r.check, "apps", value_list(a));
	for (size_t i = 0; i < value_count(entries); i++) {
		if (!update_entry(&u, value_at(entries, i), e)) {
			e->again = e->code != ERR_CANCELLED;
			return false;
		}
	}
	if (u.odd.count)
		return err_again(e, ERR_NET, "an operation is in a phase that gantry does not know: %s",
				 (const char *)u.odd.items[0]);
	if (u.waiting > 1)
		r.waits = str_format(a, "%s; and %zu more applications", r.waits, u.waiting - 1);
	*result = r;
	return true;
}

bool argocd_update_foresee(struct arena *a, const struct update_port *port,
			 const struct update_request *request, struct list *apps, struct err *e)
{
	const struct value *entries = value_get(request->config, "apps");
	struct update_state u = { .a = a, .port = port, .rq = request };

	for (size_t i = 0; i < value_count(entries); i++) {
		struct list found = { 0 };
		struct value *ignored;

		if (!find_apps(&u, value_at(entries, i), &found, e))
			return false;
		for (size_t k = 0; k < found.count; k++) {
			if (!sources_merge(a, found.items[k], value_get(value_at(entries, i), "sources"),
					   &ignored, e))
				return err_wrap(e, "application '%s'", application_key(a, found.items[k]));
			list_add(a, apps, found.items[k]);
		}
	}
	return true;
}

static void add_expression(struct buf *b, const struct value *e)
{
	const char *key = value_path_text(e, "key", ""), *operator= value_path_text(e, "operator", "");
	const struct value *values = value_get(e, "values");
	bool in = strcmp(operator, "In") == 0;

	if (b->len)
		buf_char(b, ',');
	if (strcmp(operator, "Exists") == 0 || strcmp(operator, "DoesNotExist") == 0) {
		buf_format(b, "%s%s", strcmp(operator, "Exists") == 0 ? "" : "!", key);
		return;
	}
	buf_format(b, "%s %s (", key, in ? "in" : "notin");
	for (size_t i = 0; i < value_count(values); i++)
		buf_format(b, "%s%s", i ? "," : "", value_text(value_at(values, i), ""));
	buf_char(b, ')');
}

const char *argocd_selector_text(struct arena *a, const struct value *selector)
{
	const struct value *labels = value_get(selector, "matchLabels");
	const struct value *expressions = value_get(selector, "matchExpressions");
	AUTO(buf) struct buf b;

	buf_init(&b, 16384);
	for (size_t i = 0; value_is(labels, VALUE_MAP) && i < value_count(labels); i++)
		buf_format(&b, "%s%s=%s", i ? "," : "", labels->map.members[i].key.at,
			   value_text(labels->map.members[i].value, ""));
	for (size_t i = 0; i < value_count(expressions); i++)
		add_expression(&b, value_at(expressions, i));
	return buf_copy(&b, a);
}
