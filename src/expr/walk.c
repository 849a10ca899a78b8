/* SPDX-License-Identifier: Apache-2.0 */
/* Each kind of node has a function that gives its value. Depth is bounded by the parser. */
#define _GNU_SOURCE
#include "expr/passes.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/pattern.h"
#include "expr/arithmetic.h"
#include "expr/builtin.h"
#include "expr/expr.h"
#include "expr/names.h"
#include "expr/run.h"
#include "expr/unicode.h"
#include "expr/values.h"

enum { ON_STACK = 6 };

/* $env: the environment as a map. */
static struct expr_value whole_environment(struct evaluation *r)
{
	struct expr_value variables = expr_tree(r->env->variables);
	struct expr_map *all;

	if (r->env->whole)
		return expr_tree(r->env->whole);
	if (!r->env->nnamed && variables.kind == EXPR_MAP)
		return variables;
	all = expr_map_new(r->a);
	for (size_t i = 0; i < expr_count(&variables); i++) {
		struct expr_member m = expr_member_at(&variables, i);

		expr_map_set(r->a, all, m.key, m.value);
	}
	for (size_t i = 0; i < r->env->nnamed; i++)
		expr_map_set(r->a, all, expr_text(r->env->named[i].name), r->env->named[i].value);
	return expr_map(all, EXPR_PLAIN);
}

static bool walk_run_name(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (n->slot) {
		*out = r->lets[n->slot - 1];
		return true;
	}
	if (node_is_env(n)) {
		*out = whole_environment(r);
		return true;
	}
	if (env_variable(r->env, n->name, out))
		return true;
	*out = expr_nil();
	return r->env->unknown != EXPR_UNKNOWN_FAILS ||
	       run_fail(r, "unknown name \"%.*s\"", (int)(n->name.len < 80 ? n->name.len : 80),
			n->name.at);
}

static bool run_unary(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!walk(r, n->left, out))
		return false;
	r->at = n;
	switch (n->op) {
	case OP_NOT:
		if (out->kind != EXPR_BOOL)
			return run_fail(r, "not takes a bool, not %s", expr_type_name(out));
		out->boolean = !out->boolean;
		return true;
	case OP_NEGATE:
		if (!is_number(out))
			return run_fail(r, "%s cannot be negated", expr_type_name(out));
		if (out->kind == EXPR_FLOAT)
			out->number = -out->number;
		else
			out->integer = (int64_t)(0 - (uint64_t)out->integer);
		if (out->form == EXPR_UINT8)
			out->integer = (uint8_t)out->integer;
		return true;
	default:
		return true;
	}
}

/* The side that a bool operator takes. */
static bool run_bool(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!walk(r, n, out))
		return false;
	r->at = n;
	return out->kind == EXPR_BOOL || run_fail(r, "a bool is needed here, not %s", expr_type_name(out));
}

static bool run_logic(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!run_bool(r, n->left, out))
		return false;
	if (out->boolean == (n->op == OP_OR))
		return true;
	return walk(r, n->right, out);
}

static bool run_range(struct evaluation *r, const struct expr_value *from,
		      const struct expr_value *to, struct expr_value *out)
{
	int64_t first, last, count;

	if (!is_number(from) || !is_number(to))
		return run_fail(r, "a range has ints, not %s and %s", expr_type_name(from),
				expr_type_name(to));
	first = to_int(from);
	last = to_int(to);
	/* As the reference engine counts: a range that is longer than an int can say is empty. */
	count = (int64_t)((uint64_t)last - (uint64_t)first + 1);
	count = count < 0 ? 0 : count;
	if (!run_grow(r, (uint64_t)count))
		return false;
	*out = (struct expr_value){ .kind = EXPR_LIST, .form = EXPR_RANGE };
	out->range.first = first;
	out->range.count = (uint64_t)count;
	return true;
}

static bool run_matches(struct evaluation *r, const struct node *n, const struct expr_value *text,
			const struct expr_value *regex, bool *out)
{
	const struct pattern *pattern = n->pattern;
	struct pattern *compiled;
	struct str subject;
	struct err e;
	int found;

	*out = false;
	if (expr_is_nil(text) || (!pattern && expr_is_nil(regex)))
		return true;
	if (text->kind != EXPR_STRING && text->kind != EXPR_BYTES)
		return run_fail(r, "matches takes a string, not %s", expr_type_name(text));
	if (!pattern && regex->kind != EXPR_STRING)
		return run_fail(r, "a pattern is a string, not %s", expr_type_name(regex));
	if (!pattern && !pattern_compile_n(r->a, regex->string.at, regex->string.len, &compiled, &e))
		return run_fail(r, "%s", e.message);
	if (!run_charge(r, (pattern ? 50 : 500) + text->string.len / 4))
		return false;
	subject = unicode_repair(r->a, text->string);
	found = pattern_search(pattern ? pattern : compiled, subject.at, subject.len);
	*out = found > 0;
	return found >= 0 || run_fail(r, "the pattern takes too long to match");
}

static bool has_text(struct str s, struct str part, enum operator op)
{
	if (part.len > s.len)
		return false;
	if (op == OP_STARTS_WITH)
		return memcmp(s.at, part.at, part.len) == 0;
	if (op == OP_ENDS_WITH)
		return memcmp(s.at + s.len - part.len, part.at, part.len) == 0;
	return !part.len || memmem(s.at, s.len, part.at, part.len) != NULL;
}

static bool run_mismatch(struct evaluation *r, const struct node *n, const struct expr_value *l,
			 const struct expr_value *right)
{
	return run_fail(r, "\"%s\" does not take %s and %s", operator_text(n->op), expr_type_name(l),
			expr_type_name(right));
}

static bool run_text_operator(struct evaluation *r, const struct node *n,
			      const struct expr_value *l, const struct expr_value *right,
			      struct expr_value *out)
{
	if (expr_is_nil(l) || expr_is_nil(right)) {
		*out = expr_bool(false);
		return true;
	}
	if (l->kind != EXPR_STRING || right->kind != EXPR_STRING)
		return run_mismatch(r, n, l, right);
	*out = expr_bool(has_text(l->string, right->string, n->op));
	return run_charge(r, l->string.len / 64);
}

static bool run_equal(struct evaluation *r, const struct node *n, const struct expr_value *l,
		      const struct expr_value *right, struct expr_value *out)
{
	size_t work = 0;
	bool same;

	if (n->mode == MODE_INTS && (l->kind != EXPR_INT || l->form != EXPR_PLAIN ||
				     right->kind != EXPR_INT || right->form != EXPR_PLAIN))
		return run_fail(r, "%s and %s cannot be compared as ints", expr_type_name(l),
				expr_type_name(right));
	if (n->mode == MODE_STRINGS && (l->kind != EXPR_STRING || right->kind != EXPR_STRING))
		return run_fail(r, "%s and %s cannot be compared as strings", expr_type_name(l),
				expr_type_name(right));
	same = equal(l, right, &work);
	*out = expr_bool(same == (n->op == OP_EQUAL));
	return run_charge(r, work);
}

static bool run_arithmetic(struct evaluation *r, const struct node *n, const struct expr_value *l,
			   const struct expr_value *right, struct expr_value *out)
{
	struct expr_value left = *l;

	if (n->op == OP_ADD && l->kind == EXPR_STRING && right->kind == EXPR_STRING) {
		struct str sum;

		if (!run_charge(r, (l->string.len + right->string.len) / 64))
			return false;
		sum = join_text(r->a, l->string, right->string);
		*out = expr_string(sum.at, sum.len);
		return true;
	}
	if (arithmetic(r->a, n->op, &left, right, out))
		return true;
	if (n->op == OP_MODULO && is_integer(&left) && is_integer(right))
		return run_fail(r, "a division by zero");
	return run_mismatch(r, n, &left, right);
}

static bool run_operator(struct evaluation *r, const struct node *n, const struct expr_value *l,
			 const struct expr_value *right, struct expr_value *out)
{
	bool truth = false;

	switch (n->op) {
	case OP_EQUAL:
	case OP_UNEQUAL:
		return run_equal(r, n, l, right, out);
	case OP_LESS:
	case OP_MORE:
	case OP_LESS_EQUAL:
	case OP_MORE_EQUAL:
		if (!order(n->op, l, right, &truth))
			return run_mismatch(r, n, l, right);
		break;
	case OP_IN:
		if (!run_in(r, n, l, right, &truth))
			return false;
		break;
	case OP_MATCHES:
		if (!run_matches(r, n, l, right, &truth))
			return false;
		break;
	case OP_CONTAINS:
	case OP_STARTS_WITH:
	case OP_ENDS_WITH:
		return run_text_operator(r, n, l, right, out);
	case OP_RANGE:
		return run_range(r, l, right, out);
	default:
		return run_arithmetic(r, n, l, right, out);
	}
	*out = expr_bool(truth);
	return true;
}

static bool run_binary(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value left, right;

	if (n->op == OP_AND || n->op == OP_OR)
		return run_logic(r, n, out);
	if (!walk(r, n->left, &left))
		return false;
	if (n->op == OP_COALESCE) {
		if (expr_is_nil(&left))
			return walk(r, n->right, out);
		*out = left;
		return true;
	}
	if (!walk(r, n->right, &right))
		return false;
	r->at = n;
	return run_operator(r, n, &left, &right, out);
}

static bool run_chain(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!walk(r, n->left, out)) {
		if (!r->stopped)
			return false;
		r->stopped = false;
		*out = expr_nil();
	}
	if (expr_is_nil(out))
		*out = expr_nil();
	return true;
}

static bool run_member(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value base, key;

	if (!walk(r, n->left, &base))
		return false;
	if (n->optional && expr_is_nil(&base)) {
		r->stopped = true;
		return false;
	}
	if (!walk(r, n->right, &key))
		return false;
	r->at = n;
	return run_fetch(r, &base, &key, out);
}

/* In the language's order: the end is evaluated before the start. */
static bool run_slice_node(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value base, from, to;

	if (!walk(r, n->left, &base) || (n->other && !walk(r, n->other, &to)) ||
	    (n->right && !walk(r, n->right, &from)))
		return false;
	r->at = n;
	return run_slice(r, &base, n->right ? &from : NULL, n->other ? &to : NULL, out);
}

static bool run_arguments(struct evaluation *r, const struct node *n, struct expr_value *args)
{
	for (size_t i = 0; i < n->count; i++)
		if (!walk(r, n->items[i], &args[i]))
			return false;
	return true;
}

static bool run_call(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value few[ON_STACK], *args = few, callee;

	if (n->count > ON_STACK)
		args = arena_array(r->a, n->count, sizeof(*args));
	if (!run_arguments(r, n, args))
		return false;
	if (n->function && !n->left->slot) {
		callee = (struct expr_value){ .kind = EXPR_FUNCTION };
		callee.function.method = env_function(r->env, n->left->name);
		if (!callee.function.method)
			return run_fail(r, "unknown function \"%s\"", n->function->name);
	} else if (!walk(r, n->left, &callee)) {
		return false;
	}
	r->at = n;
	return run_call_value(r, &callee, args, n->count, out);
}

static bool run_builtin(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value few[ON_STACK], *args = few;
	size_t count = n->count;

	if (n->builtin->closure)
		return run_closure(r, n, out);
	if (n->count > ON_STACK)
		args = arena_array(r->a, n->count, sizeof(*args));
	if (!run_arguments(r, n, args))
		return false;
	r->at = n;
	if (!n->checked && !builtin_settle(n->builtin, &args, &count))
		return run_fail(r, "%s() does not take %zu arguments", n->builtin->name, n->count);
	return n->builtin->run(r, args, count, out) && run_charge(r, 1);
}

static bool run_pointer(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	const struct scope *scope = r->scope;

	r->at = n;
	if (!scope)
		return run_fail(r, "# is the element inside a closure");
	if (str_is(n->name, "index")) {
		*out = expr_int(scope->index);
	} else if (str_is(n->name, "acc")) {
		*out = scope->acc;
	} else if (n->name.len) {
		return run_fail(r, "this pointer is not known here");
	} else {
		return run_element(r, out);
	}
	return true;
}

static bool run_list(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_value *items = arena_array(r->a, n->count, sizeof(*items));

	if (!run_arguments(r, n, items) || !run_grow(r, n->count))
		return false;
	*out = expr_list(r->a, items, n->count);
	return true;
}

/* Of two equal keys the first wins. */
static bool run_map(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	struct expr_map *map = expr_map_new(r->a);
	struct expr_value *items = arena_array(r->a, n->count, sizeof(*items));

	if (!run_arguments(r, n, items) || !run_grow(r, n->count / 2))
		return false;
	r->at = n;
	for (size_t i = n->count; i > 0; i -= 2) {
		if (items[i - 2].kind != EXPR_STRING)
			return run_fail(r, "a map's key is a string, not %s",
					expr_type_name(&items[i - 2]));
		expr_map_set(r->a, map, items[i - 2], items[i - 1]);
	}
	*out = expr_map(map, EXPR_PLAIN);
	return true;
}

static bool run_condition(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!run_bool(r, n->left, out))
		return false;
	return walk(r, out->boolean ? n->right : n->other, out);
}

bool walk(struct evaluation *r, const struct node *n, struct expr_value *out)
{
	if (!run_step(r))
		return false;
	switch (n->kind) {
	case NODE_CONSTANT:
		*out = n->constant;
		return true;
	case NODE_NAME:
		r->at = n;
		return walk_run_name(r, n, out);
	case NODE_UNARY:
		return run_unary(r, n, out);
	case NODE_BINARY:
		return run_binary(r, n, out);
	case NODE_CHAIN:
		return run_chain(r, n, out);
	case NODE_MEMBER:
		return run_member(r, n, out);
	case NODE_SLICE:
		return run_slice_node(r, n, out);
	case NODE_CALL:
		return run_call(r, n, out);
	case NODE_BUILTIN:
		return run_builtin(r, n, out);
	case NODE_POINTER:
		return run_pointer(r, n, out);
	case NODE_LET:
		return walk(r, n->left, &r->lets[n->slot]) && walk(r, n->right, out);
	case NODE_SEQUENCE:
		for (size_t i = 0; i < n->count; i++)
			if (!walk(r, n->items[i], out))
				return false;
		return true;
	case NODE_CONDITION:
		return run_condition(r, n, out);
	case NODE_LIST:
		return run_list(r, n, out);
	case NODE_MAP:
		return run_map(r, n, out);
	}
	return false;
}
