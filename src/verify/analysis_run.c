/* SPDX-License-Identifier: Apache-2.0 */
/* All templates of a stage flattened into one spec, AnalysisTemplates before cluster-wide ones. */
#include "verify/analysis_run.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/id.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"

enum { NAME_STAGE_MAX = 218, LABEL_MAX = 63, COLLECTION_SHOWN = 7 };

#define STAGE_KEY "kargo.akuity.io/stage"

static const char *run_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

static bool is_cluster_template(const struct value *ref)
{
	return strcmp(run_text(ref, "kind"), "ClusterAnalysisTemplate") == 0;
}

static bool templates_find(struct arena *a, const struct verification *v, struct list *out,
			   struct err *e)
{
	const struct value *verification = value_path(v->stage->object, "spec.verification");
	const struct value *list = value_get(verification, "analysisTemplates");

	if (!value_is(verification, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "the stage asks for no verification");
	for (int cluster = 0; cluster <= 1; cluster++)
		for (size_t i = 0; i < value_count(list); i++) {
			const struct value *ref = value_at(list, i);
			struct value *t = value_get(cluster ? v->project->cluster_analysis_templates
							    : v->project->analysis_templates,
						    run_text(ref, "name"));

			if (is_cluster_template(ref) != (cluster == 1))
				continue;
			if (!t)
				return err_set(e, ERR_CONFIG, "there is no %s \"%s\"",
					       cluster ? "ClusterAnalysisTemplate" : "AnalysisTemplate",
					       run_text(ref, "name"));
			list_add(a, out, t);
		}
	return true;
}

static bool metrics_add(struct arena *a, const struct value *list, struct value *out, struct err *e)
{
	for (size_t i = 0; i < value_count(list); i++) {
		const char *name = run_text(value_at(list, i), "name");

		for (size_t j = 0; j < value_count(out); j++)
			if (strcmp(run_text(value_at(out, j), "name"), name) == 0)
				return err_set(e, ERR_CONFIG, "two metrics are called %s", name);
		value_append(a, out, value_copy(a, value_at(list, i)));
	}
	return true;
}

/* The lists of all templates under that key, one after the other. */
static void join_lists(struct arena *a, const struct list *templates, const char *key,
		       struct value *spec)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < templates->count; i++) {
		const struct value *list = value_get(value_get(templates->items[i], "spec"), key);

		for (size_t j = 0; j < value_count(list); j++)
			value_append(a, all, value_copy(a, value_at(list, j)));
	}
	if (value_count(all))
		value_set(a, spec, key, all);
}

static bool spec_build(struct arena *a, const struct verification *v, struct value **out,
		       struct err *e)
{
	struct value *spec = value_map(a), *metrics = value_list(a), *args;
	struct list templates = { 0 };

	if (!templates_find(a, v, &templates, e))
		return false;
	for (size_t i = 0; i < templates.count; i++)
		if (!metrics_add(a, value_path(templates.items[i], "spec.metrics"), metrics, e))
			return false;
	if (!arguments_build(a, v, &templates, &args, e))
		return false;
	value_set(a, spec, "metrics", metrics);
	if (value_count(args))
		value_set(a, spec, "args", args);
	join_lists(a, &templates, "dryRun", spec);
	join_lists(a, &templates, "measurementRetention", spec);
	*out = spec;
	return true;
}

/* "<stage>.<ulid>.<collection>", in lower case. */
static const char *analysis_run_name(struct arena *a, const struct analysis_run_request *rq)
{
	const char *stage = rq->of.stage->name;
	const char *collection = run_text(rq->of.collection, "id");
	size_t len = strlen(stage);
	unsigned char dice[10];

	random_bytes(dice, sizeof(dice));
	if (len > NAME_STAGE_MAX)
		for (len = NAME_STAGE_MAX; len && strchr(".-", stage[len - 1]); len--)
			;
	return str_lower(a, str_format(a, "%.*s.%s.%.*s", (int)len, stage,
				       ulid_make(a, rq->now, dice, NULL), COLLECTION_SHOWN, collection));
}

/* The map of that name in the stage's analysisRunMetadata, a copy. */
static struct value *own_metadata(struct arena *a, const struct stage *s, const char *key)
{
	const struct value *own = value_path(s->object, "spec.verification.analysisRunMetadata");
	const struct value *v = value_get(own, key);

	return value_is(v, VALUE_MAP) ? value_copy(a, v) : value_map(a);
}

/* A label holds 63 characters; a longer name is cut and told apart by a hash. */
static const char *analysis_run_label(struct arena *a, const char *name)
{
	enum { HASH = 8 };
	size_t len = LABEL_MAX - HASH - 1;
	char hex[65];

	if (strlen(name) <= LABEL_MAX)
		return name;
	hash_sha256(name, strlen(name), hex);
	while (len && name[len - 1] == '-')
		len--;
	return str_format(a, "%.*s-%.*s", (int)len, name, HASH, hex);
}

static struct value *owners_write(struct arena *a, const struct value *collection)
{
	const struct value *items = value_get(collection, "items");
	struct value *out = value_list(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++) {
		struct value *owner = value_map(a);

		value_set(a, owner, "kind", value_string(a, "Freight"));
		value_set(a, owner, "name",
			  value_string(a, run_text(items->map.members[i].value, "name")));
		value_append(a, out, owner);
	}
	return out;
}

static struct value *metadata_build(struct arena *a, const struct analysis_run_request *rq)
{
	const struct stage *s = rq->of.stage;
	struct value *meta = value_map(a), *labels = own_metadata(a, s, "labels");
	struct value *annotations = own_metadata(a, s, "annotations");
	const char *promotion = value_path_text(s->status, "lastPromotion.name", "");

	value_set(a, labels, STAGE_KEY, value_string(a, analysis_run_label(a, s->name)));
	if (strlen(s->name) > LABEL_MAX)
		value_set(a, annotations, STAGE_KEY, value_string(a, s->name));
	value_set(a, labels, "kargo.akuity.io/freight-collection",
		  value_string(a, run_text(rq->of.collection, "id")));
	if (*promotion && (!rq->again || rq->by_policy))
		value_set(a, annotations, "kargo.akuity.io/promotion", value_string(a, promotion));
	value_set(a, meta, "name", value_string(a, analysis_run_name(a, rq)));
	value_set(a, meta, "namespace", value_string(a, rq->of.project->name));
	value_set(a, meta, "labels", labels);
	value_set(a, meta, "annotations", annotations);
	value_set(a, meta, "ownerReferences", owners_write(a, rq->of.collection));
	return meta;
}

bool analysis_run_build(struct arena *a, const struct analysis_run_request *rq, struct value **out,
			struct err *e)
{
	struct value *run = value_map(a), *spec;

	if (!spec_build(a, &rq->of, &spec, e))
		return false;
	value_set(a, run, "metadata", metadata_build(a, rq));
	value_set(a, run, "spec", spec);
	*out = run;
	return true;
}
