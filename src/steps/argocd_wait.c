/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argocd-wait: wait until Argo CD Applications are as wanted, changing nothing (doc/kargo-rules.md
 * 6.2). What is wanted of health is a choice: waitFor [health, suspended] is satisfied by either.
 * A health that turns Degraded while Healthy is waited for ends it, for waiting would not help
 * that.
 */
#include <string.h>

#include "argocd/decode.h"
#include "argocd/describe.h"
#include "argocd/update.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "model/selector.h"
#include "steps/argocd_live.h"
#include "steps/rehearse.h"
#include "steps/step.h"

#define POLL_MS 2000
#define NUDGE_MS 10000

enum wait_condition {
	WANT_HEALTH = 1 << 0,
	WANT_SYNC = 1 << 1,
	WANT_OPERATION = 1 << 2,
	WANT_SUSPENDED = 1 << 3,
	WANT_DEGRADED = 1 << 4,
};

static const char *const conditions[] = { "health", "sync", "operation", "suspended", "degraded",
					  NULL };

static const struct step_param app[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "The Application; or use selector." },
	{ .name = "selector", .kind = PARAM_MAP, .of = argocd_selector_params,
	  .help = "Chooses Applications by their labels; or use name." },
	{ .name = "namespace", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY, .otherwise = "argocd",
	  .help = "Where the Application is." },
	{ .name = "waitFor", .kind = PARAM_LIST, .flags = PARAM_NOT_EMPTY,
	  .otherwise = "[health, sync, operation]",
	  .help = "What must hold: health, sync, operation, suspended, degraded." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "apps", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY, .of = app,
	  .help = "The Applications to wait for." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "apps", "The Applications waited for: a list of {name, namespace}." },
	{ "healthStatus", "Their health: a map of namespace/name to status." },
	{ 0 },
};

/* One look at all of them. */
struct argocd_wait_look {
	struct step_run *r;
	struct update_port port;
	struct argocd_live live;        /* its notes: also since when operations have not begun, ticks */
	bool is_deaf;                   /* Argo CD did not answer when it was nudged */
	struct value *apps, *health;
	size_t waiting;                 /* reasons to wait */
	const char *first;              /* of them */
};

static void wait_for(struct argocd_wait_look *l, const char *what)
{
	if (!l->waiting++)
		l->first = what;
}

static int condition_of(const char *name)
{
	for (int i = 0; conditions[i]; i++)
		if (strcmp(conditions[i], name) == 0)
			return i;
	return -1;
}

static unsigned wanted_of(const struct value *entry)
{
	const struct value *list = value_get(entry, "waitFor");
	unsigned wanted = 0;

	for (size_t i = 0; i < value_count(list); i++) {
		int c = condition_of(value_text(value_at(list, i), ""));
		wanted |= c < 0 ? 0 : 1u << c;
	}
	return wanted ? wanted : WANT_HEALTH | WANT_SYNC | WANT_OPERATION;
}

static bool is_operating(const struct value *object)
{
	const struct value *state = value_path(object, "status.operationState");

	return value_count(value_get(object, "operation")) ||
	       (value_is(state, VALUE_MAP) && !*value_path_text(state, "finishedAt", ""));
}

/* The status describes a time before the newest operation ended. */
static bool argocd_wait_is_stale(const struct value *object)
{
	int64_t finished, reconciled;

	if (!clock_parse(value_path_text(object, "status.operationState.finishedAt", ""), &finished))
		return false;
	return !clock_parse(value_path_text(object, "status.reconciledAt", ""), &reconciled) ||
	       reconciled < finished;
}

static bool has_wanted_health(unsigned wanted, const char *health)
{
	if (!(wanted & (WANT_HEALTH | WANT_SUSPENDED | WANT_DEGRADED)))
		return true;
	return ((wanted & WANT_HEALTH) && strcmp(health, "Healthy") == 0) ||
	       ((wanted & WANT_SUSPENDED) && strcmp(health, "Suspended") == 0) ||
	       ((wanted & WANT_DEGRADED) && strcmp(health, "Degraded") == 0);
}

static bool has_turned_bad(const struct argocd_wait_look *l, const char *key, unsigned wanted,
			   const char *health)
{
	const char *before = value_text(value_get(value_get(l->r->before, "healthStatus"), key), "");

	return (wanted & WANT_HEALTH) && !(wanted & WANT_DEGRADED) && strcmp(health, "Degraded") == 0 &&
	       *before && strcmp(before, "Degraded") != 0 && strcmp(before, "Unknown") != 0;
}

/* What Argo CD cannot compare will not become right by waiting, unless something behind it is only down. */
static bool check_errors(struct argocd_wait_look *l, const struct value *object, const char *key,
			 struct err *e)
{
	static const char *const types[] = { "ComparisonError", "InvalidSpecError" };

	for (size_t i = 0; i < COUNTOF(types); i++) {
		const char *message = application_condition(object, types[i]);

		if (message && outage_words(message))
			wait_for(l, str_format(l->r->arena, "application '%s': %s: %.200s", key, types[i],
					       message));
		else if (message)
			return err_set(e, ERR_CONFIG, "application '%s': %s: %.600s", key, types[i], message);
	}
	return true;
}

static void report_application(struct argocd_wait_look *l, const struct value *object)
{
	struct arena *a = l->r->arena;
	struct value *out = value_map(a);

	value_set(a, out, "name", value_string(a, value_path_text(object, "metadata.name", "")));
	value_set(a, out, "namespace", value_string(a, value_path_text(object, "metadata.namespace", "")));
	value_append(a, l->apps, out);
	value_set(a, l->health, application_key(a, object),
		  value_string(a, value_path_text(object, "status.health.status", "")));
}

static bool is_as_wanted(const struct value *object, unsigned wanted)
{
	bool on_health = wanted & (WANT_HEALTH | WANT_SUSPENDED | WANT_DEGRADED);

	return !((wanted & WANT_OPERATION) && is_operating(object)) &&
	       !(on_health && argocd_wait_is_stale(object)) &&
	       (!(wanted & WANT_SYNC) ||
		strcmp(value_path_text(object, "status.sync.status", ""), "Synced") == 0) &&
	       has_wanted_health(wanted, value_path_text(object, "status.health.status", ""));
}

/* Argo CD may have missed an operation, whoever asked for it; a look for another reason finds it. */
static void argocd_wait_nudge(struct argocd_wait_look *l, const struct value *object, const char *key)
{
	int64_t now = clock_ticks(), since = now;

	if (!l->live.notes)
		return;
	if (!operation_is_pending(object)) {
		value_remove(l->live.notes, key);
		return;
	}
	value_integer(value_get(l->live.notes, key), &since);
	if (now - since >= NUDGE_MS && !l->is_deaf) {
		l->is_deaf = !l->port.nudge(l->port.context, l->r->arena, object);
		since = now;
	}
	value_set(l->r->arena, l->live.notes, key, value_int(l->r->arena, since));
}

static bool argocd_wait_look_at(struct argocd_wait_look *l, const struct value *object,
				unsigned wanted, struct err *e)
{
	struct arena *a = l->r->arena;
	const char *key = application_key(a, object);
	bool on_health = wanted & (WANT_HEALTH | WANT_SUSPENDED | WANT_DEGRADED);
	struct value *fresh = NULL;

	if (!check_errors(l, object, key, e))
		return false;
	/* A refresh leaves a mark on the application, which a plan must not. */
	if (on_health && argocd_wait_is_stale(object) && !is_operating(object) && !l->r->plan)
		fresh = argocd_live_refreshed(l->r, a, object);
	object = fresh ? fresh : object;
	report_application(l, object);
	if (wanted & WANT_OPERATION)
		argocd_wait_nudge(l, object, key);
	if (has_turned_bad(l, key, wanted, value_path_text(object, "status.health.status", "")))
		return err_set(e, ERR_REFUSED, "it turned Degraded while it was waited for: %s",
			       application_describe(a, object, NULL));
	if (!is_as_wanted(object, wanted))
		wait_for(l, application_describe(a, object, NULL));
	return true;
}

static bool look_at_named(struct argocd_wait_look *l, const struct argocd_id *id, unsigned wanted,
			  struct err *e)
{
	struct value *object = NULL;

	if (!l->port.get(l->port.context, l->r->arena, id, &object, e))
		return false;
	if (!object)
		return err_again(e, ERR_NOT_FOUND, "there is no application '%s'", id->name);
	return argocd_wait_look_at(l, object, wanted, e);
}

static bool look_at_entry(struct argocd_wait_look *l, const struct value *entry, struct err *e)
{
	const char *namespace = value_path_text(entry, "namespace", NULL);
	const char *name = value_path_text(entry, "name", "");
	const struct value *selector = value_get(entry, "selector"), *all = NULL;
	unsigned wanted = wanted_of(entry);
	size_t found = 0;

	namespace = namespace && *namespace ? namespace : NULL;
	if (*name)
		return look_at_named(l, &(struct argocd_id){ name, namespace, NULL }, wanted, e);
	if (!label_selector_is_valid(selector, e) ||
	    !l->port.list(l->port.context, l->r->arena, &(struct update_choice){ namespace, selector }, &all,
			   e))
		return false;
	for (size_t i = 0; i < value_count(all); i++) {
		if (!labels_match(selector, value_path(value_at(all, i), "metadata.labels")))
			continue;
		found++;
		if (!argocd_wait_look_at(l, value_at(all, i), wanted, e))
			return false;
	}
	return found > 0 || err_again(e, ERR_NOT_FOUND, "no application matches the selector");
}

static bool argocd_wait_check(const struct value *config, struct err *e)
{
	const struct value *apps = value_get(config, "apps");

	for (size_t i = 0; i < value_count(apps); i++) {
		const struct value *list = value_get(value_at(apps, i), "waitFor");
		unsigned seen = 0;
		if (!argocd_check_choice(value_at(apps, i), i, e))
			return false;
		for (size_t k = 0; k < value_count(list); k++) {
			const char *name = value_text(value_at(list, k), "");
			int c = condition_of(name);
			if (c < 0 || seen & 1u << c)
				return err_set(e, ERR_CONFIG, "apps[%zu].waitFor[%zu]: %s '%s'; each of "
					       "health, sync, operation, suspended, degraded at most once",
					       i, k, c < 0 ? "unknown" : "twice", name);
			seen |= 1u << c;
		}
	}
	return true;
}

static bool look_at_all(struct argocd_wait_look *l, struct err *e)
{
	const struct value *apps = value_get(l->r->config, "apps");

	argocd_live_port(&l->live, &l->port);
	for (size_t i = 0; i < value_count(apps); i++)
		if (!look_at_entry(l, value_at(apps, i), e))
			return false;
	return true;
}

static bool argocd_wait_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct argocd_wait_look l = { .r = r,
				      .live = { r, r->memory ? value_copy(r->arena, r->memory)
							     : value_map(r->arena) },
				      .apps = value_list(r->arena),
				      .health = value_map(r->arena) };
	bool fine;

	if (argocd_live_missing(r, e))
		return false;
	result->memory = l.live.notes;
	fine = look_at_all(&l, e);
	step_output(r, result, "apps", l.apps);
	step_output(r, result, "healthStatus", l.health);
	if (!fine)
		return false;
	result->status = l.waiting ? STEP_RUNNING : STEP_SUCCEEDED;
	result->retry_after = l.waiting ? POLL_MS : 0;
	if (l.waiting)
		result->message = l.waiting == 1 ? l.first : str_format(r->arena, "%s; and %zu more", l.first,
									l.waiting - 1);
	return true;
}

/* What is in the way now may be out of it by then: steps before this one may make the application. */
static bool argocd_wait_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	struct argocd_wait_look l = { .r = r,
				      .live = { r, NULL },
				      .apps = value_list(r->arena),
				      .health = value_map(r->arena) };
	const char *names = argocd_live_names(r);

	result->is_unforeseen = true;
	if (argocd_live_missing(r, e))
		return false;
	if (look_at_all(&l, e))
		step_announce(r, result, "wait for %s", names);
	else
		step_announce(r, result, "wait for %s, which would fail as things are now: %s", names,
			      e->message);
	return true;
}

const struct step_def step_argocd_wait = {
	.kind = "argocd-wait",
	.summary = "Wait until Argo CD Applications are healthy, synced, or as wanted.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_ARGOCD,
	.timeout_s = 300,
	.check = argocd_wait_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = argocd_wait_rehearse,
	.run = argocd_wait_run,
};
