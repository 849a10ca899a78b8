/* SPDX-License-Identifier: Apache-2.0 */
/* Operands of operators. This folder only. Both return NULL on failure. */
#ifndef GANTRY_EXPR_PRIMARY_H
#define GANTRY_EXPR_PRIMARY_H

#include "expr/parser.h"

struct node *parse_primary(struct parser *p);

/* piped is the first argument, or NULL; with_host: the host's functions come first. */
struct node *parse_call(struct parser *p, const struct token *name, struct node *piped,
			bool with_host);

#endif
