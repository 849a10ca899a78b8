/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests that change while somebody looks: a save in place is never believed half-way. */
#include "observe/manifests.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "config/settings.h"
#include "model/project.h"
#include "model/world.h"
#include "observe/observe.h"
#include "observe/snapshot.h"
#include "tap.h"

#define HEAD "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}\n---\n" \
	"apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: demo}\n" \
	"spec:\n  subscriptions:\n  - image: {repoURL: registry.example.org/web, constraint: 1.x}\n"
#define STAGE(name) "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\n" \
	"metadata: {name: " name ", namespace: demo}\nspec:\n  requestedFreight:\n" \
	"  - origin: {kind: Warehouse, name: w}\n    sources: {direct: true}\n" \
	"  promotionTemplate: {spec: {steps: [{uses: compose-output, config: {a: b}}]}}\n"

/* The next look is due 2 s after the first: the save is under way then. */
enum { SAVE_AT_MS = 1800, SAVE_MS = 400, WATCH_MS = 3500, RELOAD_MS = 8000 };

static void on_world(void *context)
{
	(void)context;
}

static void on_freight(void *context, const struct value *freight)
{
	(void)context;
	(void)freight;
}

static void write_all(const char *path, const char *text)
{
	struct err e;

	if (!file_write(path, text, strlen(text), 0644, &e))
		note("%s", e.message);
}

static bool shows(struct slot *slot, const char *stage)
{
	const struct world *w = slot_borrow(slot);
	bool there = world_stage(w, stage) != NULL;

	slot_give_back(slot, w);
	return there;
}

TEST(a_save_in_place_is_not_believed_half_way)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL, *file;
	struct settings *s = NULL;
	struct slot *slot = slot_new();
	bool always = true, reloaded = false;
	struct err e;

	ok(folder_temporary(a, "gantry-manifests-", &folder, &e), "a folder");
	ok(folder_make(path_join(a, folder, "manifests"), 0755, &e), "for manifests");
	file = path_join(a, folder, "manifests/demo.yaml");
	write_all(file, HEAD STAGE("test"));
	ok(settings_load(a, NULL, &s, &e) &&
	   settings_set(a, s, "manifests", path_join(a, folder, "manifests"), &e) &&
	   settings_set(a, s, "ledger", path_join(a, folder, "ledger.git"), &e), "settings");
	const struct observer_options o = { .settings = s, .slot = slot, .on_world = on_world,
					    .on_freight = on_freight, .on_change = on_world };
	struct observer *ob = observer_new(&o);
	ok(observer_start(ob, &e), "an observer");
	ok(shows(slot, "test"), "the stage is there");
	clock_sleep(SAVE_AT_MS);
	write_all(file, "");
	int64_t saved = clock_ticks() + SAVE_MS, end = clock_ticks() + WATCH_MS;
	for (bool whole = false; clock_ticks() < end; clock_sleep(20)) {
		const struct project *p = observer_borrow(ob);
		const struct world *w = slot_borrow(slot);

		always = always && p && p->nstages >= 1 && !w->stale_manifests;
		slot_give_back(slot, w);
		observer_give_back(ob, p);
		if (!whole && clock_ticks() >= saved)
			write_all(file, HEAD STAGE("test") STAGE("prod"));
		whole = whole || clock_ticks() >= saved;
	}
	ok(always, "an empty file that is written 0.4 s later is never what counts");
	for (end = clock_ticks() + RELOAD_MS; !reloaded && clock_ticks() < end; clock_sleep(20))
		reloaded = shows(slot, "prod");
	ok(reloaded, "and what was written is");
	write_all(file, HEAD STAGE("prod"));
	for (end = clock_ticks() + RELOAD_MS; clock_ticks() < end && shows(slot, "test"); clock_sleep(20))
		;
	ok(!shows(slot, "test"), "a stage that is taken out is believed when it stays out");
	observer_stop(ob);
	slot_free(slot);
	ok(folder_remove(folder, &e), "cleared away");
}

TEST(two_looks_must_agree)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL, *file;
	struct settings *s = NULL;
	char *known = NULL, *seen = NULL, *later = NULL;
	struct err e;

	ok(folder_temporary(a, "gantry-manifests-", &folder, &e), "a folder");
	file = path_join(a, folder, "demo.yaml");
	write_all(file, HEAD);
	ok(settings_load(a, NULL, &s, &e) && settings_set(a, s, "manifests", folder, &e), "settings");
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
