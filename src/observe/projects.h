/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the manifests of all projects repeatedly on a thread of its own, and reports what they
 * hold.
 */
#ifndef GANTRY_OBSERVE_PROJECTS_H
#define GANTRY_OBSERVE_PROJECTS_H

#include "base/base.h"

struct err;
struct manifest_reading;
struct projects;
struct settings;
struct source;

struct projects_options {
	const struct settings *settings;        /* outlives it */
	bool is_alone;                  /* exactly one project, else there is none */
	bool settles;                   /* it will be acted on: a first look waits until nobody writes */
	void *context;
	/* The manifests are newer: belongs to the caller. Within projects_look(), then on the thread. */
	void (*on_reading)(void *context, const struct manifest_reading *r);
	/* None of them can be read, since when and why; NULL: they can again. Belongs to the caller. */
	void (*on_source)(void *context, const struct source *s);
};

struct projects *projects_new(const struct projects_options *o);

/* The first look; blocks. Before projects_start(), or else the thread makes it. */
void projects_look(struct projects *p);

bool projects_start(struct projects *p, struct err *e) MUST_USE;

/* Looks again now. Any thread. */
void projects_again(struct projects *p);

/* False: its thread is stuck, and nothing was freed. NULL is fine. */
bool projects_stop(struct projects *p);

#endif
