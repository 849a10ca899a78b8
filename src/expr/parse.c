/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A parser by operator precedence. Optional chains, comparisons in a row (a < b < c,
 * whose middle is one node with two parents) and what may follow an `if` are as odd
 * here as in the language.
 */
#include "expr/parse.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "expr/lexer.h"
#include "expr/node.h"
#include "expr/parser.h"

static const struct {
	const char *text;
	enum operator op;
	int precedence;
} binary[] = {
	{ "|", OP_PIPE, 0 },
	{ "or", OP_OR, 10 },
	{ "||", OP_OR, 10 },
	{ "and", OP_AND, 15 },
	{ "&&", OP_AND, 15 },
	{ "==", OP_EQUAL, 20 },
	{ "!=", OP_UNEQUAL, 20 },
	{ "<", OP_LESS, 20 },
	{ ">", OP_MORE, 20 },
	{ ">=", OP_MORE_EQUAL, 20 },
	{ "<=", OP_LESS_EQUAL, 20 },
	{ "in", OP_IN, 20 },
	{ "matches", OP_MATCHES, 20 },
	{ "contains", OP_CONTAINS, 20 },
	{ "startsWith", OP_STARTS_WITH, 20 },
	{ "endsWith", OP_ENDS_WITH, 20 },
	{ "..", OP_RANGE, 25 },
	{ "+", OP_ADD, 30 },
	{ "-", OP_SUBTRACT, 30 },
	{ "*", OP_MULTIPLY, 60 },
	{ "/", OP_DIVIDE, 60 },
	{ "%", OP_MODULO, 60 },
	{ "**", OP_POWER, 100 },
	{ "^", OP_POWER, 100 },
	{ "??", OP_COALESCE, 500 },
};

const char *operator_text(enum operator op)
{
	for (size_t i = 0; i < COUNTOF(binary); i++)
		if (binary[i].op == op)
			return binary[i].text;
	return op == OP_NOT ? "not" : op == OP_NEGATE ? "-" : "+";
}

static struct node *make_binary(struct parser *p, enum operator op, size_t at, struct node *left,
				struct node *right)
{
	struct node *n = parser_node(p, NODE_BINARY, at);

	if (!n)
		return NULL;
	n->op = op;
	n->left = left;
	n->right = right;
	return parser_close(p, n);
}

static struct node *make_condition(struct parser *p, size_t at, struct node *condition,
				   struct node *yes, struct node *no)
{
	struct node *n = parser_node(p, NODE_CONDITION, at);

	if (!n)
		return NULL;
	n->left = condition;
	n->right = yes;
	n->other = no;
	return parser_close(p, n);
}

/* Index in binary[], or -1. */
static int operator_at(const struct token *t)
{
	if (t->kind == TOKEN_SIGN)
		for (size_t i = 0; i < COUNTOF(binary); i++)
			if (*t->text.at == *binary[i].text && str_is(t->text, binary[i].text))
				return (int)i;
	return -1;
}

static bool is_comparison(enum operator op)
{
	return op >= OP_LESS && op <= OP_LESS_EQUAL;
}

static struct node *parse_expression(struct parser *p, int precedence);
static struct node *parse_sequence(struct parser *p);

/* a < b <= c is a < b && b <= c. */
static struct node *parse_comparison(struct parser *p, struct node *left, const struct token *sign,
				     int found)
{
	struct node *root = NULL, *n;

	for (;;) {
		struct node *right = parse_expression(p, binary[found].precedence + 1);

		n = make_binary(p, binary[found].op, sign->at, left, right);
		if (!n)
			return NULL;
		root = root ? make_binary(p, OP_AND, sign->at, root, n) : n;
		if (!root)
			return NULL;
		left = right;
		sign = p->now;
		found = operator_at(sign);
		if (found < 0 || !is_comparison(binary[found].op))
			return root;
		p->now++;
	}
}

/* One operator and what is right of it; found is its index. */
static struct node *parse_right(struct parser *p, struct node *left, int found, bool negate)
{
	const struct token *sign = p->now++;
	enum operator op = binary[found].op;
	struct node *n;

	if (op == OP_PIPE) {
		const struct token *name = p->now;

		if (name->kind != TOKEN_NAME)
			return parser_unexpected(p);
		p->now++;
		return parse_call(p, name, left, true);
	}
	if (p->coalesced && op != OP_COALESCE)
		return parser_fail(p, sign->at, "?? with another operator needs parentheses");
	if (is_comparison(op))
		return parse_comparison(p, left, sign, found);
	n = parse_expression(p, binary[found].precedence + (op != OP_POWER));
	n = make_binary(p, op, sign->at, left, n);
	return n && negate ? parser_unary(p, OP_NOT, sign->at, n) : n;
}

/* "not in", "not contains", …: the word after not. -1: not one of them. */
static int negated_operator(const struct parser *p)
{
	int found = operator_at(p->now + 1);
	enum operator op = found < 0 ? OP_NONE : binary[found].op;

	return op >= OP_IN && op <= OP_ENDS_WITH ? found : -1;
}

static struct node *parse_let(struct parser *p)
{
	const struct token *name;
	struct node *value, *body, *n;
	struct let let;

	p->now++;
	name = p->now;
	if (name->kind != TOKEN_NAME)
		return parser_unexpected(p);
	p->now++;
	if (!parser_expect(p, "="))
		return NULL;
	value = parse_expression(p, 0);
	if (!value || !parser_expect(p, ";"))
		return NULL;
	let = (struct let){ name->text, p->slots++, p->lets };
	p->lets = &let;
	body = parse_sequence(p);
	p->lets = let.outer;
	n = parser_node(p, NODE_LET, name->at);
	if (!n)
		return NULL;
	n->left = value;
	n->right = body;
	n->name = name->text;
	n->slot = let.slot;
	return parser_close(p, n);
}

static struct node *parse_block(struct parser *p)
{
	struct node *n;

	if (!parser_expect(p, "{"))
		return NULL;
	n = parse_sequence(p);
	return n && parser_expect(p, "}") ? n : NULL;
}

static struct node *parse_if(struct parser *p)
{
	size_t at = p->now++->at;
	struct node *condition, *yes, *no;

	condition = parse_expression(p, 0);
	yes = condition ? parse_block(p) : NULL;
	if (!yes || !parser_expect(p, "else"))
		return NULL;
	if (++p->depth > MAX_DEPTH)
		return parser_fail(p, at, "the expression is nested too deeply");
	no = parser_is(p, "if") ? parse_if(p) : parse_block(p);
	p->depth--;
	return no ? make_condition(p, at, condition, yes, no) : NULL;
}

static struct node *parse_ternary(struct parser *p, struct node *n)
{
	while (n && parser_is(p, "?")) {
		size_t at = p->now++->at;
		struct node *yes = n, *no;

		if (!parser_is(p, ":"))
			yes = parse_expression(p, 0);
		if (!yes || !parser_expect(p, ":"))
			return NULL;
		no = parse_expression(p, 0);
		n = no ? make_condition(p, at, n, yes, no) : NULL;
	}
	return n;
}

static struct node *parse_operators(struct parser *p, int precedence)
{
	bool outer = p->coalesced;
	struct node *n = parse_primary(p);

	p->coalesced = false;
	while (n && p->now->kind == TOKEN_SIGN) {
		bool negate = parser_is(p, "not");
		int found = negate ? negated_operator(p) : operator_at(p->now);

		if (negate && found < 0) {
			p->now++;
			n = parser_unexpected(p);
			break;
		}
		if (found < 0 || binary[found].precedence < precedence)
			break;
		p->now += negate;
		n = parse_right(p, n, found, negate);
		p->coalesced = binary[found].op == OP_COALESCE;
	}
	p->coalesced = outer;
	return n;
}

static struct node *parse_expression(struct parser *p, int precedence)
{
	struct node *n;

	if (p->failed)
		return NULL;
	if (++p->depth > MAX_DEPTH)
		return parser_fail(p, p->now->at, "the expression is nested too deeply");
	if (precedence == 0 && parser_is(p, "let")) {
		n = parse_let(p);
	} else if (precedence == 0 && parser_is(p, "if")) {
		n = parse_if(p);
	} else {
		n = parse_operators(p, precedence);
		if (precedence == 0)
			n = parse_ternary(p, n);
	}
	p->depth--;
	return n;
}

static struct node *parse_sequence(struct parser *p)
{
	struct node *first = parse_expression(p, 0), *n;
	struct nodes nodes = { 0 };

	if (!first || !parser_is(p, ";"))
		return first;
	nodes_add(p, &nodes, first);
	while (parser_is(p, ";")) {
		p->now++;
		if (p->now->kind == TOKEN_END)
			break;
		n = parse_expression(p, 0);
		if (!n)
			return NULL;
		nodes_add(p, &nodes, n);
	}
	if (nodes.count == 1)
		return first;
	n = parser_node(p, NODE_SEQUENCE, first->at);
	if (!n)
		return NULL;
	n->items = nodes.items;
	n->count = nodes.count;
	return parser_close(p, n);
}

bool parse(struct arena *a, struct str text, const struct expr_env *env, struct expr_program *out,
	   struct err *e)
{
	struct parser p = { .a = a, .env = env, .text = text, .e = e,
			    .expression = parse_expression, .sequence = parse_sequence };
	struct token *tokens;
	struct node *root;

	if (!lex(a, text, &tokens, e))
		return false;
	p.now = tokens;
	root = parse_sequence(&p);
	if (root && p.now->kind != TOKEN_END)
		root = parser_unexpected(&p);
	if (!root)
		return p.failed ? false : err_set(e, ERR_INTERNAL, "an expression that is none");
	*out = (struct expr_program){ text, root, p.slots };
	return true;
}
