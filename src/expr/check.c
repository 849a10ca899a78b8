/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker is lenient: what is not known is left to run time, and the arguments of
 * a call of something unknown are not even looked at. What it does refuse is refused
 * also where it would never run.
 */
#include "expr/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/pattern.h"
#include "expr/checker.h"
#include "expr/builtin.h"
#include "expr/expr.h"
#include "expr/lexer.h"
#include "expr/parse.h"

const struct expr_type *checker_fail(struct checker *c, const struct node *n, const char *format,
				     ...)
{
	char message[400];
	va_list args;

	if (c->failed)
		return NULL;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	lex_error(c->e, c->program->text, n->at, "%s", message);
	c->failed = true;
	return NULL;
}

static int length(struct str s)
{
	return s.len < 100 ? (int)s.len : 100;
}

/* A function that is named but not called, or a variable, of which nothing is known. */
static const struct expr_type *check_name(struct checker *c, struct node *n)
{
	struct expr_type *t;

	if (n->slot)
		return c->lets[n->slot - 1];
	if (!env_function(c->env, n->name) && !builtin_find(n->name))
		return NULL;
	t = arena_alloc(c->a, sizeof(*t));
	t->kind = EXPR_FUNCTION;
	return t;
}

static const struct expr_type *check_unary(struct checker *c, struct node *n)
{
	const struct expr_type *t = check_node(c, n->left);

	if (n->op == OP_NOT) {
		if (type_is(t, EXPR_BOOL) || type_is_unknown(t))
			return &expr_type_bool;
	} else {
		if (type_is_number(t))
			return t;
		if (type_is_unknown(t))
			return NULL;
	}
	return checker_fail(c, n, "\"%s\" does not take %s", operator_text(n->op), type_name(t));
}

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

static bool both(const struct expr_type *l, const struct expr_type *r, enum expr_kind kind)
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

static const struct expr_type *wider(const struct expr_type *l, const struct expr_type *r)
{
	return type_is(l, EXPR_FLOAT) || type_is(r, EXPR_FLOAT) ? &expr_type_float : &expr_type_int;
}

static const struct expr_type *check_sum(struct checker *c, const struct node *n,
					 const struct expr_type *l, const struct expr_type *r)
{
	bool add = n->op == OP_ADD;

	if (both_numbers(l, r))
		return wider(l, r);
	if (add && both(l, r, EXPR_STRING))
		return &expr_type_string;
	if (!add && both(l, r, EXPR_TIME))
		return &expr_type_duration;
	if (type_is(l, EXPR_TIME) && type_is(r, EXPR_DURATION))
		return &expr_type_time;
	if (add && type_is(l, EXPR_DURATION) && type_is(r, EXPR_TIME))
		return &expr_type_time;
	if (both(l, r, EXPR_DURATION))
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
		return wider(l, r);
	if ((left && right) || (left && type_is_number(r)) || (right && type_is_number(l)))
		return &expr_type_duration;
	if (may_match(l, r, MAY_NUMBER | MAY_SPAN))
		return NULL;
	return check_mismatch(c, n, l, r);
}

static const struct expr_type *check_order(struct checker *c, const struct node *n,
					   const struct expr_type *l, const struct expr_type *r)
{
	if (both_numbers(l, r) || both(l, r, EXPR_STRING) || both(l, r, EXPR_TIME) ||
	    both(l, r, EXPR_DURATION) ||
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

static const struct expr_type *check_binary(struct checker *c, struct node *n)
{
	const struct expr_type *l = check_node(c, n->left), *r = check_node(c, n->right);

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

static bool is_text(const struct node *n)
{
	return n->kind == NODE_CONSTANT && n->constant.kind == EXPR_STRING;
}

/* Not a base on which something can be looked up, or not this. */
static const struct expr_type *check_no_member(struct checker *c, const struct node *n,
					       const struct expr_type *base)
{
	if (!is_text(n->right))
		return checker_fail(c, n, "%s has no elements", type_name(base));
	return checker_fail(c, n, "%s has no %s \"%.*s\"", type_name(base),
			    n->method ? "method" : "field", length(n->right->constant.string),
			    n->right->constant.string.at);
}

static const struct expr_type *check_member(struct checker *c, struct node *n)
{
	const struct expr_type *base, *key;
	const struct expr_method *method;

	if (node_is_env(n->left))
		return NULL;
	base = check_node(c, n->left);
	key = check_node(c, n->right);
	if (type_is_unknown(base))
		return NULL;
	method = is_text(n->right) ? type_method(base, n->right->constant.string) : NULL;
	if (method) {
		struct expr_type *t = arena_alloc(c->a, sizeof(*t));

		t->kind = EXPR_FUNCTION;
		t->signature = &method->signature;
		return t;
	}
	if (type_is(base, EXPR_MAP)) {
		bool any_key = base->form == EXPR_ANY_KEYS || base->form == EXPR_GROUPS;

		if (!type_is_unknown(key) &&
		    !type_fits(key, any_key ? &expr_type_any : &expr_type_string))
			return checker_fail(c, n->right, "%s cannot be a key of the map",
					    type_name(key));
		return type_element(base);
	}
	if (type_is_list(base)) {
		if (!type_is_integer(key) && !type_is_unknown(key))
			return checker_fail(c, n->right, "a list's index is an int, not %s",
					    type_name(key));
		return type_element(base);
	}
	if (is_text(n->right) && type_field(base, n->right->constant.string))
		return type_field(base, n->right->constant.string);
	return check_no_member(c, n, base);
}

static bool check_is_index(struct checker *c, struct node *n)
{
	const struct expr_type *t = n ? check_node(c, n) : NULL;

	return !n || type_is_integer(t) || type_is_unknown(t);
}

static const struct expr_type *check_slice(struct checker *c, struct node *n)
{
	const struct expr_type *t = check_node(c, n->left);

	if (type_is_unknown(t))
		return NULL;
	if (!type_is(t, EXPR_STRING) && !type_is_list(t))
		return checker_fail(c, n, "%s cannot be sliced", type_name(t));
	if (!check_is_index(c, n->right) || !check_is_index(c, n->other))
		return checker_fail(c, n, "the bounds of a slice are ints");
	return t;
}

static bool is_declared(const struct checker *c, struct str name)
{
	for (size_t i = 0; i < c->nopen; i++)
		if (str_equal(c->open[i], name))
			return true;
	return env_function(c->env, name) || builtin_find(name);
}

static const struct expr_type *check_let(struct checker *c, struct node *n)
{
	const struct expr_type *t;

	if (is_declared(c, n->name))
		return checker_fail(c, n, "\"%.*s\" is declared already", length(n->name), n->name.at);
	c->lets[n->slot] = check_node(c, n->left);
	c->open[c->nopen++] = n->name;
	t = check_node(c, n->right);
	c->nopen--;
	return t;
}

static const struct expr_type *check_condition(struct checker *c, struct node *n)
{
	const struct expr_type *t = check_node(c, n->left), *yes, *no;

	if (!type_is(t, EXPR_BOOL) && !type_is_unknown(t))
		return checker_fail(c, n->left, "%s is no condition", type_name(t));
	yes = check_node(c, n->right);
	no = check_node(c, n->other);
	if (type_is_nil(yes))
		return no;
	if (type_is_nil(no))
		return yes;
	if (!type_fits(yes, no))
		return NULL;
	if (type_is_list(yes) && type_is_list(no)) {
		const struct expr_type *a = type_element(yes), *b = type_element(no);

		if (!type_fits(a, b) || !type_fits(b, a))
			return &expr_type_list;
	}
	return yes;
}

static const struct expr_type *check_list(struct checker *c, struct node *n)
{
	const struct expr_type *last = NULL;
	bool alike = true;

	for (size_t i = 0; i < n->count; i++) {
		const struct expr_type *t = check_node(c, n->items[i]);

		alike &= !i || type_kind(t) == type_kind(last);
		last = t;
	}
	return alike ? type_list_of(c->a, last) : &expr_type_list;
}

static const struct expr_type *check_last(struct checker *c, struct node *n)
{
	const struct expr_type *last = NULL;

	for (size_t i = 0; i < n->count; i++)
		last = check_node(c, n->items[i]);
	return last;
}

static const struct expr_type *check_any(struct checker *c, struct node *n)
{
	switch (n->kind) {
	case NODE_CONSTANT:
		return type_of_value(c->a, &n->constant);
	case NODE_NAME:
		return check_name(c, n);
	case NODE_UNARY:
		return check_unary(c, n);
	case NODE_BINARY:
		return check_binary(c, n);
	case NODE_CHAIN:
		return check_node(c, n->left);
	case NODE_MEMBER:
		return check_member(c, n);
	case NODE_SLICE:
		return check_slice(c, n);
	case NODE_CALL:
		return check_call(c, n);
	case NODE_BUILTIN:
		return check_builtin(c, n);
	case NODE_POINTER:
		return check_pointer(c, n);
	case NODE_LET:
		return check_let(c, n);
	case NODE_SEQUENCE:
		return check_last(c, n);
	case NODE_CONDITION:
		return check_condition(c, n);
	case NODE_LIST:
		return check_list(c, n);
	default:
		check_last(c, n);
		return &expr_type_map;
	}
}

/* A node with two parents is checked once. */
const struct expr_type *check_node(struct checker *c, struct node *n)
{
	if (c->failed || n->checked)
		return n->type;
	n->type = check_any(c, n);
	n->checked = true;
	return n->type;
}

bool check(struct arena *a, struct expr_program *program, const struct expr_env *env, struct err *e)
{
	struct checker c = { .a = a, .program = program, .env = env, .e = e };

	c.lets = arena_array(a, program->slots + 1, sizeof(*c.lets));
	c.open = arena_array(a, program->slots + 1, sizeof(*c.open));
	check_node(&c, program->root);
	return !c.failed;
}
