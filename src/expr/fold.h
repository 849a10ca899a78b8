/* SPDX-License-Identifier: Apache-2.0 */
/* Constants computed before running. Any thread. */
#ifndef GANTRY_EXPR_FOLD_H
#define GANTRY_EXPR_FOLD_H

#include "expr/node.h"

struct err;

/* The node, whose children are folded, replaced when it can be. False: division by zero. */
bool fold(struct arena *a, struct node **slot, struct str text, struct err *e) MUST_USE;

/* sum(1..n, f) and reduce(1..n, # + #acc) by the formula. */
void fold_range(struct arena *a, struct node **slot);

#endif
