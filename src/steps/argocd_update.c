/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argocd-update: change and sync Argo CD Applications and wait for the sync (doc/kargo-rules.md 6.2). The
 * decisions are argocd/update.h's; the check it registers makes the Stage's health
 * follow the applications.
 */
#include "argocd/update.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "data/value.h"
#include "steps/argocd_live.h"
#include "steps/rehearse.h"
#include "steps/step.h"

#define POLL_MS 2000

static const struct step_param kustomize_image[] = {
	{ .name = "repoURL", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The image as the Kustomization names it." },
	{ .name = "tag", .kind = PARAM_STRING, .help = "Its new tag; not together with digest." },
	{ .name = "digest", .kind = PARAM_STRING, .help = "Its new digest; not together with tag." },
	{ .name = "newName", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "The repository to use instead." },
	{ 0 },
};

static const struct step_param kustomize[] = {
	{ .name = "images", .kind = PARAM_LIST, .flags = PARAM_NOT_EMPTY,
	  .of = kustomize_image, .help = "Replaces the source's list of images." },
	{ 0 },
};

static const struct step_param helm_image[] = {
	{ .name = "key", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The Helm parameter's name." },
	{ .name = "value", .kind = PARAM_STRING, .flags = PARAM_REQUIRED, .help = "Its new value." },
	{ 0 },
};

static const struct step_param helm[] = {
	{ .name = "images", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .of = helm_image, .help = "Helm parameters to set." },
	{ 0 },
};

static const struct step_param source[] = {
	{ .name = "repoURL", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Which source of the Application: its repository." },
	{ .name = "chart", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "The chart's name, in a chart repository." },
	{ .name = "desiredRevision", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "The commit or chart version that must have been synced." },
	{ .name = "updateTargetRevision", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Write desiredRevision into the Application as its targetRevision." },
	{ .name = "kustomize", .kind = PARAM_MAP, .of = kustomize, .help = "Images to set." },
	{ .name = "helm", .kind = PARAM_MAP, .of = helm, .help = "Helm parameters to set." },
	{ 0 },
};

static const struct step_param app[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY,
	  .help = "The Application; or use selector." },
	{ .name = "selector", .kind = PARAM_MAP, .of = argocd_selector_params,
	  .help = "Chooses Applications by their labels; or use name." },
	{ .name = "namespace", .kind = PARAM_STRING, .flags = PARAM_NOT_EMPTY, .otherwise = "argocd",
	  .help = "Where the Application is." },
	{ .name = "sources", .kind = PARAM_LIST, .flags = PARAM_NOT_EMPTY, .of = source,
	  .help = "What to change in its sources." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "apps", .kind = PARAM_LIST, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY, .of = app,
	  .help = "The Applications to change and sync." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "apps", "The Applications that were synced: a list of {name, namespace}." },
	{ 0 },
};

static const char *argocd_update_text(const struct value *v, const char *key)
{
	return value_text(value_get(v, key), "");
}

static bool argocd_update_check_source(const struct value *s, size_t i, size_t k, struct err *e)
{
	const struct value *images = value_path(s, "kustomize.images");

	if (value_truth(value_get(s, "updateTargetRevision"), false) &&
	    !*argocd_update_text(s, "desiredRevision"))
		return err_set(e, ERR_CONFIG, "apps[%zu].sources[%zu]: updateTargetRevision needs a "
			       "desiredRevision", i, k);
	for (size_t n = 0; n < value_count(images); n++)
		if (*argocd_update_text(value_at(images, n), "tag") &&
		    *argocd_update_text(value_at(images, n), "digest"))
			return err_set(e, ERR_CONFIG, "apps[%zu].sources[%zu].kustomize.images[%zu]: "
				       "give tag or digest, not both", i, k, n);
	return true;
}

static bool check_app(const struct value *v, size_t i, struct err *e)
{
	const struct value *sources = value_get(v, "sources");

	if (!argocd_check_choice(v, i, e))
		return false;
	for (size_t k = 0; k < value_count(sources); k++)
		if (!argocd_update_check_source(value_at(sources, k), i, k, e))
			return false;
	return true;
}

static bool argocd_update_check(const struct value *config, struct err *e)
{
	const struct value *apps = value_get(config, "apps");

	for (size_t i = 0; i < value_count(apps); i++)
		if (!check_app(value_at(apps, i), i, e))
			return false;
	return true;
}

static struct update_request request_of(const struct step_run *r)
{
	return (struct update_request){
		.config = r->config, .project = r->subject->project, .stage = r->subject->stage,
		.promotion = r->subject->promotion, .actor = r->subject->actor, .now = clock_ticks(),
		.syncs = r->memory ? value_copy(r->arena, r->memory) : value_map(r->arena),
	};
}

static bool argocd_update_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct update_request request = request_of(r);
	struct argocd_live live = { r, request.syncs };
	struct update_port port;
	struct update_result done;

	if (argocd_live_missing(r, e))
		return false;
	argocd_live_port(&live, &port);
	result->memory = request.syncs;
	if (!argocd_update(r->arena, &port, &request, &done, e))
		return false;
	step_output(r, result, "apps", done.apps);
	result->health_check = value_map(r->arena);
	value_set(r->arena, result->health_check, "uses", value_string(r->arena, "argocd-update"));
	value_set(r->arena, result->health_check, "config", done.check);
	result->status = done.status;
	result->message = done.waits;
	if (done.status == STEP_RUNNING)
		result->retry_after = POLL_MS;
	return true;
}

/* Asks Argo CD what the step will ask it: what is in the way is better known before anything is pushed. */
static bool argocd_update_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *names = argocd_live_names(r), *closed = NULL;
	struct update_request request = request_of(r);
	struct argocd_live live = { r, NULL };
	struct list apps = { 0 };
	struct update_port port;
	bool fine;

	result->is_unforeseen = true;
	if (argocd_live_missing(r, e))
		return false;
	argocd_live_port(&live, &port);
	fine = argocd_update_foresee(r->arena, &port, &request, &apps, e);
	if (!fine && !e->passes)
		return false;
	if (!fine || !argocd_live_closed(r, &apps, &closed, e)) {
		step_announce(r, result, "change and sync %s, and wait until it is done; whether it can "
			      "is not known: %s", names, e->message);
		return true;
	}
	if (closed)
		step_announce(r, result, "change and sync %s, and wait for its sync window, which is "
			      "closed now: %s", names, closed);
	else
		step_announce(r, result, "change and sync %s, and wait until it is done", names);
	return true;
}

const struct step_def step_argocd_update = {
	.kind = "argocd-update",
	.summary = "Change and sync Argo CD Applications, and wait until they are synced.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_ARGOCD,
	.timeout_s = 300,
	.is_effect = true,
	.check = argocd_update_check,
	.reach = STEP_REACH_WRITES,
	.rehearse = argocd_update_rehearse,
	.run = argocd_update_run,
};
