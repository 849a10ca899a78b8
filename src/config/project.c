/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One project's objects, put together: stages in the order freight flows, tasks
 * and secrets by name, and every name that one object has of another checked.
 */
#include "config/project.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "config/windows.h"
#include "data/base64.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"

struct assembly {
	struct arena *a;
	struct complaints *c;
	struct project *p;
	struct list stages, warehouses; /* struct gathered *, in step with the project's */
	struct map names;               /* of stages */
};

/* stringData and the decoded data as one map; each text is a secret from now on. */
static struct value *secret_data(struct assembly *s, const struct gathered *g)
{
	struct value *object = value_copy(s->a, g->object), *texts = value_map(s->a);
	const struct value *data = value_get(g->object, "data");
	const struct value *plain = value_get(g->object, "stringData");

	for (size_t i = 0; i < value_count(data); i++) {
		const struct value_member *m = &data->map.members[i];
		struct str decoded;

		if (!value_is(m->value, VALUE_STRING) ||
		    !base64_decode(s->a, m->value->string.at, m->value->string.len, &decoded)) {
			complain_error(s->c, g->file, m->value,
				       "data.%s: is not base64; stringData takes plain text",
				       m->key.at);
			continue;
		}
		value_set_n(s->a, texts, m->key, value_string_n(s->a, decoded.at, decoded.len));
	}
	for (size_t i = 0; i < value_count(plain); i++)
		value_set_n(s->a, texts, plain->map.members[i].key,
			    value_copy(s->a, plain->map.members[i].value));
	for (size_t i = 0; i < texts->map.count; i++)
		if (strcmp(texts->map.members[i].key.at, "repoURL") != 0 &&
		    strcmp(texts->map.members[i].key.at, "username") != 0 &&
		    strcmp(texts->map.members[i].key.at, "repoURLIsRegex") != 0)
			log_redact(value_text(texts->map.members[i].value, NULL));
	value_remove(object, "data");
	value_set(s->a, object, "stringData", texts);
	return object;
}

/* All objects of a kind, by name; a second one of the same name is an error. */
static struct value *project_named(struct assembly *s, const struct list *objects, const char *kind)
{
	struct value *map = value_map(s->a);

	for (size_t i = 0; i < objects->count; i++) {
		const struct gathered *g = objects->items[i];

		if (strcmp(g->kind, kind) != 0)
			continue;
		if (value_get(map, g->name))
			complain_error(s->c, g->file, g->object, "%s %s: there is another one of this name",
				       kind, g->name);
		value_set(s->a, map, g->name,
			  strcmp(kind, "Secret") == 0 ? secret_data(s, g) : g->object);
	}
	return map;
}

static void read_stages(struct assembly *s, const struct list *own)
{
	struct list read = { 0 };

	for (size_t i = 0; i < own->count; i++) {
		struct gathered *g = own->items[i];
		struct stage *stage;
		struct err e;

		if (strcmp(g->kind, "Stage") != 0)
			continue;
		if (!stage_read(s->a, g->object, &stage, &e)) {
			if (!g->is_wrong)
				complain_err(s->c, g->file, g->object, &e);
			continue;
		}
		list_add(s->a, &read, stage);
		list_add(s->a, &s->stages, g);
	}
	s->p->stages = (struct stage **)read.items;
	s->p->nstages = read.count;
}

static void read_warehouses(struct assembly *s, const struct list *own)
{
	struct list read = { 0 };

	for (size_t i = 0; i < own->count; i++) {
		struct gathered *g = own->items[i];
		struct warehouse *w;
		struct err e;

		if (strcmp(g->kind, "Warehouse") != 0)
			continue;
		if (!warehouse_read(s->a, g->object, &w, &e)) {
			if (!g->is_wrong)
				complain_err(s->c, g->file, g->object, &e);
			continue;
		}
		list_add(s->a, &read, w);
		list_add(s->a, &s->warehouses, g);
	}
	s->p->warehouses = (struct warehouse **)read.items;
	s->p->nwarehouses = read.count;
}

static void check_request(struct assembly *s, const struct gathered *g, const struct stage *stage,
			  const struct freight_request *r)
{
	const struct value *requests = value_path(g->object, "spec.requestedFreight");

	if (!project_warehouse(s->p, r->warehouse))
		complain_error(s->c, g->file, requests,
			       "stage %s: there is no warehouse \"%s\"", stage->name,
			       r->warehouse);
	for (size_t i = 0; i < r->nstages; i++)
		if (!map_get(&s->names, r->stages[i]))
			complain_error(s->c, g->file, requests,
				       "stage %s: there is no stage \"%s\" upstream", stage->name,
				       r->stages[i]);
	if (!r->direct && !r->nstages)
		complain_warning(s->c, g->file, requests,
				 "stage %s: sources has neither direct: true nor stages, so no "
				 "freight gets here", stage->name);
	if (r->match_upstream && (r->direct || r->nstages != 1))
		complain_error(s->c, g->file, requests,
			       "stage %s: MatchUpstream needs exactly one upstream stage and not direct",
			       stage->name);
}

static void check_steps(struct assembly *s, const struct gathered *g)
{
	const struct value *steps = value_path(g->object, "spec.promotionTemplate.spec.steps");

	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = steps->list.items[i], *task = value_get(step, "task");
		const char *name = value_text(value_get(task, "name"), "");
		const char *kind = value_text(value_get(task, "kind"), "");
		bool cluster = strcmp(kind, "ClusterPromotionTask") == 0;

		if (!task == !value_get(step, "uses"))
			complain_error(s->c, g->file, step, "stage %s: step %zu: needs either uses or task",
				       g->name, i + 1);
		if (task && !value_get(cluster ? s->p->cluster_tasks : s->p->tasks, name))
			complain_error(s->c, g->file, task,
				       "stage %s: step %zu: there is no %s \"%s\"", g->name, i + 1,
				       cluster ? "ClusterPromotionTask" : "PromotionTask", name);
	}
}

/* Whether everything upstream of the stage has been placed; known: every stage's name. */
static bool is_ready(const struct stage *stage, const struct map *known, const struct map *placed)
{
	for (size_t r = 0; r < stage->nrequests; r++)
		for (size_t i = 0; i < stage->requests[r].nstages; i++) {
			const char *up = stage->requests[r].stages[i];

			if (map_get(known, up) && !map_get(placed, up))
				return false;
		}
	return true;
}

static int project_by_name(const void *a, const void *b)
{
	return strcmp((*(struct stage *const *)a)->name, (*(struct stage *const *)b)->name);
}

/* The file that the stage was read from. */
static const char *file_of(const struct assembly *s, const char *stage)
{
	for (size_t i = 0; i < s->stages.count; i++) {
		const struct gathered *g = s->stages.items[i];

		if (strcmp(g->name, stage) == 0)
			return g->file;
	}
	return "";
}

/* Upstream before downstream, by name where that leaves a choice; a cycle is an error. */
static void order_stages(struct assembly *s)
{
	struct project *p = s->p;
	struct stage **order = arena_array(s->a, p->nstages, sizeof(*order));
	bool *is_placed = arena_array(s->a, p->nstages, sizeof(*is_placed));
	struct map known = { 0 }, placed = { 0 };
	size_t count = 0, before;

	if (p->nstages)
		qsort(p->stages, p->nstages, sizeof(*p->stages), project_by_name);
	for (size_t i = 0; i < p->nstages; i++)
		map_set(s->a, &known, p->stages[i]->name, p->stages[i]);
	do {
		before = count;
		for (size_t i = 0; i < p->nstages; i++)
			if (!is_placed[i] && is_ready(p->stages[i], &known, &placed)) {
				is_placed[i] = true;
				map_set(s->a, &placed, p->stages[i]->name, p->stages[i]);
				order[count++] = p->stages[i];
			}
	} while (count > before);
	for (size_t i = 0; i < p->nstages; i++)
		if (!is_placed[i]) {
			order[count++] = p->stages[i];
			complain_error(s->c, file_of(s, p->stages[i]->name), p->stages[i]->object,
				       "stage %s: is upstream of itself: no freight can ever get there",
				       p->stages[i]->name);
		}
	p->stages = order;
}

/* Confirming asks for the name where the manifest says so, else where nothing is downstream. */
static void mark_production(struct assembly *s)
{
	struct project *p = s->p;
	struct map feeding = { 0 };

	for (size_t i = 0; i < p->nstages; i++)
		for (size_t r = 0; r < p->stages[i]->nrequests; r++)
			for (size_t j = 0; j < p->stages[i]->requests[r].nstages; j++)
				map_set(s->a, &feeding, p->stages[i]->requests[r].stages[j], p);
	for (size_t i = 0; i < p->nstages; i++) {
		struct stage *stage = p->stages[i];
		const struct value *notes = value_path(stage->object, "metadata.annotations");
		const char *said = value_text(value_get(notes, "gantry/production"), "");
		bool feeds = map_get(&feeding, stage->name) != NULL;

		stage->production = *said ? strcmp(said, "true") == 0 : !feeds && p->nstages > 1;
	}
}

/* Before Kargo 1.7 a Project itself held the policies; they still mean the same here. */
static const struct value *old_config(struct assembly *s, const struct list *shared)
{
	for (size_t i = 0; i < shared->count; i++) {
		const struct gathered *g = shared->items[i];
		struct value *spec = value_get(g->object, "spec");

		if (strcmp(g->kind, "Project") == 0 && strcmp(g->name, s->p->name) == 0 &&
		    value_get(spec, "promotionPolicies"))
			return g->object;
	}
	return NULL;
}

static const struct value *only_config(struct assembly *s, const struct list *own,
				       const struct list *shared)
{
	const struct value *found = NULL;

	for (size_t i = 0; i < own->count; i++) {
		const struct gathered *g = own->items[i];

		if (strcmp(g->kind, "ProjectConfig") != 0)
			continue;
		if (found)
			complain_error(s->c, g->file, g->object, "ProjectConfig: a project has only one");
		if (strcmp(g->name, s->p->name) != 0)
			complain_error(s->c, g->file, g->object,
				       "ProjectConfig: must be called \"%s\", as its project",
				       s->p->name);
		found = g->object;
	}
	return found ? found : old_config(s, shared);
}

static const struct value *git_client(const struct list *shared)
{
	const struct value *found = NULL;

	for (size_t i = 0; i < shared->count && !found; i++) {
		const struct gathered *g = shared->items[i];

		if (strcmp(g->kind, "ClusterConfig") == 0)
			found = value_path(g->object, "spec.gitClient");
	}
	return found;
}

struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c)
{
	struct project *p = arena_alloc(a, sizeof(*p));
	struct assembly s = { .a = a, .c = c, .p = p };

	p->name = name;
	p->config = only_config(&s, own, shared);
	p->git_client = git_client(shared);
	windows_assemble(p, own, shared, c);
	p->tasks = project_named(&s, own, "PromotionTask");
	p->cluster_tasks = project_named(&s, shared, "ClusterPromotionTask");
	p->analysis_templates = project_named(&s, own, "AnalysisTemplate");
	p->cluster_analysis_templates = project_named(&s, shared, "ClusterAnalysisTemplate");
	p->secrets = project_named(&s, own, "Secret");
	p->shared_secrets = project_named(&s, shared, "Secret");
	p->config_maps = project_named(&s, own, "ConfigMap");
	p->shared_config_maps = project_named(&s, shared, "ConfigMap");
	project_named(&s, own, "Stage");
	project_named(&s, own, "Warehouse");
	read_warehouses(&s, own);
	read_stages(&s, own);
	for (size_t i = 0; i < p->nstages; i++)
		map_set(a, &s.names, p->stages[i]->name, p->stages[i]);
	for (size_t i = 0; i < p->nstages; i++) {
		for (size_t r = 0; r < p->stages[i]->nrequests; r++)
			check_request(&s, s.stages.items[i], p->stages[i], &p->stages[i]->requests[r]);
		check_steps(&s, s.stages.items[i]);
	}
	order_stages(&s);
	mark_production(&s);
	return p;
}
