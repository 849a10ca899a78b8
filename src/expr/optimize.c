/* SPDX-License-Identifier: Apache-2.0 */
/*
 * These are not for speed. `x and false` is false though x would fail, `filter(a, p)[0]`
 * stops at the first, `sum([a, b])` adds any two things that + adds: expressions
 * depend on what the reference engine rewrites.
 */
#include "expr/passes.h"

#include "base/arena.h"
#include "expr/builtin.h"
#include "expr/types.h"

static bool is_closure(const struct node *n, enum closure which, size_t count)
{
	return n->kind == NODE_BUILTIN && n->builtin->closure == which && n->count == count;
}

static bool is_builtin(const struct node *n, const char *name, size_t count)
{
	return n->kind == NODE_BUILTIN && !n->builtin->closure && n->count == count &&
	       str_is(str_of(n->builtin->name), name);
}

static bool is_int(const struct node *n)
{
	return n->kind == NODE_CONSTANT && n->literal && n->constant.kind == EXPR_INT;
}

static struct node *copy_of(struct arena *a, const struct node *n)
{
	return arena_copy(a, n, sizeof(*n));
}

/* n made into a call of another closure function with from's arguments. */
static void optimize_become(struct node *n, enum closure which, const struct node *from)
{
	n->kind = NODE_BUILTIN;
	n->builtin = builtin_closure(which);
	n->items = from->items;
	n->count = from->count;
	n->map = from->map;
	n->left = n->right = NULL;
}

/* x in 1..3 is x >= 1 and x <= 3 when x is an int. */
static void rewrite_in_range(struct arena *a, struct node *n)
{
	struct node *range = n->right, *low, *high;

	if (n->op != OP_IN || type_kind(n->left->type) != GO_INT || range->kind != NODE_BINARY ||
	    range->op != OP_RANGE || !is_int(range->left) || !is_int(range->right))
		return;
	low = copy_of(a, n);
	low->op = OP_MORE_EQUAL;
	low->right = range->left;
	high = copy_of(a, n);
	high->op = OP_LESS_EQUAL;
	high->right = range->right;
	n->op = OP_AND;
	n->left = low;
	n->right = high;
}

static bool has_index(const struct node *n)
{
	if (!n)
		return false;
	if (n->kind == NODE_POINTER && str_is(n->name, "index"))
		return true;
	for (size_t i = 0; i < n->count; i++)
		if (has_index(n->items[i]))
			return true;
	return has_index(n->left) || has_index(n->right) || has_index(n->other);
}

static bool is_filter(const struct node *n)
{
	return is_closure(n, CLOSURE_FILTER, 2);
}

/* map(filter(…), f) makes f of each as it is found; len, first, last, [0] and [-1] of a filter. */
static void rewrite_filter(struct node *n)
{
	const struct node *filter;
	bool first, last;

	if (is_closure(n, CLOSURE_MAP, 2) && is_filter(n->items[0]) && !n->items[0]->map &&
	    !has_index(n->items[1])) {
		struct node *map = n->items[1];

		optimize_become(n, CLOSURE_FILTER, n->items[0]);
		n->map = map;
		return;
	}
	if (n->kind == NODE_BUILTIN && n->count == 1 && is_filter(n->items[0])) {
		filter = n->items[0];
		first = is_builtin(n, "first", 1);
		last = is_builtin(n, "last", 1);
		if (first || last) {
			optimize_become(n, first ? CLOSURE_FIND : CLOSURE_FIND_LAST, filter);
		} else if (is_builtin(n, "len", 1)) {
			optimize_become(n, CLOSURE_COUNT, filter);
			n->map = NULL;
		}
		return;
	}
	if (n->kind == NODE_MEMBER && !n->optional && is_int(n->right) && is_filter(n->left)) {
		first = n->right->constant.integer == 0;
		last = n->right->constant.integer == -1;
		if (first || last) {
			optimize_become(n, first ? CLOSURE_FIND : CLOSURE_FIND_LAST, n->left);
			n->throws = true;
		}
	}
}

/* Which operator joins the closures of two calls that are joined by op. */
static enum operator optimize_joined(enum closure which, enum operator op)
{
	if (which == CLOSURE_ALL && op == OP_AND)
		return OP_AND;
	if (which == CLOSURE_ANY && op == OP_OR)
		return OP_OR;
	return which == CLOSURE_NO && op == OP_AND ? OP_OR : OP_NONE;
}

static bool same_type(const struct expr_type *a, const struct expr_type *b)
{
	return a == b || (a && b && a->any == b->any && a->kind == b->kind && a->form == b->form &&
			  a->class == b->class);
}

/* all(x, p) and all(x, q) is all(x, p and q), and so on. */
static void rewrite_joined(struct arena *a, struct node *n)
{
	const struct node *l = n->left, *r = n->right;
	struct node *body, **items;
	enum operator op;

	if ((n->op != OP_AND && n->op != OP_OR) || l->kind != NODE_BUILTIN ||
	    r->kind != NODE_BUILTIN || l->builtin != r->builtin)
		return;
	op = optimize_joined(l->builtin->closure, n->op);
	if (op == OP_NONE || !same_type(l->items[0]->type, r->items[0]->type) ||
	    !node_is_same(l->items[0], r->items[0]))
		return;
	body = node_pair(a, op, l->items[1], r->items[1]);
	rewrite_joined(a, body);
	items = arena_array(a, 2, sizeof(struct node *));
	items[0] = l->items[0];
	items[1] = body;
	optimize_become(n, l->builtin->closure, l);
	n->items = items;
}

static struct node *sum_of(struct arena *a, struct node **items, size_t count)
{
	struct node *right = count > 2 ? sum_of(a, items + 1, count - 1) : items[1];

	return node_pair(a, OP_ADD, items[0], right);
}

/* sum([a, b]) is a + b; sum(map(a, f)) is sum(a, f). */
static void rewrite_sum(struct arena *a, struct node *n)
{
	struct node *list, *sum;

	if (!is_closure(n, CLOSURE_SUM, 1))
		return;
	list = n->items[0];
	if (list->kind == NODE_LIST && list->count >= 2) {
		sum = sum_of(a, list->items, list->count);
		n->kind = NODE_BINARY;
		n->op = OP_ADD;
		n->left = sum->left;
		n->right = sum->right;
		n->count = 0;
	} else if (is_closure(list, CLOSURE_MAP, 2)) {
		n->items = list->items;
		n->count = 2;
	}
}

/* count(a, p) > 0 is any(a, p); other limits make counting stop early. */
static void rewrite_count(struct node *n)
{
	int64_t limit;

	if (n->kind != NODE_BINARY || !is_closure(n->left, CLOSURE_COUNT, 2) || !is_int(n->right))
		return;
	limit = n->right->constant.integer;
	if ((n->op == OP_MORE && limit == 0) || (n->op == OP_MORE_EQUAL && limit == 1)) {
		optimize_become(n, CLOSURE_ANY, n->left);
		return;
	}
	if (limit < 0 || limit == INT64_MAX || n->op < OP_LESS || n->op > OP_LESS_EQUAL)
		return;
	if (n->op == OP_MORE || n->op == OP_LESS_EQUAL)
		limit++;
	if (limit > 1)
		n->left->threshold = limit;
}

/* == of two ints or two strings fails when run shows that they are something else. */
static void settle_equality(struct node *n)
{
	enum go_kind left, right;

	if (n->kind != NODE_BINARY || (n->op != OP_EQUAL && n->op != OP_UNEQUAL))
		return;
	left = type_kind(n->left->type);
	right = type_kind(n->right->type);
	if (left == right && type_is_integer(n->left->type) && type_is_integer(n->right->type) &&
	    left == GO_INT)
		n->mode = MODE_INTS;
	else if (left == right && left == GO_STRING)
		n->mode = MODE_STRINGS;
}

enum pass { PASS_FOLD, PASS_REWRITE, PASS_COUNT };

struct optimizer {
	struct arena *a;
	enum pass pass;
	const struct expr_program *program;
	bool failed;
	struct err *e;
};

static void optimize_visit(struct optimizer *o, struct node **slot)
{
	struct node *n = *slot;

	if (!n || o->failed)
		return;
	optimize_visit(o, &n->left);
	optimize_visit(o, &n->right);
	optimize_visit(o, &n->other);
	for (size_t i = 0; i < n->count; i++)
		optimize_visit(o, &n->items[i]);
	switch (o->pass) {
	case PASS_FOLD:
		if (!fold(o->a, slot, o->program->text, o->e))
			o->failed = true;
		return;
	case PASS_REWRITE:
		if (n->kind == NODE_BINARY)
			rewrite_in_range(o->a, n);
		rewrite_filter(n);
		if (n->kind == NODE_BINARY)
			rewrite_joined(o->a, n);
		fold_range(o->a, slot);
		rewrite_sum(o->a, *slot);
		return;
	case PASS_COUNT:
		optimize_visit(o, &n->map);
		rewrite_count(n);
		settle_equality(n);
		return;
	}
}

bool optimize(struct arena *a, struct expr_program *program, struct err *e)
{
	struct optimizer o = { .a = a, .program = program, .e = e };

	for (o.pass = PASS_FOLD; o.pass <= PASS_COUNT; o.pass++)
		optimize_visit(&o, &program->root);
	return !o.failed;
}
