/* SPDX-License-Identifier: Apache-2.0 */
/* What is written to the ledger, and in which words; and what is removed from it. Pure. */
#ifndef GANTRY_ENGINE_WRITING_H
#define GANTRY_ENGINE_WRITING_H

#include "base/base.h"
#include "model/wording.h"

struct arena;
struct event;
struct orchestration;
struct value;
struct world;

/* wording.c: the sentences of the ledger: each event's subject. Pure. */

/* o->message, and what was pushed without a success, which the ledger never forgets (model/unconfirmed.h). */
const char *wording_outcome(struct arena *a, const struct orchestration *o);

/*
 * The event as a line of the log: its subject, then the names that it has beyond it: "promote uat
 * to soft-squirrel (1.29.5): promotion uat.01jv…, by Ada <ada@example.org>".
 */
const char *wording_log(struct arena *a, const struct event *ev);

/*
 * progress.c: which part of a promotion's progress deserves an event: only what the ledger does not
 * have yet.
 */

/*
 * The data of a promotion.step event: {status: {…}, set: […]}, without what object's
 * status says already; an empty map when there is nothing new. A message alone is
 * not news.
 */
struct value *progress_data(struct arena *a, const struct value *object,
			    const struct orchestration *o, const struct value *sets);

/*
 * retention.c: what may leave the ledger's tree, never its history (doc/kargo-rules.md 1.15).
 * Pure.
 */

/* The data of a ledger.pruned event; NULL when all is worth keeping. */
const struct value *retention(struct arena *a, const struct world *w, int64_t now);

#endif
