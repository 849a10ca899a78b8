/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A few threads that do the jobs of many. Each asker has a line; the threads take from one line after
 * the other, what is urgent first, and no line gets the last thread, so that a long line holds up
 * nobody else's short one. Any thread.
 */
#ifndef GANTRY_BASE_POOL_H
#define GANTRY_BASE_POOL_H

#include "base/base.h"

struct err;
struct pool;
struct pool_line;

struct pool_options {
	const char *name;               /* of its threads, at most 15 bytes */
	unsigned threads;               /* at least 2 */
	/* What each thread has of its own, made before its first job, on it, as freed; both NULL: nothing. */
	void *(*begin)(void);
	void (*end)(void *own);
};

bool pool_start(const struct pool_options *o, struct pool **out, struct err *e) MUST_USE;

/* When every line has ended. False: a thread is stuck for so long, and nothing was freed. NULL is fine. */
bool pool_stop(struct pool *p, int64_t ms) MUST_USE;

/* How many threads a pool of this machine's size has whose jobs wait for the outside. */
unsigned pool_size(void);

struct pool_line_options {
	void *context;
	/* Does the job, which is its own from now on. own: as begin() made it. */
	void (*run)(void *context, void *job, void *own);
	/* For a job that will not be done. */
	void (*drop)(void *job);
	size_t room;                    /* how many may wait */
};

struct pool_line *pool_line_new(struct pool *p, const struct pool_line_options *o);

/* False when the line is full or ends: the job stays the caller's. Never waits. */
bool pool_add(struct pool_line *l, void *job, bool is_urgent) MUST_USE;

/*
 * Takes no more jobs, drops those that wait, and waits for those that run, at most so long. False: one
 * does not end, and the line must be left alone until the process ends. NULL is fine.
 */
bool pool_line_end(struct pool_line *l, int64_t ms) MUST_USE;

#endif
