/* SPDX-License-Identifier: Apache-2.0 */
/* What workers do: one job at a time, and a message back. */
#include "engine/worker.h"

#include <stdlib.h>

#include "base/actor.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/pool.h"
#include "base/queue.h"
#include "base/thread.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/message.h"
#include "engine/run_steps.h"
#include "model/plan.h"
#include "steps/git_work.h"
#include "steps/signing_keys.h"

void worker_job_free(void *job)
{
	if (job)
		free(((struct worker_job *)job)->discard);
	free(job);
}

void worker_give(struct engine *en, struct promotion_run *r, struct verification_look *c)
{
	struct worker_job *job = xmalloc(sizeof(*job));

	*job = (struct worker_job){ .run = r, .check = c };
	const struct project *p = en->options.borrow(en->options.context);
	if (r) {
		r->project = p;
		r->busy = true;
	} else {
		c->project = p;
		c->busy = true;
	}
	/* What a person asked for goes first. */
	if (pool_add(en->line, job, r && (r->plan || (r->actor && *r->actor))))
		return;
	free(job);
	en->options.give_back(en->options.context, p);
	if (r) {
		r->project = NULL;
		r->busy = false;
	} else {
		c->project = NULL;
		c->busy = false;
	}
}

void worker_discard(struct engine *en, const char *work)
{
	struct worker_job *job = xmalloc(sizeof(*job));

	*job = (struct worker_job){ .discard = xstrdup(work) };
	if (!pool_add(en->line, job, false))
		worker_job_free(job);
}

static void worker_look_at(struct verification_look *c)
{
	const struct engine *en = c->engine;
	const struct verification_subject of = {
		.project = c->project, .stage = c->stage, .collection = c->object, .info = c->info,
		.cancelled = &c->cancelled,
	};
	AUTO(arena) struct arena *look = arena_new();
	const struct value *info = NULL;

	c->failed = !en->options.verify(en->options.context, look, &of, &info, &c->error);
	/* What was measured while it was cut short counts for nothing. */
	if (flag_is_set(&c->cancelled))
		c->failed = !err_set(&c->error, ERR_CANCELLED, "cancelled");
	if (c->failed)
		return;
	/* Answers may be large, and there may be hundreds of looks: only what they come to is kept. */
	struct arena *kept = arena_new();
	c->info = value_copy(kept, info);
	arena_free(c->info_arena);
	c->info_arena = kept;
}

/* Where a promotion has worked; a large one takes long to remove. */
static void worker_discard_files(const char *work)
{
	struct err e;

	if (!git_work_discard(NULL, work, &e))
		log_line(LOG_WARN, "engine", "%s", e.message);
}

static struct log_about worker_about(const struct worker_job *job)
{
	if (job->check)
		return (struct log_about){ .stage = job->check->stage };
	if (job->run)
		return (struct log_about){ job->run->project_name, job->run->stage, job->run->promotion };
	return (struct log_about){ .project = NULL };
}

static void worker_perform(struct worker_job *job)
{
	AUTO(log_about) struct log_about before = log_about(worker_about(job));

	if (job->discard) {
		worker_discard_files(job->discard);
	} else if (job->check) {
		worker_look_at(job->check);
	} else if (job->run->plan) {
		if (job->run->plan->pull)
			pull_plan_make(job->run);
		else
			rehearse(job->run);
		worker_discard_files(job->run->work);
	} else {
		run_pass(job->run);
	}
}

static struct engine_message *worker_message_of(const struct worker_job *job)
{
	struct engine_message *m = engine_message(job->check       ? MESSAGE_VERIFIED
						  : job->run->plan ? MESSAGE_PLANNED
								   : MESSAGE_RAN);

	m->run = job->run;
	m->check = job->check;
	return m;
}

void worker_run(void *engine, void *context, void *own)
{
	struct engine *en = engine;
	AUTO(log_about) struct log_about before =
		log_about((struct log_about){ .project = en->options.project });
	struct worker_job *job = context;
	struct engine_message *m = job->discard ? NULL : worker_message_of(job);

	(void)own;
	worker_perform(job);
	worker_job_free(job);
	if (m && queue_put(en->inbox, m))
		actor_wake(en->actor);
	else if (m)
		engine_message_free(m);
}

void worker_forget(struct engine *en, const char *promotion)
{
	signing_keys_forget(en->keys, promotion);
}
