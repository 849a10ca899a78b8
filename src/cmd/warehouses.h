/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get warehouses. Main thread. */
#ifndef GANTRY_CMD_WAREHOUSES_H
#define GANTRY_CMD_WAREHOUSES_H

#include "base/base.h"

struct app;
struct command;
struct err;

/*
 * Lists them as an app that observes finds them, waiting a minute at most: what takes longer
 * is listed as not looked at.
 */
bool get_warehouses(struct command *c, struct app *app, struct err *e) MUST_USE;

#endif
