/* SPDX-License-Identifier: Apache-2.0 */
/* A running Kargo instead of engines and ledgers. Only this folder includes it. */
#ifndef GANTRY_APP_ATTACHED_H
#define GANTRY_APP_ATTACHED_H

#include "base/base.h"

struct app;
struct err;

/* Finds the cluster that the settings name, without asking it anything; does nothing where they name none. */
bool attached_open(struct app *app, struct err *e) MUST_USE;

/* Begins to follow it, where there is one. */
bool attached_start(struct app *app, struct err *e) MUST_USE;

/* False: a thread is stuck for so long, and nothing may be freed. */
bool attached_stop(struct app *app, int64_t ms) MUST_USE;

#endif
