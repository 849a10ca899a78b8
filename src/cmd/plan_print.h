/* SPDX-License-Identifier: Apache-2.0 */
/* A plan on stdout: for people, or as JSON or YAML with the gates beside it. Main thread. */
#ifndef GANTRY_CMD_PLAN_PRINT_H
#define GANTRY_CMD_PLAN_PRINT_H

#include "base/base.h"

struct app;
struct command;
struct err;
struct intent;
struct world;

struct plan_wish {
	struct intent *intent;          /* the reason is filled in */
	int64_t timeout_ms;
};

/*
 * Has the intent planned and prints that. Nothing is recorded, and no lease is waited for. Sets the
 * exit status: EXIT_REFUSED when a gate refuses, EXIT_FAILED when a step would fail.
 */
bool plan_show(struct command *c, struct app *app, const struct world *w, const struct plan_wish *wish,
	       struct err *e) MUST_USE;

#endif
