/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When to look, what changed; builds and publishes the world.
 * May use base data net git model config discover argocd.
 *
 * applications.h       what Argo CD says
 * build.h              world = f(manifests, ledger, observations), pure
 * git_manifests.h      manifests straight from a git repository
 * health.h             a stage's health from its applications
 * inbox.c              what others tell the observer
 * job.h                one look at one source, on a worker
 * manifests.h          the manifests as projects
 * observe.h            this table, and how the rest speaks with it
 * observe_inner.h      the observe thread's own
 * projects_reader.h    when the manifests of all projects are read
 * publish.c            all that is known becomes a world
 * schedule.c           when each source is looked at next
 * sources.h            what the observers of all projects share
 * snapshot.h           the newest world of each project
 * watch.h              what is known of one source, when it is due
 */
#ifndef GANTRY_OBSERVE_OBSERVE_H
#define GANTRY_OBSERVE_OBSERVE_H

#include "base/base.h"
#include "model/intent.h"
#include "model/stage.h"
#include "model/world.h"

struct applications;
struct arena;
struct attachment;
struct err;
struct manifest_project;
struct observer;
struct past_wish;
struct project;
struct record;
struct slot;
struct sources;
struct step_progress;
struct value;

struct observer_options {
	const char *project;            /* its name; copied. "": what there is to say without one */
	const char *name;               /* what the fleet calls it; copied. NULL: the same */
	const struct manifest_project *manifests; /* what they have of it; NULL: they were not read yet */
	struct slot *slot;              /* where worlds are published */
	struct sources *sources;        /* shared with other observers; outlive it */
	/* Context and server, until a record says more; outlives the observer, not its worlds. NULL: none */
	const struct attachment *attachment;
	struct applications *applications; /* what Argo CD says, which outlives it; NULL: not asked */
	bool looks_outside;             /* at registries, git, charts; else at nothing by itself */
	bool read_only;
	void *context;
	/* Observe thread: a newer world is in the slot. Must not block. */
	void (*on_world)(void *context);
	/* Observe thread: freight was found, a Kargo Freight object; copied by the callee. */
	void (*on_freight)(void *context, const struct value *freight);
	/* Observe thread: configuration or health has changed. Must not block. */
	void (*on_change)(void *context);
	/*
	 * Worker: the ledger as it stood, and when that was, ms; the record is the observer's. NULL
	 * in *out: the present. NULL: there is no travelling.
	 */
	bool (*read_past)(void *context, const struct past_wish *wish, const struct record **out,
			  int64_t *at, struct err *e);
};

/*
 * One project's observer. Publishes a first world; worlds are loading until manifests were read and
 * the ledger's first record came, or it is known that they can't be read. Bad manifests are not a
 * failure: the world says what is wrong. Nothing runs yet.
 */
struct observer *observer_new(const struct observer_options *o);

/* Takes its turns from now on. */
void observer_start(struct observer *ob);

/* Begins to stop it without waiting, so that many stop together. Any thread. */
void observer_end(struct observer *ob);

/*
 * Cancels looks under way and joins all threads. False: one is stuck where it can't be cancelled (a
 * DNS lookup); then nothing is freed, and the process must end soon. NULL is fine.
 */
bool observer_stop(struct observer *ob);

/*
 * The project's name, NULL before its manifests were good once. Valid until the observer stops. Any
 * thread.
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

/* What the manifests have of the project now. What it lies in is acquired. Any thread. */
void observer_configure(struct observer *ob, const struct manifest_project *p);

/*
 * The manifests can't be read: since when and why; NULL: they can be. All but its name is copied.
 * Any thread.
 */
void observer_manifests(struct observer *ob, const struct source *s);

/* Argo CD reported a change. Any thread; never waits. */
void observer_applications(struct observer *ob);

/* From the engine: the ledger as it is now. The record is acquired. Any thread. */
void observer_record(struct observer *ob, const struct record *r);

/*
 * From the engine: when the ledger's remote last answered, or why it does not; NULL: there is
 * nothing to report. All but its name is copied. Any thread.
 */
void observer_remote(struct observer *ob, const struct source *s);

/* The ledger can't be read at all, since then (ms); why is copied, NULL: it can be. Any thread. */
void observer_unreadable(struct observer *ob, int64_t since, const char *why);

/* Who executes; host when it is elsewhere. All is copied. Any thread. */
void observer_engine(struct observer *ob, enum engine_place place, const char *host);

/* What a step says while it works; all is copied. Any thread. */
void observer_progress(struct observer *ob, const struct step_progress *p);

/* Shows another moment of the ledger, from the one that is shown; to: ms, of TRAVEL_TO. Any thread. */
void observer_travel(struct observer *ob, enum travel travel, int64_t to);

/* Looks at all of an application ("namespace/name"), and shows it in worlds from then on. Any thread. */
void observer_look(struct observer *ob, const char *application);

/* Look again now: at a warehouse, or at everything (NULL). Any thread. */
void observer_refresh(struct observer *ob, const char *warehouse);

#endif
