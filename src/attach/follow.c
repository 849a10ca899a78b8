/* SPDX-License-Identifier: Apache-2.0 */
/*
 * With the right to list in all namespaces, each kind is followed once; without it, each kind of each project
 * that is named, or of the context's own namespace. Each follower's thread takes in what it hears.
 */
#include "attach/attach_inner.h"

#include <stdlib.h>
#include <string.h>

#include "attach/act.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/glob.h"
#include "data/value.h"

/*
 * FEW_PROJECTS: as many are followed without a question whether they may be. Those that were denied are asked
 * about again, a few at a time: somebody may have been given the right since.
 */
enum { MOST_FOLLOWERS = 400, FEW_PROJECTS = 8, DENIED_MS = 600000, DENIED_AT_ONCE = 64 };

/* Takes in an object: its history, its manifest, its state. The lock is held. */
static void follow_put(struct attach *at, struct attached *p, enum attach_kind kind,
		       const struct value *object)
{
	struct err e;

	attach_history_learn(p->history, kind, object);
	if (kind == ATTACH_PROJECT)
		p->is_known = true;
	if (kind == ATTACH_WAREHOUSE)
		attach_warehouses_put(p->warehouses, object);
	if (attach_kind_def(kind)->is_spec)
		p->spec_changed = attach_manifests_put(p->manifests, kind, object) || p->spec_changed;
	if (!attach_state_put(p->state, kind, object, &e))
		log_line(LOG_WARN, "attach", "%s of project %s: %s", attach_kind_def(kind)->plural, p->name,
			 e.message);
	p->state_changed = true;
	if (kind == ATTACH_STAGE)
		attach_want_runs(at, p);
}

static void follow_remove(struct attached *p, enum attach_kind kind, const char *name)
{
	if (kind == ATTACH_WAREHOUSE)
		attach_warehouses_remove(p->warehouses, name);
	p->spec_changed = attach_manifests_remove(p->manifests, kind, name) || p->spec_changed;
	attach_state_remove(p->state, kind, name);
	p->state_changed = true;
}

/* Objects of the cluster, which all projects share. The lock is held. */
static void follow_cluster(struct attach *at, enum attach_kind kind, const struct value *object, bool gone)
{
	const char *name = value_path_text(object, "metadata.name", "");

	if (!(gone ? attach_manifests_remove(at->cluster, kind, name)
		   : attach_manifests_put(at->cluster, kind, object)))
		return;
	for (size_t i = 0; i < at->nprojects; i++)
		at->projects[i]->spec_changed = true;
}

static void follow_changed(void *context, const struct value *object, bool gone)
{
	struct attach_follower *f = context;
	struct attach *at = f->at;
	const char *project = attach_project_of(f->kind, object);
	struct attached *p;

	pthread_mutex_lock(&at->lock);
	if (!*project)
		follow_cluster(at, f->kind, object, gone);
	else if (gone && f->kind == ATTACH_PROJECT)
		attached_drop(at, project);
	else if (gone && (p = attached_find(at, project)))
		follow_remove(p, f->kind, value_path_text(object, "metadata.name", ""));
	else if (!gone && (p = attached_make(at, project)))
		follow_put(at, p, f->kind, object);
	pthread_mutex_unlock(&at->lock);
}

static bool follow_begin(struct attach *at, enum attach_kind kind, const char *project);

/* Why the project can't be followed, in the arena; NULL: nothing is known against it. */
static const char *follow_denied(struct attach *at, void *own, struct arena *a, const char *project)
{
	const struct attach_right list = { "list", project, ATTACH_STAGE, NULL, NULL };
	struct attach_verdict verdict = { .allowed = true };
	struct err e;

	return at->o.transport.may(own, &list, &verdict, &e) && !verdict.allowed
		? attach_right_denied(a, &list) : NULL;
}

/* Follows all kinds of the project, unless why says why not, or there are too many. The lock is not held. */
static void follow_project(struct attach *at, const char *project, const char *why)
{
	int64_t again = at->o.denied_ms ? at->o.denied_ms : DENIED_MS;
	struct attached *p;
	bool is_denied = why, fine = !why, is_news = true;

	for (int kind = 0; kind < ATTACH_KINDS && fine; kind++)
		if (!attach_kind_def((enum attach_kind)kind)->is_cluster)
			fine = follow_begin(at, (enum attach_kind)kind, project);
	pthread_mutex_lock(&at->lock);
	p = attached_find(at, project);
	if (!why)
		why = "too many are followed one by one; choose some with --project";
	if (p) {
		is_news = !p->left_out;
		p->is_followed = fine;
		p->left_out_until = is_denied ? clock_ticks() + again : INT64_MAX;
		free(p->left_out);
		p->left_out = fine ? NULL : xstrdup(why);
	}
	if (!fine && !at->ending && is_news)
		log_line(LOG_WARN, "attach", "project %s is not shown: %s", project, why);
	attach_tell(at);
	pthread_mutex_unlock(&at->lock);
}

/* Whether it is to be followed, or asked about again; due: how many others are. The lock is held. */
static bool follow_is_due(const struct attached *p, size_t due)
{
	if (p->left_out)
		return due < DENIED_AT_ONCE && clock_ticks() >= p->left_out_until;
	return !p->is_followed;
}

/* Each project has followers of its own where not all can be followed at once. The lock is not held. */
static void follow_projects(struct attach *at)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list new = { 0 };
	void *own = NULL;
	bool many;

	pthread_mutex_lock(&at->lock);
	many = at->nprojects > FEW_PROJECTS;
	for (size_t i = 0; !at->whole && at->begun && i < at->nprojects; i++)
		if (follow_is_due(at->projects[i], new.count))
			list_add(a, &new, str_copy(a, at->projects[i]->name));
	pthread_mutex_unlock(&at->lock);
	/* Where there are many, those that may not be read must not take the place of those that may. */
	if (many && new.count)
		own = at->o.transport.open(at->o.transport.it, &at->ending);
	for (size_t i = 0; i < new.count; i++)
		follow_project(at, new.items[i], own ? follow_denied(at, own, a, new.items[i]) : NULL);
	if (own)
		at->o.transport.close(own);
}

static void follow_settled(void *context)
{
	struct attach_follower *f = context;

	if (f->kind == ATTACH_PROJECT)
		follow_projects(f->at);
	pthread_mutex_lock(&f->at->lock);
	attach_tell(f->at);
	pthread_mutex_unlock(&f->at->lock);
}

/* Projects that may not be listed are those that are named, or the context's own. */
static void follow_without_projects(struct attach *at)
{
	const struct list *named = at->o.projects;
	bool any = false;

	pthread_mutex_lock(&at->lock);
	for (size_t i = 0; i < named->count; i++) {
		const char *name = named->items[i];

		if (glob_is_plain(name) && attached_make(at, name))
			any = true;
	}
	if (!any && !at->nprojects && at->o.transport.project && !attached_make(at, at->o.transport.project))
		log_line(LOG_WARN, "attach", "projects may not be listed, and %s, the context's own, is not "
			 "meant", at->o.transport.project);
	for (size_t i = 0; i < at->nprojects; i++)
		at->projects[i]->is_known = true;
	at->set_changed = true;
	pthread_mutex_unlock(&at->lock);
	follow_projects(at);
}

static void follow_stands(void *context, const struct attach_standing *s)
{
	struct attach_follower *f = context;
	struct attach *at = f->at;
	bool was_listed, was_forbidden;

	if (f->kind == ATTACH_PROJECT && s->forbidden)
		follow_without_projects(at);
	else if (f->kind == ATTACH_PROJECT)
		follow_projects(at);
	pthread_mutex_lock(&at->lock);
	was_listed = f->standing.listed;
	was_forbidden = f->standing.forbidden;
	free((char *)(uintptr_t)f->standing.error);
	f->standing = *s;
	f->standing.error = s->error ? xstrdup(s->error) : NULL;
	/* A kind that is no longer answered must not delay the others. */
	f->standing.listed = s->listed || was_listed;
	for (size_t i = 0; was_forbidden != s->forbidden && i < at->nprojects; i++)
		at->projects[i]->spec_changed = true;   /* what is missing is told with the manifests */
	attach_tell(at);
	pthread_mutex_unlock(&at->lock);
}

static void follow_run(void *follower)
{
	struct attach_follower *f = follower;
	const struct attach_listener l = { f, follow_changed, follow_settled, follow_stands };
	const struct attach_transport *t = &f->at->o.transport;
	void *own = t->open(t->it, &f->cancelled);

	pthread_mutex_lock(&f->at->lock);
	f->own = own;
	pthread_mutex_unlock(&f->at->lock);
	t->follow(own, f->kind, f->project, &l);
	pthread_mutex_lock(&f->at->lock);
	f->own = NULL;
	pthread_mutex_unlock(&f->at->lock);
	t->close(own);
}

/* The lock is held. */
static bool follow_is_begun(const struct attach *at, enum attach_kind kind, const char *project)
{
	for (size_t i = 0; i < at->nfollowers; i++)
		if (at->followers[i]->kind == kind && same_text(at->followers[i]->project, project))
			return true;
	return false;
}

static void follow_add(struct attach *at, struct attach_follower *f)
{
	if (at->nfollowers == at->followers_room) {
		at->followers_room = at->followers_room ? at->followers_room * 2 : 16;
		at->followers = xrealloc(at->followers,
					 at->followers_room * sizeof(struct attach_follower *));
	}
	at->followers[at->nfollowers++] = f;
}

/* False: there are too many, or all ends. Two threads may ask for the same one. The lock is not held. */
static bool follow_begin(struct attach *at, enum attach_kind kind, const char *project)
{
	struct attach_follower *f;
	struct err e;
	bool has, fine;

	pthread_mutex_lock(&at->lock);
	has = follow_is_begun(at, kind, project);
	fine = has || (!at->ending && at->nfollowers < MOST_FOLLOWERS);
	if (fine && !has) {
		f = xmalloc(sizeof(*f));
		*f = (struct attach_follower){ .at = at, .kind = kind,
					       .project = project ? xstrdup(project) : NULL };
		follow_add(at, f);
		if (!thread_start(&f->thread, "attach", follow_run, f, &e)) {
			log_line(LOG_ERROR, "attach", "%s", e.message);
			f->standing = (struct attach_standing){ .listed = true, .forbidden = true };
		}
	}
	pthread_mutex_unlock(&at->lock);
	return fine;
}

/* A few projects that are named are followed by themselves: that costs the cluster and us less than all. */
static bool follow_few_are_named(const struct attach *at)
{
	const struct list *named = at->o.projects;

	for (size_t i = 0; i < named->count; i++)
		if (!glob_is_plain(named->items[i]))
			return false;
	return named->count && named->count <= FEW_PROJECTS;
}

static bool follow_may_whole(struct attach *at)
{
	const struct attach_right list = { "list", NULL, ATTACH_STAGE, NULL, NULL };
	void *own = at->o.transport.open(at->o.transport.it, &at->ending);
	struct attach_verdict verdict = { .allowed = false };
	struct err e;

	if (!at->o.transport.may(own, &list, &verdict, &e))
		log_line(LOG_WARN, "attach", "asking what we may do: %s", e.message);
	at->o.transport.close(own);
	return verdict.allowed;
}

void attach_begin_following(void *attach)
{
	struct attach *at = attach;
	bool few = follow_few_are_named(at);

	follow_begin(at, ATTACH_CLUSTER_TASK, NULL);
	at->whole = !few && follow_may_whole(at);
	for (int kind = 0; at->whole && kind < ATTACH_KINDS; kind++)
		if (!attach_kind_def((enum attach_kind)kind)->is_cluster)
			follow_begin(at, (enum attach_kind)kind, NULL);
	/* Until everything has begun; otherwise it would look as if there were no projects. */
	follow_begin(at, ATTACH_PROJECT, NULL);
	pthread_mutex_lock(&at->lock);
	for (size_t i = 0; few && i < at->o.projects->count; i++)
		attached_make(at, at->o.projects->items[i]);
	at->begun = true;
	pthread_mutex_unlock(&at->lock);
	follow_projects(at);
}

bool attach_has_listed(const struct attach *at, const struct attached *p)
{
	bool listed = at->begun && (at->whole || p->is_followed);

	for (size_t i = 0; i < at->nfollowers && listed; i++) {
		const struct attach_follower *f = at->followers[i];

		if (!f->project || strcmp(f->project, p->name) == 0)
			listed = f->standing.listed;
	}
	return listed;
}

void attach_end_following(struct attach *at)
{
	pthread_mutex_lock(&at->lock);
	flag_set(&at->ending);
	for (size_t i = 0; i < at->nfollowers; i++) {
		flag_set(&at->followers[i]->cancelled);
		if (at->followers[i]->own)
			at->o.transport.wake(at->followers[i]->own);
	}
	pthread_mutex_unlock(&at->lock);
}

bool attach_join_following(struct attach *at, int64_t ms)
{
	for (size_t i = 0; i < at->nfollowers; i++) {
		struct attach_follower *f = at->followers[i];

		if (!thread_join_within(f->thread, ms))
			return false;
		f->thread = NULL;
	}
	return true;
}

void attach_free_following(struct attach *at)
{
	for (size_t i = 0; i < at->nfollowers; i++) {
		struct attach_follower *f = at->followers[i];

		free((char *)(uintptr_t)f->standing.error);
		free(f->project);
		free(f);
	}
	free(at->followers);
}
