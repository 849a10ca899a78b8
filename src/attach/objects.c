/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything comes from outside: members of an unexpected shape are left out here, so that one odd object
 * costs only itself. Unknown members are kept where the whole object is shown as it is.
 */
#include "attach/objects.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

/* Of a text in a promotion's outputs, in bytes; how deep values may nest; of a freight's collection. */
enum { OUTPUT_TEXT = 2000, DEEPEST = 24, OLD_RUNS = 1 };

static const struct attach_kind_def kinds[ATTACH_KINDS] = {
#define KARGO .group = "kargo.akuity.io", .version = "v1alpha1"
	[ATTACH_PROJECT] = { .kind = "Project", KARGO, .plural = "projects", .is_cluster = true,
			     .is_spec = true, .without = "projects that come and go" },
	[ATTACH_PROJECT_CONFIG] = { .kind = "ProjectConfig", KARGO, .plural = "projectconfigs",
				    .is_spec = true, .without = "promotion policies" },
	[ATTACH_WAREHOUSE] = { .kind = "Warehouse", KARGO, .plural = "warehouses", .is_spec = true,
			       .without = "warehouses" },
	[ATTACH_STAGE] = { .kind = "Stage", KARGO, .plural = "stages", .is_spec = true,
			   .is_needed = true, .without = "stages" },
	[ATTACH_FREIGHT] = { .kind = "Freight", KARGO, .plural = "freights", .without = "freight" },
	[ATTACH_PROMOTION] = { .kind = "Promotion", KARGO, .plural = "promotions",
			       .without = "promotions" },
	[ATTACH_TASK] = { .kind = "PromotionTask", KARGO, .plural = "promotiontasks", .is_spec = true,
			  .without = "steps of tasks, in plans" },
	[ATTACH_CLUSTER_TASK] = { .kind = "ClusterPromotionTask", KARGO,
				  .plural = "clusterpromotiontasks", .is_cluster = true, .is_spec = true,
				  .without = "steps of the cluster's tasks, in plans" },
	[ATTACH_EVENT] = { .kind = "Event", .group = "", .version = "v1", .plural = "events",
			   .without = "who approved, in the history" },
#undef KARGO
};

const struct attach_kind_def *attach_kind_def(enum attach_kind kind)
{
	return &kinds[kind];
}

const char *attach_project_of(enum attach_kind kind, const struct value *object)
{
	if (kind == ATTACH_PROJECT)
		return value_path_text(object, "metadata.name", "");
	return kinds[kind].is_cluster ? "" : value_path_text(object, "metadata.namespace", "");
}

/* A copy that is never deeper than what is ever shown, with texts cut after so many bytes. */
static struct value *objects_copy(struct arena *a, const struct value *v, size_t most, unsigned depth)
{
	struct value *out;

	if (value_is(v, VALUE_STRING) && v->string.len > most)
		return value_string(a, str_clean(a, v->string.at, v->string.len, most));
	if ((!value_is(v, VALUE_MAP) && !value_is(v, VALUE_LIST)) || depth >= DEEPEST)
		return depth >= DEEPEST ? value_null(a) : value_copy(a, v);
	out = v->kind == VALUE_MAP ? value_map(a) : value_list(a);
	for (size_t i = 0; i < value_count(v); i++)
		if (v->kind == VALUE_MAP)
			value_set_n(a, out, v->map.members[i].key,
				    objects_copy(a, v->map.members[i].value, most, depth + 1));
		else
			value_append(a, out, objects_copy(a, v->list.items[i], most, depth + 1));
	return out;
}

/* Copies the members of those names that are there; the names end with NULL. */
static void objects_take(struct arena *a, struct value *to, const struct value *from,
			 const char *const *names)
{
	for (; *names; names++)
		if (value_get(from, *names))
			value_set(a, to, *names, value_copy(a, value_get(from, *names)));
}

static void objects_head(struct arena *a, struct value *to, enum attach_kind kind)
{
	value_set(a, to, "apiVersion",
		  value_string(a, str_format(a, "%s/%s", kinds[kind].group, kinds[kind].version)));
	value_set(a, to, "kind", value_string(a, kinds[kind].kind));
}

/* Those of Kargo and of gantry; others' are none of our business, and kubectl's are large. */
static struct value *objects_annotations(struct arena *a, const struct value *object)
{
	const struct value *all = value_path(object, "metadata.annotations");
	struct value *out = value_map(a);

	for (size_t i = 0; value_is(all, VALUE_MAP) && i < all->map.count; i++) {
		const struct value_member *m = &all->map.members[i];

		if (has_prefix(m->key.at, "kargo.akuity.io/") || has_prefix(m->key.at, "gantry/"))
			value_set_n(a, out, m->key, value_copy(a, m->value));
	}
	return out;
}

/* Requests are not part of the manifest: they change all the time. */
static void objects_drop_wishes(struct value *annotations)
{
	static const char *const wishes[] = { "kargo.akuity.io/refresh", "kargo.akuity.io/reverify",
					      "kargo.akuity.io/abort", "kargo.akuity.io/argocd-context" };

	for (size_t i = 0; i < COUNTOF(wishes); i++)
		value_remove(annotations, wishes[i]);
}

struct value *attach_manifest(struct arena *a, enum attach_kind kind, const struct value *object)
{
	static const char *const kept[] = { "name", "namespace", "labels", NULL };
	static const char *const spec[] = { "spec", NULL };
	struct value *out = value_map(a), *metadata = value_map(a), *annotations;

	if (!*value_path_text(object, "metadata.name", ""))
		return NULL;
	annotations = objects_annotations(a, object);
	objects_drop_wishes(annotations);
	objects_head(a, out, kind);
	objects_take(a, metadata, value_get(object, "metadata"), kept);
	if (value_count(annotations))
		value_set(a, metadata, "annotations", annotations);
	value_set(a, out, "metadata", metadata);
	objects_take(a, out, object, spec);
	return out;
}

/* Name, age and annotations; no labels, which the state has no use for. */
static struct value *objects_metadata(struct arena *a, const struct value *object)
{
	static const char *const kept[] = { "name", "namespace", "creationTimestamp", NULL };
	struct value *metadata = value_map(a), *annotations = objects_annotations(a, object);

	objects_take(a, metadata, value_get(object, "metadata"), kept);
	if (value_count(annotations))
		value_set(a, metadata, "annotations", annotations);
	return metadata;
}

/*
 * Of freight that once ran here, or that a promotion brought, its name is enough: it is an object of its own,
 * and the key names its origin.
 */
static struct value *objects_old_collection(struct arena *a, const struct value *collection)
{
	static const char *const kept[] = { "id", NULL }, *const named[] = { "name", NULL };
	const struct value *items = value_get(collection, "items");
	const struct value *runs = value_get(collection, "verificationHistory");
	struct value *out = value_map(a), *names = value_map(a), *newest = value_list(a);

	objects_take(a, out, collection, kept);
	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++) {
		struct value *item = value_map(a);

		objects_take(a, item, items->map.members[i].value, named);
		value_set_n(a, names, items->map.members[i].key, item);
	}
	value_set(a, out, "items", names);
	for (size_t i = 0; i < value_count(runs) && i < OLD_RUNS; i++)
		value_append(a, newest, value_copy(a, value_at(runs, i)));
	if (value_count(newest))
		value_set(a, out, "verificationHistory", newest);
	return out;
}

static bool objects_runs(const struct value *collection, const char *freight)
{
	const struct value *items = value_get(collection, "items");

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		if (same_text(value_text(value_get(items->map.members[i].value, "name"), NULL), freight))
			return true;
	return false;
}

/* Kargo does not say since when a collection runs; the promotion that brought it does. */
static const char *objects_since(const struct value *status, const struct value *collection)
{
	const struct value *last = value_get(status, "lastPromotion");

	if (!same_text(value_path_text(last, "status.phase", NULL), "Succeeded") ||
	    !objects_runs(collection, value_path_text(last, "freight.name", "")))
		return NULL;
	return value_path_text(last, "status.finishedAt",
			       value_text(value_get(last, "finishedAt"), NULL));
}

static struct value *objects_history(struct arena *a, const struct value *status)
{
	const struct value *history = value_get(status, "freightHistory");
	struct value *out = value_list(a);

	for (size_t i = 0; value_is(history, VALUE_LIST) && i < history->list.count; i++) {
		const struct value *c = history->list.items[i];
		const char *since = i ? NULL : objects_since(status, c);
		struct value *copy = i ? objects_old_collection(a, c) : value_copy(a, c);

		if (!value_is(copy, VALUE_MAP))
			continue;
		if (since)
			value_set(a, copy, "since", value_string(a, since));
		value_append(a, out, copy);
	}
	return out;
}

/* Kargo's PromotionReference without what the Promotion itself has. */
static struct value *objects_reference(struct arena *a, const struct value *reference)
{
	static const char *const kept[] = { "name", "finishedAt", NULL };
	static const char *const freight[] = { "name", "origin", NULL };
	static const char *const ended[] = { "phase", "message", "healthChecks", "finishedAt", NULL };
	struct value *out = value_map(a), *of = value_map(a), *status = value_map(a);

	objects_take(a, out, reference, kept);
	objects_take(a, of, value_get(reference, "freight"), freight);
	objects_take(a, status, value_get(reference, "status"), ended);
	value_set(a, out, "freight", of);
	value_set(a, out, "status", status);
	return out;
}

struct value *attach_stage_kept(struct arena *a, const struct value *object)
{
	static const char *const kept[] = { "health", "conditions", "autoPromotionEnabled",
					    "autoPromotionHolds", "effectiveAutoPromotionHolds", "metadata",
					    "freightSummary", "lastHandledRefresh", "promotionWindowStatus",
					    NULL };
	static const char *const references[] = { "currentPromotion", "lastPromotion" };
	const struct value *status = value_get(object, "status");
	struct value *out = value_map(a), *copy = value_map(a);

	objects_head(a, out, ATTACH_STAGE);
	value_set(a, out, "metadata", objects_metadata(a, object));
	objects_take(a, copy, status, kept);
	value_remove(value_get(copy, "health"), "output");
	value_set(a, copy, "freightHistory", objects_history(a, status));
	for (size_t i = 0; i < COUNTOF(references); i++)
		if (value_is(value_get(status, references[i]), VALUE_MAP))
			value_set(a, copy, references[i],
				  objects_reference(a, value_get(status, references[i])));
	value_set(a, out, "status", copy);
	return out;
}

struct value *attach_freight_kept(struct arena *a, const struct value *object)
{
	static const char *const name[] = { "name", NULL }, *const age[] = { "creationTimestamp", NULL };
	struct value *out = value_map(a), *head = value_map(a);

	objects_head(a, out, ATTACH_FREIGHT);
	objects_take(a, head, value_get(object, "metadata"), name);
	if (!value_get(object, "discoveredAt"))
		objects_take(a, head, value_get(object, "metadata"), age);
	value_set(a, out, "metadata", head);
	for (size_t i = 0; value_is(object, VALUE_MAP) && i < object->map.count; i++) {
		const struct value_member *m = &object->map.members[i];

		if (!value_get(out, m->key.at))
			value_set_n(a, out, m->key, value_copy(a, m->value));
	}
	return out;
}

/* What Kargo itself asked for has no person behind it. */
static void objects_drop_controller(struct value *metadata)
{
	struct value *annotations = value_get(metadata, "annotations");

	if (has_prefix(value_text(value_get(annotations, "kargo.akuity.io/create-actor"), ""),
		       "controller:"))
		value_remove(annotations, "kargo.akuity.io/create-actor");
}

static struct value *objects_steps(struct arena *a, const struct value *steps)
{
	static const char *const kept[] = { "as", "uses", "if", "continueOnError", NULL };
	struct value *out = value_list(a);

	for (size_t i = 0; value_is(steps, VALUE_LIST) && i < steps->list.count; i++) {
		struct value *step = value_map(a);

		objects_take(a, step, steps->list.items[i], kept);
		value_append(a, out, step);
	}
	return out;
}

struct value *attach_promotion_kept(struct arena *a, const struct value *object)
{
	static const char *const spec_kept[] = { "stage", "freight", "target", NULL };
	static const char *const status_kept[] = { "phase", "message", "startedAt", "finishedAt",
						   "currentStep", "stepExecutionMetadata",
						   "lastHandledRefresh", "healthChecks", NULL };
	const struct value *status = value_get(object, "status");
	struct value *out = value_map(a), *spec = value_map(a), *kept = value_map(a);
	struct value *metadata = objects_metadata(a, object);

	objects_head(a, out, ATTACH_PROMOTION);
	objects_drop_controller(metadata);
	value_set(a, out, "metadata", metadata);
	objects_take(a, spec, value_get(object, "spec"), spec_kept);
	value_set(a, spec, "steps", objects_steps(a, value_path(object, "spec.steps")));
	value_set(a, out, "spec", spec);
	objects_take(a, kept, status, status_kept);
	if (value_get(status, "freightCollection"))
		value_set(a, kept, "freightCollection",
			  objects_old_collection(a, value_get(status, "freightCollection")));
	/* Kargo's way to say that it has not begun. */
	if (!*value_text(value_get(kept, "phase"), ""))
		value_set(a, kept, "phase", value_string(a, "Pending"));
	if (value_get(status, "state"))
		value_set(a, kept, "state", objects_copy(a, value_get(status, "state"), OUTPUT_TEXT, 0));
	value_set(a, out, "status", kept);
	return out;
}
