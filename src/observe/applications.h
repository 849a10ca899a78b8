/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What Argo CD reports: one thread keeps the list and follows the event stream. The newest list is
 * a part; when the stream breaks, its age shows.
 */
#ifndef GANTRY_OBSERVE_APPLICATIONS_H
#define GANTRY_OBSERVE_APPLICATIONS_H

#include "base/base.h"

struct application_list;
struct applications;
struct arena;
struct err;
struct part;
struct source;
struct traffic;

/*
 * on_change is called on its thread after each change, and at least twice a minute while Argo CD
 * answers, so that worlds show how old the list is; authorized: the annotation of the only
 * application that has changed (application.h), NULL: the change may concern any project. NULL when
 * no Argo CD is configured.
 */
struct applications *applications_new(void (*on_change)(void *context, const char *authorized),
				      void *context);

/* Counts there what is asked; before it starts. NULL is fine. */
void applications_count(struct applications *as, struct traffic *t);

/* Starts the thread, unless it was started. Not by two at once. NULL is fine. */
bool applications_start(struct applications *as, struct err *e) MUST_USE;

/*
 * Ends its thread; false when it is stuck for that long, and then nothing of it may be freed. NULL
 * is fine.
 */
bool applications_end(struct applications *as, int64_t ms) MUST_USE;

/* NULL is fine. */
void applications_stop(struct applications *as);

/* A reference to the part that the newest list lies in. Any thread. */
struct part *applications_hold(struct applications *as, struct application_list *out);

/* Its line in the header; texts are copied into the arena. Any thread. */
void applications_source(struct applications *as, struct arena *a, struct source *out);


#endif
