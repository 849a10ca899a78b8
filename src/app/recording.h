/* SPDX-License-Identifier: Apache-2.0 */
/* The history of a running Kargo: recorded by an agent, shown by boards. Only this folder includes it. */
#ifndef GANTRY_APP_RECORDING_H
#define GANTRY_APP_RECORDING_H

#include "base/base.h"

struct app_cluster;
struct err;
struct past_wish;
struct record;

/* With APP_RECORDS ledgers are written, else those that are there are read; commands do without. */
bool recording_start(struct app_cluster *cluster, struct err *e) MUST_USE;

/* False: its thread is stuck, and nothing may be freed. */
bool recording_stop(struct app_cluster *cluster, int64_t ms) MUST_USE;

/* A record of the cluster, on its way to the project's observer. */
void recording_take(struct app_cluster *cluster, const char *project, const struct record *r);

/* For the observer of an attached member: its ledger as it stood. */
bool recording_past(void *member, const struct past_wish *wish, const struct record **out, int64_t *at,
		    struct err *e);

#endif
