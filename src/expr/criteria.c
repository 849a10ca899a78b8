/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same function names as in steps, but over what was just discovered, with all
 * repositories compared in their normal form, and without any variable at all.
 */
#include "expr/criteria.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/go_text.h"
#include "data/url.h"
#include "data/value.h"
#include "expr/artifact.h"
#include "expr/expr.h"
#include "expr/print.h"

/* The first of the elements at key of the result whose repository this is, or NULL. */
static const struct value *
criteria_first_of(struct arena *a, const struct value *results, const char *key,
		  const char *(*normal)(struct arena *a, const char *url), const char *url)
{
	const char *want = normal(a, url);

	for (size_t i = 0; i < value_count(results); i++) {
		const struct value *one = value_at(results, i);

		if (strcmp(normal(a, value_get_text(one, "repoURL")), want) == 0 &&
		    value_count(value_get(one, key)))
			return value_at(value_get(one, key), 0);
	}
	return NULL;
}

static bool commit_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			struct err *e)
{
	(void)e;
	*out = artifact_value(a, &artifact_found_commit,
			      criteria_first_of(a, value_get(call->ctx, "git"), "commits", url_normal_git,
						str_text(a, call->args[0].string)));
	return true;
}

static bool criteria_image_from(struct arena *a, const struct expr_call *call,
				struct expr_value *out, struct err *e)
{
	(void)e;
	*out = artifact_value(a, &artifact_found_image,
			      criteria_first_of(a, value_get(call->ctx, "images"), "references",
						url_normal_image, str_text(a, call->args[0].string)));
	return true;
}

/* A chart's repository comes out in its normal form. */
static bool criteria_chart_from(struct arena *a, const struct expr_call *call,
				struct expr_value *out, struct err *e)
{
	const struct value *charts = value_get(call->ctx, "charts");
	const char *repo = url_normal_chart(a, str_text(a, call->args[0].string));
	const char *name = call->nargs > 1 ? str_text(a, call->args[1].string) : "";
	struct value *chart = NULL;

	(void)e;
	for (size_t i = 0; !chart && i < value_count(charts); i++) {
		const struct value *one = value_at(charts, i);
		const struct value *version = value_at(value_get(one, "versions"), 0);

		if (!version || strcmp(value_get_text(one, "name"), name) != 0 ||
		    strcmp(url_normal_chart(a, value_get_text(one, "repoURL")), repo) != 0)
			continue;
		chart = value_map(a);
		value_set(a, chart, "repoURL", value_string(a, repo));
		value_set(a, chart, "name", value_string(a, name));
		value_set(a, chart, "version", value_string(a, value_text(version, "")));
	}
	*out = artifact_value(a, &artifact_chart, chart);
	return true;
}

static bool artifact_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
			  struct err *e)
{
	const struct value *results = value_get(call->ctx, "results"), *found = NULL;

	(void)e;
	for (size_t i = 0; !found && i < value_count(results); i++) {
		const struct value *one = value_at(results, i);

		if (str_is(call->args[0].string, value_get_text(one, "name")))
			found = value_at(value_get(one, "artifactReferences"), 0);
	}
	*out = artifact_value(a, &artifact_other, found);
	return true;
}

#define TEXT &expr_type_string

static const struct expr_method functions[] = {
	{ "commitFrom", { &artifact_found_commit, 1, false, { TEXT } }, commit_from },
	{ "imageFrom", { &artifact_found_image, 1, false, { TEXT } }, criteria_image_from },
	{ "chartFrom", { &artifact_chart, 2, -1, { TEXT, TEXT } }, criteria_chart_from },
	{ "artifactFrom", { &artifact_other, 1, false, { TEXT } }, artifact_from },
};

bool criteria_hold(struct arena *a, const struct criteria *c, bool *out, struct err *e)
{
	struct expr_env env = {
		.unknown = EXPR_UNKNOWN_FAILS,
		.functions = functions,
		.nfunctions = COUNTOF(functions),
		.ctx = value_copy(a, c->discovered),
		.now_ms = c->now_ms,
		.load_zone = c->load_zone,
	};
	struct expr_value v;
	struct str text;

	assert(c->expression && out);
	if (!str_trim(str_of(c->expression)).len ||
	    (!value_count(value_get(c->discovered, "git")) &&
	     !value_count(value_get(c->discovered, "images")) &&
	     !value_count(value_get(c->discovered, "charts")))) {
		*out = true;
		return true;
	}
	if (!expr_eval(a, c->expression, &env, &v, e))
		return err_wrap(e, "freightCreationCriteria");
	if (v.kind == EXPR_BOOL) {
		*out = v.boolean;
		return true;
	}
	text = expr_print(a, &v);
	return go_bool(text.at, text.len, out) ||
	       err_set(e, ERR_CONFIG, "freightCreationCriteria is neither true nor false but %s",
		       str_clean(a, text.at, text.len, 120));
}
