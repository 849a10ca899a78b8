/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What parse.c (operators) and primary.c (operands) share: tokens, nodes, complaints. This folder
 * only.
 */
#ifndef GANTRY_EXPR_PARSER_H
#define GANTRY_EXPR_PARSER_H

#include "expr/lexer.h"
#include "expr/node.h"

struct expr_env;

enum { MAX_NODES = 10000, MAX_DEPTH = 500, MAX_WEIGHT = 50000 };

/* A let that is in sight. */
struct let {
	struct str name;
	size_t slot;
	struct let *outer;
};

struct parser {
	struct arena *a;
	const struct expr_env *env;
	struct str text;
	const struct token *now;
	struct let *lets;
	size_t nodes, slots;
	unsigned depth;                 /* of the recursion */
	unsigned closures;              /* that are open */
	bool coalesced;                 /* the operator before was ?? */
	bool failed;
	struct err *e;
	/* parse.c's, for what is inside brackets; both return NULL on failure. */
	struct node *(*expression)(struct parser *p, int precedence);
	struct node *(*sequence)(struct parser *p);
};

struct nodes {
	struct node **items;
	size_t count, room;
};

bool parser_is(const struct parser *p, const char *sign);
bool parser_expect(struct parser *p, const char *sign);

/* Both keep the first complaint and return NULL. */
void *parser_fail(struct parser *p, size_t at, const char *what);
void *parser_unexpected(struct parser *p);

/* A new node; NULL once something failed. Its children set, parser_close checks its depth. */
struct node *parser_node(struct parser *p, enum node_kind kind, size_t at);
struct node *parser_close(struct parser *p, struct node *n);

/* An operator before its operand. */
struct node *parser_unary(struct parser *p, enum operator op, size_t at, struct node *operand);

void nodes_add(struct parser *p, struct nodes *nodes, struct node *n);

/* primary.c: operands of operators. Both return NULL on failure. */

struct node *parse_primary(struct parser *p);

/* piped is the first argument, or NULL; with_host: the host's functions come first. */
struct node *parse_call(struct parser *p, const struct token *name, struct node *piped,
			bool with_host);

#endif
