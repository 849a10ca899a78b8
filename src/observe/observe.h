/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to look, what changed; builds and publishes the world.
 * May use base data net git model config ledger discover argocd.
 *
 * applications.h   what Argo CD says
 * build.h          world = f(manifests, ledger, observations), pure
 * git_manifests.h  manifests straight from a git repository
 * health.h         a stage's health from its applications
 * inbox.c          what others tell the observer
 * job.h            one look at one source, on a worker
 * manifests.h      the newest good configuration, and its reading
 * observe.h        this table, and how the rest speaks with it
 * observer.h       the observe thread's own
 * part.h           arenas that several worlds point into
 * publish.c        all that is known becomes a world
 * record.h         one reading of the ledger
 * schedule.c       when each source is looked at next
 * snapshot.h       the slot that holds the newest world
 * watch.h          what is known of one source, when it is due
 */
#ifndef GANTRY_OBSERVE_OBSERVE_H
#define GANTRY_OBSERVE_OBSERVE_H

#include "base/base.h"
#include "model/intent.h"
#include "model/stage.h"

struct arena;
struct err;
struct event;
struct lease;
struct observer;
struct project;
struct settings;
struct slot;
struct state;
struct value;

struct observer_options {
	const struct settings *settings;        /* outlives the observer */
	struct slot *slot;              /* where worlds are published */
	bool looks_outside;             /* at registries, git, Argo CD; else manifests and ledger only */
	bool read_only;
	bool looks_later;               /* the first look is the thread's */
	void *context;
	/* Observe thread: a newer world is in the slot. Must not block. */
	void (*on_world)(void *context);
	/* Observe thread: freight was found, a Kargo Freight object; copied by the callee. */
	void (*on_freight)(void *context, const struct value *freight);
	/* Observe thread: configuration or health has changed. */
	void (*on_change)(void *context);
};

/* Publishes a first world, which says that it is loading. Nothing runs yet. */
struct observer *observer_new(const struct observer_options *o);

/*
 * Reads manifests and ledger once, publishes the world, and starts the thread and its
 * workers. Bad manifests are no failure: the world says what is wrong. With looks_later
 * the thread does the reading: worlds follow with the manifests alone, still loading, and
 * with the ledger.
 */
bool observer_start(struct observer *ob, struct err *e) MUST_USE;

/* Waits until the first look was made, which cannot fail for ever. Any thread. */
void observer_await(struct observer *ob);

/* Cancels looks under way, joins all threads. NULL is fine. */
void observer_stop(struct observer *ob);

/*
 * The name of the project that is shown, NULL before its manifests are good. It stays the same, and
 * valid, until the observer stops. Any thread.
 */
const char *observer_project(struct observer *ob);

/* For the engine: the newest good configuration until given back; NULL: none yet. Any thread. */
const struct project *observer_borrow(struct observer *ob);
void observer_give_back(struct observer *ob, const struct project *p);

/*
 * For the engine: health by a promotion's checks, a list of {uses, config}, as Argo CD
 * shows the applications now. *issue, copied into the arena, is NULL when there is none. Any thread.
 */
enum health observer_health(struct observer *ob, struct arena *a, const struct value *checks,
			    const char **issue);

/* From the engine's callbacks; all is copied. Any thread. */
void observer_event(struct observer *ob, const char *head, const struct event *ev,
		    const struct state *now);
void observer_progress(struct observer *ob, const char *promotion, const char *alias,
		       const char *status, const char *line);
void observer_lease(struct observer *ob, const struct lease *lease);

/* Shows another moment of the ledger, from the one that is shown. Any thread. */
void observer_travel(struct observer *ob, enum travel travel);

/* Look again now: at a warehouse, or at everything (NULL). Any thread. */
void observer_refresh(struct observer *ob, const char *warehouse);

#endif
