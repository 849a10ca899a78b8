/* SPDX-License-Identifier: Apache-2.0 */
/* Stages of old name those before them, and those their warehouse: so it is looked for upstream. */
#include "config/origins.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/url.h"
#include "data/value.h"

enum { MOST_STAGES_UP = 1000 };

static void origins_add(struct arena *a, struct map *to, const struct value *object)
{
	const char *name = value_path_text(object, "metadata.name", "");
	const char *project = value_path_text(object, "metadata.namespace", "");
	const struct value *spec = value_get(object, "spec");

	if (!*name || !value_is(spec, VALUE_MAP))
		return;
	map_set(a, to, str_format(a, "%s/%s", project, name), spec);
	if (!map_get(to, name))
		map_set(a, to, name, spec);
}

void origins_learn(struct arena *a, const struct value *object, struct origins *out)
{
	const struct value *items = value_get(object, "items");
	const char *kind = value_text(value_get(object, "kind"), "");

	if (!has_suffix(kind, "List") || !value_is(items, VALUE_LIST))
		items = NULL;
	for (size_t i = 0; i < value_count(items); i++)
		origins_learn(a, value_at(items, i), out);
	if (!has_prefix(value_text(value_get(object, "apiVersion"), ""), "kargo.akuity.io/"))
		return;
	if (strcmp(kind, "Warehouse") == 0)
		origins_add(a, &out->warehouses, object);
	else if (strcmp(kind, "Stage") == 0)
		origins_add(a, &out->stages, object);
}

/* Of the project; else one without a namespace; of any, where the stage has none itself. */
static const struct value *origins_get(struct arena *a, const struct map *all, const char *project,
				       const char *name)
{
	const struct value *found = map_get(all, str_format(a, "%s/%s", project, name));

	if (!found)
		found = map_get(all, str_format(a, "/%s", name));
	return found || *project ? found : map_get(all, name);
}

static void origins_note(struct arena *a, struct list *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return;
	if (*name)
		list_add(a, names, arena_copy(a, name, strlen(name) + 1));
}

/* "upstreamStages: [{name: test}]"; some wrote "stages", which no Kargo knew and everybody understands. */
static const struct value *upstream_stages(const struct value *spec)
{
	const struct value *list = value_path(spec, "subscriptions.upstreamStages");

	list = list ? list : value_path(spec, "subscriptions.stages");
	return value_is(list, VALUE_LIST) ? list : NULL;
}

static const char *upstream_name(const struct value *stage)
{
	return value_text(value_is(stage, VALUE_STRING) ? stage : value_get(stage, "name"), "");
}

/* Notes the warehouses that a spec names itself, and in *up the stages before it. */
static void origins_step_up(struct arena *a, struct origins_stage *s, const struct value *spec,
			    struct list *up)
{
	const struct value *requested = value_get(spec, "requestedFreight"), *stages = upstream_stages(spec);

	for (size_t i = 0; value_is(requested, VALUE_LIST) && i < value_count(requested); i++)
		origins_note(a, &s->warehouses, value_path_text(value_at(requested, i), "origin.name", ""));
	if (requested)
		return;
	origins_note(a, &s->warehouses, value_path_text(spec, "subscriptions.warehouse", ""));
	for (size_t i = 0; up->count < MOST_STAGES_UP && i < value_count(stages); i++)
		origins_note(a, up, upstream_name(value_at(stages, i)));
}

/* Each stage upstream is looked at once, however many ways lead there, and in a ring, too. */
void origins_stage_init(struct arena *a, const struct origins *o, const char *project,
			const struct value *spec, struct origins_stage *out)
{
	struct list up = { 0 };

	*out = (struct origins_stage){ .origins = o, .project = project, .spec = spec };
	origins_step_up(a, out, spec, &up);
	for (size_t i = 0; i < up.count; i++)
		origins_step_up(a, out, origins_get(a, &o->stages, project, up.items[i]), &up);
}

static struct value *origins_request(struct arena *a, const char *warehouse, struct value *sources)
{
	struct value *made = value_map(a), *origin = value_map(a);

	value_set(a, origin, "kind", value_string(a, "Warehouse"));
	value_set(a, origin, "name", value_string(a, warehouse));
	value_set(a, made, "origin", origin);
	value_set(a, made, "sources", sources);
	return made;
}

/* Those of the stages before that the warehouse's freight passes; NULL: it passes none. */
static struct value *origins_passed(struct arena *a, const struct origins_stage *stage, const char *warehouse)
{
	const struct value *up = upstream_stages(stage->spec);
	struct value *names = value_list(a);

	for (size_t i = 0; i < value_count(up); i++) {
		const char *name = upstream_name(value_at(up, i));
		struct origins_stage before;

		origins_stage_init(a, stage->origins, stage->project,
				   origins_get(a, &stage->origins->stages, stage->project, name), &before);
		for (size_t j = 0; j < before.warehouses.count; j++)
			if (strcmp(before.warehouses.items[j], warehouse) == 0)
				value_append(a, names, value_string(a, name));
	}
	return value_count(names) ? names : NULL;
}

static const char *origins_wrong(struct arena *a, const struct origins_stage *stage)
{
	const struct value *up = upstream_stages(stage->spec);

	if (value_path(stage->spec, "subscriptions.repos"))
		return "a stage watched repositories itself: make a Warehouse of repos and name it in "
		       "requestedFreight";
	for (size_t i = 0; i < value_count(up); i++)
		if (!origins_get(a, &stage->origins->stages, stage->project, upstream_name(value_at(up, i))))
			return str_format(a, "no stage \"%s\" is in these files, so that its warehouse is "
					  "unknown: write requestedFreight by hand",
					  upstream_name(value_at(up, i)));
	if (!stage->warehouses.count)
		return "it leads to no warehouse: write requestedFreight by hand";
	return NULL;
}

struct value *origins_requested(struct arena *a, const struct origins_stage *stage, const char **wrong)
{
	const char *direct = value_path_text(stage->spec, "subscriptions.warehouse", "");
	struct value *all = value_list(a);
	const char *reason = origins_wrong(a, stage);

	if (reason) {
		*wrong = reason;
		return NULL;
	}
	for (size_t i = 0; i < stage->warehouses.count; i++) {
		const char *warehouse = stage->warehouses.items[i];
		struct value *sources = value_map(a), *passed = origins_passed(a, stage, warehouse);

		if (strcmp(direct, warehouse) == 0)
			value_set(a, sources, "direct", value_bool(a, true));
		if (passed)
			value_set(a, sources, "stages", passed);
		value_append(a, all, origins_request(a, warehouse, sources));
	}
	return all;
}

static bool origins_watches(struct arena *a, const struct value *subscription,
			    const struct origins_artifact *wanted)
{
	const struct value *s = value_get(subscription, wanted->kind);
	const char *url = value_text(value_get(s, "repoURL"), "");
	const char *(*normal)(struct arena *a, const char *url) =
		strcmp(wanted->kind, "git") == 0 ? url_normal_git
		: strcmp(wanted->kind, "image") == 0 ? url_normal_image : url_normal_chart;

	return *url && strcmp(normal(a, url), normal(a, wanted->url)) == 0 &&
	       strcmp(value_text(value_get(s, "name"), ""), wanted->name) == 0;
}

void origins_find(struct arena *a, const struct origins_stage *stage,
		  const struct origins_artifact *wanted, struct origins_match *out)
{
	struct origins_match found = { 0 };

	for (size_t i = 0; i < stage->warehouses.count && !found.wrong; i++) {
		const char *name = stage->warehouses.items[i];
		const struct value *spec = origins_get(a, &stage->origins->warehouses, stage->project, name);
		const struct value *list = value_get(spec, "subscriptions");

		if (*wanted->warehouse && strcmp(wanted->warehouse, name) != 0)
			continue;
		if (!spec)
			found.wrong = str_format(a, "no warehouse \"%s\" is in these files, so that what it "
						 "watches is unknown", name);
		for (size_t j = 0; value_is(list, VALUE_LIST) && j < value_count(list); j++) {
			const struct value *s = value_at(list, j);

			if (!origins_watches(a, s, wanted))
				continue;
			if (found.subscription)
				found.wrong = str_format(a, "%s and %s both watch %s: an origin must say "
							 "which", found.warehouse, name, wanted->url);
			found.subscription = value_get(s, wanted->kind);
			found.warehouse = name;
		}
	}
	*out = found;
}
