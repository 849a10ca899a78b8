/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quote() writes a text as Go's %q and anything else as JSON between quotes: the
 * quotes are what keeps a rendered text a text. asJSON() and asYAML() have them, too,
 * around a text that is not escaped. asYAML() sees Go's struct fields in lower case
 * and in their order, not the JSON names. JSON has the keys of maps sorted but fields in their
 * order, so that a tree with both is put into order before it is written.
 */
#include "expr/template_functions.h"

#include <stdlib.h>
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

static int template_json_by_key(const void *x, const void *y)
{
	return str_compare(((const struct value_member *)x)->key,
			   ((const struct value_member *)y)->key);
}

static void sort_members(struct value *map)
{
	if (map->map.count > 1)
		qsort(map->map.members, map->map.count, sizeof(*map->map.members),
		      template_json_by_key);
	map->map.index = NULL;  /* it holds positions */
}

/* Every map below is sorted. */
static void sort_all(struct value *v, size_t depth)
{
	if (depth > MAX_DEPTH)
		return;
	if (v->kind == VALUE_LIST) {
		for (size_t i = 0; i < v->list.count; i++)
			sort_all(v->list.items[i], depth + 1);
	} else if (v->kind == VALUE_MAP) {
		sort_members(v);
		for (size_t i = 0; i < v->map.count; i++)
			sort_all(v->map.members[i].value, depth + 1);
	}
}

/* Lists and maps in which objects can be. */
static bool template_json_is_plain(const struct expr_value *v)
{
	return (v->kind == EXPR_LIST || v->kind == EXPR_MAP) && v->form == EXPR_PLAIN;
}

static bool to_ordered(struct arena *a, const struct expr_value *v, size_t depth,
		       struct value **out, struct err *e)
{
	struct value *tree = v->kind == EXPR_LIST ? value_list(a) : value_map(a);

	if (depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "nested too deeply for JSON");
	for (size_t i = 0; template_json_is_plain(v) && i < expr_count(v); i++) {
		struct expr_member m = { 0 };
		struct value *item;

		if (v->kind == EXPR_MAP)
			m = expr_member_at(v, i);
		else
			m.value = expr_at(v, i);
		if (!to_ordered(a, &m.value, depth + 1, &item, e))
			return false;
		if (v->kind == EXPR_MAP)
			value_set_n(a, tree, expr_print(a, &m.key), item);
		else
			value_append(a, tree, item);
	}
	if (template_json_is_plain(v)) {
		if (v->kind == EXPR_MAP)
			sort_members(tree);
		*out = tree;
		return true;
	}
	if (!expr_to_tree(a, v, &tree, e))
		return false;
	tree = value_copy(a, tree);
	for (size_t i = 0; v->kind == EXPR_OBJECT && i < value_count(tree); i++)
		sort_all(tree->map.members[i].value, depth);
	if (v->kind != EXPR_OBJECT)
		sort_all(tree, depth);
	*out = tree;
	return true;
}

/* An object is all that needs an order of its own. */
static bool has_object(const struct expr_value *v, size_t depth)
{
	if (v->kind == EXPR_OBJECT || depth > MAX_DEPTH)
		return true;
	for (size_t i = 0; template_json_is_plain(v) && i < expr_count(v); i++) {
		struct expr_value item = v->kind == EXPR_MAP ? expr_member_at(v, i).value :
							       expr_at(v, i);

		if (has_object(&item, depth + 1))
			return true;
	}
	return false;
}

bool template_json(struct arena *a, struct buf *b, const struct expr_value *v, unsigned flags,
		   struct err *e)
{
	struct value *tree;

	/* What is nil, a nil map among them, is null: that is expr_to_tree's to know. */
	if (expr_is_nil(v) || !has_object(v, 0))
		return expr_to_tree(a, v, &tree, e) &&
		       json_write(b, tree, flags | JSON_SORT_KEYS | JSON_ESCAPE_HTML, e);
	return to_ordered(a, v, 0, &tree, e) && json_write(b, tree, flags | JSON_ESCAPE_HTML, e);
}

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

static bool call_quote(struct arena *a, const struct expr_call *call, struct expr_value *out,
		       struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	if (call->args[0].kind != EXPR_STRING)
		return quote_json(a, &call->args[0], out, e);
	go_quote(&b, call->args[0].string.at, call->args[0].string.len);
	return give_text(a, &b, out, e);
}

static bool call_unsafe_quote(struct arena *a, const struct expr_call *call,
			      struct expr_value *out, struct err *e)
{
	return quote_json(a, &call->args[0], out, e);
}

static bool call_as_json(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	buf_char(&b, '"');
	if (!template_json(a, &b, &call->args[0], JSON_INDENT, e))
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

static bool call_as_yaml(struct arena *a, const struct expr_call *call, struct expr_value *out,
			 struct err *e)
{
	AUTO(buf) struct buf b;
	struct value *tree;

	buf_init(&b, LARGEST);
	buf_char(&b, '"');
	if (!yaml_tree(a, &call->args[0], 0, &tree, e))
		return false;
	if (call->args[0].kind == EXPR_TIME)  /* which YAML knows, so that it needs no quotes */
		buf_format(&b, "%s\n", value_text(tree, ""));
	else if (!yaml_write_with(&b, tree, YAML_KEEP_ORDER | YAML_AS_GO, e))
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
