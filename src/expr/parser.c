/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens, nodes and complaints: what operators and operands are parsed with. */
#include "expr/parser.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"

bool parser_is(const struct parser *p, const char *sign)
{
	return p->now->kind == TOKEN_SIGN && *p->now->text.at == *sign && str_is(p->now->text, sign);
}

void *parser_fail(struct parser *p, size_t at, const char *what)
{
	if (!p->failed)
		lex_error(p->e, p->text, at, "%s", what);
	p->failed = true;
	return NULL;
}

void *parser_unexpected(struct parser *p)
{
	if (!p->failed && p->now->kind == TOKEN_END)
		lex_error(p->e, p->text, p->now->at, "the expression ends too early");
	else if (!p->failed)
		lex_error(p->e, p->text, p->now->at, "\"%.*s\" is not expected here",
			  (int)(p->now->text.len < 80 ? p->now->text.len : 80), p->now->text.at);
	p->failed = true;
	return NULL;
}

bool parser_expect(struct parser *p, const char *sign)
{
	if (!parser_is(p, sign))
		return parser_unexpected(p) != NULL;
	p->now++;
	return true;
}

struct node *parser_node(struct parser *p, enum node_kind kind, size_t at)
{
	struct node *n;

	if (p->failed)
		return NULL;
	if (++p->nodes > MAX_NODES)
		return parser_fail(p, at, "the expression is too long");
	n = arena_alloc(p->a, sizeof(*n));
	n->kind = kind;
	n->at = (uint32_t)at;
	return n;
}

static void parse_measure(struct node *n, const struct node *child)
{
	if (!child)
		return;
	if (child->depth >= n->depth)
		n->depth = (uint16_t)(child->depth + 1);
	n->weight += child->weight;
	if (n->weight > MAX_WEIGHT)
		n->weight = MAX_WEIGHT + 1;
}

/* Depth bounds the recursion of what walks the tree, weight its work. */
struct node *parser_close(struct parser *p, struct node *n)
{
	if (!n || p->failed)
		return NULL;
	n->depth = 1;
	n->weight = 1;
	parse_measure(n, n->left);
	parse_measure(n, n->right);
	parse_measure(n, n->other);
	for (size_t i = 0; i < n->count; i++)
		parse_measure(n, n->items[i]);
	if (n->depth > MAX_DEPTH || n->weight > MAX_WEIGHT)
		return parser_fail(p, n->at, "the expression is nested too deeply");
	return n;
}

void nodes_add(struct parser *p, struct nodes *nodes, struct node *n)
{
	if (nodes->count == nodes->room) {
		struct node **old = nodes->items;

		nodes->room = nodes->room ? nodes->room * 2 : 4;
		nodes->items = arena_array(p->a, nodes->room, sizeof(struct node *));
		if (nodes->count)
			memcpy(nodes->items, old, nodes->count * sizeof(struct node *));
	}
	nodes->items[nodes->count++] = n;
}

struct node *parser_unary(struct parser *p, enum operator op, size_t at, struct node *operand)
{
	struct node *n = parser_node(p, NODE_UNARY, at);

	if (!n)
		return NULL;
	n->op = op;
	n->left = operand;
	return parser_close(p, n);
}
