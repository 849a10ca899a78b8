/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Folding replaces a node in its parent, never in place: the middle of a < b < c has
 * two parents, each of which folds its own.
 */
#include "expr/passes.h"

#include "base/arena.h"
#include "base/err.h"
#include "expr/arithmetic.h"
#include "expr/builtin.h"
#include "expr/lexer.h"
#include "expr/types.h"

static const struct expr_value *fold_literal(const struct node *n, enum expr_kind kind)
{
	bool is = n && n->kind == NODE_CONSTANT && n->literal && n->constant.kind == kind;

	return is ? &n->constant : NULL;
}

static struct node *fold_constant(struct arena *a, const struct node *from, struct expr_value value,
				  const struct expr_type *type)
{
	struct node *n = arena_alloc(a, sizeof(*n));

	n->kind = NODE_CONSTANT;
	n->at = from->at;
	n->constant = value;
	n->literal = value.kind != EXPR_LIST;
	n->checked = true;
	n->type = type;
	return n;
}

static bool is_numeral(const struct node *n)
{
	return fold_literal(n, EXPR_INT) || fold_literal(n, EXPR_FLOAT);
}

static void fold_unary(struct arena *a, struct node **slot)
{
	struct node *n = *slot;
	struct expr_value out;

	if (n->op == OP_NOT && fold_literal(n->left, EXPR_BOOL)) {
		*slot = fold_constant(a, n, expr_bool(!n->left->constant.boolean), &expr_type_bool);
	} else if (n->op != OP_NOT && is_numeral(n->left)) {
		out = n->left->constant;
		if (n->op == OP_NEGATE && out.kind == EXPR_INT)
			out.integer = (int64_t)(0 - (uint64_t)out.integer);
		else if (n->op == OP_NEGATE)
			out.number = -out.number;
		*slot = fold_constant(a, n, out,
				      out.kind == EXPR_INT ? &expr_type_int : &expr_type_float);
	}
}

static bool fold_arithmetic(struct arena *a, struct node **slot, struct str text, struct err *e)
{
	struct node *n = *slot;
	struct expr_value out;

	if (n->op == OP_ADD && fold_literal(n->left, EXPR_STRING) &&
	    fold_literal(n->right, EXPR_STRING)) {
		struct str sum = join_text(a, n->left->constant.string, n->right->constant.string);

		*slot = fold_constant(a, n, expr_string(sum.at, sum.len), &expr_type_string);
		return true;
	}
	if (!is_numeral(n->left) || !is_numeral(n->right))
		return true;
	if (n->op == OP_MODULO &&
	    !(fold_literal(n->left, EXPR_INT) && fold_literal(n->right, EXPR_INT)))
		return true;
	if (n->op == OP_MODULO && n->right->constant.integer == 0)
		return lex_error(e, text, n->at, "a division by zero");
	if (arithmetic(a, n->op, &n->left->constant, &n->right->constant, &out))
		*slot = fold_constant(a, n, out,
				      out.kind == EXPR_INT ? &expr_type_int : &expr_type_float);
	return true;
}

static void fold_logic(struct arena *a, struct node **slot)
{
	struct node *n = *slot, *kept = NULL;
	const struct expr_value *l = fold_literal(n->left, EXPR_BOOL),
				*r = fold_literal(n->right, EXPR_BOOL);
	bool neutral = n->op == OP_AND;

	if (l && l->boolean == neutral)
		kept = n->right;
	else if (r && r->boolean == neutral)
		kept = n->left;
	if (kept) {
		kept = arena_copy(a, kept, sizeof(*kept));
		kept->type = n->type;
		*slot = kept;
	} else if (l || r) {
		*slot = fold_constant(a, n, expr_bool(!neutral), &expr_type_bool);
	}
}

static void fold_equal(struct arena *a, struct node **slot)
{
	struct node *n = *slot;
	static const enum expr_kind kinds[] = { EXPR_INT, EXPR_STRING, EXPR_BOOL };

	for (size_t i = 0; i < COUNTOF(kinds); i++) {
		const struct expr_value *l = fold_literal(n->left, kinds[i]);
		const struct expr_value *r = fold_literal(n->right, kinds[i]);
		bool equal;

		if (!l || !r)
			continue;
		equal = kinds[i] == EXPR_INT ? l->integer == r->integer
			: kinds[i] == EXPR_BOOL ? l->boolean == r->boolean
						: str_equal(l->string, r->string);
		*slot = fold_constant(a, n, expr_bool(equal), &expr_type_bool);
		return;
	}
}

/* A list of literals is made once. */
static void fold_list(struct arena *a, struct node **slot)
{
	struct node *n = *slot;
	struct expr_value *items;

	if (!n->count)
		return;
	for (size_t i = 0; i < n->count; i++)
		if (n->items[i]->kind != NODE_CONSTANT || !n->items[i]->literal ||
		    n->items[i]->constant.kind == EXPR_NIL)
			return;
	items = arena_array(a, n->count, sizeof(*items));
	for (size_t i = 0; i < n->count; i++)
		items[i] = n->items[i]->constant;
	*slot = fold_constant(a, n, expr_list(a, items, n->count), &expr_type_list);
}

/* filter(filter(a, p), q) is filter(a, p && q). */
static bool fold_filter(struct arena *a, struct node *n, struct str text, struct err *e)
{
	struct node *inner, **items, *both;

	if (n->builtin->closure != CLOSURE_FILTER || n->items[0]->kind != NODE_BUILTIN ||
	    n->items[0]->builtin->closure != CLOSURE_FILTER)
		return true;
	inner = n->items[0];
	both = node_pair(a, OP_AND, inner->items[1], n->items[1]);
	if (!fold(a, &both, text, e))
		return false;
	items = arena_array(a, 2, sizeof(struct node *));
	items[0] = inner->items[0];
	items[1] = both;
	n->items = items;
	return true;
}

bool fold(struct arena *a, struct node **slot, struct str text, struct err *e)
{
	struct node *n = *slot;

	switch (n->kind) {
	case NODE_UNARY:
		fold_unary(a, slot);
		return true;
	case NODE_LIST:
		fold_list(a, slot);
		return true;
	case NODE_BUILTIN:
		return fold_filter(a, n, text, e);
	case NODE_BINARY:
		break;
	default:
		return true;
	}
	if (n->op == OP_AND || n->op == OP_OR)
		fold_logic(a, slot);
	else if (n->op == OP_EQUAL)
		fold_equal(a, slot);
	else if (n->op >= OP_ADD && n->op <= OP_POWER)
		return fold_arithmetic(a, slot, text, e);
	return true;
}

static bool is_pointer(const struct node *n, const char *name)
{
	return n->kind == NODE_POINTER && str_is(n->name, name);
}

/* What f makes of the sum of count ints: #, # * k, k * #, # + k, k + #, # - k, k - #. */
static bool sum_through(const struct node *f, uint64_t sum, uint64_t count, uint64_t *out)
{
	const struct expr_value *left, *right;
	uint64_t k;

	if (is_pointer(f, "")) {
		*out = sum;
		return true;
	}
	if (f->kind != NODE_BINARY)
		return false;
	left = fold_literal(f->left, EXPR_INT);
	right = fold_literal(f->right, EXPR_INT);
	if (!(right && is_pointer(f->left, "")) && !(left && is_pointer(f->right, "")))
		return false;
	k = (uint64_t)(right ? right->integer : left->integer);
	if (f->op == OP_MULTIPLY)
		*out = sum * k;
	else if (f->op == OP_ADD)
		*out = sum + count * k;
	else if (f->op == OP_SUBTRACT)
		*out = right ? sum - count * k : count * k - sum;
	else
		return false;
	return true;
}

static bool is_accumulation(const struct node *f)
{
	return f->kind == NODE_BINARY && f->op == OP_ADD &&
	       ((is_pointer(f->left, "") && is_pointer(f->right, "acc")) ||
		(is_pointer(f->left, "acc") && is_pointer(f->right, "")));
}

void fold_range(struct arena *a, struct node **slot)
{
	struct node *n = *slot, *range;
	const struct expr_value *from, *to, *first = NULL;
	uint64_t sum, count, out;
	bool sums;

	if (n->kind != NODE_BUILTIN || !n->builtin->closure ||
	    n->items[0]->kind != NODE_BINARY || n->items[0]->op != OP_RANGE)
		return;
	sums = n->builtin->closure == CLOSURE_SUM;
	range = n->items[0];
	from = fold_literal(range->left, EXPR_INT);
	to = fold_literal(range->right, EXPR_INT);
	if (!from || !to || to->integer < from->integer)
		return;
	count = (uint64_t)to->integer - (uint64_t)from->integer + 1;
	sum = (uint64_t)((int64_t)(count * ((uint64_t)from->integer + (uint64_t)to->integer)) / 2);
	out = sum;
	if (n->builtin->closure == CLOSURE_REDUCE) {
		first = n->count == 3 ? fold_literal(n->items[2], EXPR_INT) : NULL;
		if (!is_accumulation(n->items[1]) || (n->count == 3 && !first))
			return;
		out += first ? (uint64_t)first->integer : 0;
	} else if (!sums || (n->count == 2 && !sum_through(n->items[1], sum, count, &out))) {
		return;
	}
	*slot = fold_constant(a, n, expr_int((int64_t)out), &expr_type_int);
}
