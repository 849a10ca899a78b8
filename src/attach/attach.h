/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A running Kargo as the engine: its objects as manifests and records, wishes as calls of its own. Nothing is
 * executed here, and no ledger is opened. May use base data net model config kube verify.
 *
 * act.h           what is wished, as calls
 * attach.h        this table, and the whole
 * attach_inner.h  what its threads share
 * attached.c      the projects that are known
 * beside.h        manifests that stand beside a cluster
 * choose.h        which way leads to the Kargo that is meant
 * desk.c          what is wished is done, on a few threads of its own
 * follow.c        each kind of objects is followed on a thread of its own
 * history.h       what happened, from what objects say of themselves
 * kargo_login.h   where Kargo's own API is, as the kargo command keeps it
 * kubernetes.h    Kargo by way of the Kubernetes API
 * kubernetes_calls.h its requests and refusals
 * manifests.h     what objects specify, read as manifests are
 * objects.h       which objects are followed, and what is kept of each
 * publish.c       what is known becomes readings and records
 * rest.h          Kargo by way of its own API
 * rest_client.h   requests to it
 * rest_follow.h   objects followed by way of it
 * rights.c        what we may not do, asked before anybody tries it
 * runs.h          AnalysisRuns that verifications name
 * runs_read.c     they are read on a thread of their own
 * state.h         Stages, Freight and Promotions as a state
 * transport.h     the one interface to a running Kargo
 * warehouses.h    what Warehouses found
 * words.h         words that objects repeat a thousand times
 */
#ifndef GANTRY_ATTACH_ATTACH_H
#define GANTRY_ATTACH_ATTACH_H

#include "attach/transport.h"
#include "base/base.h"

struct attach;
struct err;
struct intent;
struct list;
struct manifest_reading;
struct record;
struct reply;
struct source;

struct attach_options {
	struct attach_transport transport; /* freed by attach_stop() */
	const struct list *projects;    /* const char *: names and globs; empty: all. Outlives it */
	bool is_alone;                  /* exactly one project, else there is none */
	const char *beside;             /* manifests (beside.h), a file or folder; NULL: none. Outlives it */
	void *context;
	/* The set of projects or their manifests changed; *r lives until the call returns. */
	void (*on_reading)(void *context, const struct manifest_reading *r);
	/* A project's state changed; on_reading() has told of the project. record_acquire() to keep it. */
	void (*on_record)(void *context, const char *project, const struct record *r);
	/* Whether the cluster answers; *s lives until the call returns. */
	void (*on_source)(void *context, const struct source *s);
	/* An intent was done, refused or failed; *r lives until the call returns. */
	void (*on_reply)(void *context, const struct reply *r);
	int64_t denied_ms;              /* for tests: between questions about a denied project; 0: 600,000 */
};

/* Starts its threads. The functions are called on these. Also when false, *out is for attach_stop(). */
bool attach_start(const struct attach_options *o, struct attach **out, struct err *e) MUST_USE;

/* False: a thread is stuck for so long, and nothing was freed. NULL is fine. */
bool attach_stop(struct attach *at, int64_t ms) MUST_USE;

/* Takes a copy of the intent; false: too many are under way. Any thread; never waits. */
bool attach_submit(struct attach *at, const struct intent *i);

/*
 * Has the project's Secrets read, so that its steps can be rehearsed with them, and calls done() on a
 * thread of its own, also when they may not be read. is_news: they come with the manifests that are
 * told next. False: too much is under way.
 */
bool attach_want_secrets(struct attach *at, const char *project,
			 void (*done)(void *context, const char *project, bool is_news), void *context);

#endif
