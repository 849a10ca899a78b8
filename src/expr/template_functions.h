/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that every template has: quote, unsafeQuote, asYAML, asJSON. Any thread. */
#ifndef GANTRY_EXPR_TEMPLATE_FUNCTIONS_H
#define GANTRY_EXPR_TEMPLATE_FUNCTIONS_H

#include "expr/expr.h"

/* The environment with those functions added; the arena holds the longer table. */
struct expr_env template_env(struct arena *a, const struct expr_env *env);

#endif
