/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What steps get of the outside. Each worker has its own HTTP client and Argo CD
 * handle, kept for connection reuse, since libcurl's handles never cross threads.
 * They end with their worker.
 */
#ifndef GANTRY_STEPS_OUTSIDE_H
#define GANTRY_STEPS_OUTSIDE_H

#include "base/base.h"

struct arena;
struct err;
struct outside;
struct step_services;
struct value;

struct outside_options {
	void *context;
	/* Secrets of the newest configuration (a map by name each), borrowed for one call. */
	void (*secrets)(void *context, void (*use)(void *use_context, const struct value *own,
						   const struct value *shared),
			void *use_context);
};

/* Any thread. */
struct outside *outside_new(const struct outside_options *o);

/* When all workers have ended. NULL is fine. */
void outside_free(struct outside *o);

/*
 * Fills what a step declared that it needs (enum step_needs). On the worker that runs the
 * step; what is filled lives as long as the worker.
 */
bool outside_fill(struct outside *o, struct arena *a, unsigned needs, struct step_services *out,
		  struct err *e) MUST_USE;

#endif
