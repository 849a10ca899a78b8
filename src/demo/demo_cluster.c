/* SPDX-License-Identifier: Apache-2.0 */
/* Few enough for walks; what is removed stays as a mark, for watches that have not seen it. */
#include "demo/demo_cluster.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "demo/json_tree.h"

struct demo_object {
	char *plural, *name;            /* heap */
	struct cJSON *object;           /* as it is, or was when it was removed */
	int64_t made, changed;          /* versions */
	bool gone;
};

struct demo_cluster {
	pthread_mutex_t lock;
	struct demo_object *objects;
	size_t count, room;
	int64_t version;
};

struct demo_cluster *demo_cluster_new(void)
{
	struct demo_cluster *c = xmalloc(sizeof(*c));

	*c = (struct demo_cluster){ .version = 1 };
	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void demo_cluster_free(struct demo_cluster *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->count; i++) {
		cJSON_Delete(c->objects[i].object);
		free(c->objects[i].plural);
		free(c->objects[i].name);
	}
	free(c->objects);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct demo_object *demo_cluster_find(struct demo_cluster *c, const char *plural,
					     const char *name)
{
	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->objects[i].plural, plural) == 0 && strcmp(c->objects[i].name, name) == 0)
			return &c->objects[i];
	return NULL;
}

static struct demo_object *cluster_add(struct demo_cluster *c, const char *plural, const char *name)
{
	struct demo_object *o;

	if (c->count == c->room) {
		c->room = c->room ? c->room * 2 : 64;
		c->objects = xrealloc(c->objects, c->room * sizeof(*c->objects));
	}
	o = &c->objects[c->count++];
	*o = (struct demo_object){ .plural = xstrdup(plural), .name = xstrdup(name), .gone = true };
	return o;
}

/* The version is a text, as Kubernetes has it. */
static void cluster_stamp(struct demo_cluster *c, struct demo_object *o)
{
	char text[24];

	o->changed = ++c->version;
	snprintf(text, sizeof(text), "%" PRId64, o->changed);
	json_tree_set_text(json_tree_at(o->object, "metadata"), "resourceVersion", text);
}

void demo_cluster_put(struct demo_cluster *c, const char *plural, struct cJSON *object)
{
	const char *name = json_tree_text(object, "metadata.name", "");
	struct demo_object *o;

	pthread_mutex_lock(&c->lock);
	o = demo_cluster_find(c, plural, name);
	if (!o)
		o = cluster_add(c, plural, name);
	cJSON_Delete(o->object);
	o->object = object;
	cluster_stamp(c, o);
	if (o->gone)
		o->made = o->changed;
	o->gone = false;
	pthread_mutex_unlock(&c->lock);
}

void demo_cluster_remove(struct demo_cluster *c, const char *plural, const char *name)
{
	struct demo_object *o;

	pthread_mutex_lock(&c->lock);
	o = demo_cluster_find(c, plural, name);
	if (o && !o->gone) {
		cluster_stamp(c, o);
		o->gone = true;
	}
	pthread_mutex_unlock(&c->lock);
}

struct cJSON *demo_cluster_get(struct demo_cluster *c, const char *plural, const char *name)
{
	struct cJSON *out = NULL;
	struct demo_object *o;

	pthread_mutex_lock(&c->lock);
	o = demo_cluster_find(c, plural, name);
	if (o && !o->gone)
		out = cJSON_Duplicate(o->object, true);
	pthread_mutex_unlock(&c->lock);
	return out;
}

struct cJSON *demo_cluster_list(struct demo_cluster *c, const char *plural, int64_t *version)
{
	struct cJSON *out = cJSON_CreateArray();

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < c->count; i++)
		if (!c->objects[i].gone && strcmp(c->objects[i].plural, plural) == 0)
			cJSON_AddItemToArray(out, cJSON_Duplicate(c->objects[i].object, true));
	*version = c->version;
	pthread_mutex_unlock(&c->lock);
	return out;
}

/* The object of the kind that changed next after that version; NULL: none. */
static struct demo_object *cluster_next(struct demo_cluster *c, const char *plural, int64_t after)
{
	struct demo_object *next = NULL;

	for (size_t i = 0; i < c->count; i++) {
		struct demo_object *o = &c->objects[i];

		if (o->changed > after && strcmp(o->plural, plural) == 0 &&
		    (!next || o->changed < next->changed))
			next = o;
	}
	return next;
}

struct cJSON *demo_cluster_changes(struct demo_cluster *c, const char *plural, int64_t *after)
{
	struct cJSON *out = cJSON_CreateArray();
	struct demo_object *o;

	pthread_mutex_lock(&c->lock);
	while ((o = cluster_next(c, plural, *after))) {
		struct cJSON *event = cJSON_CreateObject();
		const char *type = o->gone ? "DELETED" : o->made > *after ? "ADDED" : "MODIFIED";

		json_tree_set_text(event, "type", type);
		json_tree_set(event, "object", cJSON_Duplicate(o->object, true));
		cJSON_AddItemToArray(out, event);
		*after = o->changed;
	}
	pthread_mutex_unlock(&c->lock);
	return out;
}
