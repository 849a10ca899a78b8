/* SPDX-License-Identifier: Apache-2.0 */
/* Looking into values: a.b, a[b], a[b:c], x in a, and calling what was found. */
#include "expr/run.h"

#include <stdlib.h>

#include "base/arena.h"
#include "expr/arithmetic.h"
#include "expr/names.h"
#include "expr/types.h"
#include "expr/values.h"

bool run_find_member(struct evaluation *r, const struct expr_value *base, struct str name,
		     struct expr_value *out)
{
	const struct expr_class *class = base->kind == EXPR_OBJECT ? base->object->class : NULL;
	const struct expr_method *method = method_find(base->kind, base->form, class, name);

	if (method) {
		*out = (struct expr_value){ .kind = EXPR_FUNCTION };
		out->function.method = method;
		out->function.self = arena_copy(r->a, base, sizeof(*base));
		return true;
	}
	for (size_t i = 0; class && i < class->nfields; i++) {
		if (str_is(name, class->fields[i].name)) {
			*out = base->object->fields[i];
			return true;
		}
	}
	return false;
}

static bool fetch_no_member(struct evaluation *r, const struct expr_value *base,
			    const struct expr_value *key)
{
	if (key->kind == EXPR_STRING)
		return run_fail(r, "%s has no \"%.*s\"", expr_type_name(base),
				(int)(key->string.len < 80 ? key->string.len : 80), key->string.at);
	return run_fail(r, "%s has no element at %s", expr_type_name(base), expr_type_name(key));
}

static bool fetch_index(struct evaluation *r, const struct expr_value *base,
			const struct expr_value *key, struct expr_value *out)
{
	size_t count = base->kind == EXPR_STRING ? base->string.len : expr_count(base);
	struct expr_value bytes = *base;
	int64_t index;

	if (!is_number(key))
		return run_fail(r, "an index is an int, not %s", expr_type_name(key));
	index = to_int(key);
	if (index < 0)
		index += (int64_t)count;
	if (index < 0 || (uint64_t)index >= count)
		return run_fail(r, "no element %lld in a list of %zu", (long long)to_int(key), count);
	if (base->kind == EXPR_STRING)
		bytes.kind = EXPR_BYTES;
	*out = expr_at(&bytes, (size_t)index);
	return true;
}

bool run_fetch(struct evaluation *r, const struct expr_value *base, const struct expr_value *key,
	       struct expr_value *out)
{
	if (key->kind == EXPR_STRING && run_find_member(r, base, key->string, out))
		return true;
	switch (base->kind) {
	case EXPR_STRING:
	case EXPR_BYTES:
	case EXPR_LIST:
		return fetch_index(r, base, key, out);
	case EXPR_MAP:
		if (!expr_takes_key(base, key))
			return run_fail(r, "%s cannot be a key of the map", expr_type_name(key));
		if (!expr_lookup(base, key, out))
			*out = expr_absent(base);
		return true;
	default:
		return fetch_no_member(r, base, key);
	}
}

static int64_t fetch_bound(int64_t index, size_t length)
{
	if (index < 0)
		index += (int64_t)length;
	if (index < 0)
		return 0;
	return index;
}

static struct expr_value fetch_part_of(struct evaluation *r, const struct expr_value *base,
				       size_t from, size_t to)
{
	struct expr_value out = *base;

	if (base->kind == EXPR_STRING || base->kind == EXPR_BYTES) {
		out.string = (struct str){ base->string.at + from, to - from };
	} else if (base->form == EXPR_RANGE) {
		out.range.first += (int64_t)from;
		out.range.count = to - from;
	} else if (base->form == EXPR_TREE) {
		struct expr_list *list = arena_alloc(r->a, sizeof(*list));

		list->count = to - from;
		list->items = arena_array(r->a, list->count, sizeof(*list->items));
		for (size_t i = from; i < to; i++)
			list->items[i - from] = expr_at(base, i);
		out.form = EXPR_PLAIN;
		out.list = list;
	} else if (base->list) {
		struct expr_list *list = arena_alloc(r->a, sizeof(*list));

		list->count = to - from;
		list->items = base->list->items + from;
		out.list = list;
	}
	return out;
}

bool run_slice(struct evaluation *r, const struct expr_value *base, const struct expr_value *from,
	       const struct expr_value *to, struct expr_value *out)
{
	bool text = base->kind == EXPR_STRING;
	size_t length = text ? base->string.len : expr_count(base);
	int64_t start, end;

	if (!text && base->kind != EXPR_BYTES && base->kind != EXPR_LIST)
		return run_fail(r, "%s cannot be sliced", expr_type_name(base));
	if ((from && !is_number(from)) || (to && !is_number(to)))
		return run_fail(r, "the bounds of a slice are ints");
	start = from ? fetch_bound(to_int(from), length) : 0;
	end = to ? fetch_bound(to_int(to), length) : (int64_t)length;
	if (end > (int64_t)length)
		end = (int64_t)length;
	if (start > end)
		start = end;
	*out = fetch_part_of(r, base, (size_t)start, (size_t)end);
	return base->form != EXPR_TREE || base->kind != EXPR_LIST ||
	       run_charge(r, (size_t)(end - start) / 4);
}

/* A literal list of ints or strings is a Go map: nil stands for 0 or "", others fail. */
static bool fetch_look_up(struct evaluation *r, const struct node *n,
			  const struct expr_value *needle, const struct expr_value *in, bool *out)
{
	struct expr_value key = *needle;

	if (needle->kind == EXPR_NIL)
		key = n->mode == MODE_INTS ? expr_int(0) : expr_string("", 0);
	if (key.form != EXPR_PLAIN || key.kind != (n->mode == MODE_INTS ? EXPR_INT : EXPR_STRING))
		return run_fail(r, "%s cannot be in this list", expr_type_name(needle));
	*out = false;
	for (size_t i = 0; i < expr_count(in) && !*out; i++) {
		struct expr_value item = expr_at(in, i);

		*out = n->mode == MODE_INTS ? item.integer == key.integer
					    : str_equal(item.string, key.string);
	}
	return run_charge(r, expr_count(in) / 8);
}

static bool find_in_list(struct evaluation *r, const struct expr_value *needle,
			 const struct expr_value *in, bool *out)
{
	size_t work = 0;

	*out = false;
	for (size_t i = 0; i < expr_count(in) && !*out; i++) {
		struct expr_value item = expr_at(in, i);

		*out = equal(&item, needle, &work);
		if (work > 1000) {
			if (!run_charge(r, work))
				return false;
			work = 0;
		}
	}
	return run_charge(r, work);
}

bool run_in(struct evaluation *r, const struct node *n, const struct expr_value *needle,
	    const struct expr_value *in, bool *out)
{
	struct expr_value ignored;

	*out = false;
	if (n->mode != MODE_ANY)
		return fetch_look_up(r, n, needle, in, out);
	switch (in->kind) {
	case EXPR_NIL:
		return true;
	case EXPR_LIST:
	case EXPR_BYTES:
		return find_in_list(r, needle, in, out);
	case EXPR_MAP:
		if (!expr_takes_key(in, needle))
			return run_fail(r, "%s cannot be a key of the map", expr_type_name(needle));
		*out = expr_lookup(in, needle, &ignored);
		return true;
	case EXPR_TIME:
	case EXPR_OBJECT:
		if (needle->kind != EXPR_STRING)
			return run_fail(r, "%s cannot be a field", expr_type_name(needle));
		*out = in->kind == EXPR_OBJECT && run_find_member(r, in, needle->string, &ignored) &&
		       ignored.kind != EXPR_FUNCTION;
		return true;
	default:
		return run_fail(r, "nothing can be in %s", expr_type_name(in));
	}
}

/* Whether reflection would accept the argument; nil becomes the parameter's zero value. */
static bool settle_argument(struct evaluation *r, struct expr_value *arg,
			    const struct expr_type *in)
{
	const struct expr_type *t;

	if (type_is_unknown(in))
		return true;
	if (arg->kind == EXPR_NIL) {
		*arg = (struct expr_value){ .kind = in->kind, .form = in->form };
		if (in->kind == EXPR_STRING)
			arg->string = (struct str){ "", 0 };
		return in->kind != EXPR_TIME && in->kind != EXPR_OBJECT && in->kind != EXPR_ZONE &&
		       in->kind != EXPR_FUNCTION;
	}
	if (type_is(in, EXPR_FLOAT) && is_integer(arg)) {
		*arg = expr_float((double)arg->integer);
		return true;
	}
	if (type_is_integer(in) && is_integer(arg)) {
		arg->form = in->form;
		return true;
	}
	t = type_of_value(r->a, arg);
	return type_fits(t, in);
}

bool run_call_value(struct evaluation *r, const struct expr_value *callee, struct expr_value *args,
		    size_t count, struct expr_value *out)
{
	const struct expr_method *method;
	const struct expr_signature *s;
	struct expr_call call;

	if (callee->kind != EXPR_FUNCTION)
		return run_fail(r, "%s cannot be called", expr_type_name(callee));
	method = callee->function.method;
	s = &method->signature;
	if (count < s->nparams - (size_t)abs(s->rest) || (s->rest < 1 && count > s->nparams))
		return run_fail(r, "%s() does not take %zu arguments", method->name, count);
	for (size_t i = 0; i < count; i++)
		if (!settle_argument(r, &args[i], s->params[i < s->nparams ? i : s->nparams - 1]))
			return run_fail(r, "%s() does not take %s here", method->name,
					expr_type_name(&args[i]));
	call = (struct expr_call){ r->env->ctx, callee->function.self, args, count };
	return method->call(r->a, &call, out, r->e) && run_charge(r, 10);
}
