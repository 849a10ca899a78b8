/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has what was wanted arrived in an application, and is it well? One snapshot at a time, as they come;
 * the traps that make the obvious checks wrong are in argocd-api.md 5.1. Pure: the memory between
 * snapshots is the caller's. Any thread.
 */
#ifndef GANTRY_ARGOCD_ARRIVAL_H
#define GANTRY_ARGOCD_ARRIVAL_H

#include "base/base.h"

struct arena;
struct value;

enum arrival { ARRIVAL_WAITING, ARRIVAL_PAUSED, ARRIVAL_FAILED, ARRIVAL_THERE };

struct arrival_want {
	const char *promotion;          /* whose operation it is, by its info; NULL: nobody's */
	const char *uid;                /* of the application when it was asked; NULL: not known */
	int64_t version;                /* resourceVersion from which on snapshots count; 0: any */
	const struct value *revisions;  /* list of texts, one a source; "" for any; NULL: none */
	const struct value *images;     /* list of "repository:tag" that must run; NULL: none */
	int64_t hold_ms;                /* how long it must stay healthy; 0: 10,000 */
	/* Whether newer has older among its ancestors; NULL: nobody can say. */
	bool (*is_descendant)(void *context, const char *newer, const char *older);
	void *context;
};

/* What is remembered from snapshot to snapshot. Zero is a good start. */
struct arrival_memory {
	int trouble;                    /* which kind persists */
	int64_t trouble_since, healthy_since;
	int64_t refreshed_at;           /* set by the caller when it asked for a refresh */
	bool was_better;                /* not Degraded once since the operation ended */
	bool disowned;                  /* somebody synced after us */
};

struct arrival_verdict {
	enum arrival arrival;
	const char *reason;             /* what is waited for, or what failed */
	bool refresh;                   /* Argo CD's status is old: ask for a refresh */
};

/* Judges the snapshot (NULL: the application is gone) at now, in ms. */
void arrival_judge(struct arena *a, const struct arrival_want *want, struct arrival_memory *memory,
		   const struct value *object, int64_t now, struct arrival_verdict *out);

#endif
