/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this process has asked of the outside since it started: how often, with which result, how long
 * it took. Counted where it is asked, read by metrics. Any thread.
 */
#ifndef GANTRY_BASE_TRAFFIC_H
#define GANTRY_BASE_TRAFFIC_H

#include "base/base.h"

struct traffic;

/* Who was asked, or what for. */
enum traffic_kind {
	/* HTTP exchanges, by what is at the other end. */
	TRAFFIC_OTHER,                  /* nobody said */
	TRAFFIC_REGISTRY, TRAFFIC_CHART, TRAFFIC_FORGE, TRAFFIC_ARGOCD, TRAFFIC_VERIFY, TRAFFIC_STEP,
	TRAFFIC_MESSAGE, TRAFFIC_TRACE, TRAFFIC_KUBERNETES,
	/* Conversations with git remotes. */
	TRAFFIC_GIT_LIST, TRAFFIC_GIT_FETCH, TRAFFIC_GIT_PUSH,
	/* The same with the ledger's remote, in the same order. */
	TRAFFIC_LEDGER_LIST, TRAFFIC_LEDGER_FETCH, TRAFFIC_LEDGER_PUSH,
	TRAFFIC_KINDS,
	TRAFFIC_HTTP_KINDS = TRAFFIC_GIT_LIST,
};

enum traffic_result {
	TRAFFIC_2XX, TRAFFIC_3XX, TRAFFIC_304, TRAFFIC_4XX, TRAFFIC_429, TRAFFIC_5XX,
	TRAFFIC_FAILED,                 /* no answer, or one that made no sense */
	TRAFFIC_OK, TRAFFIC_LOST_RACE,  /* of git: as wanted; somebody else pushed first */
	TRAFFIC_RESULTS,
};

/* Upper bounds of the times that are counted together, in ms, ascending; what is above all comes last. */
enum { TRAFFIC_BOUNDS = 6 };
extern const int traffic_bounds[TRAFFIC_BOUNDS];

struct traffic_count {
	uint64_t results[TRAFFIC_RESULTS];
	uint64_t times[TRAFFIC_BOUNDS + 1];     /* each alone, not summed up */
	uint64_t total;                         /* ms, of all */
};

struct traffic *traffic_new(void);
void traffic_free(struct traffic *t);   /* NULL is fine */

/* One exchange that took ms. NULL: nobody counts. */
void traffic_add(struct traffic *t, enum traffic_kind kind, enum traffic_result result, int64_t ms);

/* The result of an HTTP status. */
enum traffic_result traffic_status(int status);

/* What was counted so far; out has TRAFFIC_KINDS of them. NULL: nothing was. */
void traffic_read(struct traffic *t, struct traffic_count *out);

#endif
