/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argocd-update over Applications in memory: what Kargo's own step did to the same ones. The port
 * writes as Kargo's one patch does, so that whole objects can be compared.
 */
#include "argocd/update.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/step.h"
#include "vectors.h"

#define PROJECT "demo"
#define STAGE "prod"
#define PROMOTION "prod.01hzzzzzzzzzzzzzzzzzzzzzzz.0123456"
#define NAMESPACE "argocd"

struct cluster {
	struct value *apps;             /* list */
	struct value *events;           /* list of texts */
	bool disabled;                  /* no Argo CD client */
};

static bool is_at(const struct value *app, const char *namespace, const char *name)
{
	return same_text(value_path_text(app, "metadata.namespace", ""),
			 namespace ? namespace : NAMESPACE) &&
	       (!name || same_text(value_path_text(app, "metadata.name", ""), name));
}

static bool get(void *context, struct arena *a, const struct argocd_id *id, struct value **app,
		struct err *e)
{
	struct cluster *c = context;

	(void)e;
	*app = NULL;
	for (size_t i = 0; i < value_count(c->apps); i++)
		if (is_at(value_at(c->apps, i), id->namespace, id->name))
			*app = value_copy(a, value_at(c->apps, i));
	return true;
}

static bool list(void *context, struct arena *a, const struct update_choice *choice,
		 const struct value **apps, struct err *e)
{
	struct cluster *c = context;
	struct value *out = value_list(a);

	(void)e;
	for (size_t i = 0; i < value_count(c->apps); i++)
		if (is_at(value_at(c->apps, i), choice->namespace, NULL))
			value_append(a, out, value_copy(a, value_at(c->apps, i)));
	*apps = out;
	return true;
}

static bool change(void *context, struct arena *a, const struct update_change *change,
		   struct err *e)
{
	struct cluster *c = context;
	struct value *app = NULL, *annotations;
	const char *namespace = value_path_text(change->app, "metadata.namespace", "");
	const char *name = value_path_text(change->app, "metadata.name", "");

	(void)e;
	for (size_t i = 0; i < value_count(c->apps); i++)
		if (is_at(value_at(c->apps, i), namespace, name))
			app = value_at(c->apps, i);
	annotations = value_path(app, "metadata.annotations");
	value_set(a, annotations, "argocd.argoproj.io/refresh", value_string(a, "hard"));
	if (change->sources && change->is_list)
		value_set(a, value_get(app, "spec"), "sources", change->sources);
	else if (change->sources)
		value_set(a, value_get(app, "spec"), "source", value_at(change->sources, 0));
	value_set(a, app, "operation", change->operation);
	if (value_get(app, "status"))
		value_remove(value_get(app, "status"), "operationState");
	value_append(a, c->events, value_string(a, str_format(a, "%s/%s OperationStarted: %s", namespace,
							      name, change->said)));
	return true;
}

static const char *status_name(enum step_status s)
{
	return s == STEP_RUNNING ? "Running" : s == STEP_SUCCEEDED ? "Succeeded" : "?";
}

/* The result in the form of "expect". */
static struct value *shown(struct arena *a, const struct cluster *c, const struct update_result *r)
{
	struct value *v = value_map(a), *output = value_map(a), *check = value_map(a);

	value_set(a, output, "apps", r->apps);
	value_set(a, check, "kind", value_string(a, "argocd-update"));
	value_set(a, check, "input", r->check);
	value_set(a, v, "status", value_string(a, status_name(r->status)));
	value_set(a, v, "output", output);
	value_set(a, v, "healthCheck", check);
	value_set(a, v, "apps", c->apps);
	if (value_count(c->events))
		value_set(a, v, "events", c->events);
	return v;
}

/* Runs the case; false with the error's kind. */
static bool run_case(struct arena *a, const struct value *input, struct cluster *c,
		     struct update_result *result, const char **kind, struct err *e)
{
	struct update_port port = { .context = c, .get = get, .list = list, .change = change };
	struct update_request rq = {
		.config = value_get(input, "config"), .project = PROJECT, .stage = STAGE,
		.promotion = PROMOTION, .actor = value_path_text(input, "actor", NULL),
	};

	*kind = "terminal";
	if (!params_check(&step_argocd_update, rq.config, e) || !step_argocd_update.check(rq.config, e))
		return false;
	if (c->disabled) {
		*kind = "retryable";
		return err_set(e, ERR_CONFIG, "no Argo CD");
	}
	if (argocd_update(a, &port, &rq, result, e))
		return true;
	*kind = e->again ? "retryable" : "terminal";
	return false;
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const struct value *input = value_get(line, "input"), *expect = value_get(line, "expect");
	const struct value *apps = value_get(input, "argocd"), *want_apps;
	const char *name = value_path_text(line, "name", ""), *kind;
	struct cluster c = { .apps = apps ? value_copy(a, apps) : value_list(a),
			     .events = value_list(a), .disabled = !apps };
	struct update_result result;
	struct err e = { 0 };
	bool ok = run_case(a, input, &c, &result, &kind, &e), right;

	(void)context;
	if (value_truth(value_get(line, "bug"), false)) {
		/* Kargo crashed: succeeding as meant or refusing clearly are both fine. */
		if (ok || *e.message)
			vectors_better(v);
		else
			vectors_case(v, false, "%s: neither done nor refused", name);
		return;
	}
	if (ok) {
		struct value *got = shown(a, &c, &result);
		right = value_equal(got, expect);
		vectors_case(v, right, "%s\n\twant %s\n\tgot  %s", name,
			     expect ? json_text(a, expect, JSON_SORT_KEYS) : "an error",
			     json_text(a, got, JSON_SORT_KEYS));
		return;
	}
	want_apps = value_get(line, "apps");
	right = !expect && same_text(value_path_text(line, "error", ""), kind) &&
		(!value_count(want_apps) || value_equal(want_apps, c.apps)) &&
		value_count(value_get(line, "events")) == value_count(c.events);
	vectors_case(v, right, "%s\n\twant %s %s\n\tgot  %s %s", name,
		     value_path_text(line, "error", "success"),
		     value_path_text(line, "message", ""), kind, e.message);
}

void vectors_argocd(struct vectors *v)
{
	vectors_lines(v, "kargo/argocd-update.jsonl", one, NULL);
}
