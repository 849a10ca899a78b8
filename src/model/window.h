/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promotion windows: when promotions may start (doc/kargo-rules.md 1.2.7). A stage is
 * open when no Deny window is active and, if it has Allow windows, one of them is. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_WINDOW_H
#define GANTRY_MODEL_WINDOW_H

#include "base/base.h"
#include "model/recurrence.h"

struct project;
struct stage;
struct value;
struct zone;

/* Instants, seconds since 1970: from start up to, not including, end. */
struct window_interval {
	int64_t start, end;
};

struct window {
	const char *name;
	bool denies;
	const struct value *selector;   /* stageSelector; NULL: every stage */
	bool repeats;                   /* by schedule; else once */
	struct schedule schedule;
	struct window_interval first;   /* INT64_MIN and INT64_MAX: open-ended, only when it is once */
};

struct window_state {
	bool closed;
	const struct window *because;   /* the one that closes it; NULL: no Allow window is active */
	int64_t opens_at;               /* ms; 0 when it is open, or unknown */
	int64_t closes_at;              /* ms; 0 when it is closed, or unknown */
};

/*
 * Sets when the window is active: from dtstart to dtend, seconds of the zone's wall clock
 * (INT64_MIN and INT64_MAX: open-ended), and again by rule (NULL: once). Each occurrence lasts as
 * long as the first in real time. The zone is borrowed.
 */
void window_set_times(struct window *w, const struct recurrence *rule, const struct zone *zone,
		      struct window_interval wall);

/* The intervals that hold the instant at, the earliest first, up to room. Returns how many. */
size_t window_intervals(const struct window *w, int64_t at, struct window_interval *out, size_t room);

/* When it begins next after an instant; false: not any more. */
bool window_next_start(const struct window *w, int64_t after, int64_t *out);

/* The stage's windows at now (ms). */
void window_state(const struct project *p, const struct stage *s, int64_t now,
		  struct window_state *out);

#endif
