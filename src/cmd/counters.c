/* SPDX-License-Identifier: Apache-2.0 */
/* A project's reading of the ledger is a thread of its own; everything else is under one lock. */
#include "cmd/scrape.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/thread.h"
#include "ledger/ledger.h"
#include "metrics/counts.h"
#include "metrics/follow.h"
#include "model/attachment.h"
#include "model/world.h"

enum { RETRY_MS = 10000, BEHIND_MS = 3000 };

/* One reading of the whole ledger. */
struct counters_reading {
	struct thread *thread;
	const char *ledger;             /* the keeper's */
	char *project;
	char *name;                     /* heap: what the ledger is called */
	bool cancelled, over;           /* flags */
	struct counts *counts;          /* NULL: it failed */
};

struct counters {
	const char *ledger;
	struct counters_reading *reading; /* main thread's; NULL: none */
	int64_t read_again;             /* ticks: not before */
	pthread_mutex_t lock;           /* over what follows */
	struct counts *counts;          /* NULL: not read yet */
	char *project;                  /* that counts is of */
	int64_t behind_since;           /* ticks: the world and the counters do not meet; 0: they do */
};

struct counters *counters_new(const char *ledger)
{
	struct counters *c = xmalloc(sizeof(*c));

	*c = (struct counters){ .ledger = ledger };
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

static void counters_read(void *context)
{
	struct counters_reading *r = context;
	const struct ledger_options o = { .path = r->ledger, .project = r->name, .host = "",
					  .read_only = true };
	struct ledger *l;
	struct err e;

	if (ledger_open(&o, &l, &e)) {
		if (!scrape_replay(l, r->project, &r->cancelled, &r->counts, &e))
			r->counts = NULL;
		ledger_close(l);
	}
	if (!r->counts && !flag_is_set(&r->cancelled))
		log_line(LOG_WARN, "metrics", "%s", e.message);
	flag_set(&r->over);
}

static void counters_end_reading(struct counters *c)
{
	struct counters_reading *r = c->reading;

	if (!r)
		return;
	flag_set(&r->cancelled);
	thread_join(r->thread);
	pthread_mutex_lock(&c->lock);
	if (r->counts) {
		counts_free(c->counts);
		free(c->project);
		c->counts = r->counts;
		c->project = r->project;
		c->behind_since = 0;
		r->project = NULL;
	} else {
		c->read_again = clock_ticks() + RETRY_MS;
	}
	pthread_mutex_unlock(&c->lock);
	free(r->name);
	free(r->project);
	free(r);
	c->reading = NULL;
}

static void counters_begin_reading(struct counters *c, const struct world *w)
{
	struct counters_reading *r;
	struct err e;

	if (c->reading || clock_ticks() < c->read_again || !c->ledger)
		return;
	r = xmalloc(sizeof(*r));
	*r = (struct counters_reading){ .ledger = c->ledger, .name = xstrdup(world_ledger(w)),
					 .project = xstrdup(world_name(w)) };
	c->reading = r;
	if (!thread_start(&r->thread, "metrics", counters_read, r, &e)) {
		log_line(LOG_WARN, "metrics", "%s", e.message);
		counters_end_reading(c);
	}
}

/*
 * Counts what is new in the world; under the lock. A ledger that was just read may be a moment ahead of
 * the world; if they still differ after a while, events were missed, or commits were rebased.
 */
static void counters_follow(struct counters *c, const struct world *w)
{
	AUTO(arena) struct arena *a = arena_new();

	if (w->loading || !c->counts)
		return;
	if (strcmp(c->project, world_name(w)) != 0) {
		counts_free(c->counts);
		c->counts = NULL;
	} else if (follow_world(a, w, c->counts)) {
		c->behind_since = 0;
	} else if (!c->behind_since) {
		c->behind_since = clock_ticks();
	}
}

const struct counts *counters_borrow(struct counters *c, const struct world *w)
{
	assert(c && w);
	pthread_mutex_lock(&c->lock);
	counters_follow(c, w);
	return c->counts;
}

void counters_give_back(struct counters *c)
{
	pthread_mutex_unlock(&c->lock);
}

/* There is a ledger; that of a running Kargo is known once its recorder has opened it. */
static bool counters_may_read(const struct world *w)
{
	return !w->loading && world_name(w)[0] && (!w->attachment || w->attachment->ledger);
}

bool counters_tick(struct counters *c, const struct world *w, bool may_begin)
{
	bool wanted;

	if (c->reading && flag_is_set(&c->reading->over))
		counters_end_reading(c);
	wanted = !counters_borrow(c, w) ||
		 (c->behind_since && clock_ticks() - c->behind_since > BEHIND_MS);
	counters_give_back(c);
	if (wanted && may_begin && counters_may_read(w))
		counters_begin_reading(c, w);
	return c->reading != NULL;
}

void counters_free(struct counters *c)
{
	if (!c)
		return;
	counters_end_reading(c);
	counts_free(c->counts);
	free(c->project);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
