/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What steps get of the outside, of any project. Each worker has its own HTTP client and Argo CD
 * handle, kept for connection reuse, since libcurl's handles never cross threads.
 * They end with their worker.
 */
#ifndef GANTRY_STEPS_OUTSIDE_H
#define GANTRY_STEPS_OUTSIDE_H

#include "base/base.h"

struct arena;
struct channel;
struct channel_name;
struct err;
struct outside;
struct step_services;
struct traffic;
struct value;

struct outside_options {
	struct traffic *traffic;        /* where requests are counted, which outlives it; NULL: nowhere */
	/*
	 * Secrets of the project's newest configuration (a map by name each), borrowed for one call;
	 * project as outside_fill() was given it.
	 */
	void (*secrets)(void *project, void (*use)(void *use_context, const struct value *own,
						   const struct value *shared),
			void *use_context);
	/* A channel of the project's newest configuration, in the arena; NULL: there are none. */
	bool (*channel)(void *project, struct arena *a, const struct channel_name *name,
			struct channel *out, struct err *e);
};

/* Any thread. */
struct outside *outside_new(const struct outside_options *o);

/* When all workers have ended. NULL is fine. */
void outside_free(struct outside *o);

/* Whose step it is, and what it declared to need. */
struct outside_request {
	void *project;                  /* for secrets(); outlives what is filled */
	unsigned needs;                 /* enum step_needs */
};

/*
 * Fills what a step needs. On the worker that runs the step; what is filled lives as long as the
 * worker and the arena.
 */
bool outside_fill(struct outside *o, struct arena *a, const struct outside_request *rq,
		  struct step_services *out, struct err *e) MUST_USE;

#endif
