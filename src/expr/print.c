/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values to text as fmt's %v has them, where maps are sorted by key, and to trees as
 * encoding/json writes them.
 */
#include "expr/print.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/zone.h"
#include "data/base64.h"
#include "data/go_text.h"
#include "data/value.h"
#include "expr/go_time.h"
#include "expr/type.h"
#include "expr/values.h"

enum { LONGEST = 32 << 20, DEEPEST = 1000 };

struct printer {
	struct arena *a;
	struct buf *b;
	unsigned depth;
};

static void print_print_all(struct printer *p, const struct expr_value *v);

static const char *list_name(const struct expr_value *v)
{
	switch (v->form) {
	case EXPR_RANGE:
		return "[]int";
	case EXPR_STRINGS:
		return "[]string";
	case EXPR_PAIRS:
		return "[][2]any";
	case EXPR_PAIR:
		return "[2]any";
	default:
		return "[]any";
	}
}

static const char *map_name(const struct expr_value *v)
{
	switch (v->form) {
	case EXPR_STRINGS:
		return "map[string]string";
	case EXPR_ANY_KEYS:
		return "map[any]any";
	case EXPR_GROUPS:
		return "map[any][]any";
	default:
		return "map[string]any";
	}
}

static const char *int_name(const struct expr_value *v)
{
	switch (v->form) {
	case EXPR_INT64:
		return "int64";
	case EXPR_UINT8:
		return "uint8";
	case EXPR_MONTH:
		return "time.Month";
	case EXPR_WEEKDAY:
		return "time.Weekday";
	default:
		return "int";
	}
}

const char *expr_type_name(const struct expr_value *v)
{
	switch (v->kind) {
	case EXPR_BOOL:
		return "bool";
	case EXPR_INT:
		return int_name(v);
	case EXPR_FLOAT:
		return "float64";
	case EXPR_STRING:
		return "string";
	case EXPR_BYTES:
		return "[]byte";
	case EXPR_LIST:
		return list_name(v);
	case EXPR_MAP:
		return map_name(v);
	case EXPR_TIME:
		return "time.Time";
	case EXPR_DURATION:
		return "time.Duration";
	case EXPR_ZONE:
		return "time.Location";
	case EXPR_FUNCTION:
		return "func";
	case EXPR_OBJECT:
		return v->object && v->object->class ? v->object->class->name : "struct";
	default:
		return "nil";
	}
}

static void print_int(struct printer *p, const struct expr_value *v)
{
	if (v->form == EXPR_MONTH && v->integer >= 1 && v->integer <= 12)
		buf_text(p->b, time_months[v->integer - 1]);
	else if (v->form == EXPR_WEEKDAY && v->integer >= 0 && v->integer <= 6)
		buf_text(p->b, time_weekdays[v->integer]);
	else
		buf_format(p->b, "%" PRId64, v->integer);
}

/* Go sorts keys of mixed types by type first; ints before floats before strings. */
static int print_by_key(const void *a, const void *b)
{
	const struct expr_member *x = a, *y = b;
	double l, m;

	if (x->key.kind != y->key.kind)
		return x->key.kind < y->key.kind ? -1 : 1;
	switch (x->key.kind) {
	case EXPR_STRING:
		return str_compare(x->key.string, y->key.string);
	case EXPR_FLOAT:
		l = x->key.number;
		m = y->key.number;
		return (l > m) - (l < m);
	case EXPR_BOOL:
		return x->key.boolean - y->key.boolean;
	case EXPR_INT:
	case EXPR_DURATION:
		return (x->key.integer > y->key.integer) - (x->key.integer < y->key.integer);
	default:
		return 0;
	}
}

static void print_map(struct printer *p, const struct expr_value *v)
{
	size_t count = expr_count(v);
	struct expr_member *members = arena_array(p->a, count, sizeof(*members));

	for (size_t i = 0; i < count; i++)
		members[i] = expr_member_at(v, i);
	qsort(members, count, sizeof(*members), print_by_key);
	buf_text(p->b, "map[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_char(p->b, ' ');
		print_print_all(p, &members[i].key);
		buf_char(p->b, ':');
		print_print_all(p, &members[i].value);
	}
	buf_char(p->b, ']');
}

static void print_list(struct printer *p, const struct expr_value *v)
{
	size_t count = expr_count(v);

	buf_char(p->b, '[');
	for (size_t i = 0; i < count && buf_ok(p->b); i++) {
		struct expr_value item = expr_at(v, i);

		if (i)
			buf_char(p->b, ' ');
		print_print_all(p, &item);
	}
	buf_char(p->b, ']');
}

static void print_object(struct printer *p, const struct expr_object *o)
{
	if (o->class->text) {
		struct str text = o->class->text(p->a, o);

		buf_add(p->b, text.at, text.len);
		return;
	}
	buf_char(p->b, '{');
	for (size_t i = 0; i < o->class->nfields; i++) {
		if (i)
			buf_char(p->b, ' ');
		print_print_all(p, &o->fields[i]);
	}
	buf_char(p->b, '}');
}

static void print_scalar(struct printer *p, const struct expr_value *v)
{
	char number[32];
	struct str text;

	switch (v->kind) {
	case EXPR_BOOL:
		buf_text(p->b, v->boolean ? "true" : "false");
		break;
	case EXPR_INT:
		print_int(p, v);
		break;
	case EXPR_FLOAT:
		go_number(v->number, number);
		buf_text(p->b, number);
		break;
	case EXPR_STRING:
		buf_add(p->b, v->string.at, v->string.len);
		break;
	case EXPR_TIME:
		text = time_format(p->a, v->time, str_of("2006-01-02 15:04:05.999999999 -0700 MST"));
		buf_add(p->b, text.at, text.len);
		break;
	case EXPR_DURATION:
		buf_text(p->b, duration_text(p->a, v->integer));
		break;
	case EXPR_ZONE:
		buf_text(p->b, zone_name(v->zone));
		break;
	case EXPR_FUNCTION:
		buf_text(p->b, "func");
		break;
	default:
		buf_text(p->b, "<nil>");
		break;
	}
}

static void print_print_all(struct printer *p, const struct expr_value *v)
{
	if (p->depth >= DEEPEST)
		return;
	p->depth++;
	if (v->kind == EXPR_MAP)
		print_map(p, v);
	else if (v->kind == EXPR_LIST || v->kind == EXPR_BYTES)
		print_list(p, v);
	else if (v->kind == EXPR_OBJECT)
		print_object(p, v->object);
	else
		print_scalar(p, v);
	p->depth--;
}

struct str expr_print(struct arena *a, const struct expr_value *v)
{
	AUTO(buf) struct buf b = { 0 };
	struct printer p = { .a = a, .b = &b };

	if (v->kind == EXPR_STRING)
		return v->string;
	buf_init(&b, LONGEST);
	print_print_all(&p, v);
	return (struct str){ buf_copy(&b, a), b.len };
}

static bool to_tree(struct arena *a, const struct expr_value *v, unsigned depth,
		    struct value **out, struct err *e);

static bool list_to_tree(struct arena *a, const struct expr_value *v, unsigned depth,
			 struct value **out, struct err *e)
{
	struct value *list = value_list(a), *item;

	for (size_t i = 0; i < expr_count(v); i++) {
		struct expr_value x = expr_at(v, i);

		if (!to_tree(a, &x, depth, &item, e))
			return false;
		value_append(a, list, item);
	}
	*out = list;
	return true;
}

static bool map_to_tree(struct arena *a, const struct expr_value *v, unsigned depth,
			struct value **out, struct err *e)
{
	struct value *map = value_map(a), *item;

	if (v->form == EXPR_ANY_KEYS || v->form == EXPR_GROUPS)
		return err_set(e, ERR_CONFIG, "JSON has no maps with keys that are not strings");
	for (size_t i = 0; i < expr_count(v); i++) {
		struct expr_member m = expr_member_at(v, i);

		if (!to_tree(a, &m.value, depth, &item, e))
			return false;
		value_set_n(a, map, m.key.string, item);
	}
	*out = map;
	return true;
}

/* Empty as omitempty has it. */
static bool print_is_empty(const struct expr_value *v)
{
	switch (v->kind) {
	case EXPR_NIL:
		return true;
	case EXPR_BOOL:
		return !v->boolean;
	case EXPR_INT:
	case EXPR_DURATION:
		return v->integer == 0;
	case EXPR_FLOAT:
		return v->number == 0;
	case EXPR_STRING:
		return v->string.len == 0;
	case EXPR_BYTES:
	case EXPR_LIST:
	case EXPR_MAP:
		return expr_count(v) == 0;
	case EXPR_OBJECT:
		/* A named string type, such as a status. */
		return v->object->class->nfields == 1 && v->object->fields[0].kind == EXPR_STRING &&
		       v->object->fields[0].string.len == 0;
	default:
		return false;
	}
}

static bool object_to_tree(struct arena *a, const struct expr_object *o, unsigned depth,
			   struct value **out, struct err *e)
{
	struct value *map, *item;

	if (o->class->text) {
		struct str text = o->class->text(a, o);

		*out = value_string_n(a, text.at, text.len);
		return true;
	}
	map = value_map(a);
	for (size_t i = 0; i < o->class->nfields; i++) {
		const struct expr_field *f = &o->class->fields[i];

		if (!f->json || (f->omit_empty && print_is_empty(&o->fields[i])))
			continue;
		if (!to_tree(a, &o->fields[i], depth, &item, e))
			return false;
		value_set(a, map, f->json, item);
	}
	*out = map;
	return true;
}

static bool time_to_tree(struct arena *a, const struct expr_time *t, struct value **out,
			 struct err *e)
{
	struct str text;

	if (!time_json(a, t, &text))
		return err_set(e, ERR_CONFIG, "JSON has no times of such a year or zone");
	*out = value_string_n(a, text.at, text.len);
	return true;
}

static bool scalar_to_tree(struct arena *a, const struct expr_value *v, struct value **out,
			   struct err *e)
{
	struct str text;

	switch (v->kind) {
	case EXPR_NIL:
		*out = value_null(a);
		return true;
	case EXPR_BOOL:
		*out = value_bool(a, v->boolean);
		return true;
	case EXPR_INT:
	case EXPR_DURATION:
		*out = value_int(a, v->integer);
		return true;
	case EXPR_FLOAT:
		if (!isfinite(v->number))
			return err_set(e, ERR_CONFIG, "JSON has no infinity and no NaN");
		*out = value_float(a, v->number);
		return true;
	case EXPR_STRING:
		*out = value_string_n(a, v->string.at, v->string.len);
		return true;
	case EXPR_BYTES:
		text = base64_encode(a, v->string);
		*out = value_string_n(a, text.at, text.len);
		return true;
	case EXPR_ZONE:
		*out = value_map(a);
		return true;
	default:
		return err_set(e, ERR_CONFIG, "JSON has no functions");
	}
}

static bool to_tree(struct arena *a, const struct expr_value *v, unsigned depth,
		    struct value **out, struct err *e)
{
	if (depth >= DEEPEST)
		return err_set(e, ERR_LIMIT, "a value is nested too deeply");
	if ((v->kind == EXPR_LIST || v->kind == EXPR_MAP) && expr_is_nil(v)) {
		*out = value_null(a);
		return true;
	}
	switch (v->kind) {
	case EXPR_LIST:
		return list_to_tree(a, v, depth + 1, out, e);
	case EXPR_MAP:
		return map_to_tree(a, v, depth + 1, out, e);
	case EXPR_OBJECT:
		return object_to_tree(a, v->object, depth + 1, out, e);
	case EXPR_TIME:
		return time_to_tree(a, v->time, out, e);
	default:
		return scalar_to_tree(a, v, out, e);
	}
}

bool expr_to_tree(struct arena *a, const struct expr_value *v, struct value **out, struct err *e)
{
	return to_tree(a, v, 0, out, e);
}
