/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests that change while somebody looks: a save in place is never believed half-way. */
#include "observe/manifests.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/part.h"
#include "base/str.h"
#include "config/settings.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/world.h"
#include "observe/projects_reader.h"
#include "tap.h"

#define HEAD "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n" \
	"apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: demo}\n" \
	"spec:\n  subscriptions:\n  - image: {repoURL: registry.example.org/web, constraint: 1.x}\n"
#define STAGE(name) "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\n" \
	"metadata: {name: " name ", namespace: demo}\nspec:\n  requestedFreight:\n" \
	"  - origin: {kind: Warehouse, name: w}\n    sources: {direct: true}\n" \
	"  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}\n"

/* The next look is due 2 s after the first: the save is under way then. */
enum { SAVE_AT_MS = 1800, SAVE_MS = 400, RELOAD_MS = 20000 };

static void write_all(const char *path, const char *text)
{
	struct err e;

	if (!file_write(path, text, strlen(text), 0644, &e))
		note("%s", e.message);
}

/* What was read last. */
struct heard {
	pthread_mutex_t lock;
	struct part *part;
	size_t readings, bad;           /* bad: without the project, or with one that has no stage */
	char text[600];                 /* of each project: its name, its stages, its fault */
	bool is_partial, fails;
};

static void hear_reading(void *context, const struct manifest_reading *r)
{
	struct heard *h = context;
	size_t len = 0;

	pthread_mutex_lock(&h->lock);
	h->readings++;
	h->is_partial = r->is_partial;
	h->text[0] = '\0';
	for (size_t i = 0; i < r->projects.count; i++) {
		const struct manifest_project *mp = r->projects.items[i];
		const struct project *p = mp->project;

		h->bad += !p || !p->nstages;
		len += (size_t)snprintf(h->text + len, sizeof(h->text) - len, "%s%s:", i ? "; " : "", mp->name);
		for (size_t j = 0; p && j < p->nstages; j++)
			len += (size_t)snprintf(h->text + len, sizeof(h->text) - len, " %s", p->stages[j]->name);
		for (size_t j = 0; !p && j < mp->complaints.count; j++)
			len += (size_t)snprintf(h->text + len, sizeof(h->text) - len, " %s",
						((const struct complaint *)mp->complaints.items[j])->file);
	}
	pthread_mutex_unlock(&h->lock);
}

static void hear_source(void *context, const struct source *s)
{
	struct heard *h = context;

	pthread_mutex_lock(&h->lock);
	h->fails = s != NULL;
	pthread_mutex_unlock(&h->lock);
}

static bool heard_is(struct heard *h, const char *text)
{
	bool same;

	pthread_mutex_lock(&h->lock);
	same = strcmp(h->text, text) == 0;
	pthread_mutex_unlock(&h->lock);
	return same;
}

static bool hears(struct heard *h, const char *text, int64_t ms)
{
	for (int64_t end = clock_ticks() + ms; clock_ticks() < end && !heard_is(h, text);)
		clock_sleep(20);
	return heard_is(h, text);
}

/* Projects of a folder, read by a thread. */
static struct projects_reader *read_folder(const struct settings *s, struct heard *h)
{
	const struct projects_reader_options o = { .settings = s, .context = h,
						   .on_reading = hear_reading,
						   .on_source = hear_source };
	struct projects_reader *p = projects_reader_new(&o);
	struct err e;

	pthread_mutex_init(&h->lock, NULL);
	projects_reader_look(p);
	ok(projects_reader_start(p, &e), "the manifests are read again and again");
	return p;
}

/* A new folder, and settings that name it as the manifests. */
static const char *folder_of_manifests(struct arena *a, struct settings **s)
{
	const char *folder = NULL;
	struct err e;

	ok(folder_temporary(a, "gantry-manifests-", &folder, &e), "a folder");
	ok(settings_load(a, NULL, s, &e) && settings_set(a, *s, "manifests", folder, &e), "settings");
	return folder;
}

TEST(a_save_in_place_is_not_believed_half_way)
{
	AUTO(arena) struct arena *a = arena_new();
	struct settings *s = NULL;
	const char *folder, *file;
	struct heard h = { .readings = 0 };
	struct err e;

	folder = folder_of_manifests(a, &s);
	file = path_join(a, folder, "demo.yaml");
	write_all(file, HEAD STAGE("test"));
	struct projects_reader *p = read_folder(s, &h);
	ok(heard_is(&h, "demo: test"), "the stage is there");
	clock_sleep(SAVE_AT_MS);
	write_all(file, "");
	clock_sleep(SAVE_MS);
	write_all(file, HEAD STAGE("test") STAGE("prod"));
	ok(hears(&h, "demo: prod test", RELOAD_MS) || heard_is(&h, "demo: test prod"),
	   "what was written in the end is read");
	is_number(h.bad, 0, "an empty file that is written 0.4 s later is never what counts");
	write_all(file, HEAD STAGE("prod"));
	ok(hears(&h, "demo: prod", RELOAD_MS), "a stage that is taken out is believed when it stays out");
	ok(projects_reader_stop(p), "stopped");
	ok(folder_remove(folder, &e), "cleared away");
}

#define PROJECT(name) "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: " name "}\n---\n" \
	"apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: test, namespace: " name "}\n" \
	"spec: {requestedFreight: [{origin: {kind: Warehouse, name: w}, sources: {direct: true}}]}\n---\n" \
	"apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: " name "}\n" \
	"spec: {subscriptions: [{image: {repoURL: registry.example.org/web, constraint: 1.x}}]}\n"

TEST(projects_come_break_and_go)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL, *other = NULL;
	struct settings *s = NULL;
	struct heard h = { .readings = 0 };
	struct err e;

	ok(folder_temporary(a, "gantry-manifests-", &folder, &e) &&
	   folder_temporary(a, "gantry-manifests-", &other, &e), "two folders");
	write_all(path_join(a, folder, "api.yaml"), PROJECT("api"));
	write_all(path_join(a, other, "web.yaml"), PROJECT("web"));
	ok(settings_load(a, NULL, &s, &e) && settings_set(a, s, "manifests", folder, &e) &&
	   settings_set(a, s, "manifests", other, &e), "settings");
	struct projects_reader *p = read_folder(s, &h);
	ok(heard_is(&h, "api: test; web: test"), "the projects of both are read as one: %s", h.text);
	write_all(path_join(a, folder, "docs.yaml"), PROJECT("docs"));
	ok(hears(&h, "api: test; docs: test; web: test", RELOAD_MS), "a third one comes");
	write_all(path_join(a, folder, "twice.yaml"), "apiVersion: kargo.akuity.io/v1alpha1\n"
		  "kind: Project\nmetadata: {name: api, labels: {a: b}}\n");
	ok(hears(&h, str_format(a, "api: %s/twice.yaml; docs: test; web: test", folder), RELOAD_MS),
	   "two projects of one name are an error for that name, and for no other");
	ok(!unlink(path_join(a, folder, "twice.yaml")) && !unlink(path_join(a, folder, "docs.yaml")), "two files go");
	ok(hears(&h, "api: test; web: test", RELOAD_MS) && !h.is_partial, "and with one of them its project");
	ok(folder_remove(other, &e), "a whole folder goes");
	ok(hears(&h, "api: test", RELOAD_MS) && h.is_partial, "its projects are not known to be gone");
	ok(projects_reader_stop(p), "stopped");
	ok(folder_remove(folder, &e), "cleared away");
}

TEST(a_folder_without_a_project_is_named_without_a_line)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct settings *s = NULL;
	struct manifest_reading r;
	const struct manifest_project *mp;
	struct err e;

	folder = folder_of_manifests(a, &s);
	ok(manifests_read(s, true, &r, &e) && r.is_empty, "nothing is in it");
	mp = r.projects.items[0];
	is_number(mp->complaints.count, 1, "that is one error");
	is_text(complaint_text(a, mp->complaints.items[0]),
		str_format(a, "%s: no Kargo project: neither a Project nor a Stage or Warehouse with a namespace",
			   folder), "of the folder");
	part_release(r.part);
	ok(folder_remove(folder, &e), "cleared away");
}

TEST(names_and_globs_narrow)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct settings *s = NULL;
	struct manifest_reading r;
	const struct manifest_project *mp;
	struct err e;

	folder = folder_of_manifests(a, &s);
	write_all(path_join(a, folder, "a.yaml"), PROJECT("shop-web"));
	write_all(path_join(a, folder, "b.yaml"), PROJECT("shop-api"));
	write_all(path_join(a, folder, "c.yaml"), PROJECT("docs"));
	ok(manifests_read(s, true, &r, &e) && r.is_empty, "of three projects none is the only one");
	mp = r.projects.items[0];
	is_text(mp->fault, "several projects; choose with --project: docs, shop-api, shop-web", "which is said");
	part_release(r.part);
	ok(settings_set(a, s, "project", "shop-*", &e) && manifests_read(s, false, &r, &e), "a glob");
	is_number(r.projects.count, 2, "stands for two");
	part_release(r.part);
	ok(settings_set(a, s, "project", "docs", &e) && manifests_read(s, false, &r, &e), "with a name");
	is_number(r.projects.count, 3, "all three are meant");
	part_release(r.part);
	settings_clear(s, "project");
	ok(settings_set(a, s, "project", "shpo", &e) && manifests_read(s, false, &r, &e) && r.is_empty,
	   "a name that is not there");
	mp = r.projects.items[0];
	is_text(mp->fault, "no project is called \"shpo\"; there are: docs, shop-api, shop-web", "is an error");
	part_release(r.part);
	ok(folder_remove(folder, &e), "cleared away");
}

#define KARGO "apiVersion: kargo.akuity.io/v1alpha1\n"

/* "docs: 1 error, 2 warnings; …" of each project. */
static const char *marks(struct arena *a, const struct manifest_reading *r)
{
	const char *said = "";

	for (size_t i = 0; i < r->projects.count; i++) {
		const struct manifest_project *mp = r->projects.items[i];
		size_t errors = 0;

		for (size_t j = 0; j < mp->complaints.count; j++)
			errors += ((const struct complaint *)mp->complaints.items[j])->is_error;
		said = str_format(a, "%s%s%s: %zu errors, %zu warnings", said, i ? "; " : "", mp->name, errors,
				  mp->complaints.count - errors);
	}
	return said;
}

static void marks_are(const char *broken, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder;
	struct settings *s = NULL;
	struct manifest_reading r;
	struct err e;

	folder = folder_of_manifests(a, &s);
	write_all(path_join(a, folder, "a.yaml"), PROJECT("docs"));
	write_all(path_join(a, folder, "b.yaml"), str_format(a, "%s---\n%s", PROJECT("shop"), broken));
	if (!ok(manifests_read(s, false, &r, &e), "it is read"))
		return;
	is_text(marks(a, &r), want, "%s", broken);
	part_release(r.part);
	ok(folder_remove(folder, &e), "cleared away");
}

TEST(what_is_wrong_marks_its_own_project)
{
	marks_are(KARGO "kind: Stages\nmetadata: {name: x, namespace: docs}\n",
		  "docs: 1 errors, 0 warnings; shop: 0 errors, 0 warnings");
	marks_are(KARGO "kind: Stage\nmetadata:\n  name: x\n  namespace: docs\nspec: [\n",
		  "docs: 1 errors, 0 warnings; shop: 0 errors, 0 warnings");
	marks_are(KARGO "kind: Stage\nmetadata:\n  namespace: docs\nspec: [\n---\n" KARGO
			"kind: PromotionTask\nmetadata: {name: t, namespace: shop}\n"
			"spec: {steps: [{uses: fail}]}\n",
		  "docs: 1 errors, 0 warnings; shop: 0 errors, 0 warnings");
	marks_are(KARGO "kind: Watcher\nmetadata: {name: x}\n",
		  "docs: 0 errors, 1 warnings; shop: 0 errors, 1 warnings");
	marks_are(KARGO "kind: PromotionTask\nmetadata: {name: x}\nspec: {steps: [{uses: fail}]}\n",
		  "docs: 0 errors, 1 warnings; shop: 0 errors, 1 warnings");
	marks_are(KARGO "kind: ClusterPromotionTask\nmetadata: {name: x}\nspec: {steps: []}\n",
		  "docs: 1 errors, 0 warnings; shop: 1 errors, 0 warnings");
}

TEST(two_looks_must_agree)
{
	AUTO(arena) struct arena *a = arena_new();
	struct settings *s = NULL;
	const char *folder, *file;
	char *known = NULL, *seen = NULL, *later = NULL;
	struct err e;

	folder = folder_of_manifests(a, &s);
	file = path_join(a, folder, "demo.yaml");
	write_all(file, HEAD);
	is_number(manifests_look(s, "", NULL, &known), MANIFESTS_CHANGING, "something new is not believed");
	is_number(manifests_look(s, "", known, &seen), MANIFESTS_CHANGED, "before it is seen twice");
	is_number(manifests_look(s, known, NULL, &seen), MANIFESTS_SAME, "then it is known");
	write_all(file, HEAD STAGE("test"));
	is_number(manifests_look(s, known, NULL, &seen), MANIFESTS_CHANGING, "a change");
	write_all(file, HEAD STAGE("test") STAGE("prod"));
	is_number(manifests_look(s, known, seen, &later), MANIFESTS_CHANGING, "that goes on");
	free(known);
	free(seen);
	free(later);
	ok(folder_remove(folder, &e), "cleared away");
}
