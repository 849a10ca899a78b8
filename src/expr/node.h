/* SPDX-License-Identifier: Apache-2.0 */
/* The tree that the parser builds, the checker types, the optimizer rewrites and run walks. */
#ifndef GANTRY_EXPR_NODE_H
#define GANTRY_EXPR_NODE_H

#include "expr/type.h"

struct builtin;

enum node_kind {
	NODE_CONSTANT,          /* constant */
	NODE_NAME,              /* name; slot + 1 when it is a let */
	NODE_UNARY,             /* left */
	NODE_BINARY,            /* left, right */
	NODE_CHAIN,             /* left: where a?.b stops */
	NODE_MEMBER,            /* left[right] */
	NODE_SLICE,             /* left[right:other] */
	NODE_CALL,              /* left(items…) */
	NODE_BUILTIN,           /* builtin(items…); the closure of a predicate is items[1] */
	NODE_POINTER,           /* name */
	NODE_LET,               /* slot: left; right */
	NODE_SEQUENCE,          /* items */
	NODE_CONDITION,         /* left ? right : other */
	NODE_LIST,              /* items */
	NODE_MAP,               /* items: key, value, … */
};

enum operator {
	OP_NONE,
	OP_PIPE,
	OP_OR,
	OP_AND,
	OP_EQUAL,
	OP_UNEQUAL,
	OP_LESS,
	OP_MORE,
	OP_MORE_EQUAL,
	OP_LESS_EQUAL,
	OP_IN,
	OP_MATCHES,
	OP_CONTAINS,
	OP_STARTS_WITH,
	OP_ENDS_WITH,
	OP_RANGE,
	OP_ADD,
	OP_SUBTRACT,
	OP_MULTIPLY,
	OP_DIVIDE,
	OP_MODULO,
	OP_POWER,
	OP_COALESCE,
	OP_NOT,
	OP_NEGATE,
	OP_PLUS,
};

/* How == and in are done, from what the compiler knew. */
enum node_mode {
	MODE_ANY,
	MODE_INTS,      /* both sides must be ints, or it fails */
	MODE_STRINGS,   /* both sides must be strings, or it fails */
};

struct node {
	enum node_kind kind;
	enum operator op;
	enum node_mode mode;
	uint32_t at;                    /* byte offset in the text */
	uint16_t depth;                 /* of the tree below it */
	uint32_t weight;                /* nodes below it, one with two parents counted twice */
	bool optional;                  /* ?. */
	bool method;                    /* called at once: a.b() */
	bool literal;                   /* an int, float, string, bool or nil as written, or folded */
	bool checked;
	bool throws;                    /* find that fails when nothing is found */
	const struct expr_type *type;   /* NULL: unknown */
	struct expr_value constant;
	struct str name;
	size_t slot;
	struct node *left, *right, *other;
	struct node **items;
	size_t count;
	const struct builtin *builtin;
	const struct expr_method *function;     /* NODE_CALL of a host function */
	const struct pattern *pattern;  /* OP_MATCHES of a literal */
	struct node *map;               /* filter, find: what is made of each found */
	int64_t threshold;              /* count stops there; 0: it does not */
};

/* The program is the tree and what run needs to know of it. */
struct expr_program {
	struct str text;
	struct node *root;
	size_t slots;                   /* lets */
};

/* As it is written, for messages. */
const char *operator_text(enum operator op);

/* $env, the environment as a map, is a name like others except for two checks. */
bool node_is_env(const struct node *n);

/* Written alike. */
bool node_is_same(const struct node *a, const struct node *b);

/* A node with two operands, of unknown type. */
struct node *node_pair(struct arena *a, enum operator op, struct node *left, struct node *right);

#endif
