/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's own functions, such as quote(), do not exist here: calling one fails. */
#include "steps/parse.h"

#include <assert.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/zone.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "expr/values.h"
#include "steps/text_file.h"

static const struct step_param output_fields[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The output." },
	{ .name = "fromExpression", .kind = PARAM_STRING,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY | PARAM_EXPRESSION,
	  .help = "An expression without ${{ }}; the file's top-level keys are its variables." },
	{ 0 },
};

const struct step_param parse_params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The file." },
	{ .name = "outputs", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .of = output_fields, .help = "What to take from it." },
	{ 0 },
};

const struct step_output parse_outputs[] = {
	{ "<name>", "The value of each expression, under its name." },
	{ 0 },
};

/* A tree whose whole numbers are Go's int64, which the evaluator's own trees are not. */
static struct expr_value with_integers(struct arena *a, const struct value *v)
{
	struct expr_value out, *items;
	struct expr_map *map;

	switch (v->kind) {
	case VALUE_INT:
		out = expr_int(v->integer);
		out.form = EXPR_INT64;
		return out;
	case VALUE_LIST:
		items = arena_array(a, v->list.count + 1, sizeof(*items));
		for (size_t i = 0; i < v->list.count; i++)
			items[i] = with_integers(a, v->list.items[i]);
		return expr_list(a, items, v->list.count);
	case VALUE_MAP:
		map = expr_map_new(a);
		for (size_t i = 0; i < v->map.count; i++) {
			struct str key = v->map.members[i].key;

			expr_map_set(a, map, expr_string(key.at, key.len),
				     with_integers(a, v->map.members[i].value));
		}
		return expr_map(map, EXPR_PLAIN);
	default:
		return expr_tree(v);
	}
}

/* What is not a map has no variables: naming one is an error. */
static struct expr_env env_of(struct arena *a, const struct value *root, bool integers)
{
	struct expr_env env = { .now_ms = clock_now(), .load_zone = zone_load };
	struct expr_variable *all;

	env.unknown = value_is(root, VALUE_MAP) ? EXPR_UNKNOWN_NIL : EXPR_UNKNOWN_FAILS;
	if (!value_is(root, VALUE_MAP)) {
		env.whole = root ? root : value_null(a);
		return env;
	}
	if (!integers) {
		env.variables = root;
		return env;
	}
	all = arena_array(a, root->map.count + 1, sizeof(*all));
	for (size_t i = 0; i < root->map.count; i++) {
		all[i].name = root->map.members[i].key.at;
		all[i].value = with_integers(a, root->map.members[i].value);
	}
	env.named = all;
	env.nnamed = root->map.count;
	return env;
}

static bool parse_evaluate(struct step_run *r, const struct expr_env *env, const struct value *wish,
			   struct step_result *result, struct err *e)
{
	const char *name = value_text(value_get(wish, "name"), "");
	const char *text = value_text(value_get(wish, "fromExpression"), "");
	struct expr_value found;
	struct value *v;

	if (!expr_eval(r->arena, text, env, &found, e) ||
	    !expr_to_tree(r->arena, &found, &v, e))
		return err_wrap(e, "output \"%s\"", name);
	step_output(r, result, name, v);
	return true;
}

static bool read_outputs(struct step_run *r, struct step_result *result,
			 const struct parse_format *format, struct err *e)
{
	const struct value *wishes = value_get(r->config, "outputs");
	const char *path = step_text(r, "path", "");
	struct expr_env env;
	struct value *root;
	struct str text;

	if (!text_file_read(r, path, &text, e))
		return false;
	if (!text.len)
		return err_set(e, ERR_CONFIG, "%s is empty", path);
	if (!format->read(r->arena, path, text, &root, e))
		return false;
	env = env_of(r->arena, root, format->integers);
	for (size_t i = 0; i < value_count(wishes); i++)
		if (!parse_evaluate(r, &env, value_at(wishes, i), result, e))
			return false;
	return true;
}

bool parse_run(struct step_run *r, struct step_result *result, const struct parse_format *format,
	       struct err *e)
{
	assert(format);
	if (read_outputs(r, result, format, e))
		return true;
	result->output = NULL;
	e->again = true;
	return false;
}
