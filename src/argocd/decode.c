/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The API writes "source": {"repoURL": ""} beside filled sources; sources win when there is one.
 * Texts are cleaned here, once: they come from whoever may write to the cluster.
 */
#include "argocd/decode.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"

#define MAX_TEXT 2048
#define AUTHORIZED "kargo.akuity.io/authorized-stage"

static const char *text_at(struct arena *a, const struct value *v, const char *path)
{
	const struct value *at = value_path(v, path);

	if (!value_is(at, VALUE_STRING))
		return "";
	return str_clean(a, at->string.at, at->string.len, MAX_TEXT);
}

static const struct value *annotation(const struct value *object, const char *name)
{
	/* value_path splits at dots, which annotation names are full of. */
	return value_get(value_path(object, "metadata.annotations"), name);
}

static int64_t time_at(const struct value *object, const char *path)
{
	int64_t at;

	return clock_parse(value_path_text(object, path, ""), &at) ? at : 0;
}

/* Whether the status describes a time before the newest operation ended. */
static bool application_is_stale(const struct value *object)
{
	const char *finished = value_path_text(object, "status.operationState.finishedAt", "");
	const char *reconciled = value_path_text(object, "status.reconciledAt", "");
	int64_t f, r;

	if (!clock_parse(finished, &f))
		return false;
	/* The event stream leaves reconciledAt out, since every reconciliation touches it. */
	return clock_parse(reconciled, &r) && r < f;
}

static const char *application_error(struct arena *a, const struct value *object)
{
	static const char *const types[] = { "ComparisonError", "InvalidSpecError" };

	for (size_t i = 0; i < COUNTOF(types); i++) {
		const char *message = application_condition(object, types[i]);

		if (message)
			return str_clean(a, message, strlen(message), MAX_TEXT);
	}
	return NULL;
}

static void application_read_sources(struct arena *a, const struct value *object, struct application *app)
{
	app->nsources = application_nsources(object);
	app->revisions = arena_array(a, app->nsources, sizeof(*app->revisions));
	for (size_t i = 0; i < app->nsources; i++)
		app->revisions[i] = str_copy(a, application_revision(object, i));
	app->revision = app->nsources ? app->revisions[0] : str_copy(a, application_revision(object, 0));
}

static void application_read_images(struct arena *a, const struct value *images, struct application *app)
{
	app->images = arena_array(a, value_count(images), sizeof(*app->images));
	for (size_t i = 0; i < value_count(images); i++) {
		const struct value *image = value_at(images, i);

		if (value_is(image, VALUE_STRING))
			app->images[app->nimages++] =
				str_clean(a, image->string.at, image->string.len, MAX_TEXT);
	}
}

bool application_read(struct arena *a, const struct value *object, int64_t seen_at,
		      struct application **out, struct err *e)
{
	struct application *app = arena_alloc(a, sizeof(*app));
	const char *project = text_at(a, object, "spec.project");

	if (!*value_path_text(object, "metadata.name", ""))
		return err_set(e, ERR_NET, "an application without a name");
	*app = (struct application){
		.name = text_at(a, object, "metadata.name"),
		.namespace = text_at(a, object, "metadata.namespace"),
		.project = *project ? project : "default",
		.health = text_at(a, object, "status.health.status"),
		.health_message = text_at(a, object, "status.health.message"),
		.health_since = time_at(object, "status.health.lastTransitionTime"),
		.sync = text_at(a, object, "status.sync.status"),
		.operation_phase = text_at(a, object, "status.operationState.phase"),
		.operation_message = text_at(a, object, "status.operationState.message"),
		.authorized_stages = str_copy(a, value_text(annotation(object, AUTHORIZED), "")),
		.error = application_error(a, object),
		.is_asked = value_count(value_get(object, "operation")) > 0,
		.is_stale = application_is_stale(object),
		.seen_at = seen_at,
	};
	application_read_sources(a, object, app);
	application_read_images(a, value_path(object, "status.summary.images"), app);
	/* An operation that was asked for and not yet picked up is running, to a person. */
	if (app->is_asked && !*app->operation_phase)
		app->operation_phase = "Running";
	*out = app;
	return true;
}

static struct application_resource application_resource(struct arena *a, const struct value *v)
{
	return (struct application_resource){
		.kind = text_at(a, v, "kind"), .namespace = text_at(a, v, "namespace"),
		.name = text_at(a, v, "name"), .sync = text_at(a, v, "status"),
		.health = text_at(a, v, "health.status"), .message = text_at(a, v, "health.message"),
	};
}

static int by_badness(const void *a, const void *b)
{
	const struct application_resource *x = a, *y = b;
	int order = application_badness(y->health, y->sync) - application_badness(x->health, x->sync);

	order = order ? order : strcmp(x->kind, y->kind);
	return order ? order : strcmp(x->name, y->name);
}

static void application_read_resources(struct arena *a, const struct value *all, struct application_detail *d)
{
	size_t count = value_count(all);
	struct application_resource *resources = arena_array(a, count, sizeof(*resources));

	for (size_t i = 0; i < count; i++)
		resources[i] = application_resource(a, value_at(all, i));
	qsort(resources, count, sizeof(*resources), by_badness);
	d->resources = resources;
	d->nresources = count < APPLICATION_RESOURCES ? count : APPLICATION_RESOURCES;
	d->more = count - d->nresources;
}

void application_read_detail(struct arena *a, const struct value *object, int64_t seen_at,
			     struct application_detail *out)
{
	const struct value *urls = value_path(object, "status.summary.externalURLs");

	*out = (struct application_detail){
		.name = text_at(a, object, "metadata.name"),
		.namespace = text_at(a, object, "metadata.namespace"),
		.seen_at = seen_at,
		.operation_started = time_at(object, "status.operationState.startedAt"),
		.operation_finished = time_at(object, "status.operationState.finishedAt"),
		.operation_by = text_at(a, object, "status.operationState.operation.initiatedBy.username"),
	};
	application_read_resources(a, value_path(object, "status.resources"), out);
	out->urls = arena_array(a, value_count(urls), sizeof(*out->urls));
	for (size_t i = 0; i < value_count(urls); i++) {
		const char *url = value_text(value_at(urls, i), "");

		if (*url)
			out->urls[out->nurls++] = str_clean(a, url, strlen(url), MAX_TEXT);
	}
}

static const struct value *sources_of(const struct value *object)
{
	const struct value *sources = value_path(object, "spec.sources");

	return value_is(sources, VALUE_LIST) && value_count(sources) ? sources : NULL;
}

size_t application_nsources(const struct value *object)
{
	const struct value *sources = sources_of(object);

	if (sources)
		return value_count(sources);
	return value_is(value_path(object, "spec.source"), VALUE_MAP) ? 1 : 0;
}

struct value *application_source(const struct value *object, size_t i)
{
	const struct value *sources = sources_of(object);

	if (sources)
		return value_at(sources, i);
	return i == 0 ? value_path(object, "spec.source") : NULL;
}

static const char *revision_at(const struct value *parent, size_t i)
{
	const struct value *many = value_get(parent, "revisions");

	if (value_count(many))
		return value_text(value_at(many, i), "");
	return i == 0 ? value_path_text(parent, "revision", "") : "";
}

const char *application_revision(const struct value *object, size_t i)
{
	return revision_at(value_path(object, "status.sync"), i);
}

const char *application_synced_revision(const struct value *object, size_t i)
{
	return revision_at(value_path(object, "status.operationState.syncResult"), i);
}

const char *operation_info(const struct value *operation, const char *name)
{
	const struct value *info = value_get(operation, "info");

	for (size_t i = 0; i < value_count(info); i++)
		if (same_text(value_path_text(value_at(info, i), "name", NULL), name))
			return value_path_text(value_at(info, i), "value", "");
	return NULL;
}

bool operation_is_pending(const struct value *object)
{
	const char *phase = value_path_text(object, "status.operationState.phase", "");

	return value_count(value_get(object, "operation")) > 0 && strcmp(phase, "Running") != 0 &&
	       strcmp(phase, "Terminating") != 0;
}

const char *application_key(struct arena *a, const struct value *object)
{
	return str_format(a, "%s/%s", value_path_text(object, "metadata.namespace", ""),
			  value_path_text(object, "metadata.name", ""));
}

const char *application_condition(const struct value *object, const char *type)
{
	const struct value *conditions = value_path(object, "status.conditions");

	for (size_t i = 0; i < value_count(conditions); i++)
		if (same_text(value_path_text(value_at(conditions, i), "type", NULL), type))
			return value_path_text(value_at(conditions, i), "message", "");
	return NULL;
}
