/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Running Kargos instead of engines and ledgers: each has a way of its own to its cluster, its state, its
 * rights, its recorder. Only this folder includes it.
 */
#ifndef GANTRY_APP_CLUSTERS_H
#define GANTRY_APP_CLUSTERS_H

#include "base/base.h"

struct app;
struct app_cluster;
struct err;

/* Finds the clusters that the settings name, if any, without asking them anything; fills the port. */
bool clusters_open(struct app *app, struct err *e) MUST_USE;

/* Begins to follow them, where there are any. */
bool clusters_start(struct app *app, struct err *e) MUST_USE;

/* Frees them, once no member is left. False: a thread is stuck for so long, and nothing may be freed. */
bool clusters_stop(struct app *app, int64_t ms) MUST_USE;
void clusters_free(struct app *app);

/* Keeps that cluster alone. Main thread. */
void clusters_keep(struct app *app, struct app_cluster *kept);

#endif
