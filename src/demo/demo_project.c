/* SPDX-License-Identifier: Apache-2.0 */
/* A deny window that is active closes, and so do allow windows of which none is; manualSync opens both. */
#include "demo/demo_project.h"

#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "demo/json_tree.h"

struct demo_project {
	pthread_mutex_t lock;
	struct cJSON *windows;          /* under lock: a list */
};

struct demo_project *demo_project_new(void)
{
	struct demo_project *p = xmalloc(sizeof(*p));

	*p = (struct demo_project){ .windows = cJSON_CreateArray() };
	pthread_mutex_init(&p->lock, NULL);
	return p;
}

void demo_project_free(struct demo_project *p)
{
	if (!p)
		return;
	cJSON_Delete(p->windows);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct cJSON *demo_project_get(struct demo_project *p)
{
	struct cJSON *v = cJSON_CreateObject(), *metadata = cJSON_CreateObject();
	struct cJSON *spec = cJSON_CreateObject();

	json_tree_set_text(metadata, "name", "default");
	cJSON_AddItemToObject(v, "metadata", metadata);
	pthread_mutex_lock(&p->lock);
	if (cJSON_GetArraySize(p->windows))
		cJSON_AddItemToObject(spec, "syncWindows", cJSON_Duplicate(p->windows, true));
	pthread_mutex_unlock(&p->lock);
	cJSON_AddItemToObject(v, "spec", spec);
	return v;
}

bool demo_project_put(struct demo_project *p, const struct cJSON *body)
{
	const struct cJSON *spec = json_tree_at(body, "project.spec");
	const struct cJSON *windows = json_tree_at(body, "project.spec.syncWindows");
	struct cJSON *taken;

	if (!spec)
		return false;
	taken = cJSON_IsArray(windows) ? cJSON_Duplicate(windows, true) : cJSON_CreateArray();
	pthread_mutex_lock(&p->lock);
	cJSON_Delete(p->windows);
	p->windows = taken;
	pthread_mutex_unlock(&p->lock);
	return true;
}

static bool is_active(const struct cJSON *window)
{
	return strcmp(json_tree_text(window, "schedule", ""), "* * * * *") == 0;
}

static bool is_deny(const struct cJSON *window)
{
	return strcmp(json_tree_text(window, "kind", ""), "deny") == 0;
}

/* The lock is held. */
static bool can_sync(const struct demo_project *p)
{
	bool asks = false, allowed = false;
	const struct cJSON *w;

	cJSON_ArrayForEach(w, p->windows) {
		bool manual = cJSON_IsTrue(json_tree_at(w, "manualSync"));

		if (is_deny(w) && is_active(w) && !manual)
			return false;
		asks = asks || !is_deny(w);
		allowed = allowed || (!is_deny(w) && (is_active(w) || manual));
	}
	return !asks || allowed;
}

bool demo_project_can_sync(struct demo_project *p)
{
	bool can;

	pthread_mutex_lock(&p->lock);
	can = can_sync(p);
	pthread_mutex_unlock(&p->lock);
	return can;
}

/* As part of an application, where it is known which one it belongs to. */
static struct cJSON *told_window(const struct cJSON *window)
{
	struct cJSON *v = cJSON_CreateObject();

	json_tree_set_text(v, "kind", json_tree_text(window, "kind", ""));
	json_tree_set_text(v, "schedule", json_tree_text(window, "schedule", ""));
	json_tree_set_text(v, "duration", json_tree_text(window, "duration", ""));
	cJSON_AddBoolToObject(v, "manualSync", cJSON_IsTrue(json_tree_at(window, "manualSync")));
	return v;
}

struct cJSON *demo_project_windows(struct demo_project *p)
{
	struct cJSON *v = cJSON_CreateObject(), *active = cJSON_CreateArray(), *all = cJSON_CreateArray();
	const struct cJSON *w;

	pthread_mutex_lock(&p->lock);
	cJSON_ArrayForEach(w, p->windows) {
		cJSON_AddItemToArray(all, told_window(w));
		if (is_active(w))
			cJSON_AddItemToArray(active, told_window(w));
	}
	if (cJSON_GetArraySize(active))
		cJSON_AddItemToObject(v, "activeWindows", active);
	else
		cJSON_Delete(active);
	if (cJSON_GetArraySize(all))
		cJSON_AddItemToObject(v, "assignedWindows", all);
	else
		cJSON_Delete(all);
	cJSON_AddBoolToObject(v, "canSync", can_sync(p));
	pthread_mutex_unlock(&p->lock);
	return v;
}
