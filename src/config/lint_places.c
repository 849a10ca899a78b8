/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What expressions can name. A task is looked at for itself: it sees its own variables,
 * and those of every stage that may use it.
 */
#include "config/lint_places.h"

#include <string.h>

#include "base/arena.h"
#include "base/list.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/lint_scope.h"
#include "data/value.h"

/* A growing table of names. */
struct table {
	struct arena *a;
	struct list names;
};

static void lint_places_add(struct table *t, const char *name)
{
	if (*name)
		list_add(t->a, &t->names, name);
}

static void add_variables(struct table *t, const struct value *vars)
{
	for (size_t i = 0; i < value_count(vars); i++)
		lint_places_add(t, value_get_text(value_at(vars, i), "name"));
}

static const struct field_def *lint_places_finish(struct table *t)
{
	struct field_def *fields = arena_array(t->a, t->names.count + 1, sizeof(*fields));

	for (size_t i = 0; i < t->names.count; i++)
		fields[i].name = t->names.items[i];
	return fields;
}

const struct field_def *places_variables(const struct lint_names *n)
{
	const struct list *of_stages = lint_stage_variables(n->l, n->g->namespace);
	struct table t = { .a = n->l->a };

	add_variables(&t, value_path(n->g->object, "spec.vars"));
	add_variables(&t, value_path(n->g->object, "spec.promotionTemplate.spec.vars"));
	if (n->steps)
		add_variables(&t, value_get(value_at(n->steps, n->index), "vars"));
	for (size_t i = 0; n->in_task && i < of_stages->count; i++)
		lint_places_add(&t, of_stages->items[i]);
	return lint_places_finish(&t);
}

/* What the step is called, given or by its place. */
static const char *lint_places_alias_of(struct arena *a, const struct value *step, size_t index)
{
	const char *as = value_get_text(step, "as");

	return *as ? as : str_format(a, "%s-%zu", value_get(step, "task") ? "task" : "step", index + 1);
}

static void add_task(struct table *t, const struct lint_names *n, const struct value *step,
		     const char *alias)
{
	const char *kind = value_path_text(step, "task.kind", "PromotionTask");
	bool cluster = strcmp(kind, "ClusterPromotionTask") == 0;
	const struct gathered *task = lint_find(n->l, kind, cluster ? NULL : n->g->namespace,
						value_path_text(step, "task.name", ""));
	const struct value *inner = task ? value_path(task->object, "spec.steps") : NULL;

	for (size_t i = 0; i < value_count(inner); i++)
		lint_places_add(t, str_format(t->a, "%s::%s", alias,
					      lint_places_alias_of(t->a, value_at(inner, i), i)));
}

const struct field_def *places_aliases(const struct lint_names *n)
{
	struct table t = { .a = n->l->a };

	for (size_t i = 0; i < n->index && i < value_count(n->steps); i++) {
		const struct value *step = value_at(n->steps, i);
		const char *alias = lint_places_alias_of(t.a, step, i);

		lint_places_add(&t, alias);
		if (value_get(step, "task"))
			add_task(&t, n, step, alias);
	}
	return lint_places_finish(&t);
}

static void lint_places_check_object(const struct lint_names *n, const char *kind, const char *name)
{
	const struct gathered *g = lint_find(n->l, kind, n->g->namespace, name);

	if (g || !*n->g->namespace || !lint_misses(n->l, n->g->namespace, kind, name))
		return;
	complain_warning(&n->l->c, n->g->file, n->place, "%s: there is no %s \"%s\" here", n->subject, kind,
			 name);
}

static void check_watched(const struct lint_names *n, const char *kind, const char *url)
{
	/* In criteria, Kargo compares all URLs as normal. */
	if (!lint_is_watched(n->l, kind, url, n->kind == NAMES_CRITERIA) &&
	    lint_misses(n->l, n->g->namespace, kind, url))
		complain_warning(&n->l->c, n->g->file, n->place, "%s: no warehouse watches %s %s",
				 n->subject, kind, url);
}

void places_argument(const struct lint_names *n, struct str function, const char *argument,
		     size_t count)
{
	static const struct {
		const char *function, *kind;
		bool is_watched;
	} known[] = {
		{ "warehouse", "Warehouse", false }, { "secret", "Secret", false },
		{ "configMap", "ConfigMap", false }, { "commitFrom", "git", true },
		{ "imageFrom", "image", true },      { "chartFrom", "chart", true },
	};

	if (str_is(function, "status") && count == 1 && n->kind == NAMES_STEP &&
	    !field_find(places_aliases(n), argument))
		complain_warning(&n->l->c, n->g->file, n->place,
				 "%s: no earlier step is called %s", n->subject, argument);
	for (size_t i = 0; i < COUNTOF(known); i++) {
		if (!str_is(function, known[i].function))
			continue;
		if (known[i].is_watched)
			check_watched(n, known[i].kind, argument);
		else
			lint_places_check_object(n, known[i].kind, argument);
	}
}

const struct value *places_step(const struct lint_names *n, const char *alias)
{
	for (size_t i = 0; i < n->index && i < value_count(n->steps); i++)
		if (strcmp(lint_places_alias_of(n->l->a, value_at(n->steps, i), i), alias) == 0)
			return value_at(n->steps, i);
	return NULL;
}
