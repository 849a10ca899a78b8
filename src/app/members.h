/* SPDX-License-Identifier: Apache-2.0 */
/* What the app knows of a project. Only this folder includes it. */
#ifndef GANTRY_APP_MEMBERS_H
#define GANTRY_APP_MEMBERS_H

#include "base/base.h"
#include "base/list.h"

struct app;
struct app_cluster;
struct arena;
struct engine;
struct record;
struct observer;
struct slot;

/* There is none before the first good configuration, nor while the program starts and ends. */
enum engine_state { ENGINE_CLOSED, ENGINE_MISSING, ENGINE_STARTING, ENGINE_READY };

/*
 * One project of the fleet: its observer, its engine, its ledger. All of it is under the app's lock,
 * except what is set once.
 */
struct member {
	struct app *app;                /* set once, as the next five are */
	struct app_cluster *cluster;    /* NULL: of the manifests */
	char *project;                  /* heap; "": stands for what there is to say without a project */
	char *name;                     /* heap: in the fleet; of several clusters "staging/shop" */
	struct slot *slot;
	struct observer *observer;
	enum engine_state state;
	struct engine *engine;          /* when ENGINE_READY */
	const void *told;               /* the reading of the manifests that it has; only compared */
	bool give_up;                   /* a flag of base/thread.h: the ledger must stop waiting */
	struct arena *arena;            /* of found */
	struct list found;              /* struct value *: freight that came before the engine */
	int64_t retry_at;               /* ticks: when opening the ledger is tried again */
	const struct record *record;    /* of an attached Kargo: the newest; NULL: none yet */
	struct list waiting;            /* struct intent *, in arena: plans that wait for Secrets */
	bool has_asked;                 /* for the project's Secrets */
	int64_t unreadable_since;       /* the ledger can't be opened since then, ms; 0: it could */
};

/* Of an attached Kargo: the project's newest record, acquired; NULL: none yet. Any thread. */
const struct record *member_newest(void *member);

/* Its engine is idle: memory can be returned to the system, for all members together. */
void pools_rested(void *member);

#endif
