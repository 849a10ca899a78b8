/* SPDX-License-Identifier: Apache-2.0 */
/* All that is known becomes a world; what lies in parts is shared, the rest is copied. */
#include <assert.h>

#include "observe/observe_inner.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/part.h"
#include "base/str.h"
#include "data/value.h"
#include "model/project.h"
#include "model/record.h"
#include "model/warehouse.h"
#include "observe/applications.h"
#include "observe/build.h"
#include "observe/snapshot.h"

static enum source_kind publish_kind_of(const struct warehouse *w)
{
	switch (w->nsubscriptions ? w->subscriptions[0].kind : SUBSCRIPTION_OTHER) {
	case SUBSCRIPTION_GIT:
		return SOURCE_GIT;
	case SUBSCRIPTION_CHART:
		return SOURCE_CHARTS;
	default:
		return SOURCE_REGISTRY;
	}
}

/* The oldest and worst of the warehouses of one kind stands for all of them in the header. */
static void add_warehouse_sources(struct arena *a, const struct observer *ob, struct source *sources,
				  size_t *count)
{
	static const char *const names[] = { [SOURCE_REGISTRY] = "registry", [SOURCE_GIT] = "git",
					     [SOURCE_CHARTS] = "charts" };

	for (size_t i = 0; ob->project && i < ob->nwarehouses; i++) {
		const struct folder_watch *w = &ob->warehouses[i];
		enum source_kind kind = publish_kind_of(ob->project->warehouses[i]);
		struct source *s = NULL;

		if (ob->project->warehouses[i]->fault)
			continue;
		for (size_t j = 0; j < *count; j++)
			s = sources[j].kind == kind ? &sources[j] : s;
		if (!s) {
			s = &sources[(*count)++];
			*s = (struct source){ .kind = kind, .name = names[kind], .address = "",
					      .seen_at = w->looked_at };
		}
		if (w->looked_at < s->seen_at)
			s->seen_at = w->looked_at;
		if (w->failing_since && (!s->failing_since || w->failing_since < s->failing_since)) {
			s->failing_since = w->failing_since;
			s->error = str_copy(a, w->error);
		}
	}
}

static void publish_add_sources(struct arena *a, const struct observer *ob, struct observations *o)
{
	const struct observed_source *const told[] = { &ob->manifests, &ob->ledger };
	struct source *sources = arena_array(a, 8, sizeof(*sources));
	size_t count = 0;

	if (ob->o.applications)
		applications_source(ob->o.applications, a, &sources[count++]);
	/* A running Kargo looks at them itself. */
	if (!ob->o.attachment && (!ob->record || !ob->record->attachment))
		add_warehouse_sources(a, ob, sources, &count);
	for (size_t i = 0; i < COUNTOF(told); i++) {
		if (!told[i]->source.name)
			continue;
		sources[count] = told[i]->source;
		sources[count].name = str_copy(a, told[i]->source.name);
		sources[count++].error = str_copy(a, told[i]->error);
	}
	o->sources = sources;
	o->nsources = count;
}

static void add_views(struct arena *a, const struct observer *ob, struct observations *o)
{
	struct warehouse_view *views = arena_array(a, ob->nwarehouses, sizeof(*views));
	struct progress_view *progress = arena_array(a, ob->nprogress, sizeof(*progress));

	for (size_t i = 0; i < ob->nwarehouses; i++) {
		const struct folder_watch *w = &ob->warehouses[i];

		views[i] = (struct warehouse_view){
			.name = str_copy(a, w->name),
			.looked_at = w->looked_at,
			.failing_since = w->failing_since,
			.error = str_copy(a, w->error),
			.discovered = value_copy(a, w->discovered),
		};
	}
	for (size_t i = 0; i < ob->nprogress; i++)
		progress[i] = (struct progress_view){
			.promotion = str_copy(a, ob->progress[i]->promotion),
			.alias = str_copy(a, ob->progress[i]->alias),
			.status = str_copy(a, ob->progress[i]->status),
			.line = str_copy(a, ob->progress[i]->line),
			.wait = ob->progress[i]->wait,
		};
	o->warehouses = views;
	o->nwarehouses = ob->nwarehouses;
	o->progress = progress;
	o->nprogress = ob->nprogress;
}

/* Until the manifests were looked at, and the ledger of their project was read or can't be. */
static bool is_loading(const struct observer *ob)
{
	return (!ob->has_read && !ob->manifests.source.name) ||
	       (ob->project && !ob->record && !ob->unreadable);
}

/* Screens may hold a world for longer than the cluster is attached. */
static const struct attachment *publish_standing(struct arena *a, const struct attachment *told)
{
	struct attachment *standing;

	if (!told)
		return NULL;
	standing = arena_alloc(a, sizeof(*standing));
	*standing = (struct attachment){ .context = str_copy(a, told->context),
					 .server = str_copy(a, told->server) };
	return standing;
}

/* A ledger does not keep it, so the past has that of now: nobody may take one cluster for another there. */
static const struct attachment *publish_attachment_of(struct arena *a, const struct observer *ob,
						      struct part *parts[SNAPSHOT_PARTS])
{
	if (!ob->record || !ob->record->attachment)
		return publish_standing(a, ob->o.attachment);
	if (ob->past)
		parts[3] = part_acquire(ob->record->part);
	return ob->record->attachment;
}

void observer_publish(struct observer *ob)
{
	struct part *own = part_new(), *parts[SNAPSHOT_PARTS] = { NULL };
	struct arena *a = part_arena(own);
	struct observations o = {
		.now = clock_now(),
		.loading = is_loading(ob),
		.past_at = ob->past_at,
		.read_only = ob->o.read_only,
		.stale_manifests = ob->stale,
		.project = ob->project,
		.project_name = ob->project_name,
		.name = str_copy(a, ob->o.name),
		.complaints = ob->complaints,
		.manifests_fault = ob->manifests_fault,
		.manifests_fault_code = ob->manifests_fault_code,
		.engine = ob->engine,
		.engine_host = str_copy(a, ob->engine_host),
	};
	struct world *w;
	struct err e;
	const struct record *shown = ob->past ? ob->past : ob->record;

	assert(ob);
	if (shown) {
		o.state = shown->state;
		o.head = shown->head;
		o.events = shown->events;
		o.nevents = shown->nevents;
		parts[0] = part_acquire(shown->part);
	}
	o.attachment = publish_attachment_of(a, ob, parts);
	if (ob->configuration)
		parts[1] = part_acquire(ob->configuration);
	if (ob->complaints_part)
		parts[2] = part_acquire(ob->complaints_part);
	if (ob->o.applications && !ob->past)
		parts[3] = applications_hold(ob->o.applications, &o.applications);
	if (ob->detail && !ob->past) {
		parts[4] = part_acquire(ob->detail_part);
		o.detail = ob->detail;
	}
	/* What was seen outside is of now; the ledger alone remembers. */
	if (!ob->past)
		add_views(a, ob, &o);
	publish_add_sources(a, ob, &o);
	if (!build_world(a, &o, &w, &e)) {
		log_line(LOG_ERROR, "observe", "%s", e.message);
		for (size_t i = 0; i < SNAPSHOT_PARTS; i++)
			part_release(parts[i]);
		part_release(own);
		return;
	}
	slot_publish(ob->o.slot, w, own, parts);
	ob->o.on_world(ob->o.context);
}
