/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For each promotion of the table what the engine records of one: it is asked for, begins and ends, and
 * the stage is verified; before the first of a version its freight is found.
 */
#include "demo/seed_inner.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/id.h"
#include "base/str.h"
#include "data/value.h"
#include "demo/demo_registry.h"
#include "demo/seed.h"
#include "git/repo.h"
#include "model/alias.h"
#include "model/collection.h"
#include "model/event.h"
#include "model/freight_id.h"
#include "model/promotion.h"

#define MOST_EVENTS 128
#define MINUTE_MS INT64_C(60000)
#define FOUND_MS 2000                   /* before it is promoted for the first time */
#define VERIFIED_MS 1000                /* after it runs */
#define MEASURED_MS (30 * MINUTE_MS)    /* so long a verification that failed had measured */

/* What all events are made from, and where they go. */
struct past_events {
	struct arena *a;
	const struct demo_scene *scene;
	struct repo *repo;
	struct event *items;
	size_t count;
};

/* One promotion of the table. */
struct past_run {
	const struct past_promotion *row;
	const char *name, *freight, *label;     /* label: "soft-squirrel (1.27.2)" */
	struct value *reference, *collection, *steps;
	const char *commit;
	int64_t asked_at, ended_at;
};

static void events_set(struct past_events *p, struct value *map, const char *key, const char *text)
{
	if (text)
		value_set(p->a, map, key, value_string(p->a, text));
}

static void events_set_time(struct past_events *p, struct value *map, const char *key, int64_t at)
{
	events_set(p, map, key, clock_rfc3339(p->a, at));
}

static struct event *events_add(struct past_events *p, const struct event *ev)
{
	assert(p->count < MOST_EVENTS);
	p->items[p->count] = *ev;
	return &p->items[p->count++];
}

/* {origin, images} of a version, and its name: as promotions and collections refer to it. */
static struct value *events_reference(struct past_events *p, unsigned version)
{
	struct value *v = value_map(p->a), *origin = value_map(p->a), *images = value_list(p->a);
	struct value *image = value_map(p->a), *notes = value_map(p->a);
	struct demo_version of;
	char id[41];

	demo_registry_version(p->a, version, &of);
	events_set(p, origin, "kind", "Warehouse");
	events_set(p, origin, "name", SEED_WAREHOUSE);
	events_set(p, image, "repoURL", p->scene->words->image);
	events_set(p, image, "tag", of.tag);
	events_set(p, image, "digest", of.digest);
	events_set(p, notes, "org.opencontainers.image.created", of.created);
	value_set(p->a, image, "annotations", notes);
	value_append(p->a, images, image);
	value_set(p->a, v, "origin", origin);
	value_set(p->a, v, "images", images);
	freight_id(v, id);
	events_set(p, v, "name", id);
	return v;
}

static void events_found(struct past_events *p, const struct past_run *run)
{
	struct value *v = value_map(p->a), *meta = value_map(p->a);
	int64_t at = run->asked_at - FOUND_MS;

	events_set(p, v, "apiVersion", "kargo.akuity.io/v1alpha1");
	events_set(p, v, "kind", "Freight");
	events_set(p, meta, "name", run->freight);
	value_set(p->a, v, "metadata", meta);
	value_set(p->a, v, "origin", value_get(run->reference, "origin"));
	events_set_time(p, v, "discoveredAt", at);
	value_set(p->a, v, "images", value_get(run->reference, "images"));
	events_set(p, v, "alias", freight_alias(p->a, run->freight, 0));
	events_add(p, &(struct event){ .kind = EVENT_FREIGHT_DISCOVERED, .freight = run->freight,
				       .warehouse = SEED_WAREHOUSE, .at = at, .data = v,
				       .subject = str_format(p->a, "find freight %s from " SEED_WAREHOUSE,
							     run->label) });
}

/* Who asked, for what reason and what ran there before, as a Promotion says it. */
static struct value *events_metadata(struct past_events *p, const struct past_run *run)
{
	struct value *v = value_map(p->a), *labels = value_map(p->a), *notes = value_map(p->a);
	const struct past_promotion *before = demo_past_before(run->row);

	events_set(p, labels, "kargo.akuity.io/stage", run->row->stage);
	events_set(p, notes, "kargo.akuity.io/stage", run->row->stage);
	events_set(p, notes, "kargo.akuity.io/create-actor", run->row->actor);
	events_set(p, notes, "kargo.akuity.io/rollback", run->row->is_rollback ? "true" : NULL);
	events_set(p, notes, "gantry/reason", run->row->reason);
	if (before)
		events_set(p, notes, "gantry/from-freight",
			   value_text(value_get(events_reference(p, before->version), "name"), NULL));
	events_set(p, v, "name", run->name);
	events_set(p, v, "namespace", SEED_PROJECT);
	events_set_time(p, v, "creationTimestamp", run->asked_at);
	value_set(p->a, v, "labels", labels);
	value_set(p->a, v, "annotations", notes);
	return v;
}

static struct event *events_of(struct past_events *p, const struct past_run *run, enum event_kind kind,
			       int64_t at)
{
	return events_add(p, &(struct event){ .kind = kind, .stage = run->row->stage, .at = at,
					      .freight = run->freight, .promotion = run->name });
}

static void events_asked(struct past_events *p, const struct past_run *run)
{
	struct value *v = value_map(p->a), *spec = value_map(p->a), *status = value_map(p->a);
	struct event *ev = events_of(p, run, EVENT_PROMOTION_REQUESTED, run->asked_at);

	events_set(p, v, "apiVersion", "kargo.akuity.io/v1alpha1");
	events_set(p, v, "kind", "Promotion");
	value_set(p->a, v, "metadata", events_metadata(p, run));
	events_set(p, spec, "stage", run->row->stage);
	events_set(p, spec, "freight", run->freight);
	value_set(p->a, spec, "steps", run->steps);
	value_set(p->a, v, "spec", spec);
	events_set(p, status, "phase", "Pending");
	value_set(p->a, v, "status", status);
	ev->data = v;
	ev->actor = run->row->actor;
	ev->reason = run->row->reason;
	ev->subject = str_format(p->a, "%s %s to %s%s", run->row->is_rollback ? "roll back" : "promote",
				 run->row->stage, run->label, run->row->actor ? "" : ", automatically");
}

static void events_began(struct past_events *p, const struct past_run *run)
{
	struct event *ev = events_of(p, run, EVENT_PROMOTION_STARTED, run->asked_at);
	struct value *v = value_map(p->a);

	value_set(p->a, v, "freight", run->reference);
	value_set(p->a, v, "freightCollection", run->collection);
	ev->data = v;
	ev->subject = str_format(p->a, "begin to promote %s to %s", run->row->stage, run->label);
}

/* Why it failed; NULL when it did not. */
static const char *events_failure(struct past_events *p, const struct past_run *run)
{
	const struct value *last = value_at(run->steps, value_count(run->steps) - 1);
	const char *as = value_text(value_get(last, "as"), "");
	struct demo_version of;

	if (!run->row->is_refused)
		return NULL;
	demo_registry_version(p->a, run->row->version, &of);
	return str_format(p->a, "step \"%s\" met error threshold of 1: error running step \"%s\": "
			  "application 'argocd/" SEED_PROJECT "-%s': the sync ended as Failed: one or more "
			  "objects failed to apply, reason: admission webhook \"policy.demo\" denied the "
			  "request: %s:%s is not signed",
			  as, as, run->row->stage, p->scene->words->image, of.tag);
}

/* All but the last step took a second together; the last, or the wait for the merge, took the rest. */
static struct value *events_step_ends(struct past_events *p, const struct past_run *run, const char *failure)
{
	struct value *all = value_list(p->a);
	size_t count = value_count(run->steps);
	int64_t soon = run->asked_at + 1000;

	for (size_t i = 0; i < count; i++) {
		const struct value *step = value_at(run->steps, i);
		bool is_last = i + 1 == count;
		struct value *v = value_map(p->a);

		events_set(p, v, "alias", value_text(value_get(step, "as"), ""));
		events_set_time(p, v, "startedAt", i == 0 ? run->asked_at : soon);
		if (is_last || strcmp(value_text(value_get(step, "uses"), ""), "git-wait-for-pr") == 0)
			soon = run->ended_at;
		events_set_time(p, v, "finishedAt", soon);
		events_set(p, v, "status", is_last && failure ? "Errored" : "Succeeded");
		events_set(p, v, "message", is_last ? failure : NULL);
		if (is_last && failure)
			value_set(p->a, v, "errorCount", value_int(p->a, 1));
		value_append(p->a, all, v);
	}
	return all;
}

/* That Argo CD's application runs the promotion's commit, and is well. */
static struct value *events_health_checks(struct past_events *p, const struct past_run *run)
{
	struct value *list = value_list(p->a), *check = value_map(p->a), *config = value_map(p->a);
	struct value *apps = value_list(p->a), *app = value_map(p->a), *revisions = value_list(p->a);

	value_append(p->a, revisions, value_string(p->a, run->commit));
	events_set(p, app, "name", str_format(p->a, SEED_PROJECT "-%s", run->row->stage));
	events_set(p, app, "namespace", "argocd");
	value_set(p->a, app, "desiredRevisions", revisions);
	value_append(p->a, apps, app);
	value_set(p->a, config, "apps", apps);
	events_set(p, check, "uses", "argocd-update");
	value_set(p->a, check, "config", config);
	value_append(p->a, list, check);
	return list;
}

static void events_ended(struct past_events *p, const struct past_run *run)
{
	struct event *ev = events_of(p, run, EVENT_PROMOTION_FINISHED, run->ended_at);
	const char *failure = events_failure(p, run);
	struct value *v = value_map(p->a), *status = value_map(p->a);

	value_set(p->a, status, "steps", events_step_ends(p, run, failure));
	value_set(p->a, status, "currentStep", value_int(p->a, (int64_t)value_count(run->steps) - 1));
	if (!failure)
		value_set(p->a, status, "healthChecks", events_health_checks(p, run));
	value_set(p->a, v, "status", status);
	events_set(p, v, "phase", failure ? "Errored" : "Succeeded");
	events_set(p, v, "message", failure ? failure : "");
	ev->data = v;
	ev->subject = failure ? str_format(p->a, "promoting %s to %s failed: %s", run->row->stage,
					   run->label, failure)
			      : str_format(p->a, "%s runs %s", run->row->stage, run->label);
}

static void events_verified(struct past_events *p, const struct past_run *run)
{
	const char *unverified = run->row->unverified;
	int64_t began = run->ended_at + VERIFIED_MS, at = unverified ? run->ended_at + MEASURED_MS : began;
	struct event *ev = events_of(p, run, EVENT_STAGE_VERIFIED, at);
	struct value *v = value_map(p->a);

	ev->promotion = NULL;
	events_set(p, v, "id", uuid_make(p->a));
	value_set(p->a, v, "collection", value_get(run->collection, "id"));
	events_set_time(p, v, "startTime", began);
	events_set_time(p, v, "finishTime", at);
	events_set(p, v, "phase", unverified ? "Failed" : "Successful");
	events_set(p, v, "message", unverified);
	ev->data = v;
	ev->reason = unverified;
	ev->subject = unverified ? str_format(p->a, "verification of %s with %s: Failed", run->row->stage,
					      run->label)
				 : str_format(p->a, "%s is verified with %s", run->row->stage, run->label);
}

/* The name's dice follow from the row, so that the same past has the same names. */
static const char *events_name(struct past_events *p, const struct past_run *run)
{
	unsigned char dice[10] = { (unsigned char)(run->row - demo_past) };

	return promotion_make_name(p->a, run->row->stage, ulid_make(p->a, run->asked_at, dice, NULL),
				   run->freight);
}

static bool events_commit(struct past_events *p, struct past_run *run, struct err *e)
{
	const char *name = str_format(p->a, "stage/%s~%zu", run->row->stage, demo_past_since(run->row));
	struct oid id;

	if (!repo_resolve(p->repo, name, &id, e))
		return false;
	run->commit = str_copy(p->a, id.hex);
	return true;
}

/* Whether no earlier promotion brought this version. */
static bool is_first_of_version(const struct past_promotion *row)
{
	for (const struct past_promotion *q = demo_past; q < row; q++)
		if (q->version == row->version)
			return false;
	return true;
}

static bool events_promotion(struct past_events *p, const struct past_promotion *row, struct err *e)
{
	struct past_run run = { .row = row, .reference = events_reference(p, row->version) };
	struct value *references = value_list(p->a);
	struct demo_version of;

	demo_registry_version(p->a, row->version, &of);
	run.asked_at = p->scene->began_at - row->minutes_ago * MINUTE_MS;
	run.ended_at = run.asked_at + row->seconds * 1000;
	run.freight = value_text(value_get(run.reference, "name"), "");
	run.label = str_format(p->a, "%s (%s)", freight_alias(p->a, run.freight, 0), of.tag);
	run.name = events_name(p, &run);
	value_append(p->a, references, run.reference);
	run.collection = collection_make(p->a, references);
	if (!seed_steps(p->a, row->stage, &run.steps, e) || !events_commit(p, &run, e))
		return false;
	if (is_first_of_version(row))
		events_found(p, &run);
	events_asked(p, &run);
	events_began(p, &run);
	events_ended(p, &run);
	if (!row->is_refused)
		events_verified(p, &run);
	return true;
}

bool demo_events(struct arena *a, const struct demo_scene *scene, const struct event **out, size_t *count,
		 struct err *e)
{
	AUTO(repo) struct repo *r = NULL;
	struct past_events p = { .a = a, .scene = scene };

	assert(out && count);
	if (!repo_open(scene->repository, &r, e))
		return false;
	p.repo = r;
	p.items = arena_array(a, MOST_EVENTS, sizeof(*p.items));
	for (const struct past_promotion *row = demo_past; row->stage; row++)
		if (!events_promotion(&p, row, e))
			return err_wrap(e, "the demonstration's past");
	*out = p.items;
	*count = p.count;
	return true;
}
