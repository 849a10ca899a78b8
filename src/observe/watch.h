/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each source, when it is looked at next. Observe thread only. */
#ifndef GANTRY_OBSERVE_WATCH_H
#define GANTRY_OBSERVE_WATCH_H

#include "base/base.h"

struct err;
struct part;
struct value;

/* One thing that is looked at again and again. */
struct folder_watch {
	char *name;                     /* heap: the warehouse's name */
	int64_t interval;               /* ms between good looks */
	int64_t due;                    /* next look, in clock_ticks() ms */
	bool under_way, wanted_again;
	bool is_wish;                   /* the next look, or the one under way, was wanted */
	unsigned failures;              /* in a row */
	int64_t looked_at, failing_since; /* ms since 1970 */
	char *error;                    /* heap; NULL while it works */
	struct part *part;              /* what the last look found */
	const struct value *discovered;
};

/* A look began: it is not due again before it ends. */
void watch_begin(struct folder_watch *w);

/* It ended well at the time (ms), or failed: then not sooner again than the other side asked. */
void watch_done(struct folder_watch *w, int64_t at);
void watch_failed(struct folder_watch *w, int64_t at, const struct err *e);

/* The next look is due within so many ms. */
void watch_soon(struct folder_watch *w, int64_t ms);

/* Look again at once, or right after the look that is under way. */
void watch_again(struct folder_watch *w);

/* ms until it is due; 0: now; -1: not before it ends. */
int64_t watch_wait(const struct folder_watch *w);

void watch_release(struct folder_watch *w);

#endif
