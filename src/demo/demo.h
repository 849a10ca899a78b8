/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The self-contained world: a registry, an Argo CD, a forge, the repositories.
 * May use base data net git model.
 *
 * demo.h             this table, and the whole
 * demo_analysis.h    Argo Rollouts' AnalysisRuns
 * demo_argocd.h      an Argo CD: the REST calls and the event stream
 * demo_cluster.h     the objects of a small cluster
 * demo_events.c      the past as a ledger's events
 * demo_forge.h       a forge: the calls of Gitea's API about pull requests
 * demo_kargo.h       a Kargo over such objects
 * demo_kube.h        a Kubernetes API over them
 * demo_past.c        what happened in the two weeks before
 * demo_project.h     the applications' project: sync windows
 * demo_registry.h    a registry that publishes
 * json_tree.h        what the servers need of cJSON
 * patch.h            JSON patches, as PATCH takes them
 * pulls.h            pull requests on a bare repository
 * seed.h             the bare repository and the manifests
 * seed_fleet.c       the manifests of eleven more projects
 * seed_inner.h       the demonstration's past and fleet
 * simulated.h        one application and what the clock makes of it
 * simulation.h       all of them, under a lock, with a clock
 */
#ifndef GANTRY_DEMO_DEMO_H
#define GANTRY_DEMO_DEMO_H

#include "base/base.h"

struct arena;
struct demo;
struct err;
struct event;

struct demo_options {
	const char *folder;             /* NULL: a temporary one, removed at the end; else kept */
	bool attach;                    /* a running Kargo instead of manifests and all that they need */
	bool fleet;                     /* a dozen projects instead of one */
	double speed;                   /* 0: 1; how much faster than usual things happen */
};

/*
 * Stands up the world: writes folder, starts the servers and their threads, which block all signals.
 * Nothing is left when it fails.
 */
bool demo_start(struct demo **out, const struct demo_options *o, struct err *e) MUST_USE;

/* Writes DIR/env, which tells another shell the same: ". DIR/env". For when the ledger is there. */
bool demo_open(struct demo *d, struct err *e) MUST_USE;

/* Stops the servers and removes a temporary folder. NULL is fine. */
void demo_stop(struct demo *d);

/* The folder of the manifests, of the ledger (a bare repository to be), and of it all. */
const char *demo_manifests(const struct demo *d);
const char *demo_ledger(const struct demo *d);

/*
 * What the ledger of a world that is entered for the first time holds: two weeks of events, oldest first, in
 * the arena. The GitOps repository and Argo CD stand where the last of them left them.
 */
bool demo_history(const struct demo *d, struct arena *a, const struct event **out, size_t *count,
		  struct err *e) MUST_USE;

/* The context to attach to; NULL: manifests are run instead. */
const char *demo_context(const struct demo *d);

/* The project's name. */
const char *demo_project(void);

/*
 * What the program under demonstration finds in its environment, as "NAME=value", NULL-terminated: how
 * Argo CD is reached, and that git finds the forge's repository on the disk. Also keeps the user's own
 * login to another Argo CD out of it.
 */
const char *const *demo_environment(const struct demo *d);

#endif
