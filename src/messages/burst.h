/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits how many messages go to a channel at once: a storm of events becomes a few messages, the
 * last of which says how many more there were. Pure. One thread.
 */
#ifndef GANTRY_MESSAGES_BURST_H
#define GANTRY_MESSAGES_BURST_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct kargo_event;

enum { BURST_MOST = 20, BURST_EVERY_MS = 6000 };        /* that many at once, then ten a minute */

/* Zero: nothing was sent yet. */
struct burst {
	unsigned spent;                 /* of BURST_MOST */
	int64_t since;                  /* ticks: the last time that one came back */
};

/* How many may be sent at this moment (clock_ticks()). */
unsigned burst_allows(struct burst *b, int64_t ticks);

/* One was sent. */
void burst_spend(struct burst *b, int64_t ticks);

/* When the next may be sent, in ticks; now or before: at once. */
int64_t burst_next(const struct burst *b, int64_t ticks);

/* Events that one message stands for. Zero: none. */
struct burst_rest {
	struct list types;              /* struct burst_count * */
	size_t count;
};

/* One more of the type. */
void burst_add(struct arena *a, struct burst_rest *rest, const char *type);

/* One less: the one that is shown. */
void burst_take(struct burst_rest *rest, const char *type);

/* " (and 41 more: 2 PromotionFailed, 39 FreightCreated)"; "" when there are none. */
const char *burst_text(struct arena *a, const struct burst_rest *rest);

#endif
