/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One project's objects, put together: stages in the order freight flows, tasks
 * and secrets by name, and every name that one object has of another checked.
 */
#include "config/parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/log.h"
#include "base/map.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "data/base64.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"

/* Of a warehouse that does not read; in ns. */
static const int64_t default_interval = INT64_C(300000000000);

enum { MOST_RINGS_TOLD = 200 };

struct assembly {
	struct arena *a;                /* the project's */
	struct arena *scratch;          /* of what is only needed meanwhile */
	struct complaints *c;
	struct project *p;
	struct list stages;             /* struct gathered *, in step with the project's */
	struct map names;               /* of stages, to struct stage */
	struct map gathered;            /* the same, to struct gathered */
	struct map task_faults, cluster_task_faults; /* name to why it can't be used */
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

		if (has_prefix(value_text(m->value, ""), "ENC["))
			continue;
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

/* The one that came first stays; the project can't run while nobody knows which is meant. */
static void project_note_twin(struct assembly *s, const struct gathered *first,
			      const struct gathered *g)
{
	size_t before = s->c->list->count;

	if (value_equal(first->object, g->object)) {
		complain_warning(s->c, g->file, g->object, "%s %s: is in %s:%u already, word for word",
				 g->kind, g->name, first->file, first->object->line);
	} else if (first->is_guessed && g->is_guessed && has_suffix(g->kind, "AnalysisTemplate")) {
		complain_warning(s->c, g->file, g->object, "%s %s: there is another one in %s:%u, which "
				 "counts; neither has a namespace", g->kind, g->name, first->file,
				 first->object->line);
	} else {
		complain_error(s->c, g->file, g->object, "%s %s: there is another one in %s:%u; which of "
			       "them counts?", g->kind, g->name, first->file, first->object->line);
		if (!s->p->fault)
			s->p->fault = complaints_fault(s->c, before);
	}
}

/* The objects of a kind (struct gathered *), each name once. */
static struct list project_of_kind(struct assembly *s, const struct list *objects,
				   const char *kind)
{
	struct list found = { 0 };
	struct map names = { 0 };

	for (size_t i = 0; i < objects->count; i++) {
		struct gathered *g = objects->items[i], *first;

		if (strcmp(g->kind, kind) != 0)
			continue;
		first = map_get(&names, g->name);
		if (first) {
			project_note_twin(s, first, g);
			continue;
		}
		map_set(s->scratch, &names, g->name, g);
		list_add(s->scratch, &found, g);
	}
	return found;
}

static struct value *project_named(struct assembly *s, const struct list *objects,
				   const char *kind)
{
	struct list found = project_of_kind(s, objects, kind);
	struct value *map = value_map(s->a);

	for (size_t i = 0; i < found.count; i++) {
		const struct gathered *g = found.items[i];

		value_set(s->a, map, g->name,
			  strcmp(kind, "Secret") == 0 ? secret_data(s, g) : g->object);
	}
	return map;
}

/* Objects by name; those that can't be used are left out, and *faults says why. */
static struct value *project_usable(struct assembly *s, const struct list *objects,
				   const char *kind, struct map *faults)
{
	struct list found = project_of_kind(s, objects, kind);
	struct value *map = value_map(s->a);

	for (size_t i = 0; i < found.count; i++) {
		const struct gathered *g = found.items[i];

		if (g->fault)
			map_set(s->scratch, faults, g->name, str_format(s->a, "%s", g->fault));
		else
			value_set(s->a, map, g->name, g->object);
	}
	return map;
}

/* What a reader of the model says beyond the tables; usually they have said it already. */
static void project_note_unread(struct assembly *s, struct gathered *g, const struct err *e)
{
	size_t before = s->c->list->count;

	if (g->fault)
		return;
	complain_err(s->c, g->file, g->object, e);
	g->fault = complaints_fault(s->c, before);
}

static void read_stages(struct assembly *s, const struct list *own)
{
	struct list read = { 0 };

	s->stages = project_of_kind(s, own, "Stage");
	for (size_t i = 0; i < s->stages.count; i++) {
		struct gathered *g = s->stages.items[i];
		struct stage *stage;
		struct err e;

		if (!stage_read(s->a, g->object, &stage, &e)) {
			project_note_unread(s, g, &e);
			stage = stage_salvage(s->a, g->name, g->object);
		}
		stage->fault = g->fault;
		map_set(s->scratch, &s->gathered, g->name, g);
		list_add(s->scratch, &read, stage);
	}
	s->p->stages = arena_copy(s->a, read.items, read.count * sizeof(*read.items));
	s->p->nstages = read.count;
}

static void read_warehouses(struct assembly *s, const struct list *own)
{
	struct list found = project_of_kind(s, own, "Warehouse"), read = { 0 };

	for (size_t i = 0; i < found.count; i++) {
		struct gathered *g = found.items[i];
		struct warehouse *w;
		struct err e;

		if (!warehouse_read(s->a, g->object, &w, &e)) {
			project_note_unread(s, g, &e);
			w = arena_alloc(s->a, sizeof(*w));
			*w = (struct warehouse){ .name = g->name, .object = g->object,
						 .interval = default_interval };
		}
		w->fault = g->fault;
		list_add(s->scratch, &read, w);
	}
	s->p->warehouses = arena_copy(s->a, read.items, read.count * sizeof(*read.items));
	s->p->nwarehouses = read.count;
}

/* A name that is not in the files: Kargo admits that, and finds out when it looks. */
static bool project_misses(struct assembly *s, const char *kind, const char *name)
{
	return !s->c->is_partial && complain_first(s->c, kind, name);
}

static void check_request(struct assembly *s, const struct gathered *g,
			  const struct stage *stage, const struct freight_request *r)
{
	const struct value *requests = value_path(g->object, "spec.requestedFreight");

	if (!project_warehouse(s->p, r->warehouse) && project_misses(s, "Warehouse", r->warehouse))
		complain_warning(s->c, g->file, requests,
				 "stage %s: there is no warehouse \"%s\", so no freight comes from it",
				 stage->name, r->warehouse);
	for (size_t i = 0; i < r->nstages; i++)
		if (!map_get(&s->names, r->stages[i]) && project_misses(s, "Stage", r->stages[i]))
			complain_warning(s->c, g->file, requests,
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

/* What the stage can't be promoted without. */
static void project_check_task(struct assembly *s, const struct gathered *g, struct stage *stage,
			       const struct value *steps, size_t index)
{
	const struct value *task = value_get(value_at(steps, index), "task");
	const char *name = value_text(value_get(task, "name"), "");
	const char *kind = value_text(value_get(task, "kind"), "");
	bool cluster = strcmp(kind, "ClusterPromotionTask") == 0;
	const char *fault = map_get(cluster ? &s->cluster_task_faults : &s->task_faults, name);

	kind = cluster ? kind : "PromotionTask";
	if (fault) {
		stage->fault = stage->fault ? stage->fault
					    : str_format(s->a, "task %s can't be used: %s", name, fault);
		return;
	}
	if (value_get(cluster ? s->p->cluster_tasks : s->p->tasks, name))
		return;
	if (project_misses(s, kind, name))
		complain_warning(s->c, g->file, task, "stage %s: step %zu: there is no %s \"%s\"", g->name,
				 index + 1, kind, name);
	if (!stage->fault)
		stage->fault = str_format(s->a, "%s:%u: there is no %s \"%s\"", g->file, task->line, kind,
					  name);
}

static void check_stage(struct assembly *s, struct gathered *g, struct stage *stage)
{
	const struct value *steps = value_path(g->object, "spec.promotionTemplate.spec.steps");
	size_t before = s->c->list->count;
	const char *fault;

	for (size_t i = 0; i < stage->nrequests; i++)
		if (*stage->requests[i].warehouse)
			check_request(s, g, stage, &stage->requests[i]);
	fault = complaints_fault(s->c, before);
	if (!stage->fault)
		stage->fault = g->fault = fault;
	for (size_t i = 0; value_is(steps, VALUE_LIST) && i < value_count(steps); i++)
		if (value_is(value_get(value_at(steps, i), "task"), VALUE_MAP))
			project_check_task(s, g, stage, steps, i);
}

static void list_upstream(struct assembly *s, const struct stage *stage, struct map *seen, struct list *out)
{
	for (size_t r = 0; r < stage->nrequests; r++)
		for (size_t i = 0; i < stage->requests[r].nstages; i++) {
			const char *up = stage->requests[r].stages[i];

			if (map_get(seen, up) || !map_get(&s->names, up))
				continue;
			map_set(s->scratch, seen, up, s);
			list_add(s->scratch, out, map_get(&s->names, up));
		}
}

/* Whether freight that leaves the stage can come back to it. */
static bool is_in_ring(struct assembly *s, const struct stage *stage)
{
	struct list upstream = { 0 };
	struct map seen = { 0 };

	list_upstream(s, stage, &seen, &upstream);
	for (size_t i = 0; i < upstream.count; i++) {
		if (upstream.items[i] == stage)
			return true;
		list_upstream(s, upstream.items[i], &seen, &upstream);
	}
	return false;
}

/* Kargo admits a ring; freight that does not come straight from a warehouse never enters it. */
static void note_ring(struct assembly *s, const struct stage *stage)
{
	const struct gathered *g = map_get(&s->gathered, stage->name);
	bool is_direct = false;

	for (size_t r = 0; r < stage->nrequests; r++)
		is_direct = is_direct || stage->requests[r].direct;
	if (is_in_ring(s, stage))
		complain_warning(s->c, g->file, stage->object, "stage %s: is upstream of itself%s",
				 stage->name, is_direct ? "" : ": no freight can ever get there");
}

static void project_order(struct assembly *s)
{
	struct project *p = s->p;
	size_t placed = order_stages(s->scratch, p->stages, p->nstages);

	for (size_t i = placed; i < p->nstages && i < placed + MOST_RINGS_TOLD; i++)
		note_ring(s, p->stages[i]);
}

/* Confirming asks for the name where the manifest says so, else where nothing is downstream. */
static void mark_production(struct assembly *s)
{
	struct project *p = s->p;
	struct map feeding = { 0 };

	for (size_t i = 0; i < p->nstages; i++)
		for (size_t r = 0; r < p->stages[i]->nrequests; r++)
			for (size_t j = 0; j < p->stages[i]->requests[r].nstages; j++)
				map_set(s->scratch, &feeding, p->stages[i]->requests[r].stages[j], p);
	for (size_t i = 0; i < p->nstages; i++) {
		struct stage *stage = p->stages[i];
		const struct value *notes = value_path(stage->object, "metadata.annotations");
		const char *said = value_text(value_get(notes, "gantry/production"), "");
		bool feeds = map_get(&feeding, stage->name) != NULL;

		stage->production = *said ? strcmp(said, "true") == 0 : !feeds && p->nstages > 1;
	}
}

/* Before Kargo 1.7 a Project itself held the policies; they still mean the same here. */
static const struct value *old_config(const struct list *own)
{
	for (size_t i = 0; i < own->count; i++) {
		const struct gathered *g = own->items[i];
		struct value *spec = value_get(g->object, "spec");

		if (strcmp(g->kind, "Project") == 0 && value_get(spec, "promotionPolicies"))
			return g->object;
	}
	return NULL;
}

/*
 * The ProjectConfig. With errors, nothing promotes by itself: which stages should is unknown.
 * Policies of an old Project count where it has none.
 */
static const struct value *only_config(struct assembly *s, const struct list *own)
{
	struct list all = project_of_kind(s, own, "ProjectConfig");
	const struct value *old = old_config(own);
	const struct gathered *found = NULL;
	struct value *both;

	for (size_t i = 0; i < all.count; i++) {
		const struct gathered *g = all.items[i];

		if (strcmp(g->name, s->p->name) == 0)
			found = g;
		else
			complain_error(s->c, g->file, g->object,
				       "ProjectConfig %s: must be called \"%s\", as its project is",
				       g->name, s->p->name);
	}
	if (!found)
		return old;
	if (!found->fault && (!old || value_path(found->object, "spec.promotionPolicies")))
		return found->object;
	both = value_copy(s->a, found->object);
	if (!value_is(value_get(both, "spec"), VALUE_MAP))
		value_set(s->a, both, "spec", value_map(s->a));
	value_remove(value_get(both, "spec"), "promotionPolicies");
	if (!found->fault)
		value_set(s->a, value_get(both, "spec"), "promotionPolicies",
			  value_path(old, "spec.promotionPolicies"));
	return both;
}

/* Its labels; and whether there are two Projects of this name. */
static void read_project(struct assembly *s, const struct list *own)
{
	struct list same = project_of_kind(s, own, "Project");

	if (same.count) {
		const struct gathered *first = same.items[0];

		s->p->labels = value_path(first->object, "metadata.labels");
	}
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

/* The Secret that it names is in the namespace of Kargo's own, or wherever the manifests have it. */
static const struct value *with_signing_key(const struct project *p, struct arena *a)
{
	const char *name = value_path_text(p->git_client, "signingKeySecret.name", "");
	const struct value *secret = value_get(p->shared_secrets, name);
	struct value *client;
	const char *key;

	if (!*name)
		return p->git_client;
	secret = secret ? secret : value_get(p->cluster_secrets, name);
	key = value_path_text(secret, "stringData.signingKey", "");
	client = value_copy(a, p->git_client);
	if (*key)
		value_set(a, client, "signingKey", value_string(a, key));
	return client;
}

/* What every project shares, and what serves only the cluster's own objects. */
static void split_shared(struct assembly *s, const struct list *shared, struct list *common,
			 struct list *cluster)
{
	for (size_t i = 0; i < shared->count; i++) {
		const struct gathered *g = shared->items[i];

		list_add(s->scratch,
			 strcmp(g->namespace, CLUSTER_SECRETS_NAMESPACE) == 0 ? cluster : common, g);
	}
}

struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct project *p = arena_alloc(a, sizeof(*p));
	struct assembly s = { .a = a, .scratch = scratch, .c = c, .p = p };
	struct list common = { 0 }, cluster = { 0 };
	struct map unused = { 0 };

	p->name = name;
	read_project(&s, own);
	p->config = only_config(&s, own);
	p->git_client = git_client(shared);
	windows_assemble(p, own, shared, c);
	p->tasks = project_usable(&s, own, "PromotionTask", &s.task_faults);
	p->cluster_tasks = project_usable(&s, shared, "ClusterPromotionTask", &s.cluster_task_faults);
	p->analysis_templates = project_named(&s, own, "AnalysisTemplate");
	p->cluster_analysis_templates = project_named(&s, shared, "ClusterAnalysisTemplate");
	p->secrets = project_named(&s, own, "Secret");
	split_shared(&s, shared, &common, &cluster);
	p->shared_secrets = project_named(&s, &common, "Secret");
	p->cluster_secrets = project_named(&s, &cluster, "Secret");
	p->git_client = with_signing_key(p, a);
	p->config_maps = project_named(&s, own, "ConfigMap");
	p->shared_config_maps = project_named(&s, &common, "ConfigMap");
	p->channels = project_usable(&s, own, "MessageChannel", &unused);
	p->cluster_channels = project_usable(&s, shared, "ClusterMessageChannel", &unused);
	p->routers = project_usable(&s, own, "EventRouter", &unused);
	read_warehouses(&s, own);
	read_stages(&s, own);
	for (size_t i = 0; i < p->nstages; i++)
		map_set(scratch, &s.names, p->stages[i]->name, p->stages[i]);
	for (size_t i = 0; i < p->nstages; i++)
		check_stage(&s, s.stages.items[i], p->stages[i]);
	project_order(&s);
	mark_production(&s);
	return p;
}
