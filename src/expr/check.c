/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checker is lenient: what is not known is left to run time, and the arguments of
 * a call of something unknown are not even looked at. What it does refuse is refused
 * also where it would never run.
 */
#include "expr/passes.h"

#include "base/arena.h"
#include "expr/builtin.h"
#include "expr/checker.h"
#include "expr/expr.h"
#include "expr/names.h"

static const struct expr_type *check_node(struct checker *c, struct node *n);

static int check_length(struct str s)
{
	return s.len < 100 ? (int)s.len : 100;
}

static const struct expr_type *check_variable(struct checker *c, struct node *n)
{
	const struct expr_env *env = c->env;

	for (size_t i = 0; i < env->nnamed; i++)
		if (str_is(n->name, env->named[i].name))
			return env->named[i].type;
	if (env->unknown == EXPR_UNKNOWN_REFUSED)
		return checker_fail(c, n, "\"%.*s\" is not known here", check_length(n->name),
				    n->name.at);
	return NULL;
}

static bool check_is_named(const struct expr_env *env, struct str name)
{
	for (size_t i = 0; i < env->nnamed; i++)
		if (str_is(name, env->named[i].name))
			return true;
	return false;
}

/* What the host names comes first, then a function that is named but not called, then a variable. */
static const struct expr_type *check_name(struct checker *c, struct node *n)
{
	struct expr_type *t;

	if (n->slot)
		return c->lets[n->slot - 1];
	if (check_is_named(c->env, n->name))
		return check_variable(c, n);
	if (!env_function(c->env, n->name) && !builtin_find(n->name))
		return check_variable(c, n);
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
			    n->method ? "method" : "field", check_length(n->right->constant.string),
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
		return checker_fail(c, n, "\"%.*s\" is declared already", check_length(n->name),
				    n->name.at);
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
		return checker_fail(c, n->left, "%s is not a condition", type_name(t));
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

static void check_arguments(struct checker *c, struct node *n)
{
	for (size_t i = 0; i < n->count; i++)
		check_node(c, n->items[i]);
}

static bool is_truth(const struct expr_type *t)
{
	return type_is(t, EXPR_BOOL) || type_is_unknown(t);
}

/* Type of a predicate's result; a closure that is always nil is refused. */
static const struct expr_type *check_closure_body(struct checker *c, struct node *n,
						  const struct expr_type *list)
{
	enum closure which = n->builtin->closure;
	struct closure_scope scope = { .list = list, .outer = c->scope };
	const struct expr_type *t;

	scope.index = which == CLOSURE_MAP || which == CLOSURE_REDUCE;
	scope.acc = which == CLOSURE_REDUCE;
	c->scope = &scope;
	t = check_node(c, n->items[1]);
	c->scope = scope.outer;
	if (type_is_nil(t))
		return checker_fail(c, n->items[1], "the closure yields nothing but nil");
	if (which <= CLOSURE_FIND_LAST_INDEX && which != CLOSURE_MAP && which != CLOSURE_SUM &&
	    !is_truth(t))
		return checker_fail(c, n->items[1], "the closure must yield a bool, not %s",
				    type_name(t));
	return t;
}

static const struct expr_type *sum_type(const struct node *n, const struct expr_type *list,
					const struct expr_type *body)
{
	if (n->count == 2)
		return body ? type_plain(body) : &expr_type_any;
	return type_is_unknown(list) ? NULL : type_element(list);
}

static const struct expr_type *check_closure(struct checker *c, struct node *n)
{
	const struct expr_type *list = check_node(c, n->items[0]), *body = NULL;

	if (!type_is_list(list) && !type_is_unknown(list))
		return checker_fail(c, n->items[0], "%s() takes a list, not %s", n->builtin->name,
				    type_name(list));
	if (n->count > 1)
		body = check_closure_body(c, n, list);
	if (n->count > 2) {
		const struct expr_type *t = check_node(c, n->items[2]);

		if (n->builtin->closure == CLOSURE_SORT_BY && !type_is(t, EXPR_STRING) &&
		    !type_is_unknown(t))
			return checker_fail(c, n->items[2], "the order is \"asc\" or \"desc\"");
	}
	switch (n->builtin->closure) {
	case CLOSURE_FILTER:
		return type_is_unknown(list) ? &expr_type_list : type_list_of(c->a, type_element(list));
	case CLOSURE_MAP:
		return type_list_of(c->a, body);
	case CLOSURE_SUM:
		return sum_type(n, list, body);
	case CLOSURE_FIND:
	case CLOSURE_FIND_LAST:
		return type_is_unknown(list) ? NULL : type_element(list);
	case CLOSURE_COUNT:
	case CLOSURE_FIND_INDEX:
	case CLOSURE_FIND_LAST_INDEX:
		return &expr_type_int;
	case CLOSURE_GROUP_BY:
		return &expr_type_groups;
	case CLOSURE_SORT_BY:
		return list;
	case CLOSURE_REDUCE:
		return body;
	default:
		return &expr_type_bool;
	}
}

static const struct expr_type *check_builtin(struct checker *c, struct node *n)
{
	if (n->builtin->closure)
		return check_closure(c, n);
	check_arguments(c, n);
	return c->failed ? NULL : check_rules(c, n);
}

static const struct expr_type *check_with(struct checker *c, struct node *n,
					  const struct expr_signature *s, struct str name)
{
	check_arguments(c, n);
	return check_signature(c, n, s, name);
}

static const struct expr_type *check_call(struct checker *c, struct node *n)
{
	const struct expr_type *t;
	struct str name = n->left->name;

	if (n->function && !n->left->slot)
		return check_with(c, n, &n->function->signature, name);
	if (node_is_env(n->left))
		return checker_fail(c, n, "$env cannot be called");
	t = check_node(c, n->left);
	if (type_is_unknown(t))
		return NULL;
	if (!type_is(t, EXPR_FUNCTION))
		return checker_fail(c, n, "%s cannot be called", type_name(t));
	if (!t->signature)
		return NULL;
	if (n->left->kind == NODE_MEMBER)
		name = n->left->right->constant.string;
	return check_with(c, n, t->signature, name);
}

static const struct expr_type *check_pointer(struct checker *c, struct node *n)
{
	const struct closure_scope *scope = c->scope;

	if (!scope)
		return checker_fail(c, n, "# is the element inside a closure");
	if (!n->name.len)
		return type_is_unknown(scope->list) ? NULL : type_element(scope->list);
	if (scope->index && str_is(n->name, "index"))
		return &expr_type_int;
	if (scope->acc && str_is(n->name, "acc"))
		return NULL;
	return checker_fail(c, n, "#%.*s is not known here", (int)(n->name.len < 80 ? n->name.len : 80),
			    n->name.at);
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
		check_node(c, n->left);
		check_node(c, n->right);
		return check_operator(c, n);
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
static const struct expr_type *check_node(struct checker *c, struct node *n)
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
