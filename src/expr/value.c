/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values are built and looked into here. A tree is wrapped, never copied: an
 * environment of a thousand names costs nothing until a name is used.
 */
#include "expr/value.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "data/value.h"

struct expr_value expr_nil(void)
{
	return (struct expr_value){ .kind = EXPR_NIL };
}

struct expr_value expr_bool(bool boolean)
{
	return (struct expr_value){ .kind = EXPR_BOOL, .boolean = boolean };
}

struct expr_value expr_int(int64_t integer)
{
	return (struct expr_value){ .kind = EXPR_INT, .integer = integer };
}

struct expr_value expr_float(double number)
{
	return (struct expr_value){ .kind = EXPR_FLOAT, .number = number };
}

struct expr_value expr_string(const char *at, size_t len)
{
	return (struct expr_value){ .kind = EXPR_STRING, .string = { at, len } };
}

struct expr_value expr_text(const char *text)
{
	return text ? expr_string(text, strlen(text)) : expr_nil();
}

struct expr_value expr_tree(const struct value *v)
{
	const int64_t exact = INT64_C(1) << 53;

	switch (v ? v->kind : VALUE_NULL) {
	case VALUE_BOOL:
		return expr_bool(v->boolean);
	case VALUE_INT:
		/* Go's trees have floats only; one that would lose digits is an integer here. */
		return v->integer >= -exact && v->integer <= exact ? expr_float((double)v->integer)
								   : expr_int(v->integer);
	case VALUE_FLOAT:
		return expr_float(v->number);
	case VALUE_STRING:
		return expr_string(v->string.at, v->string.len);
	case VALUE_LIST:
		return (struct expr_value){ .kind = EXPR_LIST, .form = EXPR_TREE, .tree = v };
	case VALUE_MAP:
		return (struct expr_value){ .kind = EXPR_MAP, .form = EXPR_TREE, .tree = v };
	default:
		return v && v->boolean ? expr_map(NULL, EXPR_PLAIN) : expr_nil();
	}
}

struct expr_value expr_own_list(struct arena *a, struct expr_value *items, size_t count,
				enum expr_form form)
{
	struct expr_list *list = arena_alloc(a, sizeof(*list));

	*list = (struct expr_list){ count, items };
	return (struct expr_value){ .kind = EXPR_LIST, .form = form, .list = list };
}

struct expr_value expr_list(struct arena *a, const struct expr_value *items, size_t count)
{
	return expr_own_list(a, arena_copy(a, items, count * sizeof(*items)), count, EXPR_PLAIN);
}

struct expr_value expr_map(const struct expr_map *m, enum expr_form form)
{
	return (struct expr_value){ .kind = EXPR_MAP, .form = form, .map = m };
}

struct expr_value expr_object(struct arena *a, const struct expr_class *class,
			      const struct expr_value *fields, void *data)
{
	struct expr_object *o = arena_alloc(a, sizeof(*o));

	*o = (struct expr_object){ class, fields, data };
	return (struct expr_value){ .kind = EXPR_OBJECT, .object = o };
}

bool expr_is_nil(const struct expr_value *v)
{
	if (v->kind == EXPR_LIST)
		return v->form != EXPR_TREE && v->form != EXPR_RANGE && !v->list;
	if (v->kind == EXPR_MAP)
		return v->form != EXPR_TREE && !v->map;
	return v->kind == EXPR_NIL;
}

size_t expr_count(const struct expr_value *v)
{
	if (v->kind == EXPR_BYTES)
		return v->string.len;
	if (v->kind != EXPR_LIST && v->kind != EXPR_MAP)
		return 0;
	if (v->form == EXPR_TREE)
		return value_count(v->tree);
	if (v->form == EXPR_RANGE)
		return v->range.count;
	if (v->kind == EXPR_MAP)
		return v->map ? v->map->count : 0;
	return v->list ? v->list->count : 0;
}

struct expr_value expr_at(const struct expr_value *list, size_t index)
{
	assert(index < expr_count(list));
	if (list->kind == EXPR_BYTES) {
		struct expr_value byte = expr_int((unsigned char)list->string.at[index]);

		byte.form = EXPR_UINT8;
		return byte;
	}
	if (list->form == EXPR_TREE)
		return expr_tree(list->tree->list.items[index]);
	if (list->form == EXPR_RANGE)
		return expr_int(list->range.first + (int64_t)index);
	return list->list->items[index];
}
