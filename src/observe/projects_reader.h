/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the manifests of all projects repeatedly on a thread of its own, and reports what they
 * hold.
 */
#ifndef GANTRY_OBSERVE_PROJECTS_READER_H
#define GANTRY_OBSERVE_PROJECTS_READER_H

#include "base/base.h"

struct err;
struct manifest_reading;
struct projects_reader;
struct settings;
struct source;

struct projects_reader_options {
	const struct settings *settings;        /* outlives it */
	bool is_alone;                  /* exactly one project, else there is none */
	bool settles;                   /* it will be acted on: a first look waits until nobody writes */
	void *context;
	/* The manifests are newer; belongs to the caller. On the thread, or in projects_reader_look(). */
	void (*on_reading)(void *context, const struct manifest_reading *r);
	/* None of them can be read, since when and why; NULL: they can again. Belongs to the caller. */
	void (*on_source)(void *context, const struct source *s);
};

struct projects_reader *projects_reader_new(const struct projects_reader_options *o);

/* The first look; blocks. Before projects_reader_start(), or else the thread makes it. */
void projects_reader_look(struct projects_reader *p);

bool projects_reader_start(struct projects_reader *p, struct err *e) MUST_USE;

/* Looks again now. Any thread. */
void projects_reader_again(struct projects_reader *p);

/* False: its thread is stuck, and nothing was freed. NULL is fine. */
bool projects_reader_stop(struct projects_reader *p);

#endif
