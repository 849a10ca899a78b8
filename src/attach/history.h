/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened in a project, newest first: from its objects (Kargo keeps twenty promotions of a
 * stage), and from Kubernetes' Events, which name who approved and are deleted after an hour. Each
 * event has an id derived from its subject, so it is listed once, however often and from wherever
 * it is learnt. Pure. One thread at a time.
 */
#ifndef GANTRY_ATTACH_HISTORY_H
#define GANTRY_ATTACH_HISTORY_H

#include "attach/objects.h"
#include "base/base.h"

struct attach_history;
struct attach_state;
struct event_tail;
struct value;

struct attach_history *attach_history_new(void);
void attach_history_free(struct attach_history *h);

/*
 * Learns from an object as the cluster gives it: a Freight, Promotion, Stage or Event; other kinds,
 * and Events about other objects, add nothing.
 */
void attach_history_learn(struct attach_history *h, enum attach_kind kind, const struct value *object);

/*
 * The newest events, worded as in a ledger; names are looked up in the state. Valid until the next
 * call; records share it.
 */
const struct event_tail *attach_history_tail(struct attach_history *h, const struct attach_state *s);

#endif
