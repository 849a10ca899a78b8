/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which artifact a promotion carries. Without an origin, the Warehouses of all
 * requested Freight are asked for subscriptions to the repository: more than one is
 * an error, even within one Warehouse, or when only one of them has Freight here.
 */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"
#include "expr/artifact.h"
#include "expr/function_calls.h"
#include "expr/scope.h"

enum class { CLASS_COMMIT, CLASS_IMAGE, CLASS_CHART, CLASS_OTHER };

/* What is looked for. */
struct origin_query {
	enum class class;
	const struct expr_value *origin; /* NULL: to be found out */
	const char *repo;               /* of CLASS_OTHER: the subscription's name */
	const char *chart;
};

static bool functions_freight_is_wanted(struct arena *a, const struct origin_query *w,
					const struct value *v)
{
	const char *repo = value_get_text(v, "repoURL");

	switch (w->class) {
	case CLASS_COMMIT:
		return strcmp(url_normal_git(a, repo), url_normal_git(a, w->repo)) == 0;
	case CLASS_IMAGE:
		return strcmp(repo, w->repo) == 0;
	case CLASS_CHART:
		return strcmp(repo, w->repo) == 0 &&
		       strcmp(value_get_text(v, "name"), w->chart) == 0;
	case CLASS_OTHER:
		return strcmp(value_get_text(v, "subscriptionName"), w->repo) == 0;
	}
	return false;
}

/* Any subscription type but the three that Kargo knows. */
static bool is_other(const struct value *subscription)
{
	return !value_get(subscription, "git") && !value_get(subscription, "image") &&
	       !value_get(subscription, "chart");
}

static size_t count_subscriptions(struct arena *a, const struct origin_query *w,
				  const struct value *warehouse)
{
	static const char *const keys[] = { "git", "image", "chart", "" };
	const struct value *all = value_path(warehouse, "spec.subscriptions");
	size_t count = 0;

	for (size_t i = 0; i < value_count(all); i++) {
		const struct value *one = value_at(all, i);
		const struct value *v = value_get(one, keys[w->class]);

		if (w->class == CLASS_OTHER)
			count += is_other(one) &&
				 strcmp(value_get_text(one, "name"), w->repo) == 0;
		else
			count += v && functions_freight_is_wanted(a, w, v);
	}
	return count;
}

static const char *functions_freight_describe(struct arena *a, const struct origin_query *w)
{
	static const char *const nouns[] = { "commit of", "image", "chart", "artifact of" };

	return str_format(a, "%s %s%s%s", nouns[w->class], w->repo, w->chart && *w->chart ? " " : "",
			  w->chart ? w->chart : "");
}

/* *out is the name of the one Warehouse that has it, NULL when none does. */
static bool find_origin(const struct functions *f, struct arena *a, const struct origin_query *w,
			const char **out, struct err *e)
{
	const struct value *requests = f->scope->freight_requests;

	*out = NULL;
	for (size_t i = 0; i < value_count(requests); i++) {
		const char *name = value_path_text(value_at(requests, i), "origin.name", "");
		struct kargo_wanted asked = { .kind = "Warehouse", .name = name };
		const struct value *warehouse = NULL;
		size_t count;

		if (f->scope->find && !f->scope->find(f->scope->context, a, &asked, &warehouse, e))
			return err_wrap(e, "looking for Warehouse '%s'", name);
		if (!warehouse)
			return err_set(e, ERR_NOT_FOUND, "there is no Warehouse '%s', from which this "
				       "stage requests freight", name);
		count = count_subscriptions(a, w, warehouse);
		if (!count)
			continue;
		if (*out || count > 1)
			return err_set(e, ERR_CONFIG,
				       "the %s may come from Warehouse '%s' or '%s'; say "
				       "which by warehouse(\"%s\") as the last argument",
				       functions_freight_describe(a, w), *out ? *out : name, name,
				       name);
		*out = name;
	}
	return true;
}

/* Of two pieces of one origin, which should not be, the later one counts. */
static const struct value *find_artifact(const struct functions *f, struct arena *a,
					 const struct origin_query *w, const char *origin)
{
	static const char *const keys[] = { "commits", "images", "charts", "artifacts" };
	const struct value *freight = f->scope->freight, *all = NULL;

	for (size_t i = 0; origin && i < value_count(freight); i++) {
		const struct value *one = value_at(freight, i);

		if (strcmp(value_path_text(one, "origin.name", ""), origin) == 0)
			all = value_get(one, keys[w->class]);
	}
	for (size_t i = 0; i < value_count(all); i++) {
		if (functions_freight_is_wanted(a, w, value_at(all, i)))
			return value_at(all, i);
	}
	return NULL;
}

static bool functions_freight_find(const struct functions *f, struct arena *a,
				   const struct origin_query *w, const struct value **out,
				   struct err *e)
{
	const char *name;

	if (w->origin) {
		*out = find_artifact(f, a, w, artifact_text(w->origin, "Name"));
		return true;
	}
	if (!find_origin(f, a, w, &name, e))
		return false;
	if (!name && w->class == CLASS_CHART)
		return err_set(e, ERR_NOT_FOUND, "no Warehouse that this stage requests freight from "
			       "subscribes to %s", functions_freight_describe(a, w));
	*out = find_artifact(f, a, w, name);
	return true;
}

/* (repo), (repo, origin) */
static bool functions_freight_call(struct arena *a, const struct expr_call *call, enum class class,
				   const struct value **out, struct err *e)
{
	struct origin_query w = { .class = class, .repo = str_text(a, call->args[0].string),
				  .origin = call->nargs > 1 ? &call->args[1] : NULL };

	return functions_freight_find(call->ctx, a, &w, out, e);
}

bool function_commit_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	const struct value *found;

	if (!functions_freight_call(a, call, CLASS_COMMIT, &found, e))
		return false;
	*out = artifact_value(a, &artifact_commit, found);
	return true;
}

bool function_image_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	const struct value *found;

	if (!functions_freight_call(a, call, CLASS_IMAGE, &found, e))
		return false;
	*out = artifact_value(a, &artifact_image, found);
	return true;
}

bool function_artifact_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			    struct err *e)
{
	const struct value *found;

	if (!functions_freight_call(a, call, CLASS_OTHER, &found, e))
		return false;
	*out = artifact_value(a, &artifact_other, found);
	return true;
}

static bool is_origin(const struct expr_value *v)
{
	return v->kind == EXPR_OBJECT && v->object->class == artifact_origin.class;
}

/* (repo), (repo, chart), (repo, origin), (repo, chart, origin) */
bool function_chart_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	bool has_origin = call->nargs > 1 && is_origin(&call->args[call->nargs - 1]);
	bool has_chart = call->nargs > 1 && call->args[1].kind == EXPR_STRING;
	struct origin_query w = { .class = CLASS_CHART, .repo = str_text(a, call->args[0].string),
				  .chart = "" };
	const struct value *found;

	if (call->nargs != (size_t)1 + has_origin + has_chart)
		return err_set(e, ERR_CONFIG, "chartFrom takes a repository, then perhaps the name of "
			       "the chart, then perhaps an origin");
	if (has_chart)
		w.chart = str_text(a, call->args[1].string);
	if (has_chart && has_origin && !*w.chart)
		return err_set(e, ERR_CONFIG, "the chart's name must not be empty");
	if (has_origin)
		w.origin = &call->args[call->nargs - 1];
	if (!functions_freight_find(call->ctx, a, &w, &found, e))
		return false;
	*out = artifact_value(a, &artifact_chart, found);
	return true;
}

bool function_warehouse(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	struct value *origin = value_map(a);

	if (!call->args[0].string.len)
		return err_set(e, ERR_CONFIG, "the name of a Warehouse must not be empty");
	value_set(a, origin, "kind", value_string(a, "Warehouse"));
	value_set(a, origin, "name", value_string_n(a, call->args[0].string.at, call->args[0].string.len));
	*out = artifact_value(a, &artifact_origin, origin);
	return true;
}
