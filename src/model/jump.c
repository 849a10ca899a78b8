/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A thousand projects have a hundred thousand names, and each key asks for all of them: so the
 * first letter is looked at before anything else, and only as many are kept as can be shown.
 */
#include "model/jump.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/application.h"
#include "model/fleet.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

struct jump_search {
	const struct fleet *fleet;
	const struct world *here, *w;
	const char *letters;
	size_t len;
	struct jump *out;
	size_t count, room;
};

const char *jump_kind_word(enum jump_kind kind)
{
	static const char *const words[] = {
		[JUMP_PROJECT] = "project",     [JUMP_STAGE] = "stage",
		[JUMP_WAREHOUSE] = "warehouse", [JUMP_FREIGHT] = "freight",
		[JUMP_PROMOTION] = "promotion", [JUMP_APPLICATION] = "application",
	};

	return words[kind];
}

enum jump_fit jump_fit(const char *name, const char *letters)
{
	size_t len = strlen(letters);
	char first = letter_lower(*letters);
	enum jump_fit best = JUMP_NOT;

	if (same_but_case_n(name, letters, len))
		return JUMP_START;
	for (const char *p = name + (*name != 0); *p; p++) {
		if (letter_lower(*p) != first || !same_but_case_n(p, letters, len))
			continue;
		if (strchr(" -_./:", p[-1]))
			return JUMP_WORD;
		best = JUMP_INSIDE;
	}
	if (best)
		return best;
	for (; *letters; letters++) {
		while (*name && letter_lower(*name) != letter_lower(*letters))
			name++;
		if (!*name++)
			return JUMP_NOT;
	}
	return JUMP_LOOSELY;
}

static int jump_order(const struct jump *x, const struct jump *y)
{
	if (x->fit != y->fit)
		return x->fit > y->fit ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/* Keeps the best, in order; what comes later is behind its equals. */
static void jump_keep(struct jump_search *s, const struct jump *found)
{
	size_t at = s->count;

	while (at > 0 && jump_order(found, &s->out[at - 1]) < 0)
		at--;
	if (at == s->room)
		return;
	if (s->count < s->room)
		s->count++;
	memmove(&s->out[at + 1], &s->out[at], (s->count - 1 - at) * sizeof(*s->out));
	s->out[at] = *found;
}

/* What is tried has all but its world and how well it fits. */
static void jump_try(struct jump_search *s, const struct jump *what)
{
	struct jump found = *what;
	const struct jump *last = s->count == s->room ? &s->out[s->room - 1] : NULL;

	if (!*found.name)
		return;
	found.world = s->w;
	found.fit = jump_fit(found.name, s->letters);
	/* A promotion's name begins with its stage's: whoever types that alone wants the stage. */
	if (found.kind == JUMP_PROMOTION && found.fit > JUMP_INSIDE && s->len <= strcspn(found.name, "."))
		found.fit = JUMP_INSIDE;
	/* Letters that are merely there would find half of all freight. */
	if (!found.fit || (found.fit == JUMP_LOOSELY && found.kind > JUMP_STAGE))
		return;
	if (!last || jump_order(&found, last) < 0)
		jump_keep(s, &found);
}

static void jump_try_name(struct jump_search *s, enum jump_kind kind, const char *name)
{
	jump_try(s, &(struct jump){ .kind = kind, .key = name, .name = name });
}

static void jump_try_freight_by(struct jump_search *s, const struct freight *f, const char *name)
{
	jump_try(s, &(struct jump){ .kind = JUMP_FREIGHT, .key = f->name, .name = name });
}

static void jump_try_freight(struct jump_search *s, const struct freight *f)
{
	const char *version = f->nimages    ? f->images[0].tag
			      : f->ncharts  ? f->charts[0].version
			      : f->ncommits ? f->commits[0].id
					    : "";

	jump_try_freight_by(s, f, f->alias);
	if (s->len && same_but_case_n(version, s->letters, s->len))
		jump_try_freight_by(s, f, version);
	else if (s->len >= 4 && same_but_case_n(f->name, s->letters, s->len))
		jump_try_freight_by(s, f, f->name);
}

static void jump_try_application(struct jump_search *s, const struct application *app)
{
	jump_try(s, &(struct jump){ .kind = JUMP_APPLICATION, .key = app->name, .name = app->name,
				    .namespace = app->namespace });
}

/* "shop:test,shop:prod": the annotation that lets stages change an application. */
static bool jump_is_authorized(const char *stages, const char *project)
{
	size_t len = strlen(project);

	for (const char *at = stages; *at; at += strcspn(at, ",")) {
		at += strspn(at, ", ");
		if (strncmp(at, project, len) == 0 && at[len] == ':')
			return true;
	}
	return false;
}

/* A world's stages point into its own list. */
static bool jump_is_named(const struct world *w, const struct application *app)
{
	for (size_t i = 0; i < w->nstages; i++)
		for (size_t j = 0; j < w->stages[i]->napplications; j++)
			if (w->stages[i]->applications[j] == app)
				return true;
	return false;
}

/* Other worlds may hold other looks at it. */
static bool jump_is_nobodys(const struct jump_search *s, const struct application *app)
{
	if (app->authorized_stages && *app->authorized_stages)
		return false;
	for (size_t k = 0; k < s->fleet->nworlds; k++)
		for (size_t i = 0; i < s->fleet->worlds[k]->nstages; i++) {
			const struct stage *stage = s->fleet->worlds[k]->stages[i];

			for (size_t j = 0; j < stage->napplications; j++)
				if (strcmp(stage->applications[j]->name, app->name) == 0)
					return false;
		}
	return true;
}

static bool jump_belongs(const struct jump_search *s, const struct application *app)
{
	const char *stages = app->authorized_stages ? app->authorized_stages : "";

	return s->fleet->nworlds == 1 || jump_is_authorized(stages, s->w->project->name) ||
	       jump_is_named(s->w, app) || (s->w == s->here && jump_is_nobodys(s, app));
}

/*
 * Every project sees all applications of one Argo CD, which may be ten thousand: whose one is comes last. One
 * that belongs to none is found where it is asked for.
 */
static void jump_try_applications(struct jump_search *s)
{
	for (size_t i = 0; i < s->w->applications.count; i++) {
		const struct application *app = application_at(&s->w->applications, i);
		const struct jump like = { .kind = JUMP_APPLICATION, .fit = jump_fit(app->name, s->letters) };
		bool full = s->count == s->room;

		if (like.fit < JUMP_INSIDE || (full && jump_order(&like, &s->out[s->room - 1]) >= 0))
			continue;
		if (jump_belongs(s, app))
			jump_try_application(s, app);
	}
}

static void jump_try_world(struct jump_search *s)
{
	const struct world *w = s->w;

	if (s->fleet->nworlds > 1)
		jump_try_name(s, JUMP_PROJECT, world_name(w));
	if (!s->len)
		return;
	for (size_t i = 0; i < w->npromotions; i++)
		jump_try_name(s, JUMP_PROMOTION, w->promotions[i]->name);
	jump_try_applications(s);
	if (w == s->here)
		return;
	for (size_t i = 0; i < w->nstages; i++)
		jump_try_name(s, JUMP_STAGE, w->stages[i]->name);
	for (size_t i = 0; i < w->nwarehouses; i++)
		jump_try_name(s, JUMP_WAREHOUSE, w->warehouses[i]->name);
	for (size_t i = 0; i < w->nfreight; i++)
		jump_try_freight(s, w->freight[i]);
}

size_t jump_find(const struct fleet *f, const struct world *here, const char *letters,
		 struct jump *out, size_t room)
{
	struct jump_search s = {
		.here = here, .letters = letters, .len = strlen(letters), .out = out, .room = room,
		.fleet = f
	};

	assert(room);
	for (size_t i = 0; i < f->nworlds; i++) {
		s.w = f->worlds[i];
		jump_try_world(&s);
	}
	return s.count;
}
