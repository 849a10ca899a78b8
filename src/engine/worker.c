/* SPDX-License-Identifier: Apache-2.0 */
/* What workers do: one job at a time, and a message back. */
#include "engine/worker.h"

#include <stdlib.h>

#include "base/log.h"
#include "base/queue.h"
#include "engine/engine_inner.h"
#include "engine/rehearse.h"
#include "steps/git_work.h"

void worker_job_free(void *job)
{
	if (job)
		free(((struct job *)job)->discard);
	free(job);
}

static void look_at(struct check *c)
{
	const struct engine *en = c->engine;

	c->failed = !en->options.verify(en->options.context, c->arena, c->project, c->stage,
					c->object, &c->info, &c->error);
}

/* Where a promotion has worked; a large one takes long to remove. */
static void discard(const char *work)
{
	struct err e;

	if (!git_work_discard(NULL, work, &e))
		log_line(LOG_WARN, "engine", "%s", e.message);
}

static void perform(struct job *job)
{
	if (job->discard) {
		discard(job->discard);
	} else if (job->check) {
		look_at(job->check);
	} else if (job->run->plan) {
		rehearse(job->run);
		discard(job->run->work);
	} else {
		run_pass(job->run);
	}
}

static struct message *message_of(const struct job *job)
{
	struct message *m = engine_message(job->check ? MESSAGE_VERIFIED
					: job->run->plan ? MESSAGE_PLANNED : MESSAGE_RAN);

	m->run = job->run;
	m->check = job->check;
	return m;
}

void work_on_jobs(void *context)
{
	struct engine *en = context;
	struct job *job;

	while ((job = queue_take(en->jobs, -1))) {
		struct message *m = job->discard ? NULL : message_of(job);

		perform(job);
		worker_job_free(job);
		if (m && !queue_put(en->inbox, m))
			engine_message_free(m);
	}
}
