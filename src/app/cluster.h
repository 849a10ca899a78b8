/* SPDX-License-Identifier: Apache-2.0 */
/* A running Kargo that the app is attached to. Only this folder includes it. */
#ifndef GANTRY_APP_CLUSTER_H
#define GANTRY_APP_CLUSTER_H

#include "base/base.h"
#include "base/list.h"
#include "model/attachment.h"

struct app;
struct arena;
struct attach;
struct attach_transport;
struct recorder;

/* What is not under the app's lock is set once. */
struct app_cluster {
	struct app *app;
	struct arena *arena;            /* of its texts */
	struct attach_transport *way;   /* attach_stop() frees what is behind it */
	struct attachment standing;     /* its context and server, until records say more */
	const char *called;             /* "Kargo at staging" */
	const char *prefix;             /* of its projects' names: "staging/"; "" when alone */
	struct list projects;           /* const char *: those that are meant; empty: all */
	const char *only;               /* the only one that is named; "": none, or several */
	struct attach *attached;        /* under the lock; NULL: not yet */
	struct recorder *recorder;      /* of its history; NULL: none is asked for */
	bool has_told;                  /* under the lock: what projects there are */
	bool is_gone;                   /* under the lock: what it still says is not heard */
};

#endif
