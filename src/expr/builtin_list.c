/* SPDX-License-Identifier: Apache-2.0 */
/* Lists and maps. Maps keep the order in which they were written; Go's have none. */
#include <string.h>

#include "base/arena.h"
#include "expr/arithmetic.h"
#include "expr/builtins.h"
#include "expr/run.h"
#include "expr/values.h"

enum { DEEPEST = 500 };

static bool builtin_list_is_list(const struct expr_value *v)
{
	return v->kind == EXPR_LIST || v->kind == EXPR_BYTES;
}

static bool need_list(struct evaluation *r, const char *name, const struct expr_value *v)
{
	return builtin_list_is_list(v) ||
	       run_fail(r, "%s() takes a list, not %s", name, expr_type_name(v));
}

static bool need_map(struct evaluation *r, const char *name, const struct expr_value *v)
{
	return v->kind == EXPR_MAP || run_fail(r, "%s() takes a map, not %s", name, expr_type_name(v));
}

/* first and last give nil where an index would fail. */
static bool end_of(struct evaluation *r, const struct expr_value *v, int64_t index,
		   struct expr_value *out)
{
	struct expr_value key = expr_int(index), found;
	size_t count = v->kind == EXPR_STRING ? v->string.len : expr_count(v);

	*out = expr_nil();
	if (v->kind == EXPR_MAP) {
		if (expr_takes_key(v, &key) && !expr_lookup(v, &key, out))
			*out = expr_absent(v);
		return true;
	}
	if ((!builtin_list_is_list(v) && v->kind != EXPR_STRING) || !count)
		return true;
	if (!run_fetch(r, v, &key, &found))
		return false;
	*out = found;
	return true;
}

bool builtin_first(struct evaluation *r, const struct expr_value *args, size_t count,
		   struct expr_value *out)
{
	(void)count;
	return end_of(r, &args[0], 0, out);
}

bool builtin_last(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	(void)count;
	return end_of(r, &args[0], -1, out);
}

/* As base[key], with nil for what is not there. */
bool builtin_get(struct evaluation *r, const struct expr_value *args, size_t count,
		 struct expr_value *out)
{
	const struct expr_value *base = &args[0], *key = &args[1];
	size_t length = base->kind == EXPR_STRING ? base->string.len : expr_count(base);
	int64_t index;

	(void)count;
	*out = expr_nil();
	if (base->kind == EXPR_NIL)
		return true;
	if (key->kind == EXPR_STRING && run_find_member(r, base, key->string, out))
		return true;
	if (base->kind == EXPR_MAP) {
		if (!expr_takes_key(base, key))
			return run_fail(r, "%s cannot be a key of the map", expr_type_name(key));
		if (!expr_lookup(base, key, out))
			*out = expr_nil();
		return true;
	}
	if (builtin_list_is_list(base) || base->kind == EXPR_STRING) {
		if (!is_number(key))
			return run_fail(r, "an index is an int, not %s", expr_type_name(key));
		index = to_int(key);
		index += index < 0 ? (int64_t)length : 0;
		return index < 0 || (uint64_t)index >= length || run_fetch(r, base, key, out);
	}
	if (base->kind == EXPR_OBJECT || base->kind == EXPR_TIME)
		return key->kind == EXPR_STRING ||
		       run_fail(r, "%s cannot be a field", expr_type_name(key));
	return true;
}

bool builtin_take(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	struct expr_value from = expr_int(0), to = args[1];

	(void)count;
	if (!need_list(r, "take", &args[0]))
		return false;
	if (args[0].form == EXPR_PAIR)
		return run_fail(r, "take() does not take a pair");
	if (to.kind != EXPR_DURATION && (to.kind != EXPR_INT || to.form == EXPR_UINT8))
		return run_fail(r, "take() takes an int, not %s", expr_type_name(&to));
	if (to.integer < 0)
		return run_fail(r, "take() of less than nothing");
	to = expr_int(to.integer);
	return run_slice(r, &args[0], &from, &to, out);
}

bool builtin_keys(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	size_t members = expr_count(&args[0]);
	struct expr_value *items;

	(void)count;
	if (!need_map(r, "keys", &args[0]) || !run_charge(r, members))
		return false;
	items = arena_array(r->a, members, sizeof(*items));
	for (size_t i = 0; i < members; i++)
		items[i] = expr_member_at(&args[0], i).key;
	*out = expr_own_list(r->a, items, members, EXPR_PLAIN);
	return true;
}

bool builtin_values(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	size_t members = expr_count(&args[0]);
	struct expr_value *items;

	(void)count;
	if (!need_map(r, "values", &args[0]) || !run_charge(r, members))
		return false;
	items = arena_array(r->a, members, sizeof(*items));
	for (size_t i = 0; i < members; i++)
		items[i] = expr_member_at(&args[0], i).value;
	*out = expr_own_list(r->a, items, members, EXPR_PLAIN);
	return true;
}

bool builtin_toPairs(struct evaluation *r, const struct expr_value *args, size_t count,
		     struct expr_value *out)
{
	size_t members = expr_count(&args[0]);
	struct expr_value *items, *pair;

	(void)count;
	if (!need_map(r, "toPairs", &args[0]) || !run_charge(r, members))
		return false;
	items = arena_array(r->a, members, sizeof(*items));
	for (size_t i = 0; i < members; i++) {
		struct expr_member m = expr_member_at(&args[0], i);

		pair = arena_array(r->a, 2, sizeof(*pair));
		pair[0] = m.key;
		pair[1] = m.value;
		items[i] = expr_own_list(r->a, pair, 2, EXPR_PAIR);
	}
	*out = expr_own_list(r->a, items, members, EXPR_PAIRS);
	return true;
}

bool builtin_fromPairs(struct evaluation *r, const struct expr_value *args, size_t count,
		       struct expr_value *out)
{
	struct expr_map *map = expr_map_new(r->a);

	(void)count;
	if (!need_list(r, "fromPairs", &args[0]) || !run_charge(r, expr_count(&args[0])))
		return false;
	for (size_t i = 0; i < expr_count(&args[0]); i++) {
		struct expr_value pair = expr_at(&args[0], i), key;

		if (!builtin_list_is_list(&pair) || expr_count(&pair) != 2)
			return run_fail(r, "fromPairs() takes pairs, not %s", expr_type_name(&pair));
		key = expr_at(&pair, 0);
		if (!expr_can_be_key(&key))
			return run_fail(r, "%s cannot be a key", expr_type_name(&key));
		expr_map_set(r->a, map, key, expr_at(&pair, 1));
	}
	*out = expr_map(map, EXPR_ANY_KEYS);
	return true;
}

bool builtin_reverse(struct evaluation *r, const struct expr_value *args, size_t count,
		     struct expr_value *out)
{
	size_t length = expr_count(&args[0]);
	struct expr_value *items;

	(void)count;
	if (!need_list(r, "reverse", &args[0]) || !run_grow(r, length))
		return false;
	items = arena_array(r->a, length, sizeof(*items));
	for (size_t i = 0; i < length; i++)
		items[i] = expr_at(&args[0], length - 1 - i);
	*out = expr_own_list(r->a, items, length, EXPR_PLAIN);
	return true;
}

static bool builtin_list_is_among(struct evaluation *r, const struct expr_value *items,
				  size_t count, const struct expr_value *v, bool *out)
{
	size_t work = 0;

	*out = false;
	for (size_t i = 0; i < count && !*out; i++)
		*out = equal(v, &items[i], &work);
	return run_charge(r, work);
}

bool builtin_uniq(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	size_t length = expr_count(&args[0]), kept = 0;
	struct expr_value *items;
	bool found;

	(void)count;
	if (!need_list(r, "uniq", &args[0]) || !run_charge(r, length))
		return false;
	items = arena_array(r->a, length, sizeof(*items));
	for (size_t i = 0; i < length; i++) {
		struct expr_value v = expr_at(&args[0], i);

		if (!builtin_list_is_among(r, items, kept, &v, &found))
			return false;
		if (!found)
			items[kept++] = v;
	}
	*out = expr_own_list(r->a, items, kept, EXPR_PLAIN);
	return true;
}

/* Of nothing it is nil, which JSON shows. */
bool builtin_concat(struct evaluation *r, const struct expr_value *args, size_t count,
		    struct expr_value *out)
{
	size_t length = 0, at = 0;
	struct expr_value *items;

	for (size_t i = 0; i < count; i++) {
		if (!need_list(r, "concat", &args[i]))
			return false;
		length += expr_count(&args[i]);
	}
	if (!run_grow(r, length))
		return false;
	*out = (struct expr_value){ .kind = EXPR_LIST };
	if (!length)
		return true;
	items = arena_array(r->a, length, sizeof(*items));
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < expr_count(&args[i]); j++)
			items[at++] = expr_at(&args[i], j);
	*out = expr_own_list(r->a, items, length, EXPR_PLAIN);
	return true;
}

static size_t flat_count(const struct expr_value *list, unsigned depth)
{
	size_t count = 0;

	for (size_t i = 0; i < expr_count(list); i++) {
		struct expr_value v = expr_at(list, i);

		count +=
			builtin_list_is_list(&v) && depth < DEEPEST ? flat_count(&v, depth + 1) : 1;
	}
	return count;
}

static size_t flatten_into(struct expr_value *items, const struct expr_value *list, unsigned depth)
{
	size_t at = 0;

	for (size_t i = 0; i < expr_count(list); i++) {
		struct expr_value v = expr_at(list, i);

		if (builtin_list_is_list(&v) && depth < DEEPEST)
			at += flatten_into(items + at, &v, depth + 1);
		else
			items[at++] = v;
	}
	return at;
}

bool builtin_flatten(struct evaluation *r, const struct expr_value *args, size_t count,
		     struct expr_value *out)
{
	struct expr_value *items;
	size_t length;

	(void)count;
	if (!need_list(r, "flatten", &args[0]))
		return false;
	length = flat_count(&args[0], 0);
	if (!run_grow(r, length))
		return false;
	items = arena_array(r->a, length, sizeof(*items));
	flatten_into(items, &args[0], 0);
	*out = expr_own_list(r->a, items, length, EXPR_PLAIN);
	return true;
}

/* What is not a list of one of the types it knows sorts to nil. */
bool builtin_sort(struct evaluation *r, const struct expr_value *args, size_t count,
		  struct expr_value *out)
{
	size_t length = expr_count(&args[0]);
	struct expr_value *items;
	bool down = false;

	if (count > 1 && !sort_order(r, &args[1], &down))
		return false;
	*out = (struct expr_value){ .kind = EXPR_LIST };
	if (args[0].kind != EXPR_LIST || args[0].form == EXPR_PAIRS || args[0].form == EXPR_PAIR)
		return true;
	if (!run_grow(r, length))
		return false;
	items = arena_array(r->a, length, sizeof(*items));
	for (size_t i = 0; i < length; i++)
		items[i] = expr_at(&args[0], i);
	*out = expr_own_list(r->a, items, length, EXPR_PLAIN);
	return sort_values(r, items, items, length, down);
}
