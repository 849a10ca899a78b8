/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Argo CD says as it happens (GET /api/v1/stream/applications). The stream loses events by
 * design, so it is opened again every few minutes beside a list of all names, and after every
 * failure. Blocks until told to stop: a worker of its own.
 */
#ifndef GANTRY_ARGOCD_WATCH_H
#define GANTRY_ARGOCD_WATCH_H

#include "base/base.h"

struct argocd;
struct err;
struct value;

enum watch_kind {
	WATCH_NAMES,            /* names: all that there are; what is cached and not among them is gone */
	WATCH_SEEN,             /* object: new or changed */
	WATCH_GONE,             /* object: its last state */
	WATCH_ALIVE,            /* nothing new, but the line is: every 15 s at least */
	WATCH_FAILED,           /* error: not connected; it is tried again by itself */
};

struct watch_event {
	enum watch_kind kind;
	const struct value *object;     /* an Application, projected; lives until the call returns */
	const struct value *names;      /* list of Applications with metadata.name and .namespace */
	const struct err *error;
};

/* Told each event on the watching thread; false ends the watch. */
typedef bool argocd_watcher(void *context, const struct watch_event *event);

struct watch_options {
	const char *name, *namespace;   /* only this application; NULL: all */
	int64_t again_ms;               /* how often the stream is opened again; 0: 300,000 */
};

/*
 * Watches until the watcher or the client's cancelled flag ends it, which is success. Failures are
 * events; only ERR_AUTH at the first connection, which waiting does not fix, returns false.
 */
bool argocd_watch(struct argocd *c, const struct watch_options *o, argocd_watcher *watcher,
		  void *context, struct err *e) MUST_USE;

#endif
