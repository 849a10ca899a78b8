/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that have something to do stand in a ring; whoever was served goes to its end. */
#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/thread.h"

enum { LEAST = 6, MOST = 16, URGENCIES = 2 };

struct pool_job {
	struct pool_job *next;
	void *job;
};

struct pool_jobs {
	struct pool_job *first, **last;
};

struct pool_line {
	struct pool *pool;
	struct pool_line_options o;
	struct pool_jobs jobs[URGENCIES]; /* urgent ones first */
	size_t waiting;
	unsigned running;
	bool ending;
	struct pool_line *next, *before; /* in the ring, while something waits */
};

struct pool {
	struct pool_options o;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct pool_line *ring;         /* whose turn it is; NULL: nothing waits */
	struct thread *threads[MOST];
	bool ending;
};

unsigned pool_size(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned size = cores > 0 && cores < MOST ? 2 * (unsigned)cores : MOST;

	return size < LEAST ? LEAST : size > MOST ? MOST : size;
}

/* The lock is held, here and in what follows. */
static void pool_ring_add(struct pool *p, struct pool_line *l)
{
	if (l->next)
		return;
	if (!p->ring) {
		l->next = l->before = l;
		p->ring = l;
		return;
	}
	l->next = p->ring;
	l->before = p->ring->before;
	l->before->next = l;
	p->ring->before = l;
}

static void pool_ring_remove(struct pool *p, struct pool_line *l)
{
	if (!l->next)
		return;
	if (p->ring == l)
		p->ring = l->next == l ? NULL : l->next;
	l->before->next = l->next;
	l->next->before = l->before;
	l->next = l->before = NULL;
}

static void *pool_jobs_take(struct pool_jobs *jobs)
{
	struct pool_job *first = jobs->first;
	void *job = first->job;

	jobs->first = first->next;
	if (!jobs->first)
		jobs->last = &jobs->first;
	free(first);
	return job;
}

/* The next line with such a job that may have another thread; NULL: there is none. */
static struct pool_line *pool_next(struct pool *p, int urgency)
{
	struct pool_line *l = p->ring;

	do {
		if (!l)
			return NULL;
		if (l->jobs[urgency].first && l->running + 1 < p->o.threads)
			return l;
		l = l->next;
	} while (l != p->ring);
	return NULL;
}

static struct pool_line *pool_take(struct pool *p, void **job)
{
	for (int urgency = 0; urgency < URGENCIES; urgency++) {
		struct pool_line *l = pool_next(p, urgency);

		if (!l)
			continue;
		*job = pool_jobs_take(&l->jobs[urgency]);
		pool_ring_remove(p, l);
		if (--l->waiting > 0)
			pool_ring_add(p, l);
		l->running++;
		return l;
	}
	return NULL;
}

static void pool_work(void *context)
{
	struct pool *p = context;
	void *own = NULL;
	bool has_begun = false;

	pthread_mutex_lock(&p->lock);
	while (!p->ending) {
		void *job;
		struct pool_line *l = pool_take(p, &job);

		if (!l) {
			pthread_cond_wait(&p->changed, &p->lock);
			continue;
		}
		pthread_mutex_unlock(&p->lock);
		if (!has_begun && p->o.begin)
			own = p->o.begin();
		has_begun = true;
		l->o.run(l->o.context, job, own);
		pthread_mutex_lock(&p->lock);
		l->running--;
		/* The line may have waited for a thread, or somebody for its end. */
		pthread_cond_broadcast(&p->changed);
	}
	pthread_mutex_unlock(&p->lock);
	if (has_begun && p->o.end)
		p->o.end(own);
}

bool pool_start(const struct pool_options *o, struct pool **out, struct err *e)
{
	struct pool *p = xmalloc(sizeof(*p));

	assert(o->threads >= 2);
	*p = (struct pool){ .o = *o };
	if (p->o.threads > MOST)
		p->o.threads = MOST;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	for (unsigned i = 0; i < p->o.threads; i++)
		if (!thread_start(&p->threads[i], o->name, pool_work, p, e)) {
			struct err why = *e;

			if (!pool_stop(p, 1000))
				err_wrap(&why, "and its threads do not end");
			*e = why;
			return false;
		}
	*out = p;
	return true;
}

bool pool_stop(struct pool *p, int64_t ms)
{
	if (!p)
		return true;
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->changed);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->o.threads; i++) {
		if (!thread_join_within(p->threads[i], ms))
			return false;
		p->threads[i] = NULL;
	}
	assert(!p->ring && "a line has not ended");
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
	free(p);
	return true;
}

struct pool_line *pool_line_new(struct pool *p, const struct pool_line_options *o)
{
	struct pool_line *l = xmalloc(sizeof(*l));

	*l = (struct pool_line){ .pool = p, .o = *o };
	for (int i = 0; i < URGENCIES; i++)
		l->jobs[i].last = &l->jobs[i].first;
	return l;
}

bool pool_add(struct pool_line *l, void *job, bool is_urgent)
{
	struct pool_jobs *jobs = &l->jobs[is_urgent ? 0 : 1];
	struct pool_job *made = xmalloc(sizeof(*made));
	bool fits;

	*made = (struct pool_job){ .job = job };
	pthread_mutex_lock(&l->pool->lock);
	fits = !l->ending && l->waiting < l->o.room;
	if (fits) {
		*jobs->last = made;
		jobs->last = &made->next;
		l->waiting++;
		pool_ring_add(l->pool, l);
		pthread_cond_signal(&l->pool->changed);
	}
	pthread_mutex_unlock(&l->pool->lock);
	if (!fits)
		free(made);
	return fits;
}

/* Those that wait are dropped without the lock: what they hold may be large. */
static void pool_line_clear(struct pool_line *l)
{
	for (int i = 0; i < URGENCIES; i++) {
		for (;;) {
			void *job = NULL;
			bool any;

			pthread_mutex_lock(&l->pool->lock);
			any = l->jobs[i].first != NULL;
			if (any) {
				job = pool_jobs_take(&l->jobs[i]);
				l->waiting--;
			}
			pthread_mutex_unlock(&l->pool->lock);
			if (!any)
				break;
			if (l->o.drop)
				l->o.drop(job);
		}
	}
}

bool pool_line_end(struct pool_line *l, int64_t ms)
{
	int64_t end = clock_ticks() + ms;
	bool busy;

	if (!l)
		return true;
	pthread_mutex_lock(&l->pool->lock);
	l->ending = true;
	pool_ring_remove(l->pool, l);
	pthread_mutex_unlock(&l->pool->lock);
	pool_line_clear(l);
	for (int64_t pause = 1;; pause = pause < 16 ? pause * 2 : pause) {
		pthread_mutex_lock(&l->pool->lock);
		busy = l->running > 0;
		pthread_mutex_unlock(&l->pool->lock);
		if (!busy || clock_ticks() >= end)
			break;
		clock_sleep(pause);
	}
	if (busy)
		return false;
	free(l);
	return true;
}
