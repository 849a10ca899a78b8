/* SPDX-License-Identifier: Apache-2.0 */
/* What of a promotion's progress is worth an event: only what is not in the ledger yet. Pure. */
#ifndef GANTRY_ENGINE_PROGRESS_H
#define GANTRY_ENGINE_PROGRESS_H

struct arena;
struct orchestration;
struct value;

/*
 * The data of a promotion.step event: {status: {…}, set: […]}, without what object's
 * status says already; an empty map when there is nothing new. A message alone is
 * not news.
 */
struct value *progress_data(struct arena *a, const struct value *object,
			    const struct orchestration *o, const struct value *sets);

#endif
