/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of events is that of a live Argo CD: an operation is asked for, picked up,
 * ends; only then is the comparison new and the health Progressing. What goes wrong depends on
 * stage and version alone, so that it can be told in advance.
 */
#include "demo/simulated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"

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

static int64_t scaled(int64_t ms, double speed)
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

void simulated_sync(struct simulated *app, const struct tip *tip, const struct value *info,
		    int64_t now)
{
	app->operation = OPERATION_ASKED;
	app->target = *tip;
	app->info = info;
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
		app->rolled_out_at = now + scaled(ROLL_OUT_MS, speed);
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

	if (app->operation == OPERATION_ASKED && now >= app->next_at + scaled(PICK_UP_MS, speed)) {
		app->operation = OPERATION_RUNNING;
		app->phase = "Running";
		app->started_at = app->next_at = now;
		changed = true;
	} else if (app->operation == OPERATION_RUNNING &&
		   now >= app->next_at + scaled(apply_ms(app), speed)) {
		simulated_apply(app, now, speed);
		changed = true;
	} else if (app->operation == OPERATION_ENDING &&
		   now >= app->next_at + scaled(PICK_UP_MS, speed)) {
		simulated_finish(app, "Failed", "Operation terminated", now);
		changed = true;
	}
	if (app->rolled_out_at && now >= app->rolled_out_at) {
		end_roll_out(app, now);
		changed = true;
	}
	return changed;
}

static void simulated_set_text(struct arena *a, struct value *map, const char *key,
			       const char *text)
{
	value_set(a, map, key, value_string(a, text));
}

/* Argo CD's times have no fraction. */
static void simulated_set_time(struct arena *a, struct value *map, const char *key, int64_t ms)
{
	if (ms)
		simulated_set_text(a, map, key, clock_rfc3339(a, ms / 1000 * 1000));
}

static struct value *simulated_source_of(const struct simulated *app, struct arena *a)
{
	return value_copy(a, value_path(app->object, "spec.source"));
}

/* The operation as it was asked for. */
static struct value *request_of(const struct simulated *app, struct arena *a)
{
	struct value *o = value_map(a), *sync = value_map(a), *by = value_map(a);

	simulated_set_text(a, sync, "revision", app->target.commit);
	value_set(a, sync, "source", simulated_source_of(app, a));
	simulated_set_text(a, by, "username", "demo");
	value_set(a, o, "sync", sync);
	value_set(a, o, "initiatedBy", by);
	if (value_count(app->info))
		value_set(a, o, "info", value_copy(a, app->info));
	value_set(a, o, "retry", value_map(a));
	return o;
}

static struct value *resource_of(const struct simulated *app, struct arena *a, bool in_result)
{
	struct value *r = value_map(a), *health = value_map(a);
	bool synced = strcmp(app->compared.commit, app->deployed.commit) == 0;

	simulated_set_text(a, r, "group", "apps");
	simulated_set_text(a, r, "version", "v1");
	simulated_set_text(a, r, "kind", "Deployment");
	simulated_set_text(a, r, "namespace", app->name);
	simulated_set_text(a, r, "name", "web");
	if (in_result) {
		bool failed = strcmp(app->phase, "Failed") == 0;
		simulated_set_text(a, r, "status", failed ? "SyncFailed" : "Synced");
		simulated_set_text(a, r, "message",
				   failed ? app->message : "deployment.apps/web configured");
		simulated_set_text(a, r, "syncPhase", "Sync");
		return r;
	}
	simulated_set_text(a, r, "status", synced ? "Synced" : "OutOfSync");
	simulated_set_text(a, health, "status", app->health);
	if (*app->health_message)
		simulated_set_text(a, health, "message", app->health_message);
	value_set(a, r, "health", health);
	return r;
}

static struct value *state_of(const struct simulated *app, struct arena *a)
{
	struct value *s = value_map(a), *result = value_map(a), *resources = value_list(a);

	simulated_set_text(a, s, "phase", app->phase);
	simulated_set_text(a, s, "message", app->message);
	value_set(a, s, "operation", request_of(app, a));
	simulated_set_time(a, s, "startedAt", app->started_at);
	simulated_set_time(a, s, "finishedAt", app->finished_at);
	if (!app->has_result)
		return s;
	value_append(a, resources, resource_of(app, a, true));
	simulated_set_text(a, result, "revision", app->target.commit);
	value_set(a, result, "source", simulated_source_of(app, a));
	value_set(a, result, "resources", resources);
	value_set(a, s, "syncResult", result);
	return s;
}

static struct value *sync_of(const struct simulated *app, struct arena *a)
{
	struct value *s = value_map(a), *to = value_map(a);
	bool known = *app->compared.commit != '\0';

	value_set(a, to, "source", simulated_source_of(app, a));
	value_set(a, to, "destination", value_copy(a, value_path(app->object, "spec.destination")));
	simulated_set_text(a, s, "status",
			   !known                                                    ? "Unknown"
			   : strcmp(app->compared.commit, app->deployed.commit) == 0 ? "Synced"
										     : "OutOfSync");
	value_set(a, s, "comparedTo", to);
	simulated_set_text(a, s, "revision",
			   known ? app->compared.commit
				 : value_path_text(app->object, "spec.source.targetRevision", ""));
	return s;
}

static struct value *summary_of(const struct simulated *app, struct arena *a)
{
	struct value *s = value_map(a), *images = value_list(a);

	if (*app->image_before)
		value_append(a, images, value_string(a, app->image_before));
	if (*app->deployed.image)
		value_append(a, images, value_string(a, app->deployed.image));
	if (value_count(images))
		value_set(a, s, "images", images);
	return s;
}

static struct value *simulated_status_of(const struct simulated *app, struct arena *a)
{
	struct value *s = value_map(a), *health = value_map(a), *resources = value_list(a);

	simulated_set_text(a, health, "status", app->health);
	simulated_set_time(a, health, "lastTransitionTime", app->health_at);
	if (*app->health_message)
		simulated_set_text(a, health, "message", app->health_message);
	value_append(a, resources, resource_of(app, a, false));
	value_set(a, s, "resources", resources);
	value_set(a, s, "sync", sync_of(app, a));
	value_set(a, s, "health", health);
	if (*app->phase)
		value_set(a, s, "operationState", state_of(app, a));
	simulated_set_time(a, s, "reconciledAt", app->reconciled_at);
	simulated_set_text(a, s, "sourceType", "Directory");
	value_set(a, s, "summary", summary_of(app, a));
	return s;
}

struct value *simulated_object(const struct simulated *app, struct arena *a)
{
	struct value *o = value_copy(a, app->object);

	simulated_set_text(a, value_get(o, "metadata"), "resourceVersion",
			   str_format(a, "%lld", (long long)app->version));
	if (app->operation != OPERATION_NONE)
		value_set(a, o, "operation", request_of(app, a));
	value_set(a, o, "status", simulated_status_of(app, a));
	return o;
}
