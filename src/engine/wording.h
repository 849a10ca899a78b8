/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of the ledger: each event's subject. Pure. */
#ifndef GANTRY_ENGINE_WORDING_H
#define GANTRY_ENGINE_WORDING_H

#include "base/base.h"
#include "model/wording.h"

struct arena;
struct event;
struct orchestration;

/* o->message, and what was pushed without a success, which the ledger never forgets (model/unconfirmed.h). */
const char *wording_outcome(struct arena *a, const struct orchestration *o);

/*
 * The event as a line of the log: its subject, then the names that it has beyond it:
 * "promote uat to soft-squirrel (1.29.5): promotion uat.01jv…, by Ada <ada@example.org>".
 */
const char *wording_log(struct arena *a, const struct event *ev);

#endif
