/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote() writes a text as Go's %q and anything else as JSON between quotes: the
 * quotes are what keeps a rendered text a text. asJSON() and asYAML() have them, too,
 * around a text that is not escaped. asYAML() sees Go's struct fields in lower case
 * and in their order, not the JSON names.
 */
#include "expr/template_functions.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "data/yaml.h"
#include "expr/print.h"
#include "expr/values.h"

enum { LARGEST = 16 << 20, MAX_DEPTH = 1000 };

static bool give_text(struct arena *a, const struct buf *b, struct expr_value *out, struct err *e)
{
	if (!buf_ok(b))
		return err_set(e, ERR_LIMIT, "the text becomes larger than %d MiB", LARGEST >> 20);
	*out = expr_string(buf_copy(b, a), b->len);
	return true;
}


static bool quote_json(struct arena *a, const struct expr_value *v, struct expr_value *out,
		       struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	buf_char(&b, '"');
	if (!template_json(a, &b, v, 0, e))
		return false;
	buf_char(&b, '"');
	return give_text(a, &b, out, e);
}

static bool call_quote(void *ctx, struct arena *a, const struct expr_value *self,
		       const struct expr_value *args, size_t nargs, struct expr_value *out,
		       struct err *e)
{
	AUTO(buf) struct buf b;

	(void)ctx, (void)self, (void)nargs;
	buf_init(&b, LARGEST);
	if (args[0].kind != EXPR_STRING)
		return quote_json(a, &args[0], out, e);
	go_quote(&b, args[0].string.at, args[0].string.len);
	return give_text(a, &b, out, e);
}

static bool call_unsafe_quote(void *ctx, struct arena *a, const struct expr_value *self,
			      const struct expr_value *args, size_t nargs, struct expr_value *out,
			      struct err *e)
{
	(void)ctx, (void)self, (void)nargs;
	return quote_json(a, &args[0], out, e);
}

static bool call_as_json(void *ctx, struct arena *a, const struct expr_value *self,
			 const struct expr_value *args, size_t nargs, struct expr_value *out,
			 struct err *e)
{
	AUTO(buf) struct buf b;

	(void)ctx, (void)self, (void)nargs;
	buf_init(&b, LARGEST);
	buf_char(&b, '"');
	if (!template_json(a, &b, &args[0], JSON_INDENT, e))
		return false;
	buf_text(&b, "\n\"");
	return give_text(a, &b, out, e);
}

static bool yaml_tree(struct arena *a, const struct expr_value *v, size_t depth,
		      struct value **out, struct err *e);

static bool yaml_list(struct arena *a, const struct expr_value *v, size_t depth,
		      struct value **out, struct err *e)
{
	struct value *list = value_list(a);

	for (size_t i = 0; i < expr_count(v); i++) {
		struct expr_value item = expr_at(v, i);
		struct value *tree;

		if (!yaml_tree(a, &item, depth, &tree, e))
			return false;
		value_append(a, list, tree);
	}
	*out = list;
	return true;
}

static bool yaml_map(struct arena *a, const struct expr_value *v, size_t depth,
		     struct value **out, struct err *e)
{
	struct value *map = value_map(a);

	for (size_t i = 0; i < expr_count(v); i++) {
		struct expr_member m = expr_member_at(v, i);
		struct value *tree;

		if (!yaml_tree(a, &m.value, depth, &tree, e))
			return false;
		value_set_n(a, map, expr_print(a, &m.key), tree);
	}
	yaml_sort_keys(map);
	*out = map;
	return true;
}

static bool yaml_object(struct arena *a, const struct expr_value *v, size_t depth,
			struct value **out, struct err *e)
{
	const struct expr_class *class = v->object->class;
	struct value *map = value_map(a);

	if (class->text) {
		struct str text = class->text(a, v->object);

		*out = value_string_n(a, text.at, text.len);
		return true;
	}
	for (size_t i = 0; i < class->nfields; i++) {
		struct value *tree;

		if (!yaml_tree(a, &v->object->fields[i], depth, &tree, e))
			return false;
		value_set(a, map, str_lower(a, class->fields[i].name), tree);
	}
	*out = map;
	return true;
}

static bool yaml_tree(struct arena *a, const struct expr_value *v, size_t depth,
		      struct value **out, struct err *e)
{
	if (depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "nested too deeply for YAML");
	switch (v->kind) {
	case EXPR_LIST:
		return yaml_list(a, v, depth + 1, out, e);
	case EXPR_MAP:
		return yaml_map(a, v, depth + 1, out, e);
	case EXPR_OBJECT:
		return yaml_object(a, v, depth + 1, out, e);
	case EXPR_FLOAT:
		*out = value_float(a, v->number);
		return true;
	case EXPR_DURATION: {
		struct str text = expr_print(a, v);

		*out = value_string_n(a, text.at, text.len);
		return true;
	}
	default:
		return expr_to_tree(a, v, out, e);
	}
}

static bool call_as_yaml(void *ctx, struct arena *a, const struct expr_value *self,
			 const struct expr_value *args, size_t nargs, struct expr_value *out,
			 struct err *e)
{
	AUTO(buf) struct buf b;
	struct value *tree;

	(void)ctx, (void)self, (void)nargs;
	buf_init(&b, LARGEST);
	buf_char(&b, '"');
	if (!yaml_tree(a, &args[0], 0, &tree, e))
		return false;
	if (args[0].kind == EXPR_TIME)  /* which YAML knows, so that it needs no quotes */
		buf_format(&b, "%s\n", value_text(tree, ""));
	else if (!yaml_write_with(&b, tree, YAML_KEEP_ORDER | YAML_GO_FLOATS, e))
		return false;
	buf_char(&b, '"');
	return give_text(a, &b, out, e);
}

#define FUNCTION(title, function) \
	{ title, { &expr_type_string, 1, false, { &expr_type_any } }, function }

static const struct expr_method functions[] = {
	FUNCTION("quote", call_quote),
	FUNCTION("unsafeQuote", call_unsafe_quote),
	FUNCTION("asYAML", call_as_yaml),
	FUNCTION("asJSON", call_as_json),
};

struct expr_env template_env(struct arena *a, const struct expr_env *env)
{
	struct expr_env full = *env;
	struct expr_method *all = arena_array(a, env->nfunctions + COUNTOF(functions), sizeof(*all));

	if (env->nfunctions)
		memcpy(all, env->functions, env->nfunctions * sizeof(*all));
	memcpy(all + env->nfunctions, functions, sizeof(functions));
	full.functions = all;
	full.nfunctions = env->nfunctions + COUNTOF(functions);
	return full;
}
