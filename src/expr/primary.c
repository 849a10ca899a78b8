/* SPDX-License-Identifier: Apache-2.0 */
/* Operands: literals, names, calls, lists, maps, and what may follow one: .a ?.b [c] [d:e]. */
#include "expr/parser.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "expr/builtin.h"
#include "expr/expr.h"
#include "expr/go_number.h"
#include "expr/names.h"

static struct node *primary_constant(struct parser *p, size_t at, struct expr_value value)
{
	struct node *n = parser_node(p, NODE_CONSTANT, at);

	if (!n)
		return NULL;
	n->constant = value;
	n->literal = true;
	return parser_close(p, n);
}

static struct node *primary_name_node(struct parser *p, const struct token *name)
{
	struct node *n = parser_node(p, NODE_NAME, name->at);

	if (!n)
		return NULL;
	n->name = name->text;
	for (const struct let *let = p->lets; let && !n->slot; let = let->outer)
		if (str_equal(let->name, name->text))
			n->slot = let->slot + 1;
	return parser_close(p, n);
}

static struct node *number_node(struct parser *p)
{
	const struct token *t = p->now++;
	struct expr_value value;

	if (!go_literal(p->a, t->text, &value))
		return parser_fail(p, t->at, "not a number, or one that is too large");
	return primary_constant(p, t->at, value);
}

/* Arguments up to the closing parenthesis. */
static bool parse_arguments(struct parser *p, struct nodes *arguments)
{
	size_t given = arguments->count;

	if (!parser_expect(p, "("))
		return false;
	while (!parser_is(p, ")")) {
		struct node *n;

		if (arguments->count > given && !parser_expect(p, ","))
			return false;
		if (parser_is(p, ")"))
			break;
		n = p->expression(p, 0);
		if (!n)
			return false;
		nodes_add(p, arguments, n);
	}
	p->now++;
	return true;
}

/* The body of a closure: an expression, or a sequence in braces. */
static struct node *parse_closure(struct parser *p)
{
	bool braces = parser_is(p, "{");
	struct node *n;

	p->now += braces;
	p->closures++;
	n = braces ? p->sequence(p) : p->expression(p, 0);
	p->closures--;
	if (n && !braces && parser_is(p, ";"))
		return parser_fail(p, p->now->at, "a sequence in a closure needs braces");
	if (n && braces && !parser_expect(p, "}"))
		return NULL;
	p->nodes++;
	return n;
}

/* The shapes of closure functions: which arguments may be left out. */
static bool is_optional(enum closure closure, size_t argument)
{
	if (argument == 1)
		return closure == CLOSURE_COUNT || closure == CLOSURE_SUM;
	return argument == 2;
}

static size_t most_arguments(enum closure closure)
{
	return closure == CLOSURE_SORT_BY || closure == CLOSURE_REDUCE ? 3 : 2;
}

static bool parse_closure_arguments(struct parser *p, enum closure closure, struct nodes *arguments)
{
	size_t given = arguments->count;

	if (!parser_expect(p, "("))
		return false;
	for (size_t i = given; i < most_arguments(closure); i++) {
		struct node *n;

		if (parser_is(p, ")")) {
			if (is_optional(closure, i))
				break;
			return parser_fail(p, p->now->at, "too few arguments") != NULL;
		}
		if (i > given && !parser_expect(p, ","))
			return false;
		n = i == 1 ? parse_closure(p) : p->expression(p, 0);
		if (!n)
			return false;
		nodes_add(p, arguments, n);
	}
	if (parser_is(p, ","))
		p->now++;
	return parser_expect(p, ")");
}

/* Whether a call of that name is not the builtin's but the host's. */
static bool is_overridden(const struct parser *p, struct str name)
{
	return env_function(p->env, name) != NULL;
}

struct node *parse_call(struct parser *p, const struct token *name, struct node *piped,
			bool with_host)
{
	const struct builtin *builtin = NULL;
	struct nodes arguments = { 0 };
	struct node *n, *callee = NULL;
	bool ok;

	if (!with_host || !is_overridden(p, name->text))
		builtin = builtin_find(name->text);
	if (!builtin)
		callee = primary_name_node(p, name);
	if (piped)
		nodes_add(p, &arguments, piped);
	ok = builtin && builtin->closure ? parse_closure_arguments(p, builtin->closure, &arguments)
					 : parse_arguments(p, &arguments);
	n = ok ? parser_node(p, builtin ? NODE_BUILTIN : NODE_CALL, name->at) : NULL;
	if (!n)
		return NULL;
	n->builtin = builtin;
	n->left = callee;
	n->items = arguments.items;
	n->count = arguments.count;
	if (callee)
		n->function = env_function(p->env, name->text);
	return parser_close(p, n);
}

static struct node *parse_list(struct parser *p)
{
	size_t at = p->now++->at;
	struct nodes nodes = { 0 };
	struct node *n;

	while (!parser_is(p, "]")) {
		if (nodes.count && !parser_expect(p, ","))
			return NULL;
		if (nodes.count && parser_is(p, "]"))
			break;
		n = p->expression(p, 0);
		if (!n)
			return NULL;
		nodes_add(p, &nodes, n);
	}
	p->now++;
	n = parser_node(p, NODE_LIST, at);
	if (!n)
		return NULL;
	n->items = nodes.items;
	n->count = nodes.count;
	return parser_close(p, n);
}

static struct node *parse_key(struct parser *p)
{
	const struct token *t = p->now;

	if (t->kind == TOKEN_NUMBER || t->kind == TOKEN_STRING || t->kind == TOKEN_NAME) {
		p->now++;
		return primary_constant(p, t->at, expr_string(t->text.at, t->text.len));
	}
	if (parser_is(p, "("))
		return p->expression(p, 0);
	return parser_fail(p, t->at, "a key is a string, a number, a name or an expression in ()");
}

static struct node *parse_map(struct parser *p)
{
	size_t at = p->now++->at;
	struct nodes nodes = { 0 };
	struct node *n;

	while (!parser_is(p, "}")) {
		if (nodes.count && !parser_expect(p, ","))
			return NULL;
		if (nodes.count && parser_is(p, "}"))
			break;
		n = parse_key(p);
		if (!n || !parser_expect(p, ":"))
			return NULL;
		nodes_add(p, &nodes, n);
		n = p->expression(p, 0);
		if (!n)
			return NULL;
		nodes_add(p, &nodes, n);
		p->nodes++;
	}
	p->now++;
	n = parser_node(p, NODE_MAP, at);
	if (!n)
		return NULL;
	n->items = nodes.items;
	n->count = nodes.count;
	return parser_close(p, n);
}

static struct node *wrap_chain(struct parser *p, struct node *n, size_t at)
{
	struct node *chain = n ? parser_node(p, NODE_CHAIN, at) : NULL;

	if (!chain)
		return NULL;
	chain->left = n;
	return parser_close(p, chain);
}

/* Names of members may be words that are operators elsewhere. */
static bool is_member_name(const struct token *t)
{
	char c = t->text.len ? t->text.at[0] : 0;

	return t->kind == TOKEN_NAME ||
	       (t->kind == TOKEN_SIGN && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')));
}

/* .name, ?.name and .name(…); the cursor is on the name. */
static struct node *parse_member(struct parser *p, struct node *base, bool optional)
{
	const struct token *name = p->now;
	bool in_chain = base->kind == NODE_CHAIN;
	struct node *n, *property, *call;
	struct nodes arguments = { 0 };

	if (!is_member_name(name))
		return parser_fail(p, name->at, "a name is expected here");
	p->now++;
	property = primary_constant(p, name->at, expr_string(name->text.at, name->text.len));
	n = property ? parser_node(p, NODE_MEMBER, name->at) : NULL;
	if (!n)
		return NULL;
	n->left = in_chain ? base->left : base;
	n->right = property;
	n->optional = optional;
	n = parser_close(p, n);
	if (n && parser_is(p, "(")) {
		n->method = true;
		call = parse_arguments(p, &arguments) ? parser_node(p, NODE_CALL, name->at) : NULL;
		if (!call)
			return NULL;
		call->left = n;
		call->items = arguments.items;
		call->count = arguments.count;
		n = parser_close(p, call);
	}
	return in_chain || optional ? wrap_chain(p, n, name->at) : n;
}

/* [a], [a:b], [:b], [a:], [:]; the cursor is behind the bracket. */
static struct node *parse_index(struct parser *p, struct node *base, bool optional)
{
	size_t at = p->now[-1].at;
	struct node *from = NULL, *to = NULL, *n;
	bool slice;

	if (!parser_is(p, ":") && !(from = p->expression(p, 0)))
		return NULL;
	slice = parser_is(p, ":");
	p->now += slice;
	if (slice && !parser_is(p, "]") && !(to = p->expression(p, 0)))
		return NULL;
	n = parser_expect(p, "]") ? parser_node(p, slice ? NODE_SLICE : NODE_MEMBER, at) : NULL;
	if (!n)
		return NULL;
	n->left = base;
	n->right = from;
	n->other = to;
	n->optional = optional && !slice;
	n = parser_close(p, n);
	return n && n->optional ? wrap_chain(p, n, at) : n;
}

static struct node *parse_postfix(struct parser *p, struct node *n)
{
	while (n && p->now->kind == TOKEN_SIGN) {
		bool optional = parser_is(p, "?.");

		if (parser_is(p, "[")) {
			p->now++;
			n = parse_index(p, n, false);
		} else if (optional && p->now[1].kind == TOKEN_SIGN && str_is(p->now[1].text, "[")) {
			p->now += 2;
			n = parse_index(p, n, true);
		} else if (optional || parser_is(p, ".")) {
			p->now++;
			n = parse_member(p, n, optional);
		} else {
			break;
		}
	}
	return n;
}

/* # #index #acc, and .name inside a closure, which leaves the dot to what follows. */
static struct node *parse_pointer(struct parser *p)
{
	struct node *n = parser_node(p, NODE_POINTER, p->now->at);

	if (!n)
		return NULL;
	if (parser_is(p, "#")) {
		p->now++;
		if (p->now->kind == TOKEN_NAME)
			n->name = p->now++->text;
	}
	return parse_postfix(p, parser_close(p, n));
}

static struct node *parse_name(struct parser *p)
{
	const struct token *t = p->now++;

	if (str_is(t->text, "true") || str_is(t->text, "false"))
		return primary_constant(p, t->at, expr_bool(str_is(t->text, "true")));
	if (str_is(t->text, "nil"))
		return primary_constant(p, t->at, expr_nil());
	if (parser_is(p, "("))
		return parse_postfix(p, parse_call(p, t, NULL, true));
	return parse_postfix(p, primary_name_node(p, t));
}

static struct node *parse_text(struct parser *p)
{
	const struct token *t = p->now++;
	struct expr_value value = expr_string(t->text.at, t->text.len);
	struct node *n;

	if (t->kind == TOKEN_BYTES)
		value.kind = EXPR_BYTES;
	n = primary_constant(p, t->at, value);
	if (n && t->kind == TOKEN_BYTES)
		n->literal = false;
	return parse_postfix(p, n);
}

static struct node *parse_parentheses(struct parser *p)
{
	struct node *n;

	p->now++;
	n = p->sequence(p);
	return n && parser_expect(p, ")") ? parse_postfix(p, n) : NULL;
}

enum { PRECEDENCE_NOT = 50, PRECEDENCE_SIGN = 90 };

static struct node *parse_prefix(struct parser *p)
{
	const struct token *sign = p->now;
	enum operator op = OP_NOT;
	int precedence = PRECEDENCE_NOT;

	if (!parser_is(p, "not") && !parser_is(p, "!")) {
		precedence = PRECEDENCE_SIGN;
		op = parser_is(p, "-") ? OP_NEGATE : OP_PLUS;
	}
	p->now++;
	return parser_unary(p, op, sign->at, p->expression(p, precedence));
}

struct node *parse_primary(struct parser *p)
{
	const struct token *t = p->now;

	if (parser_is(p, "not") || parser_is(p, "!") || parser_is(p, "-") || parser_is(p, "+"))
		return parse_postfix(p, parse_prefix(p));
	if (parser_is(p, "("))
		return parse_parentheses(p);
	if (p->closures && (parser_is(p, "#") || parser_is(p, ".")))
		return parse_pointer(p);
	if (parser_is(p, "::")) {
		t = ++p->now;
		if (t->kind != TOKEN_NAME)
			return parser_unexpected(p);
		p->now++;
		return parse_postfix(p, parse_call(p, t, NULL, false));
	}
	switch (t->kind) {
	case TOKEN_NAME:
		return parse_name(p);
	case TOKEN_NUMBER:
		return number_node(p);
	case TOKEN_STRING:
	case TOKEN_BYTES:
		return parse_text(p);
	default:
		break;
	}
	if (parser_is(p, "["))
		return parse_postfix(p, parse_list(p));
	if (parser_is(p, "{"))
		return parse_postfix(p, parse_map(p));
	return parser_unexpected(p);
}
