/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two threads speak with the cluster: one does what people wait for, one asks what we may do. A wish
 * is judged by the newest record, which may be a moment older than the cluster: Kargo's admission has
 * the last word.
 */
#include "attach/attach_inner.h"

#include <stdlib.h>
#include <string.h>

#include "attach/act.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/part.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"
#include "config/reading.h"
#include "data/value.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "model/world.h"

enum { WISHES = 256, QUESTIONS = 4096 };

/* What a desk is to do: an intent, or read Secrets, or ask for rights. */
struct desk_job {
	struct arena *arena;
	struct intent *intent;          /* NULL: none */
	const char *project;            /* of what else it is about */
	bool reads_secrets;
	void (*done)(void *context, const char *project, bool is_news);
	void *context;                  /* of done() */
};

static void desk_job_free(void *job)
{
	if (job)
		arena_free(((struct desk_job *)job)->arena);
}

static struct desk_job *desk_job_new(const char *project)
{
	struct arena *a = arena_new();
	struct desk_job *j = arena_alloc(a, sizeof(*j));

	*j = (struct desk_job){ .arena = a, .project = str_copy(a, project) };
	return j;
}

static bool desk_add(struct queue *q, struct desk_job *j)
{
	if (queue_try(q, j))
		return true;
	desk_job_free(j);
	return false;
}

bool attach_submit(struct attach *at, const struct intent *i)
{
	struct desk_job *j = desk_job_new(i->project);

	j->intent = intent_copy(j->arena, i);
	return desk_add(at->wishes, j);
}

void attach_ask_rights(struct attach *at, const char *project)
{
	/* Without room the project waits for its next turn (publish.c). */
	(void)!desk_add(at->questions, desk_job_new(project));
}

bool attach_want_secrets(struct attach *at, const char *project,
			 void (*done)(void *context, const char *project, bool is_news), void *context)
{
	struct desk_job *j = desk_job_new(project);

	j->reads_secrets = true;
	j->done = done;
	j->context = context;
	return desk_add(at->wishes, j);
}

/* A project as it is known, held while a wish is judged by it. */
struct desk_view {
	struct part *part;              /* of the project */
	const struct record *record;
	const struct project *project;
};

static bool desk_look(struct attach *at, const char *project, struct desk_view *out, struct err *e)
{
	const struct attached *p;
	bool fine;

	pthread_mutex_lock(&at->lock);
	p = project ? attached_find(at, project) : at->nprojects == 1 ? at->projects[0] : NULL;
	fine = p && p->record && p->read && p->read->project;
	if (fine)
		*out = (struct desk_view){ part_acquire(p->read->part), record_acquire(p->record),
					   p->read->project };
	pthread_mutex_unlock(&at->lock);
	return fine || err_again(e, ERR_NOT_FOUND, "project %s is not known yet", project ? project : "");
}

static void desk_look_away(struct desk_view *v)
{
	record_release(v->record);
	part_release(v->part);
}

static bool desk_deed(struct attach *at, struct arena *a, const struct intent *i, struct attach_deed *out,
		      struct err *e)
{
	struct desk_view v = { NULL, NULL, NULL };
	struct world w = { .attachment = NULL };
	const struct attach_wish wish = { &w, i, clock_now() };
	bool fine;

	if (!desk_look(at, i->project, &v, e))
		return false;
	fine = state_world(a, v.record->state, v.project, &w, e) &&
	       attach_deed_of(a, &wish, out, e);
	/* The calls outlive what they were made of. */
	for (size_t n = 0; fine && n < out->calls.count; n++) {
		struct attach_call *c = out->calls.items[n];

		c->project = str_copy(a, c->project);
		c->name = str_copy(a, c->name);
		c->stage = str_copy(a, c->stage);
		c->freight = str_copy(a, c->freight);
		c->warehouse = str_copy(a, c->warehouse);
		c->verification = str_copy(a, c->verification);
	}
	for (size_t n = 0; fine && n < out->rights.count; n++) {
		struct attach_right *r = out->rights.items[n];

		r->project = str_copy(a, r->project);
		r->name = str_copy(a, r->name);
	}
	desk_look_away(&v);
	return fine;
}

/* A cluster that does not answer the question is asked for the deed itself. */
static bool desk_may(const struct attach_desk *desk, const struct attach_deed *d, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < d->rights.count; i++) {
		struct attach_verdict verdict;
		struct err unknown;

		if (desk->at->o.transport.may(desk->own, d->rights.items[i], &verdict, &unknown) &&
		    !verdict.allowed)
			return err_set(e, ERR_REFUSED, "%s%s%s",
				       attach_right_denied(a, d->rights.items[i]),
				       *verdict.reason ? ": " : "", verdict.reason);
	}
	return true;
}

/* Some may be done when one fails, and then that is said. */
static bool desk_call(const struct attach_desk *desk, struct arena *a, const struct attach_deed *d,
		      const char **promotion, struct err *e)
{
	*promotion = NULL;
	for (size_t i = 0; i < d->calls.count; i++) {
		const struct attach_call *c = d->calls.items[i];
		const struct value *made;

		if (!desk->at->o.transport.call(desk->own, a, c, &made, e))
			return i ? err_wrap(e, "%zu of %zu were done", i, d->calls.count) : false;
		if (c->verb == ATTACH_CREATE)
			*promotion = value_path_text(made, "metadata.name", NULL);
	}
	return true;
}

static void desk_do_intent(const struct attach_desk *desk, struct desk_job *j)
{
	struct attach *at = desk->at;
	struct arena *a = j->arena;
	struct attach_deed deed;
	struct reply reply = { .id = j->intent->id, .message = "" };
	struct err e;

	if (desk_deed(at, a, j->intent, &deed, &e) && desk_may(desk, &deed, &e) &&
	    desk_call(desk, a, &deed, &reply.promotion, &e)) {
		reply.done = true;
		reply.message = str_format(a, "%s, in Kargo at %s", deed.done, at->o.transport.context);
		log_line(LOG_INFO, "attach", "asked Kargo at %s: %s", at->o.transport.context, deed.done);
	} else {
		reply.code = (int)e.code;
		reply.message = str_format(a, "Kargo at %s: %s", at->o.transport.context, e.message);
		log_line(LOG_INFO, "attach", "Kargo at %s: %s: %s", at->o.transport.context,
			 intent_verb(j->intent->kind), e.message);
	}
	at->o.on_reply(at->o.context, &reply);
}

/* Whether they are others than before. */
static bool desk_read_secrets(const struct attach_desk *desk, struct desk_job *j)
{
	struct attach *at = desk->at;
	const struct value *found;
	struct attached *p;
	struct err e;
	bool is_news;

	if (!at->o.transport.secrets(desk->own, j->arena, j->project, &found, &e)) {
		log_line(LOG_INFO, "attach", "Secrets of project %s: %s; using git's own "
					     "credentials",
			 j->project, e.message);
		return false;
	}
	pthread_mutex_lock(&at->lock);
	p = attached_find(at, j->project);
	is_news = p && (p->secrets ? !value_equal(p->secrets, found) : value_count(found) > 0);
	if (is_news) {
		arena_free(p->secrets_arena);
		p->secrets_arena = arena_new();
		p->secrets = value_copy(p->secrets_arena, found);
		p->spec_changed = true;
		attach_tell(at);
	}
	pthread_mutex_unlock(&at->lock);
	return is_news;
}

static void desk_do(const struct attach_desk *desk, struct desk_job *j)
{
	if (j->intent) {
		desk_do_intent(desk, j);
	} else if (j->reads_secrets) {
		j->done(j->context, j->project, desk_read_secrets(desk, j));
	} else {
		attach_rights_look(desk->at, desk->own, j->project);
	}
}

static void desk_run(struct attach_desk *d, struct queue *q)
{
	struct attach *at = d->at;
	void *own = at->o.transport.open(at->o.transport.it, &at->ending);
	struct desk_job *j;

	pthread_mutex_lock(&at->lock);
	d->own = own;
	pthread_mutex_unlock(&at->lock);
	while ((j = queue_take(q, -1))) {
		if (!flag_is_set(&at->ending))
			desk_do(d, j);
		desk_job_free(j);
	}
	pthread_mutex_lock(&at->lock);
	d->own = NULL;
	pthread_mutex_unlock(&at->lock);
	at->o.transport.close(own);
}

static void desk_run_wishes(void *desk)
{
	desk_run(desk, ((struct attach_desk *)desk)->at->wishes);
}

static void desk_run_questions(void *desk)
{
	desk_run(desk, ((struct attach_desk *)desk)->at->questions);
}

bool attach_begin_desk(struct attach *at, struct err *e)
{
	at->wishes = queue_new(WISHES);
	at->questions = queue_new(QUESTIONS);
	for (size_t i = 0; i < COUNTOF(at->desks); i++)
		at->desks[i].at = at;
	return thread_start(&at->desks[0].thread, "attach-act", desk_run_wishes, &at->desks[0], e) &&
	       thread_start(&at->desks[1].thread, "attach-ask", desk_run_questions, &at->desks[1], e);
}

void attach_end_desk(struct attach *at)
{
	queue_close(at->wishes);
	queue_close(at->questions);
	pthread_mutex_lock(&at->lock);
	for (size_t i = 0; i < COUNTOF(at->desks); i++)
		if (at->desks[i].own)
			at->o.transport.wake(at->desks[i].own);
	pthread_mutex_unlock(&at->lock);
}

bool attach_join_desk(struct attach *at, int64_t ms)
{
	for (size_t i = 0; i < COUNTOF(at->desks); i++) {
		if (!thread_join_within(at->desks[i].thread, ms))
			return false;
		at->desks[i].thread = NULL;
	}
	return true;
}

void attach_free_desk(struct attach *at)
{
	queue_free(at->wishes, desk_job_free);
	queue_free(at->questions, desk_job_free);
}
