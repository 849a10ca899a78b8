/* SPDX-License-Identifier: Apache-2.0 */
/* Ints wrap around, as Go's do; C's would be undefined, so they are added as unsigned. */
#include "expr/arithmetic.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "base/zone.h"
#include "expr/go_number.h"
#include "expr/go_time.h"
#include "expr/values.h"

bool is_integer(const struct expr_value *v)
{
	return v->kind == EXPR_INT && v->form != EXPR_MONTH && v->form != EXPR_WEEKDAY;
}

bool is_number(const struct expr_value *v)
{
	return v->kind == EXPR_FLOAT || is_integer(v);
}

double to_float(const struct expr_value *v)
{
	return v->kind == EXPR_FLOAT ? v->number : (double)v->integer;
}

int64_t to_int(const struct expr_value *v)
{
	return v->kind == EXPR_FLOAT ? go_int(v->number) : v->integer;
}

struct str join_text(struct arena *a, struct str l, struct str r)
{
	char *text = arena_alloc(a, l.len + r.len + 1);

	if (l.len)
		memcpy(text, l.at, l.len);
	if (r.len)
		memcpy(text + l.len, r.at, r.len);
	return (struct str){ text, l.len + r.len };
}

static bool of_ints(enum operator op, int64_t l, int64_t r, struct expr_value *out)
{
	uint64_t x = (uint64_t)l, y = (uint64_t)r;

	switch (op) {
	case OP_ADD:
		*out = expr_int((int64_t)(x + y));
		return true;
	case OP_SUBTRACT:
		*out = expr_int((int64_t)(x - y));
		return true;
	case OP_MULTIPLY:
		*out = expr_int((int64_t)(x * y));
		return true;
	case OP_MODULO:
		if (r == 0)
			return false;
		*out = expr_int(r == -1 ? 0 : l % r);
		return true;
	default:
		return false;
	}
}

static bool of_floats(enum operator op, double l, double r, struct expr_value *out)
{
	switch (op) {
	case OP_ADD:
		*out = expr_float(l + r);
		return true;
	case OP_SUBTRACT:
		*out = expr_float(l - r);
		return true;
	case OP_MULTIPLY:
		*out = expr_float(l * r);
		return true;
	case OP_DIVIDE:
		*out = expr_float(l / r);
		return true;
	case OP_POWER:
		*out = expr_float(go_power(l, r));
		return true;
	default:
		return false;
	}
}

/* With a float, a duration is no more than its nanoseconds. */
static bool of_durations(enum operator op, const struct expr_value *l, const struct expr_value *r,
			 struct expr_value *out)
{
	bool left = l->kind == EXPR_DURATION, right = r->kind == EXPR_DURATION;

	if (op == OP_MULTIPLY && (l->kind == EXPR_FLOAT || r->kind == EXPR_FLOAT)) {
		double x = left ? (double)l->integer : to_float(l);
		double y = right ? (double)r->integer : to_float(r);

		*out = expr_float(x * y);
		return true;
	}
	if (op != OP_MULTIPLY && !(left && right && (op == OP_ADD || op == OP_SUBTRACT)))
		return false;
	if (!of_ints(op, l->integer, r->integer, out))
		return false;
	out->kind = EXPR_DURATION;
	return true;
}

static bool of_times(struct arena *a, enum operator op, const struct expr_value *l,
		     const struct expr_value *r, struct expr_value *out)
{
	if (l->kind == EXPR_TIME && r->kind == EXPR_TIME && op == OP_SUBTRACT) {
		*out = expr_int(time_between(l->time, r->time));
		out->kind = EXPR_DURATION;
		return true;
	}
	if (l->kind == EXPR_TIME && r->kind == EXPR_DURATION &&
	    (op == OP_ADD || op == OP_SUBTRACT)) {
		*out = time_add(a, l->time, op == OP_ADD ? r->integer
						       : (int64_t)(0 - (uint64_t)r->integer));
		return true;
	}
	if (l->kind == EXPR_DURATION && r->kind == EXPR_TIME && op == OP_ADD) {
		*out = time_add(a, r->time, l->integer);
		return true;
	}
	return false;
}

bool arithmetic(struct arena *a, enum operator op, const struct expr_value *l,
		const struct expr_value *r, struct expr_value *out)
{
	bool spans = (l->kind == EXPR_DURATION || is_number(l)) &&
		     (r->kind == EXPR_DURATION || is_number(r));

	if (is_number(l) && is_number(r)) {
		if (is_integer(l) && is_integer(r) && op != OP_DIVIDE && op != OP_POWER)
			return of_ints(op, l->integer, r->integer, out);
		return of_floats(op, to_float(l), to_float(r), out);
	}
	if (spans)
		return of_durations(op, l, r, out);
	return of_times(a, op, l, r, out);
}

static bool arithmetic_decide(enum operator op, bool less, bool more, bool same)
{
	switch (op) {
	case OP_LESS:
		return less;
	case OP_MORE:
		return more;
	case OP_LESS_EQUAL:
		return less || same;
	default:
		return more || same;
	}
}

bool order(enum operator op, const struct expr_value *l, const struct expr_value *r, bool *out)
{
	int compared;

	if (is_number(l) && is_number(r) && !(is_integer(l) && is_integer(r))) {
		double x = to_float(l), y = to_float(r);

		*out = arithmetic_decide(op, x<y, x> y, x == y);
		return true;
	}
	if ((is_integer(l) && is_integer(r)) ||
	    (l->kind == EXPR_DURATION && r->kind == EXPR_DURATION))
		compared = (l->integer > r->integer) - (l->integer < r->integer);
	else if (l->kind == EXPR_STRING && r->kind == EXPR_STRING)
		compared = str_compare(l->string, r->string);
	else if (l->kind == EXPR_TIME && r->kind == EXPR_TIME)
		compared = time_compare(l->time, r->time);
	else
		return false;
	*out = arithmetic_decide(op, compared<0, compared> 0, compared == 0);
	return true;
}

/* Go's type of a list, where values read in place are []any. */
static enum expr_form form_of(const struct expr_value *v)
{
	if (v->kind == EXPR_BYTES)
		return EXPR_UINT8;
	return v->form == EXPR_TREE ? EXPR_PLAIN : v->form;
}

static bool arithmetic_is_list(const struct expr_value *v)
{
	return v->kind == EXPR_LIST || v->kind == EXPR_BYTES;
}

static bool deep_equal(const struct expr_value *l, const struct expr_value *r, size_t *work);

static bool equal_lists(const struct expr_value *l, const struct expr_value *r,
			bool (*same)(const struct expr_value *, const struct expr_value *, size_t *),
			size_t *work)
{
	size_t count = expr_count(l);

	if (count != expr_count(r))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct expr_value x = expr_at(l, i), y = expr_at(r, i);

		if (!same(&x, &y, work))
			return false;
	}
	return true;
}

static bool equal_maps(const struct expr_value *l, const struct expr_value *r, size_t *work)
{
	size_t count = expr_count(l);

	if (count != expr_count(r) || expr_is_nil(l) != expr_is_nil(r))
		return false;
	for (size_t i = 0; i < count; i++) {
		struct expr_member m = expr_member_at(l, i);
		struct expr_value other;

		if (!expr_lookup(r, &m.key, &other) || !deep_equal(&m.value, &other, work))
			return false;
	}
	return true;
}

static bool equal_objects(const struct expr_object *l, const struct expr_object *r, size_t *work)
{
	if (l == r)
		return true;
	if (l->class != r->class)
		return false;
	for (size_t i = 0; i < l->class->nfields; i++)
		if (!deep_equal(&l->fields[i], &r->fields[i], work))
			return false;
	return true;
}

/* Zones are compared by what they hold: loaded twice, a zone is still itself. */
static bool equal_zones(const struct zone *l, const struct zone *r)
{
	struct zone_span x, y;

	if (l == r)
		return true;
	if (!same_text(zone_name(l), zone_name(r)))
		return false;
	zone_at(l, 0, &x);
	zone_at(r, 0, &y);
	return x.offset == y.offset;
}

/* reflect.DeepEqual: types count. */
static bool deep_equal(const struct expr_value *l, const struct expr_value *r, size_t *work)
{
	++*work;
	if (l->kind != r->kind || form_of(l) != form_of(r))
		return false;
	switch (l->kind) {
	case EXPR_NIL:
		return true;
	case EXPR_BOOL:
		return l->boolean == r->boolean;
	case EXPR_FLOAT:
		return l->number == r->number;
	case EXPR_STRING:
	case EXPR_BYTES:
		*work += l->string.len / 64;
		return str_equal(l->string, r->string);
	case EXPR_LIST:
		return expr_is_nil(l) == expr_is_nil(r) && equal_lists(l, r, deep_equal, work);
	case EXPR_MAP:
		return equal_maps(l, r, work);
	case EXPR_TIME:
		return time_compare(l->time, r->time) == 0 && equal_zones(l->time->zone, r->time->zone);
	case EXPR_ZONE:
		return equal_zones(l->zone, r->zone);
	case EXPR_OBJECT:
		return equal_objects(l->object, r->object, work);
	case EXPR_FUNCTION:
		return false;
	default:
		return l->integer == r->integer;
	}
}

bool equal(const struct expr_value *l, const struct expr_value *r, size_t *work)
{
	++*work;
	if (is_number(l) && is_number(r)) {
		if (is_integer(l) && is_integer(r))
			return l->integer == r->integer;
		return to_float(l) == to_float(r);
	}
	if (l->kind == EXPR_TIME && r->kind == EXPR_TIME)
		return time_compare(l->time, r->time) == 0;
	if (arithmetic_is_list(l) && arithmetic_is_list(r)) {
		enum expr_form x = form_of(l), y = form_of(r);
		bool pairs = x == EXPR_PAIR || x == EXPR_PAIRS || y == EXPR_PAIR || y == EXPR_PAIRS;

		if (!pairs && (x == y || x == EXPR_PLAIN || y == EXPR_PLAIN))
			return equal_lists(l, r, equal, work);
	}
	if (expr_is_nil(l) && expr_is_nil(r))
		return true;
	return deep_equal(l, r, work);
}
