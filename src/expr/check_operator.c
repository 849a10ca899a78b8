/* SPDX-License-Identifier: Apache-2.0 */
/* Operators with two operands, whose types are known by now. */
#include "base/err.h"
#include "data/pattern.h"
#include "expr/checker.h"
#include "expr/node.h"

enum may { MAY_BOOL = 1, MAY_STRING = 2, MAY_INT = 4, MAY_NUMBER = 8, MAY_TIME = 16, MAY_SPAN = 32 };

static bool is_any_of(const struct expr_type *t, unsigned may)
{
	return ((may & MAY_BOOL) && type_is(t, EXPR_BOOL)) ||
	       ((may & MAY_STRING) && type_is(t, EXPR_STRING)) ||
	       ((may & MAY_INT) && type_is_integer(t)) ||
	       ((may & MAY_NUMBER) && type_is_number(t)) ||
	       ((may & MAY_TIME) && type_is(t, EXPR_TIME)) ||
	       ((may & MAY_SPAN) && type_is(t, EXPR_DURATION));
}

/* One side is unknown, and the other may be right. */
static bool may_match(const struct expr_type *l, const struct expr_type *r, unsigned may)
{
	bool left = type_is_unknown(l), right = type_is_unknown(r);

	return (left && right) || (left && is_any_of(r, may)) || (right && is_any_of(l, may));
}

static bool check_both(const struct expr_type *l, const struct expr_type *r, enum expr_kind kind)
{
	return type_is(l, kind) && type_is(r, kind);
}

static bool both_numbers(const struct expr_type *l, const struct expr_type *r)
{
	return type_is_number(l) && type_is_number(r);
}

static const struct expr_type *check_mismatch(struct checker *c, const struct node *n,
					      const struct expr_type *l, const struct expr_type *r)
{
	return checker_fail(c, n, "\"%s\" does not take %s and %s", operator_text(n->op),
			    type_name(l), type_name(r));
}

static const struct expr_type *check_wider(const struct expr_type *l, const struct expr_type *r)
{
	return type_is(l, EXPR_FLOAT) || type_is(r, EXPR_FLOAT) ? &expr_type_float : &expr_type_int;
}

static const struct expr_type *check_sum(struct checker *c, const struct node *n,
					 const struct expr_type *l, const struct expr_type *r)
{
	bool add = n->op == OP_ADD;

	if (both_numbers(l, r))
		return check_wider(l, r);
	if (add && check_both(l, r, EXPR_STRING))
		return &expr_type_string;
	if (!add && check_both(l, r, EXPR_TIME))
		return &expr_type_duration;
	if (type_is(l, EXPR_TIME) && type_is(r, EXPR_DURATION))
		return &expr_type_time;
	if (add && type_is(l, EXPR_DURATION) && type_is(r, EXPR_TIME))
		return &expr_type_time;
	if (check_both(l, r, EXPR_DURATION))
		return &expr_type_duration;
	if (may_match(l, r, MAY_NUMBER | MAY_TIME | MAY_SPAN | (add ? MAY_STRING : 0)))
		return NULL;
	return check_mismatch(c, n, l, r);
}

static const struct expr_type *check_product(struct checker *c, const struct node *n,
					     const struct expr_type *l, const struct expr_type *r)
{
	bool left = type_is(l, EXPR_DURATION), right = type_is(r, EXPR_DURATION);

	if (both_numbers(l, r))
		return check_wider(l, r);
	if ((left && right) || (left && type_is_number(r)) || (right && type_is_number(l)))
		return &expr_type_duration;
	if (may_match(l, r, MAY_NUMBER | MAY_SPAN))
		return NULL;
	return check_mismatch(c, n, l, r);
}

static const struct expr_type *check_order(struct checker *c, const struct node *n,
					   const struct expr_type *l, const struct expr_type *r)
{
	if (both_numbers(l, r) || check_both(l, r, EXPR_STRING) || check_both(l, r, EXPR_TIME) ||
	    check_both(l, r, EXPR_DURATION) ||
	    may_match(l, r, MAY_NUMBER | MAY_STRING | MAY_TIME | MAY_SPAN))
		return &expr_type_bool;
	return check_mismatch(c, n, l, r);
}

/* A literal list of ints or of strings is looked up as a Go map, which does not convert. */
static void set_lookup(struct node *n, const struct expr_type *l)
{
	bool ints = type_kind(l) == GO_INT, strings = true;

	if (n->right->kind != NODE_LIST || !n->right->count)
		return;
	for (size_t i = 0; i < n->right->count; i++) {
		const struct node *item = n->right->items[i];

		ints &= item->literal && item->constant.kind == EXPR_INT;
		strings &= item->literal && item->constant.kind == EXPR_STRING;
	}
	n->mode = ints ? MODE_INTS : strings ? MODE_STRINGS : MODE_ANY;
}

static const struct expr_type *check_in(struct checker *c, struct node *n,
					const struct expr_type *l, const struct expr_type *r)
{
	set_lookup(n, l);
	if ((type_is(l, EXPR_STRING) || type_is_unknown(l)) && type_kind(r) == GO_STRUCT)
		return &expr_type_bool;
	if (type_is(r, EXPR_MAP)) {
		bool any_key = r->form == EXPR_ANY_KEYS || r->form == EXPR_GROUPS;

		if (!type_is_unknown(l) && !type_fits(l, any_key ? &expr_type_any : &expr_type_string))
			return checker_fail(c, n, "%s cannot be a key of the map", type_name(l));
		return &expr_type_bool;
	}
	if (type_is_list(r)) {
		if (!type_can_equal(l, type_element(r)))
			return checker_fail(c, n, "%s cannot be in a list of %s", type_name(l),
					    type_name(type_element(r)));
		return &expr_type_bool;
	}
	if ((type_is_unknown(l) && type_is(r, EXPR_STRING)) || type_is_unknown(r))
		return &expr_type_bool;
	return check_mismatch(c, n, l, r);
}

static const struct expr_type *check_matches(struct checker *c, struct node *n,
					     const struct expr_type *l, const struct expr_type *r)
{
	struct pattern *pattern;
	struct err e;

	if (n->right->kind == NODE_CONSTANT && n->right->constant.kind == EXPR_STRING) {
		struct str text = n->right->constant.string;

		if (!pattern_compile_n(c->a, text.at, text.len, &pattern, &e))
			return checker_fail(c, n->right, "%s", e.message);
		n->pattern = pattern;
	}
	if ((type_is(l, EXPR_STRING) || type_is(l, EXPR_BYTES)) && type_is(r, EXPR_STRING))
		return &expr_type_bool;
	return may_match(l, r, MAY_STRING) ? &expr_type_bool : check_mismatch(c, n, l, r);
}

static const struct expr_type *check_coalesce(const struct expr_type *l, const struct expr_type *r)
{
	if (type_is_nil(l))
		return r;
	if (type_is_nil(r))
		return l;
	return type_fits(r, l) ? l : NULL;
}

/* Both sides of the type, or unknown; the result is of type result. */
static const struct expr_type *check_pair(struct checker *c, const struct node *n, unsigned may,
					  const struct expr_type *result)
{
	const struct expr_type *l = n->left->type, *r = n->right->type;

	if ((is_any_of(l, may) && is_any_of(r, may)) || may_match(l, r, may))
		return result;
	return check_mismatch(c, n, l, r);
}

const struct expr_type *check_operator(struct checker *c, struct node *n)
{
	const struct expr_type *l = n->left->type, *r = n->right->type;

	switch (n->op) {
	case OP_EQUAL:
	case OP_UNEQUAL:
		return type_can_equal(l, r) ? &expr_type_bool : check_mismatch(c, n, l, r);
	case OP_OR:
	case OP_AND:
		return check_pair(c, n, MAY_BOOL, &expr_type_bool);
	case OP_LESS:
	case OP_MORE:
	case OP_LESS_EQUAL:
	case OP_MORE_EQUAL:
		return check_order(c, n, l, r);
	case OP_ADD:
	case OP_SUBTRACT:
		return check_sum(c, n, l, r);
	case OP_MULTIPLY:
		return check_product(c, n, l, r);
	case OP_DIVIDE:
	case OP_POWER:
		return check_pair(c, n, MAY_NUMBER, &expr_type_float);
	case OP_MODULO:
		return check_pair(c, n, MAY_INT, &expr_type_int);
	case OP_RANGE:
		return check_pair(c, n, MAY_INT, type_list_of(c->a, &expr_type_int));
	case OP_IN:
		return check_in(c, n, l, r);
	case OP_MATCHES:
		return check_matches(c, n, l, r);
	case OP_COALESCE:
		return check_coalesce(l, r);
	default:
		return check_pair(c, n, MAY_STRING, &expr_type_bool);
	}
}
