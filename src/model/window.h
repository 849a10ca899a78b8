/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotion windows: when promotions may start (kargo-semantics 1.2). A stage is open
 * when no Deny window is active and, if it has Allow windows, one of them is. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_WINDOW_H
#define GANTRY_MODEL_WINDOW_H

#include "base/base.h"
#include "model/recurrence.h"

struct project;
struct stage;
struct value;
struct zone;

struct window {
	const char *name;
	bool denies;
	const struct value *selector;   /* stageSelector; NULL: every stage */
	bool repeats;                   /* rule says when; else once */
	struct recurrence rule;
	const struct zone *zone;        /* NULL: UTC */
	int64_t start, end;             /* wall clock, seconds; INT64_MIN and MAX: open-ended */
};

struct window_state {
	bool closed;
	const struct window *because;   /* the one that closes it; NULL: no Allow window is active */
	int64_t opens_at;               /* ms; 0 when it is open, or nobody can say */
	int64_t closes_at;              /* ms; 0 when it is closed, or nobody can say */
};

/* The stage's windows at now (ms). */
void window_state(const struct project *p, const struct stage *s, int64_t now,
		  struct window_state *out);

#endif
