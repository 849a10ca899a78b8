/* SPDX-License-Identifier: Apache-2.0 */
/* Rewrites that the language's own optimizer makes, where they can be noticed. Any thread. */
#ifndef GANTRY_EXPR_OPTIMIZE_H
#define GANTRY_EXPR_OPTIMIZE_H

#include "expr/node.h"

struct err;

/* False (ERR_CONFIG) for a constant division by zero. */
bool optimize(struct arena *a, struct expr_program *program, struct err *e) MUST_USE;

#endif
