/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's workers, and what they take from its queue. */
#ifndef GANTRY_ENGINE_WORKER_H
#define GANTRY_ENGINE_WORKER_H

#include "base/base.h"

struct engine;
struct promotion_run;
struct verification_look;

/* One of the three. */
struct worker_job {
	struct promotion_run *run;
	struct verification_look *check;
	char *discard;                  /* heap: a work directory that is done with */
};

/* For pool_line_options, too. */
void worker_job_free(void *job);

/*
 * Gives a run or a look at a verification (the other is NULL) to the next free worker, with the
 * newest configuration; it is busy then. Where no worker can take it, it stays as it was. On the
 * engine's thread.
 */
void worker_give(struct engine *en, struct promotion_run *r, struct verification_look *c);

/* Has a worker remove a work directory; when none can, it stays until the cache is cleaned. */
void worker_discard(struct engine *en, const char *work);

/* For pool_line_options: does a job of the engine. */
void worker_run(void *engine, void *job, void *own);

/*
 * A promotion has ended: frees what its steps kept in memory for the next ones. The engine's
 * thread.
 */
void worker_forget(struct engine *en, const char *promotion);

#endif
