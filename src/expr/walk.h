/* SPDX-License-Identifier: Apache-2.0 */
/* The value of a node. This folder only. */
#ifndef GANTRY_EXPR_WALK_H
#define GANTRY_EXPR_WALK_H

#include "base/base.h"

struct evaluation;
struct expr_value;
struct node;

bool walk(struct evaluation *r, const struct node *n, struct expr_value *out) MUST_USE;

#endif
