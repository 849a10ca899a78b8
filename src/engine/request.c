/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Promotion always has the steps of its stage at the moment it is asked for. Who
 * asked, from where and why are annotations, so that they are seen wherever the
 * object is.
 */
#include "engine/request.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/id.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/task_steps.h"
#include "model/available.h"
#include "model/collection.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"

#define KARGO "kargo.akuity.io/"

/* The ULID within a promotion's name: what stands between the last two dots. */
static const char *ulid_of(struct arena *a, const char *name)
{
	const char *end = strrchr(name, '.');

	if (!end || end - name <= ULID_LEN || end[-ULID_LEN - 1] != '.')
		return NULL;
	return str_copy_n(a, end - ULID_LEN, ULID_LEN);
}

static const char *newest_ulid(struct arena *a, const struct world *w, const char *stage)
{
	const char *newest = NULL;

	for (size_t i = 0; i < w->npromotions; i++) {
		const char *ulid = strcmp(w->promotions[i]->stage, stage) == 0
			? ulid_of(a, w->promotions[i]->name) : NULL;
		if (ulid && (!newest || strcmp(ulid, newest) > 0))
			newest = ulid;
	}
	return newest;
}

static const char *request_name_of(struct arena *a, const struct request *r)
{
	const char *ulid = ulid_make(a, r->now, r->dice, newest_ulid(a, r->world, r->stage->name));

	return promotion_make_name(a, r->stage->name, ulid, r->freight->name);
}

static void request_set(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text)
		value_set(a, map, key, value_string(a, text));
}

/* A person who promotes something else than the newest must not be overridden at once (3.6). */
static void stamp_intent(struct arena *a, const struct request *r, struct value *notes)
{
	const struct freight_request *asked = stage_request(r->stage, r->freight->warehouse);

	if (!r->actor || !r->stage->auto_promotion || !asked)
		return;
	const struct freight *candidate = freight_candidate(r->world, r->stage, asked, r->now);
	bool newest = candidate && strcmp(candidate->name, r->freight->name) == 0;
	request_set(a, notes,
		    newest && !r->rollback ? KARGO "auto-promotion-resume"
					   : KARGO "auto-promotion-hold",
		    str_format(a, "Warehouse/%s", r->freight->warehouse));
}

static struct value *request_metadata(struct arena *a, const struct request *r)
{
	struct value *v = value_map(a), *labels = value_map(a), *notes = value_map(a);
	const char *before = stage_freight(r->stage, r->freight->warehouse);

	request_set(a, labels, KARGO "stage", r->stage->name);
	request_set(a, notes, KARGO "stage", r->stage->name);
	request_set(a, notes, KARGO "create-actor", r->actor);
	request_set(a, notes, KARGO "rollback", r->rollback ? "true" : NULL);
	request_set(a, notes, "gantry/from", r->from);
	request_set(a, notes, "gantry/reason", r->reason);
	request_set(a, notes, "gantry/from-freight", before);
	request_set(a, notes, "gantry/plan", r->plan);
	stamp_intent(a, r, notes);
	request_set(a, v, "name", request_name_of(a, r));
	request_set(a, v, "namespace", r->world->project->name);
	request_set(a, v, "creationTimestamp", clock_rfc3339(a, r->now));
	value_set(a, v, "labels", labels);
	value_set(a, v, "annotations", notes);
	return v;
}

static void request_append_all(struct arena *a, struct value *list, const struct value *more)
{
	for (size_t i = 0; i < value_count(more); i++)
		value_append(a, list, value_at(more, i));
}

bool request_make(struct arena *a, const struct request *r, struct value **out, struct err *e)
{
	const struct value *template = value_path(r->stage->object, "spec.promotionTemplate.spec");
	struct value *v = value_map(a), *spec = value_map(a), *status = value_map(a);
	struct value *vars = value_list(a), *steps = NULL;

	request_append_all(a, vars, value_path(r->stage->object, "spec.vars"));
	request_append_all(a, vars, value_get(template, "vars"));
	struct task_input in = { .steps = value_get(template, "steps"), .vars = vars,
			      .tasks = r->world->project->tasks,
			      .cluster_tasks = r->world->project->cluster_tasks };
	if (!task_steps(a, &in, &steps, e))
		return false;
	request_set(a, spec, "stage", r->stage->name);
	request_set(a, spec, "freight", r->freight->name);
	if (value_count(vars) > 0)
		value_set(a, spec, "vars", vars);
	value_set(a, spec, "steps", steps);
	request_set(a, status, "phase", "Pending");
	request_set(a, v, "apiVersion", KARGO "v1alpha1");
	request_set(a, v, "kind", "Promotion");
	value_set(a, v, "metadata", request_metadata(a, r));
	value_set(a, v, "spec", spec);
	value_set(a, v, "status", status);
	*out = v;
	return true;
}

struct value *freight_reference(struct arena *a, const struct value *freight)
{
	static const char *const kept[] = { "origin", "commits", "images", "charts", "artifacts" };
	struct value *v = value_map(a);

	request_set(a, v, "name", value_path_text(freight, "metadata.name", ""));
	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (value_get(freight, kept[i]))
			value_set(a, v, kept[i], value_get(freight, kept[i]));
	return v;
}

struct value *collection_with(struct arena *a, const struct stage *s, const struct freight *f)
{
	const struct value *last = value_path(s->status, "lastPromotion.status.freightCollection.items");
	const struct value *old = last ? last : s->nhistory ? value_get(s->history[0].object, "items")
							    : NULL;
	struct value *references = value_list(a);

	for (size_t i = 0; value_is(old, VALUE_MAP) && i < old->map.count; i++) {
		const char *origin = old->map.members[i].key.at;
		if (has_prefix(origin, "Warehouse/") &&
		    stage_request(s, origin + strlen("Warehouse/")))
			value_append(a, references, old->map.members[i].value);
	}
	value_append(a, references, freight_reference(a, f->object));
	return collection_make(a, references);
}
