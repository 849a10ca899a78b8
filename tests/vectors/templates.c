/* SPDX-License-Identifier: Apache-2.0 */
/* Templates, Kargo's functions within them, and the criteria for making Freight. */
#include "vectors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/base64.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/criteria.h"
#include "expr/expr.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "expr/template.h"

static const int64_t now_ms = INT64_C(1800000000000);

static const char *kind_of(const struct value *v)
{
	if (v->kind == VALUE_FLOAT && !isfinite(v->number))
		return "nonfinite";
	return v->kind == VALUE_MAP ? "object" : v->kind == VALUE_LIST ? "array" :
						value_kind_name(v->kind);
}

static bool is_nonfinite(double number, const char *want)
{
	return isnan(number) ? strcmp(want, "NaN") == 0 :
	       isinf(number) && strcmp(want, number > 0 ? "+Inf" : "-Inf") == 0;
}

/* Compares with expect, expectB64 and type. */
static bool is_expected(struct arena *a, const struct value *got, const struct value *line)
{
	const char *type = value_text(value_get(line, "type"), NULL);
	const struct value *want = value_get(line, "expect");
	const struct value *bytes = value_get(line, "expectB64");
	struct str text;

	if (bytes)
		return value_is(got, VALUE_STRING) &&
		       base64_decode(a, bytes->string.at, bytes->string.len, &text) &&
		       str_equal(text, got->string);
	if (type && strcmp(type, kind_of(got)) != 0)
		return false;
	if (type && strcmp(type, "nonfinite") == 0)
		return is_nonfinite(got->number, value_text(want, ""));
	return value_equal(got, want);
}

static void report(struct vectors *v, struct arena *a, const struct value *line, bool fine,
		   const struct value *got, const struct err *e)
{
	const char *name = value_text(value_get(line, "name"), "");
	const struct value *want = value_get(line, "expect");
	const char *shown = fine && got ? json_text(a, got, JSON_SORT_KEYS) : NULL;

	if (fine && got && vectors_lost_digits(a, got, want))
		vectors_better(v);
	else if (value_get(line, "error"))
		vectors_case(v, !fine, "%s\n\twant an error (%s)\n\tgot %s", name,
			     value_text(value_get(line, "message"), ""), shown ? shown : "?");
	else
		vectors_case(v, fine && is_expected(a, got, line), "%s\n\twant %s\n\tgot %s", name,
			     want ? json_text(a, want, JSON_SORT_KEYS) : "?",
			     fine ? shown ? shown : "?" : e->message);
}

static void check_document(struct vectors *v, struct arena *a, const struct value *line,
			   const struct expr_env *env)
{
	const struct value *text = value_path(line, "input.jsonText");
	const char *want = value_text(value_get(line, "text"), NULL), *got;
	struct value *config = NULL, *out = NULL;
	struct err e = { 0 };
	bool fine = json_parse(a, text->string.at, text->string.len, &config, &e) &&
		    template_render_tree(a, config, env, &out, &e);

	if (!fine || !want) {
		report(v, a, line, fine, out, &e);
		return;
	}
	got = json_text(a, out, JSON_SORT_KEYS | JSON_ESCAPE_HTML);
	if (vectors_lost_digits(a, value_string(a, got), value_string(a, want))) {
		vectors_better(v);
		return;
	}
	vectors_case(v, same_text(got, want), "%s\n\twant %s\n\tgot %s",
		     value_text(value_get(line, "name"), ""), want, got);
}

static void check_template(struct vectors *v, struct arena *a, const struct value *line,
			   void *context)
{
	const struct value *text = value_path(line, "input.template");
	struct expr_env env = { .variables = value_path(line, "input.env"), .now_ms = now_ms };
	struct value *out = NULL;
	struct err e = { 0 };
	bool fine;

	(void)context;
	if (!text) {
		check_document(v, a, line, &env);
		return;
	}
	fine = template_render(a, text->string, &env, &out, &e);
	report(v, a, line, fine, out, &e);
}

void vectors_templates(struct vectors *v)
{
	vectors_lines(v, "kargo/templates.jsonl", check_template, NULL);
}

/* An object of the case's cluster. */
static bool find(void *context, struct arena *a, const struct kargo_wanted *wanted,
		 const struct value **out, struct err *e)
{
	const struct value *objects = value_get(context, "objects");

	(void)a, (void)e;
	*out = NULL;
	for (size_t i = 0; i < value_count(objects); i++) {
		const struct value *o = value_at(objects, i);

		if (strcmp(value_text(value_get(o, "kind"), ""), wanted->kind) == 0 &&
		    strcmp(value_path_text(o, "metadata.name", ""), wanted->name) == 0 &&
		    strcmp(value_path_text(o, "metadata.namespace", ""), wanted->shared ? "shared" : "demo") == 0)
			*out = o;
	}
	return true;
}

/* The case writes a Target with Go's names. */
static struct value *target_of(struct arena *a, const struct value *in)
{
	const struct value *target = value_get(in, "target");
	struct value *v = value_map(a);

	if (!value_is(target, VALUE_MAP))
		return NULL;
	if (value_get(target, "Params"))
		value_set(a, v, "params", value_get(target, "Params"));
	if (value_get(target, "Labels"))
		value_set(a, v, "labels", value_get(target, "Labels"));
	return v;
}

static struct kargo_scope scope_of(struct arena *a, const struct value *in)
{
	return (struct kargo_scope){
		.project = "demo",
		.stage = "prod",
		.promotion = "prod.01hzzzzzzzzzzzzzzzzzzzzzzz.0123456",
		.alias = value_text(value_get(in, "alias"), "step-1"),
		.ui_base_url = value_text(value_get(in, "uiBaseURL"), NULL),
		.actor = value_text(value_get(in, "actor"), NULL),
		.rollback = value_truth(value_get(in, "rollback"), false),
		.target_freight = value_get(in, "targetFreight"),
		.target_alias = value_text(value_get(in, "targetFreightAlias"), NULL),
		.freight_requests = value_get(in, "freightRequests"),
		.freight = value_get(in, "freight"),
		.vars = value_get(in, "vars"),
		.state = value_get(in, "state"),
		.step_metas = value_get(in, "stepMetas"),
		.target = target_of(a, in),
		.now_ms = now_ms,
		.find = find,
		.context = value_copy(a, in),
	};
}

/* {if, vars, config} of the case; an expression alone is a configuration's only member. */
static struct value *step_of(struct arena *a, const struct value *in, const char *where)
{
	struct value *step = value_map(a), *config = value_map(a);

	if (value_get(in, "stepVars"))
		value_set(a, step, "vars", value_get(in, "stepVars"));
	if (strcmp(where, "if") == 0)
		value_set(a, step, "if", value_get(in, "expr"));
	if (value_get(in, "config"))
		config = value_get(in, "config");
	else if (value_get(in, "expr"))
		value_set(a, config, "v", value_get(in, "expr"));
	value_set(a, step, "config", config);
	return step;
}

/* As a configuration sees them: ${{ vars }}. */
static bool all_variables(struct arena *a, const struct kargo_scope *scope, struct value *step,
			  struct value **out, struct err *e)
{
	struct value *config = value_map(a);

	value_set(a, config, "all", value_string(a, "${{ vars }}"));
	value_set(a, step, "config", config);
	if (!step_config(a, scope, step, out, e))
		return false;
	*out = value_get(*out, "all");
	return true;
}

static bool evaluate(struct arena *a, const struct value *in, const char *where,
		     struct value **out, struct err *e)
{
	struct kargo_scope scope = scope_of(a, in);
	struct value *step = step_of(a, in, where);
	bool truth = false;

	if (strcmp(where, "criteria") == 0) {
		struct criteria c = { .expression = value_text(value_get(in, "expr"), ""),
				      .discovered = value_get(in, "discovered"), .now_ms = now_ms };
		if (!criteria_hold(a, &c, &truth, e))
			return false;
		*out = value_bool(a, truth);
		return true;
	}
	if (strcmp(where, "if") == 0) {
		if (!step_condition(a, &scope, step, &truth, e))
			return false;
		*out = value_bool(a, truth);
		return true;
	}
	if (strcmp(where, "vars") == 0)
		return all_variables(a, &scope, step, out, e);
	if (!step_config(a, &scope, step, out, e))
		return false;
	if (!*out)
		*out = value_null(a);
	else if (!value_get(in, "config"))
		*out = value_get(*out, "v");
	return true;
}

static void check_function(struct vectors *v, struct arena *a, const struct value *line,
			   void *context)
{
	const struct value *in = value_get(line, "input");
	const char *where = value_text(value_get(in, "where"), "config");
	struct value *out = NULL;
	struct err e = { 0 };
	bool fine = evaluate(a, in, where, &out, &e);

	(void)context;
	report(v, a, line, fine, out, &e);
}

void vectors_functions(struct vectors *v)
{
	vectors_lines(v, "kargo/functions.jsonl", check_function, NULL);
}
