/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's functions, with a scope behind them. Any thread. */
#ifndef GANTRY_EXPR_FUNCTIONS_H
#define GANTRY_EXPR_FUNCTIONS_H

#include "expr/expr.h"

struct functions;
struct kargo_scope;

struct functions *functions_new(struct arena *a, const struct kargo_scope *scope);

/*
 * The environment of expressions that use them, without variables. with_status: also
 * success, failure, always and status, which only a step's config and if have.
 */
struct expr_env functions_env(struct functions *f, bool with_status);

#endif
