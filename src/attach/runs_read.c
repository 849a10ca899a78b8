/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AnalysisRuns are read one by one, only those that stages name: a cluster keeps one for each verification
 * that ever was, and Argo Rollouts makes others of its own. One that goes on is read every few seconds.
 */
#include "attach/attach_inner.h"

#include "attach/runs.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"

/* In ms: stages that change together; what goes on is read again; so is what may not be read. */
enum { GATHER_MS = 50, AGAIN_MS = 3000, DENIED_MS = 300000, MOST = 64 };

/* One that is to be read. */
struct run_wanted {
	struct attach_object run;
	bool is_denied;                 /* a moment ago we could not */
};

/* The lock is held. */
static void runs_pick(struct attach *at, struct arena *a, bool again, struct list *out)
{
	for (size_t i = 0; i < at->nprojects; i++) {
		struct attached *p = at->projects[i];
		struct list names = { 0 };

		if (!p->runs_open)
			continue;
		attach_state_wanted(p->state, a, again, &names);
		/* Nothing goes on: only a change of its stages can name others. */
		p->runs_open = !again || names.count;
		for (size_t j = 0; j < names.count && out->count < MOST; j++) {
			struct run_wanted *w = arena_alloc(a, sizeof(*w));

			*w = (struct run_wanted){ { str_copy(a, p->name), names.items[j] },
						  p->runs_due > clock_ticks() };
			list_add(a, out, w);
		}
	}
}

/* What is missing is told with the manifests. The lock is held. */
static void runs_set_denied(struct attached *p, bool is_denied)
{
	p->runs_due = is_denied ? clock_ticks() + DENIED_MS : 0;
	p->spec_changed = p->spec_changed || p->runs_denied != is_denied;
	p->runs_denied = is_denied;
}

/* The lock is not held. */
static void runs_read_one(struct attach *at, void *own, const struct run_wanted *w)
{
	AUTO(arena) struct arena *a = arena_new();
	struct attach_run run = { .is_final = w->is_denied };
	struct attached *p;
	struct err e = { .code = ERR_REFUSED };

	if (!w->is_denied && !at->o.transport.analysis_run(own, a, &w->run, &run.object, &e))
		run = (struct attach_run){ .is_final = e.code == ERR_REFUSED };
	pthread_mutex_lock(&at->lock);
	p = attached_find(at, w->run.project);
	if (p && !w->is_denied)
		runs_set_denied(p, !run.object && e.code == ERR_REFUSED);
	if (p && attach_state_tell_run(p->state, w->run.name, &run)) {
		p->state_changed = true;
		attach_tell(at);
	}
	pthread_mutex_unlock(&at->lock);
}

void attach_read_runs(void *attach)
{
	struct attach *at = attach;
	void *own = at->o.transport.open(at->o.transport.it, &at->ending);
	int64_t again_due = 0;

	pthread_mutex_lock(&at->lock);
	at->reader_own = own;
	while (!flag_is_set(&at->ending)) {
		AUTO(arena) struct arena *a = arena_new();
		struct list wanted = { 0 };
		bool again = clock_ticks() >= again_due;

		if (again)
			again_due = clock_ticks() + AGAIN_MS;
		runs_pick(at, a, again, &wanted);
		pthread_mutex_unlock(&at->lock);
		for (size_t i = 0; i < wanted.count && !flag_is_set(&at->ending); i++)
			runs_read_one(at, own, wanted.items[i]);
		if (!wanted.count)
			clock_sleep(GATHER_MS);
		pthread_mutex_lock(&at->lock);
		if (!wanted.count && !at->runs_there && !at->ending)
			condition_wait(&at->stages_moved, &at->lock, AGAIN_MS);
		at->runs_there = false;
	}
	at->reader_own = NULL;
	pthread_mutex_unlock(&at->lock);
	at->o.transport.close(own);
}

static void runs_wake(struct attach *at)
{
	at->runs_there = true;
	pthread_cond_signal(&at->stages_moved);
}

void attach_want_runs(struct attach *at, struct attached *p)
{
	p->runs_open = true;
	runs_wake(at);
}

void attach_end_runs(struct attach *at)
{
	pthread_mutex_lock(&at->lock);
	runs_wake(at);
	if (at->reader_own)
		at->o.transport.wake(at->reader_own);
	pthread_mutex_unlock(&at->lock);
}
