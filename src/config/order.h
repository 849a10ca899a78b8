/* SPDX-License-Identifier: Apache-2.0 */
/* Stages in the order that freight flows. Any thread. */
#ifndef GANTRY_CONFIG_ORDER_H
#define GANTRY_CONFIG_ORDER_H

#include "base/base.h"

struct arena;
struct stage;

/*
 * Puts upstream before downstream, by name where that leaves a choice. Returns how many stages have
 * a place; those behind them, by name, are in a ring or downstream of one.
 */
size_t order_stages(struct arena *a, struct stage **stages, size_t count);

#endif
