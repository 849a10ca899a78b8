/* SPDX-License-Identifier: Apache-2.0 */
/* Whoever moves a branch or a lease, it is told. */
#include "ledger/ref_watch.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/process.h"
#include "base/str.h"
#include "fixture.h"
#include "git/store.h"
#include "tap.h"

enum { PATIENCE_MS = 30000 };

/* What was told last, of each kind. */
struct told {
	pthread_mutex_t lock;
	unsigned all[REF_KINDS], one[REF_KINDS];
	char project[REF_KINDS][64];
};

static void note_moved(void *context, enum ref_kind kind, const char *project)
{
	struct told *t = context;

	pthread_mutex_lock(&t->lock);
	if (project) {
		t->one[kind]++;
		snprintf(t->project[kind], sizeof(t->project[kind]), "%s", project);
	} else {
		t->all[kind]++;
	}
	pthread_mutex_unlock(&t->lock);
}

static bool is_told_by_now(struct told *t, enum ref_kind kind, const char *project)
{
	bool told;

	pthread_mutex_lock(&t->lock);
	told = strcmp(t->project[kind], project) == 0;
	pthread_mutex_unlock(&t->lock);
	return told;
}

/* Waits until that project was told; NULL: until all were more than before times. */
static bool is_told(struct told *t, enum ref_kind kind, const char *project, unsigned before)
{
	int64_t end = clock_ticks() + PATIENCE_MS;
	bool told = false;

	while (!told && clock_ticks() < end) {
		pthread_mutex_lock(&t->lock);
		told = project ? strcmp(t->project[kind], project) == 0 : t->all[kind] > before;
		pthread_mutex_unlock(&t->lock);
		if (!told)
			clock_sleep(5);
	}
	return told;
}

static unsigned told_all(struct told *t, enum ref_kind kind)
{
	unsigned count;

	pthread_mutex_lock(&t->lock);
	count = t->all[kind];
	pthread_mutex_unlock(&t->lock);
	return count;
}

static bool sees(const struct ref_watch *w, bool wanted)
{
	for (int64_t end = clock_ticks() + PATIENCE_MS; clock_ticks() < end; clock_sleep(5))
		if (ref_watch_sees(w) == wanted)
			return true;
	return false;
}

static void points(struct store *s, const char *ref, const char *text)
{
	char id[STORE_ID], old[STORE_ID];
	struct err e;

	ok(store_ref(s, ref, old, &e) && store_note_new(s, text, 1717236000, id, &e) && store_save(s, &e) &&
		   store_ref_set(s, ref, id, old, &e), "%s moves", ref);
}

/*
 * Moves the ref until that is told by its project's name: while the watch on a new folder is being added, all
 * are told instead.
 */
static bool is_told_when_moved(struct told *t, struct store *s, const char *ref, enum ref_kind kind)
{
	const char *project = strrchr(ref, '/') + 1;
	int64_t end = clock_ticks() + PATIENCE_MS;
	unsigned before;

	do {
		before = told_all(t, kind);
		points(s, ref, before % 2 ? "odd" : "even");
		while (clock_ticks() < end && told_all(t, kind) == before) {
			if (is_told_by_now(t, kind, project))
				return true;
			clock_sleep(5);
		}
	} while (clock_ticks() < end);
	return false;
}

static void git(struct arena *a, const char *path, const char *const *words)
{
	const char *argv[8] = { "git", "-C", path };
	struct process p = { .argv = argv, .timeout_ms = PATIENCE_MS, .max_output = 4096 };
	struct process_result r;
	struct err e;

	for (size_t i = 0; words[i]; i++)
		argv[3 + i] = words[i];
	ok(process_run(a, &p, &r, &e) && r.status == 0, "git %s", words[0]);
}

TEST(refs_that_move_are_told)
{
	static const char *const pack[] = { "pack-refs", "--all", NULL };
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = scratch(a), *path = path_join(a, folder, "ledger.git");
	struct told t = { .lock = PTHREAD_MUTEX_INITIALIZER };
	const struct ref_watch_options o = { .path = path, .moved = note_moved, .context = &t };
	struct ref_watch *w = NULL;
	struct store *s = NULL;
	unsigned before;
	struct err e;

	ok(ref_watch_start(&o, &w, &e), "a repository is watched that is not there yet");
	ok(!ref_watch_sees(w), "so nothing is seen");
	ok(store_open(path, true, &s, &e), "it is made");
	ok(sees(w, true), "and seen");
	ok(is_told(&t, REF_BRANCH, NULL, 0) && is_told(&t, REF_LEASE, NULL, 0),
	   "whatever may lie there already is looked at");
	before = told_all(&t, REF_BRANCH);
	points(s, "refs/heads/gantry/one", "the first branch");
	ok(is_told(&t, REF_BRANCH, NULL, before), "its folder is new: all are told");
	ok(is_told_when_moved(&t, s, "refs/heads/gantry/two", REF_BRANCH), "then each by its name");
	points(s, "refs/heads/gantry/one", "the first branch again");
	ok(is_told(&t, REF_BRANCH, "one", 0), "also one that was there");
	points(s, "refs/heads/main", "of somebody else");
	before = told_all(&t, REF_LEASE);
	points(s, "refs/gantry/lease/one", "a lease");
	ok(is_told(&t, REF_LEASE, NULL, before), "whose folder is new, too");
	ok(is_told_when_moved(&t, s, "refs/gantry/lease/two", REF_LEASE), "leases are told by their names, too");
	before = told_all(&t, REF_BRANCH);
	git(a, path, pack);
	ok(is_told(&t, REF_BRANCH, NULL, before), "all are told when git packs refs");
	store_close(s);
	before = told_all(&t, REF_LEASE);
	ok(folder_remove(path, &e), "the repository goes");
	ok(sees(w, false), "which is known");
	ok(is_told(&t, REF_LEASE, NULL, before), "and told, so that everybody looks for himself");
	ok(store_open(path, true, &s, &e) && sees(w, true), "it comes back, and is seen again");
	before = told_all(&t, REF_BRANCH);
	points(s, "refs/heads/gantry/four", "as before");
	ok(is_told(&t, REF_BRANCH, NULL, before), "with its folder");
	points(s, "refs/heads/gantry/five", "as before");
	ok(is_told(&t, REF_BRANCH, "five", 0), "with all that happens there");
	store_close(s);
	ref_watch_stop(w);
	scrap(folder);
}
