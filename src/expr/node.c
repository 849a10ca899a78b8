/* SPDX-License-Identifier: Apache-2.0 */
/* Questions about nodes, and nodes that no text stands for. */
#include "expr/node.h"

#include "base/arena.h"
#include "base/str.h"

bool node_is_env(const struct node *n)
{
	return n->kind == NODE_NAME && str_is(n->name, "$env");
}

struct node *node_pair(struct arena *a, enum operator op, struct node *left, struct node *right)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	n->kind = NODE_BINARY;
	n->op = op;
	n->at = left->at;
	n->left = left;
	n->right = right;
	return n;
}

static bool same_constant(const struct expr_value *a, const struct expr_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case EXPR_NIL:
		return true;
	case EXPR_BOOL:
		return a->boolean == b->boolean;
	case EXPR_INT:
		return a->integer == b->integer;
	case EXPR_FLOAT:
		return a->number == b->number;
	case EXPR_STRING:
	case EXPR_BYTES:
		return str_equal(a->string, b->string);
	case EXPR_LIST:
		if (expr_count(a) != expr_count(b))
			return false;
		for (size_t i = 0; i < expr_count(a); i++) {
			struct expr_value x = expr_at(a, i), y = expr_at(b, i);

			if (!same_constant(&x, &y))
				return false;
		}
		return true;
	default:
		return false;
	}
}

static bool same_child(const struct node *a, const struct node *b)
{
	return a == b || (a && b && node_is_same(a, b));
}

bool node_is_same(const struct node *a, const struct node *b)
{
	if (a->kind != b->kind || a->op != b->op || a->optional != b->optional ||
	    a->builtin != b->builtin || a->slot != b->slot || a->count != b->count ||
	    a->throws != b->throws || !str_equal(a->name, b->name) ||
	    !same_constant(&a->constant, &b->constant))
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!node_is_same(a->items[i], b->items[i]))
			return false;
	return same_child(a->left, b->left) && same_child(a->right, b->right) &&
	       same_child(a->other, b->other) && same_child(a->map, b->map);
}
