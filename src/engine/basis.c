/* SPDX-License-Identifier: Apache-2.0 */
/* Stand-ins for manifests that are gone: only what expressions look at (origins, repositories). */
#include "engine/basis.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/warehouse.h"

static const struct value *basis_items(const struct value *promotion)
{
	const struct value *items = value_path(promotion, "status.freightCollection.items");

	return value_is(items, VALUE_MAP) ? items : NULL;
}

static bool basis_asks_for(const struct value *requests, const char *warehouse)
{
	for (size_t i = 0; i < value_count(requests); i++)
		if (strcmp(value_path_text(value_at(requests, i), "origin.name", ""), warehouse) == 0)
			return true;
	return false;
}

static struct value *basis_request(struct arena *a, const char *warehouse)
{
	struct value *v = value_map(a), *origin = value_map(a), *sources = value_map(a);

	value_set(a, origin, "kind", value_string(a, "Warehouse"));
	value_set(a, origin, "name", value_string(a, warehouse));
	value_set(a, sources, "direct", value_bool(a, true));
	value_set(a, v, "origin", origin);
	value_set(a, v, "sources", sources);
	return v;
}

static struct value *basis_empty_stage(struct arena *a, const struct value *promotion)
{
	struct value *v = value_map(a), *meta = value_map(a);

	value_set(a, meta, "name", value_string(a, value_path_text(promotion, "spec.stage", "")));
	value_set(a, v, "kind", value_string(a, "Stage"));
	value_set(a, v, "metadata", meta);
	value_set(a, v, "spec", value_map(a));
	return v;
}

const struct value *basis_stage(struct arena *a, const struct value *promotion,
				const struct value *manifest)
{
	struct value *v = manifest ? value_copy(a, manifest) : basis_empty_stage(a, promotion);
	struct value *requests = value_path(v, "spec.requestedFreight");
	const struct value *items = basis_items(promotion);

	if (!value_is(requests, VALUE_LIST))
		requests = value_list(a);
	for (size_t i = 0; i < value_count(items); i++) {
		const char *name = value_path_text(items->map.members[i].value, "origin.name", "");

		if (*name && !basis_asks_for(requests, name))
			value_append(a, requests, basis_request(a, name));
	}
	if (value_is(value_get(v, "spec"), VALUE_MAP))
		value_set(a, value_get(v, "spec"), "requestedFreight", requests);
	return v;
}

/* A subscription for each artifact of one class: the repository, which is all that is asked for. */
static void basis_subscribe(struct arena *a, struct value *subscriptions, const struct value *artifacts,
			    const char *kind)
{
	static const char *const kept[] = { "repoURL", "name" };

	for (size_t i = 0; i < value_count(artifacts); i++) {
		struct value *v = value_map(a), *inner = value_map(a);

		for (size_t k = 0; k < COUNTOF(kept); k++)
			if (value_get(value_at(artifacts, i), kept[k]))
				value_set(a, inner, kept[k], value_get(value_at(artifacts, i), kept[k]));
		value_set(a, v, kind, inner);
		value_append(a, subscriptions, v);
	}
}

/* NULL: the promotion carries no freight of it. */
static struct value *basis_warehouse(struct arena *a, const struct value *promotion, const char *name)
{
	struct value *v = value_map(a), *meta = value_map(a), *spec = value_map(a), *all = value_list(a);
	const struct value *item = value_get(basis_items(promotion), str_format(a, "Warehouse/%s", name));

	if (!item)
		return NULL;
	basis_subscribe(a, all, value_get(item, "images"), "image");
	basis_subscribe(a, all, value_get(item, "commits"), "git");
	basis_subscribe(a, all, value_get(item, "charts"), "chart");
	value_set(a, meta, "name", value_string(a, name));
	value_set(a, spec, "subscriptions", all);
	value_set(a, v, "kind", value_string(a, "Warehouse"));
	value_set(a, v, "metadata", meta);
	value_set(a, v, "spec", spec);
	return v;
}

struct value *basis_warehouses(struct arena *a, const struct value *promotion,
			       const struct value *stage, const struct project *p)
{
	const struct value *requests = value_path(stage, "spec.requestedFreight");
	struct value *all = value_list(a);

	assert(p);
	for (size_t i = 0; i < value_count(requests); i++) {
		const char *name = value_path_text(value_at(requests, i), "origin.name", "");
		const struct warehouse *known = project_warehouse(p, name);
		struct value *w = known ? value_copy(a, known->object)
					: basis_warehouse(a, promotion, name);

		if (w)
			value_append(a, all, w);
	}
	return all;
}

struct value *basis_freight(struct arena *a, const struct value *promotion)
{
	const struct value *reference = value_path(promotion, "status.freight");
	struct value *v, *meta = value_map(a);

	if (!reference)
		return NULL;
	v = value_copy(a, reference);
	value_set(a, meta, "name", value_string(a, value_text(value_get(reference, "name"), "")));
	value_set(a, v, "metadata", meta);
	return v;
}
