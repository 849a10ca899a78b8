/* SPDX-License-Identifier: Apache-2.0 */
/* Objects through the whole mapping, so that wishes meet what the program would have. */
#include "base/base.h"

#include <assert.h>

#include "scene.h"

#include <stdlib.h>

#include "attach/manifests.h"
#include "attach/state.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/part.h"
#include "cluster.h"
#include "config/reading.h"
#include "data/value.h"
#include "model/state.h"
#include "model/world.h"
#include "tap.h"

#define RUNS(freight) "'freightHistory':[{'id':'c','items':{'Warehouse/web':{'name':'" freight "','origin':" \
		      "{'kind':'Warehouse','name':'web'}}},'verificationHistory':[{'id':'v1','phase':" \
		      "'Successful'}]}]"

/* Part of the arena's life: what the world points to must stay. */
struct scene {
	struct arena *a;
	struct attach_state *state;
	struct attach_manifests *manifests;
};

static void scene_put(struct scene *s, enum attach_kind kind, const struct value *object)
{
	struct err e = { .message = "" };

	attach_manifests_put(s->manifests, kind, object);
	if (!attach_state_put(s->state, kind, object, &e))
		ok(false, "%s", e.message);
}

static struct value *scene_prod(struct arena *a)
{
	struct value *prod = cluster_stage(a, "prod",
		"{'autoPromotionEnabled':true,'autoPromotionHolds':{'Warehouse/web':{'freightName':'"
		SCENE_OLD "','promotionName':'prod.01','createdAt':'2026-07-01T09:00:00Z'}},"
		RUNS(SCENE_OLD) "}");

	value_set(a, value_at(value_path(prod, "spec.requestedFreight"), 0), "sources",
		  cluster_json(a, "{'stages':['test']}"));
	return prod;
}

/* Worlds point into what they were made of: it is kept to the end of the process. */
static struct kept_scene {
	struct scene scene;
	struct part *part;
	struct manifest_project *project;
} kept[100];
static size_t nkept;

struct world *scene_world(struct arena *a, bool live)
{
	struct scene s = { a, attach_state_new(), attach_manifests_new() };
	const struct attach_sources from = { .project = "shop", .own = s.manifests };
	struct value *old = cluster_freight(a);
	struct world *w = arena_alloc(a, sizeof(*w));
	struct part *part = part_new();
	struct err e;

	value_set(a, value_get(old, "metadata"), "name", value_string(a, SCENE_OLD));
	value_set(a, old, "alias", value_string(a, "old-otter"));
	value_set(a, value_get(old, "metadata"), "creationTimestamp",
		  value_string(a, "2026-06-01T09:30:00Z"));
	scene_put(&s, ATTACH_WAREHOUSE, cluster_warehouse(a));
	scene_put(&s, ATTACH_STAGE, cluster_stage(a, "test", "{" RUNS(CLUSTER_FREIGHT) "}"));
	scene_put(&s, ATTACH_STAGE, scene_prod(a));
	scene_put(&s, ATTACH_FREIGHT, cluster_freight(a));
	scene_put(&s, ATTACH_FREIGHT, old);
	if (live)
		scene_put(&s, ATTACH_PROMOTION, cluster_promotion(a, "{'phase':'Running'}"));
	assert(nkept < COUNTOF(kept));
	kept[nkept++] = (struct kept_scene){ s, part, attach_manifests_read(&from) };
	if (!state_world(a, attach_state_make(s.state, part), kept[nkept - 1].project->project, w,
			 &e))
		ok(false, "%s", e.message);
	return w;
}
