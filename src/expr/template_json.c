/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maps are written with their keys sorted but structs in the order of their fields,
 * so a tree that holds both is put into order before it is written.
 */
#include "expr/template_functions.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/print.h"
#include "expr/values.h"

enum { MAX_DEPTH = 1000 };

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
