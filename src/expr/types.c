/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Go's type rules, for the handful of types that expressions meet. Unknown (NULL) and
 * interface{} are alike except for one thing: only the latter takes any value.
 */
#include "expr/types.h"

#include "base/arena.h"

#define TYPE(name, ...) const struct expr_type expr_type_##name = { __VA_ARGS__ }

TYPE(any, .any = true);
TYPE(nil, .kind = EXPR_NIL);
TYPE(bool, .kind = EXPR_BOOL);
TYPE(int, .kind = EXPR_INT);
TYPE(int64, .kind = EXPR_INT, .form = EXPR_INT64);
TYPE(uint8, .kind = EXPR_INT, .form = EXPR_UINT8);
TYPE(month, .kind = EXPR_INT, .form = EXPR_MONTH);
TYPE(weekday, .kind = EXPR_INT, .form = EXPR_WEEKDAY);
TYPE(float, .kind = EXPR_FLOAT);
TYPE(string, .kind = EXPR_STRING);
TYPE(bytes, .kind = EXPR_BYTES);
TYPE(list, .kind = EXPR_LIST);
TYPE(string_list, .kind = EXPR_LIST, .form = EXPR_STRINGS);
TYPE(int_list, .kind = EXPR_LIST, .form = EXPR_RANGE);
TYPE(pair, .kind = EXPR_LIST, .form = EXPR_PAIR);
TYPE(map, .kind = EXPR_MAP);
TYPE(string_map, .kind = EXPR_MAP, .form = EXPR_STRINGS);
TYPE(any_map, .kind = EXPR_MAP, .form = EXPR_ANY_KEYS);
TYPE(groups, .kind = EXPR_MAP, .form = EXPR_GROUPS);
TYPE(time, .kind = EXPR_TIME);
TYPE(duration, .kind = EXPR_DURATION);
TYPE(zone, .kind = EXPR_ZONE);

/* An element of which nothing is known, where NULL means the list's own element type. */
static const struct expr_type unknown_element = { .kind = EXPR_NIL };

enum go_kind type_kind(const struct expr_type *t)
{
	static const enum go_kind kinds[] = {
		[EXPR_NIL] = GO_NONE,
		[EXPR_BOOL] = GO_BOOL,
		[EXPR_INT] = GO_INT,
		[EXPR_FLOAT] = GO_FLOAT,
		[EXPR_STRING] = GO_STRING,
		[EXPR_BYTES] = GO_SLICE,
		[EXPR_LIST] = GO_SLICE,
		[EXPR_MAP] = GO_MAP,
		[EXPR_TIME] = GO_STRUCT,
		[EXPR_DURATION] = GO_INT64,
		[EXPR_ZONE] = GO_POINTER,
		[EXPR_FUNCTION] = GO_FUNCTION,
		[EXPR_OBJECT] = GO_STRUCT,
	};

	if (!t)
		return GO_NONE;
	if (t->any)
		return GO_ANY;
	if (t->form == EXPR_INT64)
		return GO_INT64;
	if (t->form == EXPR_UINT8)
		return GO_UINT8;
	if (t->form == EXPR_PAIR)
		return GO_ARRAY;
	return kinds[t->kind];
}

bool type_is_unknown(const struct expr_type *t)
{
	return !t || t->any;
}

bool type_is(const struct expr_type *t, enum expr_kind kind)
{
	return t && !t->any && t->kind == kind;
}

bool type_is_nil(const struct expr_type *t)
{
	return type_is(t, EXPR_NIL);
}

bool type_is_integer(const struct expr_type *t)
{
	return type_is(t, EXPR_INT) && t->form != EXPR_MONTH && t->form != EXPR_WEEKDAY;
}

bool type_is_number(const struct expr_type *t)
{
	return type_is_integer(t) || type_is(t, EXPR_FLOAT);
}

bool type_is_list(const struct expr_type *t)
{
	return type_is(t, EXPR_LIST) || type_is(t, EXPR_BYTES);
}

bool type_fits(const struct expr_type *from, const struct expr_type *to)
{
	if (!from || !to)
		return false;
	if (type_is_nil(from)) {
		enum go_kind kind = type_kind(to);

		return kind == GO_ANY || kind == GO_SLICE || kind == GO_MAP ||
		       kind == GO_FUNCTION || kind == GO_POINTER;
	}
	if (to->any)
		return true;
	return !from->any && from->kind == to->kind && from->form == to->form &&
	       from->class == to->class && from->signature == to->signature;
}

bool type_can_equal(const struct expr_type *a, const struct expr_type *b)
{
	if (type_is_unknown(a) || type_is_unknown(b) || type_is_nil(a) || type_is_nil(b))
		return true;
	return (type_is_number(a) && type_is_number(b)) || (type_is_list(a) && type_is_list(b)) ||
	       type_fits(a, b);
}

const struct expr_type *type_element(const struct expr_type *t)
{
	if (t->element)
		return t->element == &unknown_element ? NULL : t->element;
	if (t->kind == EXPR_BYTES)
		return &expr_type_uint8;
	switch (t->form) {
	case EXPR_STRINGS:
		return &expr_type_string;
	case EXPR_RANGE:
		return &expr_type_int;
	case EXPR_PAIRS:
		return &expr_type_pair;
	case EXPR_GROUPS:
		return &expr_type_list;
	default:
		return &expr_type_any;
	}
}

const struct expr_type *type_list_of(struct arena *a, const struct expr_type *element)
{
	struct expr_type *t = arena_alloc(a, sizeof(*t));

	*t = expr_type_list;
	t->element = element ? element : &unknown_element;
	return t;
}

const struct expr_type *type_plain(const struct expr_type *t)
{
	return type_is(t, EXPR_LIST) && t->form == EXPR_PLAIN ? &expr_type_list : t;
}

/* Where forms do not matter. */
static const struct expr_type *simple_type(enum expr_kind kind)
{
	static const struct expr_type *const types[] = {
		[EXPR_NIL] = &expr_type_nil,
		[EXPR_BOOL] = &expr_type_bool,
		[EXPR_INT] = &expr_type_int,
		[EXPR_FLOAT] = &expr_type_float,
		[EXPR_STRING] = &expr_type_string,
		[EXPR_BYTES] = &expr_type_bytes,
		[EXPR_LIST] = &expr_type_list,
		[EXPR_MAP] = &expr_type_map,
		[EXPR_TIME] = &expr_type_time,
		[EXPR_DURATION] = &expr_type_duration,
		[EXPR_ZONE] = &expr_type_zone,
		[EXPR_FUNCTION] = NULL,
		[EXPR_OBJECT] = NULL,
	};

	return types[kind];
}

const struct expr_type *type_of_value(struct arena *a, const struct expr_value *v)
{
	struct expr_type *t;

	if (v->form == EXPR_PLAIN || v->form == EXPR_TREE) {
		if (v->kind != EXPR_FUNCTION && v->kind != EXPR_OBJECT)
			return simple_type(v->kind);
	}
	t = arena_alloc(a, sizeof(*t));
	t->kind = v->kind;
	t->form = v->form;
	if (v->kind == EXPR_OBJECT)
		t->class = v->object->class;
	if (v->kind == EXPR_FUNCTION)
		t->signature = &v->function.method->signature;
	return t;
}

const char *type_name(const struct expr_type *t)
{
	struct expr_value v = { 0 };

	if (!t)
		return "unknown";
	if (t->any)
		return "any";
	if (t->kind == EXPR_OBJECT)
		return t->class ? t->class->name : "struct";
	v.kind = t->kind;
	v.form = t->form;
	return expr_type_name(&v);
}

const struct expr_type *type_field(const struct expr_type *t, struct str name)
{
	if (!type_is(t, EXPR_OBJECT) || !t->class)
		return NULL;
	for (size_t i = 0; i < t->class->nfields; i++)
		if (str_is(name, t->class->fields[i].name))
			return t->class->fields[i].type ? t->class->fields[i].type : &expr_type_any;
	return NULL;
}
