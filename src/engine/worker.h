/* SPDX-License-Identifier: Apache-2.0 */
/* The engine's workers, and what they take from its queue. */
#ifndef GANTRY_ENGINE_WORKER_H
#define GANTRY_ENGINE_WORKER_H

#include "base/base.h"

struct verification_look;
struct promotion_run;

/* One of the three. */
struct worker_job {
	struct promotion_run *run;
	struct verification_look *check;
	char *discard;                  /* heap: a work directory that is done with */
};

/* For queue_free(), too. */
void worker_job_free(void *job);

/* A worker's whole life: jobs of the engine (context) until the queue is closed. */
void work_on_jobs(void *context);

#endif
