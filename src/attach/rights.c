/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Asks what we may do before anybody tries it, so that screens can show it: first in all projects, where all
 * are followed at once, then in the project. The right to all stages is asked for first; single stages only
 * when that is denied and they fit on a screen. No answer from the cluster does not mean denied.
 */
#include "attach/attach_inner.h"

#include "attach/act.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/str.h"
#include "model/attachment.h"
#include "model/record.h"
#include "model/state.h"

enum { MOST_STAGES = 64 };

/* One look at a project's rights. */
struct rights_look {
	struct attach *at;
	void *own;
	const char *project;
	struct arena *a;                /* of what is found */
	struct list denials;            /* struct denial * */
	bool failed;                    /* the cluster does not say: nothing is denied */
};

static const enum intent_kind rights_kinds[] = { INTENT_PROMOTE, INTENT_ROLLBACK, INTENT_APPROVE,
						 INTENT_ABORT,   INTENT_REFRESH,  INTENT_HOLD,
						 INTENT_RESUME,  INTENT_VERIFY };

/* Who may do it in all projects is not asked about each of a thousand. */
static bool rights_are_everywhere(struct rights_look *l, const struct attach_right *right)
{
	struct attach_right all = *right;
	struct attach_verdict verdict;
	struct err e;

	all.project = all.name = NULL;
	return l->at->whole && l->at->o.transport.may(l->own, &all, &verdict, &e) && verdict.allowed;
}

/* The first right that is missing; NULL: none is. */
static const struct attach_right *rights_missing(struct rights_look *l, const struct list *needed)
{
	for (size_t i = 0; i < needed->count && !l->failed; i++) {
		struct attach_verdict verdict;
		struct err e;

		if (rights_are_everywhere(l, needed->items[i]))
			continue;
		if (!l->at->o.transport.may(l->own, needed->items[i], &verdict, &e)) {
			log_line(LOG_INFO, "attach", "asking what we may do in %s: %s", l->project,
				 e.message);
			l->failed = true;
		} else if (!verdict.allowed) {
			return needed->items[i];
		}
	}
	return NULL;
}

static void rights_deny(struct rights_look *l, enum intent_kind kind, const char *stage, const char *why)
{
	struct denial *d = arena_alloc(l->a, sizeof(*d));

	*d = (struct denial){ kind, str_copy(l->a, stage), str_copy(l->a, why) };
	list_add(l->a, &l->denials, d);
}

/* Names of the project's stages, in the arena. */
static void rights_stages(struct rights_look *l, struct arena *a, struct list *out)
{
	const struct attached *p;

	pthread_mutex_lock(&l->at->lock);
	p = attached_find(l->at, l->project);
	for (size_t i = 0; p && p->record && i < p->record->state->nstages; i++)
		list_add(a, out, str_copy(a, p->record->state->stages[i]->name));
	pthread_mutex_unlock(&l->at->lock);
}

static void rights_of_kind(struct rights_look *l, enum intent_kind kind)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list needed = { 0 }, stages = { 0 };
	const struct attach_right *missing;

	attach_rights_of(a, kind, l->project, NULL, &needed);
	missing = rights_missing(l, &needed);
	if (!missing)
		return;
	rights_stages(l, a, &stages);
	if (missing->kind != ATTACH_STAGE || !stages.count || stages.count > MOST_STAGES) {
		rights_deny(l, kind, NULL, attach_right_denied(a, missing));
		return;
	}
	for (size_t i = 0; i < stages.count; i++) {
		struct list one = { 0 };

		attach_rights_of(a, kind, l->project, stages.items[i], &one);
		missing = rights_missing(l, &one);
		if (missing)
			rights_deny(l, kind, stages.items[i], attach_right_denied(a, missing));
	}
}

static void rights_take(struct rights_look *l)
{
	struct attached *p;

	pthread_mutex_lock(&l->at->lock);
	p = attached_find(l->at, l->project);
	if (p && !l->failed) {
		struct denial *all = arena_array(l->a, l->denials.count, sizeof(*all));

		for (size_t i = 0; i < l->denials.count; i++)
			all[i] = *(struct denial *)l->denials.items[i];
		arena_free(p->rights);
		p->rights = l->a;
		p->denials = all;
		p->ndenials = l->denials.count;
		p->state_changed = true;
		l->a = NULL;
		attach_tell(l->at);
	}
	pthread_mutex_unlock(&l->at->lock);
	arena_free(l->a);
}

void attach_rights_look(struct attach *at, void *own, const char *project)
{
	struct rights_look l = { .at = at, .own = own, .project = project, .a = arena_new() };

	for (size_t i = 0; i < COUNTOF(rights_kinds) && !l.failed; i++)
		rights_of_kind(&l, rights_kinds[i]);
	rights_take(&l);
}
