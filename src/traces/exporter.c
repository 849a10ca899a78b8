/* SPDX-License-Identifier: Apache-2.0 */
/* A request holds a few promotions; what a collector refuses for good is dropped, as OTLP asks. */
#include "traces/exporter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/outage.h"
#include "base/str.h"
#include "base/thread.h"
#include "ledger/ledger.h"
#include "model/fleet.h"
#include "model/project.h"
#include "model/world.h"
#include "net/http.h"
#include "traces/finished.h"
#include "traces/traces_inner.h"

enum { LOOK_MS = 1000, SLICE_MS = 200, MOST = 20, FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 5 * 60 * 1000 };

/* A project, as long as the process lives. */
struct exporter_project {
	const char *name;
	char seen[41];                  /* the ledger's head that was looked at to its end; "" */
	unsigned failures;              /* in a row */
	int64_t next;                   /* ticks: not before */
};

struct exporter {
	struct exporter_options options;
	struct thread *thread;
	struct arena *arena;            /* of the list */
	struct list projects;           /* struct exporter_project * */
	struct http *http;              /* the thread's */
	int64_t started_at;             /* ms */
	bool stopping;                  /* a flag */
};

static struct exporter_project *exporter_project(struct exporter *x, const char *name)
{
	struct exporter_project *p;

	for (size_t i = 0; i < x->projects.count; i++) {
		p = x->projects.items[i];
		if (strcmp(p->name, name) == 0)
			return p;
	}
	p = arena_alloc(x->arena, sizeof(*p));
	p->name = str_copy(x->arena, name);
	list_add(x->arena, &x->projects, p);
	return p;
}

/* An unreachable collector is logged once. */
static void exporter_put_off(struct exporter_project *p, const struct err *e)
{
	int64_t pause = backoff_ms(++p->failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS);

	p->next = clock_ticks() + (pause > e->after_ms ? pause : e->after_ms);
	if (p->failures == 1 && e->code != ERR_CANCELLED)
		log_line(LOG_WARN, "traces", "%s", e->message);
}

/* True when everything was exported, or refused for good. */
static bool exporter_send(struct exporter *x, const struct world *w, struct ledger *l,
			  const struct list *finished, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct upload u = { .endpoint = x->options.endpoint, .version = x->options.version,
				  .project = w->project, .state = ledger_state(l), .finished = finished,
				  .cancelled = &x->stopping };
	const char *note = NULL;

	if (!upload_send(x->http, a, &u, &note, e)) {
		if (e->passes || e->code == ERR_CANCELLED)
			return false;
		note = str_format(a, "%zu traces are lost: %s", finished->count, e->message);
	}
	if (note)
		log_line(LOG_WARN, "traces", "%s", note);
	return true;
}

static bool exporter_serve(struct exporter *x, const struct world *w, struct exporter_project *p,
			   struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct ledger_options o = { .path = x->options.ledger, .project = p->name, .host = "",
					  .read_only = true, .cancelled = &x->stopping };
	const struct finished_place place = { x->options.ledger, p->name, x->started_at, MOST,
					     &x->stopping };
	const struct finished_promotion *last;
	struct list finished = { 0 };
	struct ledger *l;
	bool fine;

	if (!ledger_open(&o, &l, e))
		return false;
	fine = finished_read(a, l, &place, &finished, e);
	if (fine && finished.count) {
		last = finished.items[finished.count - 1];
		fine = exporter_send(x, w, l, &finished, e) &&
		       finished_advance(&place, last->commit, last->at, e);
	}
	if (fine && finished.count < MOST)
		memcpy(p->seen, ledger_head(l), strnlen(ledger_head(l), sizeof(p->seen) - 1) + 1);
	ledger_close(l);
	return fine;
}

static void exporter_look(struct exporter *x, const struct world *w)
{
	struct exporter_project *p;
	struct err e;

	if (w->loading || w->past_at || !world_is_led_here(w))
		return;
	p = exporter_project(x, world_ledger(w));
	if (clock_ticks() < p->next || strcmp(p->seen, w->ledger_head) == 0)
		return;
	if (!exporter_serve(x, w, p, &e)) {
		exporter_put_off(p, &e);
		return;
	}
	if (p->failures)
		log_line(LOG_INFO, "traces", "the collector takes traces again");
	p->failures = 0;
}

static void exporter_run(void *context)
{
	struct exporter *x = context;

	x->http = http_new();
	http_count(x->http, x->options.traffic);
	while (!flag_is_set(&x->stopping)) {
		const struct fleet *f = x->options.borrow(x->options.context);

		for (size_t i = 0; i < f->nworlds && !flag_is_set(&x->stopping); i++)
			exporter_look(x, f->worlds[i]);
		x->options.give_back(x->options.context, f);
		for (int64_t left = LOOK_MS; left > 0 && !flag_is_set(&x->stopping); left -= SLICE_MS)
			clock_sleep(SLICE_MS);
	}
	http_free(x->http);
}

bool exporter_start(const struct exporter_options *o, struct exporter **out, struct err *e)
{
	struct exporter *x = xmalloc(sizeof(*x));

	assert(o->endpoint && o->ledger && o->version && o->borrow && o->give_back);
	*x = (struct exporter){ .options = *o, .arena = arena_new(), .started_at = clock_now() };
	if (!thread_start(&x->thread, "traces", exporter_run, x, e)) {
		exporter_stop(x);
		return false;
	}
	*out = x;
	return true;
}

void exporter_stop(struct exporter *x)
{
	if (!x)
		return;
	flag_set(&x->stopping);
	thread_join(x->thread);
	arena_free(x->arena);
	free(x);
}
