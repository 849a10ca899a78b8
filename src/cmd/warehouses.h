/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get warehouses. Main thread. */
#ifndef GANTRY_CMD_WAREHOUSES_H
#define GANTRY_CMD_WAREHOUSES_H

#include "base/base.h"

struct app;
struct arena;
struct command;
struct err;
struct world;

/*
 * Lists them as an app that observes finds them, waiting a minute at most: what takes longer
 * is listed as not looked at.
 */
bool get_warehouses(struct command *c, struct app *app, struct err *e) MUST_USE;

/*
 * Why it could not be looked at; NULL: it could. *reason: why what was found makes no freight; NULL: it does,
 * or there is nothing to explain.
 */
const char *warehouse_trouble(struct arena *a, const struct world *w, const char *name, const char **reason);

/*
 * Whether somebody has looked at it since then (ms), and what was found is recorded; true also when it
 * cannot be looked at.
 */
bool warehouse_was_looked_at(const struct world *w, const char *name, int64_t since);

#endif
