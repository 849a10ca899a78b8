/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events read back from the ledger, oldest first, as facts. Keeps a little of each promotion and
 * of each piece of freight meanwhile; free it when the end is reached. One thread.
 */
#ifndef GANTRY_METRICS_REPLAY_H
#define GANTRY_METRICS_REPLAY_H

#include "base/base.h"

struct counts;
struct event;
struct replay;

struct replay *replay_new(void);
void replay_free(struct replay *r);

/* Counts the event, which is newer than all before. */
void replay_add(struct replay *r, const struct event *ev, struct counts *c);

#endif
