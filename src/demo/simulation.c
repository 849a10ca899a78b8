/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Git is read outside the lock, by whoever needs it, with a handle of its own. The thread looks at the
 * clock twenty times a second and at git once a second.
 */
#include "demo/simulation.h"

#include <assert.h>
#include <cjson/cJSON.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/list.h"
#include "base/str.h"
#include "base/thread.h"
#include "data/value.h"
#include "data/yaml.h"
#include "demo/json_tree.h"
#include "demo/patch.h"
#include "demo/seed_inner.h"
#include "demo/simulated.h"
#include "git/repo.h"
#include "git/tree.h"

#define TICK_MS 50
#define LOOKS 20                        /* ticks between two looks at git */
#define MAX_MANIFEST 65536
#define MOST_APPS 64

struct simulation {
	struct arena *a;                /* names and paths, set once */
	const char *repository;
	double speed;
	struct thread *thread;
	bool stopping;                  /* atomic */
	pthread_mutex_t lock;
	struct simulated apps[MOST_APPS]; /* under lock from here on */
	size_t count;
	int64_t version;
};

/* The first container's image, when one of the documents is a Deployment; else "". */
static const char *image_of(struct arena *a, const char *name, const struct str *text)
{
	struct list documents = { 0 };
	struct err ignored;

	if (!yaml_parse(a, name, *text, &documents, &ignored))
		return "";
	for (size_t i = 0; i < documents.count; i++) {
		const struct value *spec = value_path(documents.items[i], "spec.template.spec");

		if (strcmp(value_path_text(documents.items[i], "kind", ""), "Deployment") == 0)
			return value_path_text(value_at(value_path(spec, "containers"), 0), "image", "");
	}
	return "";
}

/* What the branch holds now; an empty tip when it cannot be read. Its deployment may lie in any file. */
static void simulation_look(const struct simulation *s, const char *branch, struct tip *out)
{
	AUTO(arena) struct arena *a = arena_new();
	AUTO(repo) struct repo *r = NULL;
	struct list entries = { 0 };
	struct err ignored;
	struct oid commit;
	struct str text;

	*out = (struct tip){ 0 };
	if (!repo_open(s->repository, &r, &ignored) || !repo_resolve(r, branch, &commit, &ignored))
		return;
	memcpy(out->commit, commit.hex, sizeof(out->commit));
	if (!repo_list(r, a, &(struct repo_place){ &commit, "" }, &entries, &ignored))
		return;
	for (size_t i = 0; i < entries.count && !*out->image; i++) {
		const struct repo_entry *file = entries.items[i];

		if (has_suffix(file->name, ".yaml") && !file->is_folder &&
		    repo_read_blob(r, a, &(struct repo_blob){ &file->id, MAX_MANIFEST }, &text, &ignored))
			snprintf(out->image, sizeof(out->image), "%s", image_of(a, file->name, &text));
	}
}

static const char *branch_of(const struct simulated *app)
{
	return json_tree_text(app->object, "spec.source.targetRevision", "main");
}

static struct simulated *simulation_find(struct simulation *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->apps[i].name, name) == 0)
			return &s->apps[i];
	return NULL;
}

static void simulation_touch(struct simulation *s, struct simulated *app)
{
	app->version = ++s->version;
}

/* The application of a stage, which follows a branch. */
struct simulation_app {
	const char *project, *stage, *branch;
};

static struct cJSON *simulation_object_of(const struct simulation_options *o, const char *name,
					  const struct simulation_app *of)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cJSON *object = cJSON_CreateObject();
	struct cJSON *meta = cJSON_AddObjectToObject(object, "metadata");
	struct cJSON *spec = cJSON_AddObjectToObject(object, "spec");
	struct cJSON *source = cJSON_AddObjectToObject(spec, "source");
	struct cJSON *to = cJSON_AddObjectToObject(spec, "destination");
	char uid[41];

	hash_sha1(name, strlen(name), uid);
	json_tree_set_text(meta, "name", name);
	json_tree_set_text(meta, "namespace", "argocd");
	json_tree_set_text(meta, "uid", str_format(a, "%.8s-%.4s-4%.3s-8%.3s-%.12s", uid, uid + 8, uid + 12,
						   uid + 15, uid + 18));
	json_tree_set_text(meta, "creationTimestamp", clock_rfc3339(a, clock_now() / 1000 * 1000));
	json_tree_set_text(cJSON_AddObjectToObject(meta, "annotations"), "kargo.akuity.io/authorized-stage",
			   str_format(a, "%s:%s", of->project, of->stage));
	json_tree_set_text(source, "repoURL", o->url);
	json_tree_set_text(source, "path", ".");
	json_tree_set_text(source, "targetRevision", of->branch);
	json_tree_set_text(to, "server", "https://kubernetes.default.svc");
	json_tree_set_text(to, "namespace", name);
	json_tree_set_text(spec, "project", "default");
	return object;
}

static void add_app(struct simulation *s, const struct simulation_options *o,
		    const struct simulation_app *of)
{
	struct simulated *app = &s->apps[s->count++];
	struct tip tip;

	app->stage = str_copy(s->a, of->stage);
	app->name = str_format(s->a, "%s-%s", of->project, of->stage);
	app->object = simulation_object_of(o, app->name, of);
	simulation_look(s, branch_of(app), &tip);
	simulated_settle(app, &tip, clock_now());
	simulation_touch(s, app);
}

static void simulation_add_apps(struct simulation *s, const struct simulation_options *o)
{
	for (size_t i = 0; s->count < MOST_APPS && o->stages[i]; i++) {
		struct simulation_app of = { o->project, o->stages[i],
					     str_format(s->a, "stage/%s", o->stages[i]) };

		add_app(s, o, &of);
	}
	for (const struct seed_place *p = o->others; p && p->project && s->count < MOST_APPS; p++) {
		struct simulation_app of = { p->project, p->stage,
					     str_format(s->a, "stage/%s/%s", p->project, p->stage) };

		add_app(s, o, &of);
	}
}

/* One look at the clock, and at git when asked. */
static void simulation_tick(struct simulation *s, bool at_git)
{
	for (size_t i = 0; i < s->count; i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct simulated *app = &s->apps[i];
		struct tip tip;
		const char *branch;
		bool changed;

		pthread_mutex_lock(&s->lock);
		branch = str_copy(a, branch_of(app));
		changed = simulated_advance(app, clock_now(), s->speed);
		if (changed)
			simulation_touch(s, app);
		pthread_mutex_unlock(&s->lock);
		if (!at_git)
			continue;
		simulation_look(s, branch, &tip);
		pthread_mutex_lock(&s->lock);
		if (app->operation == OPERATION_NONE && simulated_compare(app, &tip, clock_now()))
			simulation_touch(s, app);
		pthread_mutex_unlock(&s->lock);
	}
}

static void simulation_run(void *simulation)
{
	struct simulation *s = simulation;

	for (unsigned n = 1; !flag_is_set(&s->stopping); n++) {
		clock_sleep(TICK_MS);
		simulation_tick(s, n % LOOKS == 0);
	}
}

bool simulation_start(struct simulation **out, const struct simulation_options *o, struct err *e)
{
	struct simulation *s = xmalloc(sizeof(*s));

	assert(o->repository && o->url && o->project && o->stages);
	memset(s, 0, sizeof(*s));
	s->a = arena_new();
	s->repository = str_copy(s->a, o->repository);
	s->speed = o->speed > 0 ? o->speed : 1;
	pthread_mutex_init(&s->lock, NULL);
	simulation_add_apps(s, o);
	if (!thread_start(&s->thread, "demo-argocd", simulation_run, s, e)) {
		simulation_stop(s);
		return false;
	}
	*out = s;
	return true;
}

void simulation_stop(struct simulation *s)
{
	if (!s)
		return;
	flag_set(&s->stopping);
	thread_join(s->thread);
	for (size_t i = 0; i < s->count; i++) {
		cJSON_Delete(s->apps[i].object);
		cJSON_Delete(s->apps[i].info);
	}
	pthread_mutex_destroy(&s->lock);
	arena_free(s->a);
	free(s);
}

struct cJSON *simulation_get(struct simulation *s, const char *name)
{
	struct cJSON *out = NULL;
	struct simulated *app;

	pthread_mutex_lock(&s->lock);
	app = simulation_find(s, name);
	if (app)
		out = simulated_object(app);
	pthread_mutex_unlock(&s->lock);
	return out;
}

struct cJSON *simulation_changes(struct simulation *s, int64_t *after)
{
	struct cJSON *out = cJSON_CreateArray();

	pthread_mutex_lock(&s->lock);
	for (int64_t at = *after; at < s->version;) {
		const struct simulated *next = NULL;
		for (size_t i = 0; i < s->count; i++)
			if (s->apps[i].version > at && (!next || s->apps[i].version < next->version))
				next = &s->apps[i];
		if (!next)
			break;
		cJSON_AddItemToArray(out, simulated_object(next));
		at = next->version;
	}
	*after = s->version;
	pthread_mutex_unlock(&s->lock);
	return out;
}

/* The branch's tip, read without the lock; false when there is no such application. */
static bool look_for(struct simulation *s, const char *name, struct tip *tip)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *branch = NULL;
	struct simulated *app;

	pthread_mutex_lock(&s->lock);
	app = simulation_find(s, name);
	if (app)
		branch = str_copy(a, branch_of(app));
	pthread_mutex_unlock(&s->lock);
	if (branch)
		simulation_look(s, branch, tip);
	return branch != NULL;
}

void simulation_refresh(struct simulation *s, const char *name)
{
	struct tip tip;

	if (!look_for(s, name, &tip))
		return;
	pthread_mutex_lock(&s->lock);
	struct simulated *app = simulation_find(s, name);
	if (simulated_compare(app, &tip, clock_now()))
		simulation_touch(s, app);
	pthread_mutex_unlock(&s->lock);
}

bool simulation_sync(struct simulation *s, const char *name, const struct cJSON *body,
		     struct err *e)
{
	struct tip tip;
	bool busy;

	if (!look_for(s, name, &tip))
		return err_set(e, ERR_NOT_FOUND, "permission denied");
	if (!*tip.commit)
		return err_set(e, ERR_CONFIG, "error resolving repo revision: the branch is not there");
	pthread_mutex_lock(&s->lock);
	struct simulated *app = simulation_find(s, name);
	busy = !app || app->operation != OPERATION_NONE;
	if (!busy) {
		simulated_sync(app, &tip, json_tree_at(body, "infos"), clock_now());
		simulation_touch(s, app);
	}
	pthread_mutex_unlock(&s->lock);
	return !busy || err_set(e, ERR_CONFLICT, "another operation is already in progress");
}

bool simulation_terminate(struct simulation *s, const char *name, struct err *e)
{
	struct simulated *app;
	bool runs;

	pthread_mutex_lock(&s->lock);
	app = simulation_find(s, name);
	runs = app && app->operation == OPERATION_RUNNING;
	if (runs) {
		simulated_terminate(app, clock_now());
		simulation_touch(s, app);
	}
	pthread_mutex_unlock(&s->lock);
	return runs || err_set(e, ERR_NOT_FOUND,
			       "Unable to terminate operation. No operation is in progress");
}

/* The patch is made on a copy, which replaces the object when all of it applies. */
static bool patch_app(struct simulated *app, const struct cJSON *patch, bool is_merge,
		      struct err *e)
{
	struct cJSON *changed = cJSON_Duplicate(app->object, true);

	if (is_merge)
		patch_merge(changed, patch);
	else if (!patch_apply(changed, patch, e)) {
		cJSON_Delete(changed);
		return false;
	}
	/* These are never taken from a patch, and a refresh that is asked for is answered at once. */
	cJSON_DeleteItemFromObjectCaseSensitive(changed, "operation");
	cJSON_DeleteItemFromObjectCaseSensitive(changed, "status");
	cJSON_DeleteItemFromObjectCaseSensitive(json_tree_at(changed, "metadata.annotations"),
						"argocd.argoproj.io/refresh");
	cJSON_Delete(app->object);
	app->object = changed;
	return true;
}

bool simulation_patch(struct simulation *s, const char *name, const struct cJSON *patch,
		      bool is_merge, struct err *e)
{
	struct simulated *app;
	bool ok = false;

	pthread_mutex_lock(&s->lock);
	app = simulation_find(s, name);
	if (!app)
		err_set(e, ERR_NOT_FOUND, "permission denied");
	else
		ok = patch_app(app, patch, is_merge, e);
	if (ok)
		simulation_touch(s, app);
	pthread_mutex_unlock(&s->lock);
	return ok;
}
