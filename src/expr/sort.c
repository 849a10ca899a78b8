/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A merge sort over indexes. The reference engine's sort is not stable past 12
 * elements; ours is, which is one of the orders it may give.
 */
#include "expr/builtins.h"

#include <string.h>

#include "base/arena.h"
#include "expr/arithmetic.h"
#include "expr/run.h"

struct sorting {
	struct evaluation *r;
	const struct expr_value *keys;
	bool down;
};

bool sort_order(struct evaluation *r, const struct expr_value *way, bool *down)
{
	if (way->kind != EXPR_STRING ||
	    (!str_is(way->string, "asc") && !str_is(way->string, "desc")))
		return run_fail(r, "the order is \"asc\" or \"desc\"");
	*down = str_is(way->string, "desc");
	return true;
}

static bool is_less(const struct sorting *s, size_t a, size_t b, bool *out)
{
	const struct expr_value *x = &s->keys[s->down ? b : a], *y = &s->keys[s->down ? a : b];

	if (order(OP_LESS, x, y, out))
		return true;
	return run_fail(s->r, "%s and %s have no order", expr_type_name(x), expr_type_name(y));
}

static bool sort_merge(const struct sorting *s, const size_t *from, size_t *to, size_t middle,
		       size_t count)
{
	size_t left = 0, right = middle, out = 0;

	while (left < middle && right < count) {
		bool less;

		if (!is_less(s, from[right], from[left], &less))
			return false;
		to[out++] = less ? from[right++] : from[left++];
	}
	while (left < middle)
		to[out++] = from[left++];
	while (right < count)
		to[out++] = from[right++];
	return true;
}

/* Runs of doubling width, back and forth between two arrays. */
static bool sort_indexes(const struct sorting *s, size_t **indexes, size_t *other, size_t count)
{
	for (size_t width = 1; width < count; width *= 2) {
		size_t *swap = *indexes;

		if (!run_charge(s->r, count))
			return false;
		for (size_t at = 0; at < count; at += width * 2) {
			size_t rest = count - at, whole = rest < width * 2 ? rest : width * 2;

			if (!sort_merge(s, swap + at, other + at, width < whole ? width : whole,
					whole))
				return false;
		}
		*indexes = other;
		other = swap;
	}
	return true;
}

bool sort_values(struct evaluation *r, struct expr_value *items, struct expr_value *keys,
		 size_t count, bool down)
{
	struct sorting s = { r, keys, down };
	size_t *indexes = arena_array(r->a, count, sizeof(*indexes));
	size_t *other = arena_array(r->a, count, sizeof(*other));
	struct expr_value *sorted = arena_array(r->a, count, sizeof(*sorted));

	for (size_t i = 0; i < count; i++)
		indexes[i] = i;
	if (!sort_indexes(&s, &indexes, other, count))
		return false;
	for (size_t i = 0; i < count; i++)
		sorted[i] = items[indexes[i]];
	if (count)
		memcpy(items, sorted, count * sizeof(*items));
	return true;
}
