/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builtins that take a closure. Its scope is open already when the third argument (the
 * order, the first accumulator) is evaluated: # in it is the first element.
 */
#include "base/arena.h"
#include "expr/arithmetic.h"
#include "expr/builtin.h"
#include "expr/builtins.h"
#include "expr/run.h"
#include "expr/values.h"

bool run_element(struct evaluation *r, struct expr_value *out)
{
	const struct scope *s = r->scope;

	if (s->index < 0 || (uint64_t)s->index >= s->count)
		return run_fail(r, "there is no element");
	if (s->list.kind == EXPR_MAP)
		return run_fail(r, "a map has no elements in order");
	*out = expr_at(&s->list, (size_t)s->index);
	return true;
}

static bool closure_yields(struct evaluation *r, const struct node *n, const struct expr_value *v)
{
	r->at = n->items[n->count > 1 ? 1 : 0];
	return v->kind == EXPR_BOOL ||
	       run_fail(r, "the closure must yield a bool, not %s", expr_type_name(v));
}

/* The closure's value for the element at hand; without a closure, the element. */
static bool run_body(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (n->count > 1)
		return r->walk(r, n->items[1], out);
	return run_element(r, out);
}

static bool closure_test(struct evaluation *r, const struct node *n, bool *out)
{
	struct expr_value v;

	if (!run_body(r, n, &v) || !closure_yields(r, n, &v))
		return false;
	*out = v.boolean;
	return true;
}

static bool closure_has_more(const struct scope *s)
{
	return s->index < (int64_t)s->count;
}

/* all, none, any: stop at the first that decides. */
static bool run_quantifier(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	enum closure which = n->builtin->closure;
	struct scope *s = r->scope;
	bool truth;

	for (; closure_has_more(s); s->index++) {
		if (!closure_test(r, n, &truth))
			return false;
		if (truth == (which != CLOSURE_ALL)) {
			*out = expr_bool(which == CLOSURE_ANY);
			return true;
		}
	}
	*out = expr_bool(which != CLOSURE_ANY);
	return true;
}

static bool run_count(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;
	int64_t count = 0;
	bool truth;

	for (; closure_has_more(s); s->index++) {
		if (!closure_test(r, n, &truth))
			return false;
		count += truth;
		if (truth && n->threshold && count >= n->threshold)
			break;
	}
	*out = n->builtin->closure == CLOSURE_ONE ? expr_bool(count == 1) : expr_int(count);
	return true;
}

/* What was found: the element, or what n->map makes of it. */
static bool closure_take(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (n->map)
		return r->walk(r, n->map, out);
	return run_element(r, out);
}

static bool run_filter(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;
	struct expr_value *items = NULL;
	size_t count = 0, room = 0;
	bool truth;

	for (; closure_has_more(s); s->index++) {
		if (!closure_test(r, n, &truth))
			return false;
		if (!truth)
			continue;
		if (count == room) {
			struct expr_value *old = items;

			room = room ? room * 2 : 8;
			items = arena_array(r->a, room, sizeof(*items));
			for (size_t i = 0; i < count; i++)
				items[i] = old[i];
		}
		if (!closure_take(r, n, &items[count++]))
			return false;
	}
	*out = expr_own_list(r->a, items, count, EXPR_PLAIN);
	return run_grow(r, count);
}

static bool closure_run_map(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;
	struct expr_value *items = arena_array(r->a, s->count, sizeof(*items));

	for (; closure_has_more(s); s->index++)
		if (!run_body(r, n, &items[s->index]))
			return false;
	*out = expr_own_list(r->a, items, s->count, EXPR_PLAIN);
	return run_grow(r, s->count);
}

static bool closure_add(struct evaluation *r, const struct node *n, const struct expr_value *item,
			struct expr_value *acc)
{
	struct expr_value sum;

	r->at = n;
	if (!arithmetic(r->a, OP_ADD, item, acc, &sum))
		return run_fail(r, "%s and %s cannot be added", expr_type_name(acc),
				expr_type_name(item));
	*acc = sum;
	return true;
}

static bool run_sum(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;
	struct expr_value item;

	s->acc = expr_int(0);
	for (; closure_has_more(s); s->index++)
		if (!run_body(r, n, &item) || !closure_add(r, n, &item, &s->acc))
			return false;
	*out = s->acc;
	return true;
}

static bool closure_run_find(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	enum closure which = n->builtin->closure;
	bool last = which == CLOSURE_FIND_LAST || which == CLOSURE_FIND_LAST_INDEX;
	bool index = which == CLOSURE_FIND_INDEX || which == CLOSURE_FIND_LAST_INDEX;
	struct scope *s = r->scope;
	bool truth;

	s->index = last ? (int64_t)s->count - 1 : 0;
	for (; s->index >= 0 && closure_has_more(s); s->index += last ? -1 : 1) {
		if (!closure_test(r, n, &truth))
			return false;
		if (!truth)
			continue;
		if (!index)
			return closure_take(r, n, out);
		*out = expr_int(s->index);
		return true;
	}
	*out = expr_nil();
	return !n->throws || run_fail(r, "no element is found");
}

static bool run_group_by(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_map *groups = expr_map_new(r->a);
	struct scope *s = r->scope;
	struct expr_value key;

	for (; closure_has_more(s); s->index++) {
		struct expr_member *m;
		struct expr_list *list;

		if (!run_body(r, n, &key))
			return false;
		r->at = n->items[1];
		if (!expr_can_be_key(&key))
			return run_fail(r, "%s cannot be a key", expr_type_name(&key));
		m = expr_map_find(groups, &key);
		if (!m) {
			expr_map_set(r->a, groups, key, expr_own_list(r->a, NULL, 0, EXPR_PLAIN));
			m = &groups->members[groups->count - 1];
		}
		list = arena_copy(r->a, m->value.list, sizeof(*list));
		if ((list->count & (list->count - 1)) == 0) {
			struct expr_value *old = list->items;

			list->items = arena_array(r->a, list->count ? list->count * 2 : 1,
						  sizeof(*old));
			for (size_t i = 0; i < list->count; i++)
				list->items[i] = old[i];
		}
		if (!run_element(r, &list->items[list->count++]))
			return false;
		m->value.list = list;
	}
	*out = expr_map(groups, EXPR_GROUPS);
	return true;
}

static bool run_sort_by(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;
	struct expr_value *items = arena_array(r->a, s->count, sizeof(*items));
	struct expr_value *keys = arena_array(r->a, s->count, sizeof(*keys));
	struct expr_value way = expr_text("asc");
	bool down;

	if (n->count > 2 && !r->walk(r, n->items[2], &way))
		return false;
	r->at = n;
	if (!sort_order(r, &way, &down))
		return false;
	for (; closure_has_more(s); s->index++) {
		if (!run_body(r, n, &keys[s->index]) || !run_element(r, &items[s->index]))
			return false;
	}
	r->at = n;
	if (!sort_values(r, items, keys, s->count, down) || !run_grow(r, s->count))
		return false;
	*out = expr_own_list(r->a, items, s->count, EXPR_PLAIN);
	return true;
}

static bool run_reduce(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope *s = r->scope;

	if (n->count > 2) {
		if (!r->walk(r, n->items[2], &s->acc))
			return false;
	} else {
		r->at = n;
		if (!s->count)
			return run_fail(r, "an empty list cannot be reduced without a first value");
		if (!run_element(r, &s->acc))
			return false;
		s->index = 1;
	}
	for (; closure_has_more(s); s->index++) {
		struct expr_value acc;

		if (!run_body(r, n, &acc))
			return false;
		s->acc = acc;
	}
	*out = s->acc;
	return true;
}

static bool run_which(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	switch (n->builtin->closure) {
	case CLOSURE_ALL:
	case CLOSURE_NO:
	case CLOSURE_ANY:
		return run_quantifier(r, n, out);
	case CLOSURE_ONE:
	case CLOSURE_COUNT:
		return run_count(r, n, out);
	case CLOSURE_FILTER:
		return run_filter(r, n, out);
	case CLOSURE_MAP:
		return closure_run_map(r, n, out);
	case CLOSURE_SUM:
		return run_sum(r, n, out);
	case CLOSURE_GROUP_BY:
		return run_group_by(r, n, out);
	case CLOSURE_SORT_BY:
		return run_sort_by(r, n, out);
	case CLOSURE_REDUCE:
		return run_reduce(r, n, out);
	default:
		return closure_run_find(r, n, out);
	}
}

/* Whatever has a length is run over; a string's elements are its bytes. */
static bool open_scope(struct evaluation *r, const struct node *n, struct scope *s)
{
	switch (s->list.kind) {
	case EXPR_STRING:
		s->list.kind = EXPR_BYTES;
		break;
	case EXPR_LIST:
	case EXPR_BYTES:
	case EXPR_MAP:
		break;
	default:
		return run_fail(r, "%s() takes a list, not %s", n->builtin->name,
				expr_type_name(&s->list));
	}
	s->count = expr_count(&s->list);
	return true;
}

bool run_closure(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct scope scope = { .outer = r->scope };
	bool ok;

	if (!r->walk(r, n->items[0], &scope.list))
		return false;
	r->at = n;
	if (!open_scope(r, n, &scope))
		return false;
	r->scope = &scope;
	ok = run_which(r, n, out);
	r->scope = scope.outer;
	return ok;
}
