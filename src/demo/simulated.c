/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of events is that of a live Argo CD: an operation is asked for, picked up,
 * ends; only then is the comparison new and the health Progressing. What goes wrong depends on
 * stage and version alone, so that it can be told in advance.
 */
#include "demo/simulated.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "demo/json_tree.h"

#define PICK_UP_MS 400
#define ROLL_OUT_MS 7000

/* The number of the version in an image's tag, counted as the registry publishes; -1 when odd. */
static int simulated_number_of(const char *image)
{
	const char *colon = strrchr(image, ':');
	unsigned minor, patch;

	if (!colon || sscanf(colon, ":1.%u.%u", &minor, &patch) != 2 || minor < 27)
		return -1;
	return (int)((minor - 27) * 6 + patch);
}

static bool simulated_is_refused(const struct simulated *app, const char *image)
{
	return strcmp(app->stage, "uat") == 0 && simulated_number_of(image) % 5 == 1;
}

static bool simulated_is_broken(const struct simulated *app, const char *image)
{
	return strcmp(app->stage, "qa") == 0 && simulated_number_of(image) % 3 == 1;
}

/* How long a sync takes: longer the nearer to production, so that there is something to watch. */
static int64_t apply_ms(const struct simulated *app)
{
	static const struct { const char *stage; int64_t ms; } table[] = {
		{ "test", 2500 }, { "qa", 5000 }, { "uat", 8000 }, { "prod", 10000 },
	};

	for (size_t i = 0; i < COUNTOF(table); i++)
		if (strcmp(table[i].stage, app->stage) == 0)
			return table[i].ms;
	return 2500;
}

static int64_t simulated_scale(int64_t ms, double speed)
{
	return (int64_t)((double)ms / speed);
}

static void set_health(struct simulated *app, const char *health, const char *message, int64_t now)
{
	app->health = health;
	app->health_at = now;
	snprintf(app->health_message, sizeof(app->health_message), "%s", message);
}

void simulated_settle(struct simulated *app, const struct tip *tip, int64_t now)
{
	app->compared = app->deployed = *tip;
	app->reconciled_at = now;
	app->phase = "";
	set_health(app, "Healthy", "", now);
}

bool simulated_compare(struct simulated *app, const struct tip *tip, int64_t now)
{
	bool changed = strcmp(app->compared.commit, tip->commit) != 0;

	app->compared = *tip;
	app->reconciled_at = now;
	return changed;
}

void simulated_sync(struct simulated *app, const struct tip *tip, const struct cJSON *info,
		    int64_t now)
{
	app->operation = OPERATION_ASKED;
	app->target = *tip;
	cJSON_Delete(app->info);
	app->info = cJSON_Duplicate(info, true);
	app->phase = "";
	app->has_result = false;
	app->message[0] = '\0';
	app->finished_at = 0;
	app->next_at = now;
}

void simulated_terminate(struct simulated *app, int64_t now)
{
	app->operation = OPERATION_ENDING;
	app->phase = "Terminating";
	app->next_at = now;
}

static void simulated_finish(struct simulated *app, const char *phase, const char *message,
			     int64_t now)
{
	app->operation = OPERATION_NONE;
	app->phase = phase;
	app->finished_at = now;
	snprintf(app->message, sizeof(app->message), "%s", message);
}

/* The end of a sync: applied or refused; a new image starts rolling out. */
static void simulated_apply(struct simulated *app, int64_t now, double speed)
{
	char why[SIMULATED_TEXT];

	app->compared = app->target;
	app->reconciled_at = now;
	app->has_result = true;
	if (simulated_is_refused(app, app->target.image)) {
		snprintf(why, sizeof(why), "one or more objects failed to apply, reason: admission webhook "
			 "\"policy.demo\" denied the request: %s is not signed", app->target.image);
		simulated_finish(app, "Failed", why, now);
		return;
	}
	simulated_finish(app, "Succeeded", "successfully synced (all tasks run)", now);
	if (strcmp(app->deployed.image, app->target.image) != 0) {
		memcpy(app->image_before, app->deployed.image, sizeof(app->image_before));
		app->rolled_out_at = now + simulated_scale(ROLL_OUT_MS, speed);
		set_health(app, "Progressing", "Waiting for rollout to finish: 1 out of 3 new replicas have "
			   "been updated", now);
	}
	app->deployed = app->target;
}

static void end_roll_out(struct simulated *app, int64_t now)
{
	app->rolled_out_at = 0;
	app->image_before[0] = '\0';
	if (simulated_is_broken(app, app->deployed.image))
		set_health(app, "Degraded", "Deployment \"web\" exceeded its progress deadline: back-off "
			   "restarting failed container web, exit status 1", now);
	else
		set_health(app, "Healthy", "", now);
}

bool simulated_advance(struct simulated *app, int64_t now, double speed)
{
	bool changed = false;

	if (app->operation == OPERATION_ASKED &&
	    now >= app->next_at + simulated_scale(PICK_UP_MS, speed)) {
		app->operation = OPERATION_RUNNING;
		app->phase = "Running";
		app->started_at = app->next_at = now;
		changed = true;
	} else if (app->operation == OPERATION_RUNNING &&
		   now >= app->next_at + simulated_scale(apply_ms(app), speed)) {
		simulated_apply(app, now, speed);
		changed = true;
	} else if (app->operation == OPERATION_ENDING &&
		   now >= app->next_at + simulated_scale(PICK_UP_MS, speed)) {
		simulated_finish(app, "Failed", "Operation terminated", now);
		changed = true;
	}
	if (app->rolled_out_at && now >= app->rolled_out_at) {
		end_roll_out(app, now);
		changed = true;
	}
	return changed;
}

/* Argo CD's times have no fraction. */
static void simulated_set_time(struct cJSON *object, const char *key, int64_t ms)
{
	AUTO(arena) struct arena *a = arena_new();

	if (ms)
		json_tree_set_text(object, key, clock_rfc3339(a, ms / 1000 * 1000));
}

static struct cJSON *simulated_copy(const struct simulated *app, const char *path)
{
	return cJSON_Duplicate(json_tree_at(app->object, path), true);
}

/* The operation as it was asked for. */
static struct cJSON *simulated_request(const struct simulated *app)
{
	struct cJSON *o = cJSON_CreateObject(), *sync = cJSON_AddObjectToObject(o, "sync");

	json_tree_set_text(sync, "revision", app->target.commit);
	json_tree_set(sync, "source", simulated_copy(app, "spec.source"));
	json_tree_set_text(cJSON_AddObjectToObject(o, "initiatedBy"), "username", "demo");
	if (cJSON_GetArraySize(app->info))
		json_tree_set(o, "info", cJSON_Duplicate(app->info, true));
	cJSON_AddObjectToObject(o, "retry");
	return o;
}

static struct cJSON *resource_of(const struct simulated *app)
{
	struct cJSON *r = cJSON_CreateObject();

	json_tree_set_text(r, "group", "apps");
	json_tree_set_text(r, "version", "v1");
	json_tree_set_text(r, "kind", "Deployment");
	json_tree_set_text(r, "namespace", app->name);
	json_tree_set_text(r, "name", "web");
	return r;
}

static struct cJSON *health_of(const struct simulated *app)
{
	struct cJSON *health = cJSON_CreateObject();

	json_tree_set_text(health, "status", app->health);
	if (*app->health_message)
		json_tree_set_text(health, "message", app->health_message);
	return health;
}

/* The Deployment, as the result of a sync lists it. */
static struct cJSON *resource_result(const struct simulated *app)
{
	bool failed = strcmp(app->phase, "Failed") == 0;
	struct cJSON *r = resource_of(app);

	json_tree_set_text(r, "status", failed ? "SyncFailed" : "Synced");
	json_tree_set_text(r, "message", failed ? app->message : "deployment.apps/web configured");
	json_tree_set_text(r, "syncPhase", "Sync");
	return r;
}

/* The Deployment, as the status lists it. */
static struct cJSON *resource_status(const struct simulated *app)
{
	bool synced = strcmp(app->compared.commit, app->deployed.commit) == 0;
	struct cJSON *r = resource_of(app);

	json_tree_set_text(r, "status", synced ? "Synced" : "OutOfSync");
	json_tree_set(r, "health", health_of(app));
	return r;
}

static struct cJSON *state_of(const struct simulated *app)
{
	struct cJSON *s = cJSON_CreateObject(), *result;

	json_tree_set_text(s, "phase", app->phase);
	json_tree_set_text(s, "message", app->message);
	json_tree_set(s, "operation", simulated_request(app));
	simulated_set_time(s, "startedAt", app->started_at);
	simulated_set_time(s, "finishedAt", app->finished_at);
	if (!app->has_result)
		return s;
	result = cJSON_AddObjectToObject(s, "syncResult");
	json_tree_set_text(result, "revision", app->target.commit);
	json_tree_set(result, "source", simulated_copy(app, "spec.source"));
	cJSON_AddItemToArray(cJSON_AddArrayToObject(result, "resources"), resource_result(app));
	return s;
}

static struct cJSON *sync_of(const struct simulated *app)
{
	struct cJSON *s = cJSON_CreateObject(), *to = cJSON_AddObjectToObject(s, "comparedTo");
	bool known = *app->compared.commit != '\0';
	bool synced = strcmp(app->compared.commit, app->deployed.commit) == 0;

	json_tree_set(to, "source", simulated_copy(app, "spec.source"));
	json_tree_set(to, "destination", simulated_copy(app, "spec.destination"));
	json_tree_set_text(s, "status", !known ? "Unknown" : synced ? "Synced" : "OutOfSync");
	json_tree_set_text(s, "revision",
			   known ? app->compared.commit
				 : json_tree_text(app->object, "spec.source.targetRevision", ""));
	return s;
}

static struct cJSON *summary_of(const struct simulated *app)
{
	struct cJSON *s = cJSON_CreateObject(), *images;

	if (!*app->image_before && !*app->deployed.image)
		return s;
	images = cJSON_AddArrayToObject(s, "images");
	if (*app->image_before)
		cJSON_AddItemToArray(images, cJSON_CreateString(app->image_before));
	if (*app->deployed.image)
		cJSON_AddItemToArray(images, cJSON_CreateString(app->deployed.image));
	return s;
}

static struct cJSON *simulated_status_of(const struct simulated *app)
{
	struct cJSON *s = cJSON_CreateObject(), *health = health_of(app);

	simulated_set_time(health, "lastTransitionTime", app->health_at);
	cJSON_AddItemToArray(cJSON_AddArrayToObject(s, "resources"), resource_status(app));
	json_tree_set(s, "sync", sync_of(app));
	json_tree_set(s, "health", health);
	if (*app->phase)
		json_tree_set(s, "operationState", state_of(app));
	simulated_set_time(s, "reconciledAt", app->reconciled_at);
	json_tree_set_text(s, "sourceType", "Directory");
	json_tree_set(s, "summary", summary_of(app));
	return s;
}

struct cJSON *simulated_object(const struct simulated *app)
{
	struct cJSON *o = cJSON_Duplicate(app->object, true);
	char version[24];

	snprintf(version, sizeof(version), "%" PRId64, app->version);
	json_tree_set_text(json_tree_at(o, "metadata"), "resourceVersion", version);
	if (app->operation != OPERATION_NONE)
		json_tree_set(o, "operation", simulated_request(app));
	json_tree_set(o, "status", simulated_status_of(app));
	return o;
}
