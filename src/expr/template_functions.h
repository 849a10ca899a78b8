/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that every template has: quote, unsafeQuote, asYAML, asJSON. Any thread. */
#ifndef GANTRY_EXPR_TEMPLATE_FUNCTIONS_H
#define GANTRY_EXPR_TEMPLATE_FUNCTIONS_H

#include "expr/expr.h"

struct buf;

/* The environment with those functions added; the arena holds the longer table. */
struct expr_env template_env(struct arena *a, const struct expr_env *env);

/*
 * Appends the value as Go's encoding/json does: the keys of maps sorted, the fields of
 * objects in their order, < > & escaped. flags: more of enum json_flags.
 */
bool template_json(struct arena *a, struct buf *b, const struct expr_value *v, unsigned flags,
		   struct err *e) MUST_USE;

#endif
