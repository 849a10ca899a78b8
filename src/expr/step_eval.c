/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables are evaluated one after the other for each step again, so that a Secret
 * or metadata they read is fresh. Kargo sends the finished configuration through
 * YAML once more; what that does to it is done here as well.
 */
#include "expr/step_eval.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/artifact.h"
#include "expr/functions.h"
#include "expr/print.h"
#include "expr/reread.h"
#include "expr/scope.h"
#include "expr/template.h"
#include "expr/values.h"

enum { MAX_NAMES = 6 };

/* The variables of an environment as it grows. */
struct step_eval_names {
	struct expr_variable all[MAX_NAMES];
	size_t count;
};

static void step_eval_add_name(struct step_eval_names *n, const char *name, struct expr_value value)
{
	n->all[n->count++] = (struct expr_variable){ .name = name, .value = value };
}

static void step_eval_put(struct arena *a, struct value *map, const char *key, const char *text)
{
	value_set(a, map, key, value_string(a, text ? text : ""));
}

/* "email:a@b.c" names the claim that Kargo's user was known by. */
static const char *without_claim(const char *actor)
{
	const char *colon = actor ? strchr(actor, ':') : NULL;

	return colon ? colon + 1 : actor;
}

static struct value *target_freight(struct arena *a, const struct kargo_scope *scope)
{
	const struct value *freight = scope->target_freight;
	struct value *out = value_map(a), *origin = value_map(a);

	step_eval_put(
		a, out, "name",
		value_path_text(freight, "name", value_path_text(freight, "metadata.name", "")));
	step_eval_put(a, out, "alias",
		      scope->target_alias ? scope->target_alias
					  : value_path_text(freight, "alias", ""));
	step_eval_put(a, origin, "name", value_path_text(freight, "origin.name", ""));
	value_set(a, out, "origin", origin);
	return out;
}

static struct value *step_eval_context(struct arena *a, const struct kargo_scope *scope)
{
	struct value *ctx = value_map(a), *meta = value_map(a), *promotion = value_map(a),
		     *step = value_map(a);

	step_eval_put(a, ctx, "uiBaseUrl", scope->ui_base_url);
	step_eval_put(a, ctx, "project", scope->project);
	step_eval_put(a, ctx, "stage", scope->stage);
	step_eval_put(a, ctx, "promotion", scope->promotion);
	value_set(a, ctx, "targetFreight", target_freight(a, scope));
	step_eval_put(a, promotion, "actor", without_claim(scope->actor));
	value_set(a, promotion, "rollback", value_bool(a, scope->rollback));
	step_eval_put(a, step, "alias", scope->alias);
	value_set(a, meta, "promotion", promotion);
	value_set(a, meta, "step", step);
	value_set(a, ctx, "meta", meta);
	return ctx;
}

/* The outputs of the task that the step belongs to, under their short names; or NULL. */
static struct value *task_outputs(struct arena *a, const struct kargo_scope *scope)
{
	const char *alias = scope->alias ? scope->alias : "", *colons = strstr(alias, "::");
	size_t prefix = colons ? (size_t)(colons - alias) + 2 : 0;
	struct value *task, *outputs;

	if (!colons || strstr(colons + 2, "::"))
		return NULL;
	task = value_map(a);
	outputs = value_map(a);
	for (size_t i = 0; i < value_count(scope->state); i++) {
		const struct value_member *m = &scope->state->map.members[i];

		if (m->key.len > prefix && memcmp(m->key.at, alias, prefix) == 0)
			value_set_n(a, outputs, (struct str){ m->key.at + prefix, m->key.len - prefix },
				    m->value);
	}
	value_set(a, task, "outputs", outputs);
	return task;
}

static struct expr_value step_metas(struct arena *a, const struct kargo_scope *scope)
{
	struct expr_map *m = expr_map_new(a);

	for (size_t i = 0; i < value_count(scope->step_metas); i++) {
		const struct value *meta = value_at(scope->step_metas, i);

		expr_map_set(a, m, expr_text(value_text(value_get(meta, "alias"), "")),
			     artifact_value(a, &artifact_step_meta, meta));
	}
	return expr_map(m, EXPR_PLAIN);
}

/* What expressions see: Kargo's functions, names, and of these the variables, which grow. */
struct step_sight {
	struct functions *functions;
	struct step_eval_names names;
	struct value *vars;
};

static struct expr_env step_sight_env(const struct step_sight *s, bool with_status)
{
	struct expr_env env = functions_env(s->functions, with_status);

	env.named = s->names.all;
	env.nnamed = s->names.count;
	return env;
}

/* What only a step sees; vars of the Promotion are evaluated without. */
static void add_step_names(struct arena *a, const struct kargo_scope *scope,
			   struct step_eval_names *n)
{
	struct value *task = task_outputs(a, scope);

	step_eval_add_name(n, "outputs", expr_tree(scope->state ? scope->state : value_map(a)));
	step_eval_add_name(n, "stepMetas", step_metas(a, scope));
	if (task)
		step_eval_add_name(n, "task", expr_tree(task));
}

/* The variables grow while the list is gone through, and each sees those before it. */
static bool evaluate_vars(struct arena *a, const struct value *list, const struct step_sight *s,
			  struct err *e)
{
	struct expr_env env = step_sight_env(s, false);

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *one = value_at(list, i), *text = value_get(one, "value");
		const char *name = value_text(value_get(one, "name"), "");
		struct value *v;

		if (!value_is(text, VALUE_STRING))
			v = value_string(a, "");
		else if (!template_render(a, text->string, &env, &v, e))
			return err_wrap(e, "variable '%s'", name);
		value_set(a, s->vars, name, v);
	}
	return true;
}

static void step_eval_start(struct arena *a, const struct kargo_scope *scope, struct step_sight *s)
{
	*s = (struct step_sight){ .functions = functions_new(a, scope), .vars = value_map(a) };
	step_eval_add_name(&s->names, "vars", expr_tree(s->vars));
	step_eval_add_name(&s->names, "ctx", expr_tree(step_eval_context(a, scope)));
	if (scope->target)
		step_eval_add_name(&s->names, "target", expr_tree(scope->target));
}

/* Everything that the step's own expressions see. */
static bool step_eval_prepare(struct arena *a, const struct kargo_scope *scope,
			      const struct value *step, struct step_sight *s, struct err *e)
{
	step_eval_start(a, scope, s);
	if (!evaluate_vars(a, scope->vars, s, e))
		return false;
	add_step_names(a, scope, &s->names);
	return evaluate_vars(a, value_get(step, "vars"), s, e);
}

bool step_condition(struct arena *a, const struct kargo_scope *scope, const struct value *step,
		    bool *out, struct err *e)
{
	const struct value *text = value_get(step, "if");
	struct value *v;
	struct expr_env env;
	struct step_sight s;

	assert(scope && out);
	if (!value_is(text, VALUE_STRING) || !text->string.len) {
		*out = !scope_has_failed(scope);
		return true;
	}
	if (!step_eval_prepare(a, scope, step, &s, e))
		return false;
	env = step_sight_env(&s, true);
	if (!template_render(a, text->string, &env, &v, e))
		return err_wrap(e, "if");
	if (v->kind != VALUE_BOOL)
		return err_set(e, ERR_CONFIG, "if: is neither true nor false but a %s; write "
			       "if: ${{ … }}", value_kind_name(v->kind));
	*out = v->boolean;
	return true;
}

bool step_config(struct arena *a, const struct kargo_scope *scope, const struct value *step,
		 struct value **out, struct err *e)
{
	const struct value *config = value_get(step, "config");
	struct value *v;
	struct expr_env env;
	struct step_sight s;

	assert(scope && out);
	if (!config) {
		*out = value_map(a);
		return true;
	}
	if (config->kind != VALUE_MAP) {
		*out = NULL;
		return true;
	}
	if (!step_eval_prepare(a, scope, step, &s, e))
		return false;
	env = step_sight_env(&s, true);
	if (!template_render_tree(a, config, &env, &v, e))
		return err_wrap(e, "config");
	*out = reread(a, v);
	return true;
}

bool verification_text(struct arena *a, const struct kargo_scope *scope, const char *text,
		       const char **out, struct err *e)
{
	struct step_sight s = { .functions = functions_new(a, scope), .vars = value_map(a) };
	struct value *ctx = value_map(a), *v;
	struct expr_env env;

	step_eval_put(a, ctx, "project", scope->project);
	step_eval_put(a, ctx, "stage", scope->stage);
	step_eval_add_name(&s.names, "vars", expr_tree(s.vars));
	step_eval_add_name(&s.names, "ctx", expr_tree(ctx));
	if (!evaluate_vars(a, scope->vars, &s, e))
		return false;
	env = step_sight_env(&s, false);
	if (!template_render(a, str_of(text), &env, &v, e))
		return false;
	if (v->kind != VALUE_STRING)
		return err_set(e, ERR_CONFIG, "becomes a %s, but must stay a text; write quote(…)",
			       value_kind_name(v->kind));
	*out = v->string.at;
	return true;
}
