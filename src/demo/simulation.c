/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Git is read outside the lock, by whoever needs it, with a handle of its own. The thread looks at the
 * clock twenty times a second and at git once a second.
 */
#include "demo/simulation.h"

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
#include "demo/patch.h"
#include "demo/simulated.h"
#include "git/repo.h"

#define TICK_MS 50
#define LOOKS 20                        /* ticks between two looks at git */
#define MAX_MANIFEST 65536
#define MOST_APPS 16

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

	if (!yaml_parse(a, name, text->at, text->len, &documents, &ignored))
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
	if (!repo_list(r, a, &commit, "", &entries, &ignored))
		return;
	for (size_t i = 0; i < entries.count && !*out->image; i++) {
		const struct repo_entry *file = entries.items[i];

		if (has_suffix(file->name, ".yaml") && !file->is_folder &&
		    repo_read_blob(r, a, &file->id, MAX_MANIFEST, &text, &ignored))
			snprintf(out->image, sizeof(out->image), "%s", image_of(a, file->name, &text));
	}
}

static const char *branch_of(const struct simulated *app)
{
	return value_path_text(app->object, "spec.source.targetRevision", "main");
}

static struct simulated *simulation_find(struct simulation *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->apps[i].name, name) == 0)
			return &s->apps[i];
	return NULL;
}

static void touch(struct simulation *s, struct simulated *app)
{
	app->version = ++s->version;
}

static struct value *simulation_object_of(struct arena *a, const struct simulation_options *o,
					  const char *stage)
{
	const char *name = str_format(a, "%s-%s", o->project, stage);
	struct value *object = value_map(a), *meta = value_map(a), *spec = value_map(a);
	struct value *source = value_map(a), *to = value_map(a), *notes = value_map(a);
	char uid[41];

	hash_sha1(name, strlen(name), uid);
	value_set(a, notes, "kargo.akuity.io/authorized-stage",
		  value_string(a, str_format(a, "%s:%s", o->project, stage)));
	value_set(a, meta, "name", value_string(a, name));
	value_set(a, meta, "namespace", value_string(a, "argocd"));
	value_set(a, meta, "uid", value_string(a, str_format(a, "%.8s-%.4s-4%.3s-8%.3s-%.12s", uid, uid + 8,
							     uid + 12, uid + 15, uid + 18)));
	value_set(a, meta, "creationTimestamp", value_string(a, clock_rfc3339(a, clock_now() / 1000 * 1000)));
	value_set(a, meta, "annotations", notes);
	value_set(a, source, "repoURL", value_string(a, o->url));
	value_set(a, source, "path", value_string(a, "."));
	value_set(a, source, "targetRevision", value_string(a, str_format(a, "stage/%s", stage)));
	value_set(a, to, "server", value_string(a, "https://kubernetes.default.svc"));
	value_set(a, to, "namespace", value_string(a, name));
	value_set(a, spec, "source", source);
	value_set(a, spec, "destination", to);
	value_set(a, spec, "project", value_string(a, "default"));
	value_set(a, object, "metadata", meta);
	value_set(a, object, "spec", spec);
	return object;
}

static void add_app(struct simulation *s, const struct simulation_options *o, const char *stage)
{
	struct simulated *app = &s->apps[s->count++];
	struct tip tip;

	app->a = arena_new();
	app->object = simulation_object_of(app->a, o, stage);
	app->stage = str_copy(s->a, stage);
	app->name = str_format(s->a, "%s-%s", o->project, stage);
	simulation_look(s, branch_of(app), &tip);
	simulated_settle(app, &tip, clock_now());
	touch(s, app);
}

/* One look at the clock, and at git when asked. */
static void tick(struct simulation *s, bool at_git)
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
			touch(s, app);
		pthread_mutex_unlock(&s->lock);
		if (!at_git)
			continue;
		simulation_look(s, branch, &tip);
		pthread_mutex_lock(&s->lock);
		if (app->operation == OPERATION_NONE && simulated_compare(app, &tip, clock_now()))
			touch(s, app);
		pthread_mutex_unlock(&s->lock);
	}
}

static void simulation_run(void *simulation)
{
	struct simulation *s = simulation;

	for (unsigned n = 1; !flag_is_set(&s->stopping); n++) {
		clock_sleep(TICK_MS);
		tick(s, n % LOOKS == 0);
	}
}

bool simulation_start(struct simulation **out, const struct simulation_options *o, struct err *e)
{
	struct simulation *s = xmalloc(sizeof(*s));

	memset(s, 0, sizeof(*s));
	s->a = arena_new();
	s->repository = str_copy(s->a, o->repository);
	s->speed = o->speed > 0 ? o->speed : 1;
	pthread_mutex_init(&s->lock, NULL);
	for (size_t i = 0; i < MOST_APPS && o->stages[i]; i++)
		add_app(s, o, o->stages[i]);
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
	for (size_t i = 0; i < s->count; i++)
		arena_free(s->apps[i].a);
	pthread_mutex_destroy(&s->lock);
	arena_free(s->a);
	free(s);
}

struct value *simulation_get(struct simulation *s, struct arena *a, const char *name)
{
	struct value *out = NULL;
	struct simulated *app;

	pthread_mutex_lock(&s->lock);
	app = simulation_find(s, name);
	if (app)
		out = simulated_object(app, a);
	pthread_mutex_unlock(&s->lock);
	return out;
}

struct value *simulation_changes(struct simulation *s, struct arena *a, int64_t *after)
{
	struct value *out = value_list(a);

	pthread_mutex_lock(&s->lock);
	for (int64_t at = *after; at < s->version;) {
		const struct simulated *next = NULL;
		for (size_t i = 0; i < s->count; i++)
			if (s->apps[i].version > at && (!next || s->apps[i].version < next->version))
				next = &s->apps[i];
		if (!next)
			break;
		value_append(a, out, simulated_object(next, a));
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
		touch(s, app);
	pthread_mutex_unlock(&s->lock);
}

bool simulation_sync(struct simulation *s, const char *name, const struct value *body,
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
		simulated_sync(app, &tip, value_copy(app->a, value_get(body, "infos")), clock_now());
		touch(s, app);
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
		touch(s, app);
	}
	pthread_mutex_unlock(&s->lock);
	return runs || err_set(e, ERR_NOT_FOUND,
			       "Unable to terminate operation. No operation is in progress");
}

/* The patched object in an arena of its own, which replaces the old one's. */
static bool patch_app(struct simulated *app, const struct value *patch, bool is_merge,
		      struct err *e)
{
	struct arena *a = arena_new();
	struct value *changed = value_copy(a, app->object);

	if (is_merge)
		patch_merge(a, changed, patch);
	else if (!patch_apply(a, changed, patch, e)) {
		arena_free(a);
		return false;
	}
	/* These are never taken from a patch, and a refresh that is asked for is answered at once. */
	value_remove(changed, "operation");
	value_remove(changed, "status");
	if (value_is(value_path(changed, "metadata.annotations"), VALUE_MAP))
		value_remove(value_path(changed, "metadata.annotations"), "argocd.argoproj.io/refresh");
	app->info = value_copy(a, app->info);
	arena_free(app->a);
	app->a = a;
	app->object = changed;
	return true;
}

bool simulation_patch(struct simulation *s, const char *name, const struct value *patch,
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
		touch(s, app);
	pthread_mutex_unlock(&s->lock);
	return ok;
}
