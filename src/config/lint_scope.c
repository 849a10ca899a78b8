/* SPDX-License-Identifier: Apache-2.0 */
/* The objects that are linted, and an index of what other objects name. */
#include "config/lint_scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/config.h"
#include "config/gather.h"
#include "data/url.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"

static const char *lint_key(struct arena *a, const char *kind, const char *namespace, const char *name)
{
	return str_format(a, "%s/%s/%s", kind, namespace ? namespace : "*", name);
}

/* The first of a name stays. */
static void lint_index_put(struct arena *a, struct map *m, const char *key, const void *value)
{
	if (!map_get(m, key))
		map_set(a, m, key, value);
}

/* What all subscriptions to one repository say. */
struct lint_watched {
	bool takes_more;                /* than versions of three parts */
};

static const struct {
	const char *kind, *strategy, *otherwise;
	const char *(*normal)(struct arena *a, const char *url);
} watched_kinds[] = {
	{ "git", "commitSelectionStrategy", "NewestFromBranch", url_normal_git },
	{ "image", "imageSelectionStrategy", "SemVer", url_normal_image },
	{ "chart", "", "SemVer", url_normal_chart },
};

/* Kargo compares git's URLs as normal everywhere, the others in some places only. */
static const char *lint_watched_key(struct arena *a, const char *kind, const char *url, bool is_normal)
{
	for (size_t i = 0; i < COUNTOF(watched_kinds); i++)
		if (strcmp(watched_kinds[i].kind, kind) == 0 &&
		    (is_normal || watched_kinds[i].normal == url_normal_git))
			return str_format(a, "normal %s %s", kind, watched_kinds[i].normal(a, url));
	return str_format(a, "%s %s", kind, url);
}

static void lint_index_watched(struct lint *l, const char *key, bool takes_more)
{
	struct lint_watched *known = map_get(&l->index.watched, key);

	if (!known) {
		known = arena_alloc(l->a, sizeof(*known));
		*known = (struct lint_watched){ false };
		map_set(l->a, &l->index.watched, key, known);
	}
	known->takes_more = known->takes_more || takes_more;
}

static void lint_index_subscription(struct lint *l, const struct value *subscription)
{
	for (size_t i = 0; i < COUNTOF(watched_kinds); i++) {
		const char *kind = watched_kinds[i].kind, *otherwise = watched_kinds[i].otherwise;
		const struct value *s = value_get(subscription, kind);
		const char *url = value_get_text(s, "repoURL");
		const char *strategy = value_path_text(s, watched_kinds[i].strategy, otherwise);
		bool takes_more = strcmp(strategy, "SemVer") != 0 ||
				  !value_truth(value_get(s, "strictSemvers"), true);

		if (!value_is(s, VALUE_MAP))
			continue;
		lint_index_watched(l, lint_watched_key(l->a, kind, url, false), takes_more);
		lint_index_watched(l, lint_watched_key(l->a, kind, url, true), takes_more);
	}
}

/* Adds the names to both lists where they are not yet; seen has those of all lists. */
static void lint_index_variables(struct lint *l, const char *namespace, const struct value *vars,
				 struct map *seen)
{
	const char *const scopes[] = { namespace, "*" };

	for (size_t i = 0; i < value_count(vars); i++)
		for (size_t j = 0; j < COUNTOF(scopes); j++) {
			const char *name = value_get_text(value_at(vars, i), "name");
			const char *key = str_format(l->a, "%s/%s", scopes[j], name);

			if (!*name || map_get(seen, key))
				continue;
			map_set(l->a, seen, key, l);
			list_add(l->a, map_list(l->a, &l->index.variables, scopes[j]), name);
		}
}

/* A stage gives its variables to the tasks that it uses. */
static void lint_index_stage(struct lint *l, const struct gathered *g, struct map *seen)
{
	const struct value *steps = value_path(g->object, "spec.promotionTemplate.spec.steps");
	struct lint_index *index = &l->index;

	index->has_broken_stage = index->has_broken_stage || !value_get(g->object, "spec");
	index->has_stages = true;
	lint_index_variables(l, g->namespace, value_path(g->object, "spec.vars"), seen);
	lint_index_variables(l, g->namespace, value_path(g->object, "spec.promotionTemplate.spec.vars"),
			     seen);
	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);

		if (!value_get(step, "task"))
			continue;
		lint_index_put(l->a, &index->tasks, value_path_text(step, "task.name", ""), g);
		lint_index_variables(l, g->namespace, value_get(step, "vars"), seen);
	}
}

static void lint_index_template(struct lint *l, const struct gathered *g)
{
	const struct value *args = value_path(g->object, "spec.args");

	for (size_t i = 0; value_is(args, VALUE_LIST) && i < value_count(args); i++)
		lint_index_put(l->a, &l->index.arguments, value_get_text(value_at(args, i), "name"), g);
}

void lint_index(struct lint *l)
{
	struct map seen = { 0 };

	for (size_t i = 0; i < l->objects.count; i++) {
		const struct gathered *g = l->objects.items[i];
		const struct value *watched = strcmp(g->kind, "Warehouse") == 0
						      ? value_path(g->object, "spec.subscriptions") : NULL;

		lint_index_put(l->a, &l->index.named, lint_key(l->a, g->kind, g->namespace, g->name), g);
		lint_index_put(l->a, &l->index.named, lint_key(l->a, g->kind, NULL, g->name), g);
		for (size_t j = 0; value_is(watched, VALUE_LIST) && j < value_count(watched); j++)
			lint_index_subscription(l, value_at(watched, j));
		if (strcmp(g->kind, "Stage") == 0)
			lint_index_stage(l, g, &seen);
		else if (has_suffix(g->kind, "AnalysisTemplate"))
			lint_index_template(l, g);
	}
	for (size_t i = 0; i < l->config->nprojects; i++) {
		const struct project *p = l->config->projects[i];

		for (size_t j = 0; j < p->nstages; j++)
			map_set(l->a, &l->index.stages,
				str_format(l->a, "%s/%s", p->name, p->stages[j]->name), p->stages[j]);
	}
}

const struct gathered *lint_find(const struct lint *l, const char *kind, const char *namespace,
				 const char *name)
{
	return map_get(&l->index.named, lint_key(l->a, kind, namespace, name));
}

const struct stage *lint_stage(const struct lint *l, const char *namespace, const char *name)
{
	return map_get(&l->index.stages, str_format(l->a, "%s/%s", namespace, name));
}

bool lint_is_watched(const struct lint *l, const char *kind, const char *url, bool is_normal)
{
	return map_get(&l->index.watched, lint_watched_key(l->a, kind, url, is_normal)) != NULL;
}

bool lint_takes_only_versions(const struct lint *l, const char *kind, const char *url)
{
	const char *key = lint_watched_key(l->a, kind, url, false);
	const struct lint_watched *found = map_get(&l->index.watched, key);

	return found && !found->takes_more;
}

const struct list *lint_stage_variables(const struct lint *l, const char *namespace)
{
	static const struct list none;
	const struct list *found = map_get(&l->index.variables, *namespace ? namespace : "*");

	return found ? found : &none;
}

const char *lint_subject(const struct lint *l, const struct gathered *g)
{
	return str_format(l->a, "%c%s %s", letter_lower(g->kind[0]), g->kind + 1, g->name);
}

bool lint_misses(struct lint *l, const char *scope, const char *what, const char *name)
{
	return !l->c.is_partial &&
	       complain_first(&l->c, str_format(l->a, "%s %s", scope, what), name);
}
