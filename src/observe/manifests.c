/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of a folder, or of a git repository at a ref. */
#include "observe/manifests.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/settings.h"
#include "model/project.h"
#include "model/world.h"
#include "observe/git_manifests.h"

/* How often a reading is made again that was overtaken; how long a first one waits, in ms. */
enum { TORN_READINGS = 3, SETTLE_MOST = 3000 };

/* What stops everything comes first. */
static void manifests_put_first(struct arena *a, struct list *complaints, const char *file,
				const char *message)
{
	struct complaint *c = arena_alloc(a, sizeof(*c));
	struct list all = { 0 };

	*c = (struct complaint){ .file = file, .line = 1, .column = 1, .is_error = true,
				 .message = message };
	list_add(a, &all, c);
	for (size_t i = 0; i < complaints->count; i++)
		list_add(a, &all, complaints->items[i]);
	*complaints = all;
}

/* The project that is meant; without one out->fault says why. */
static void manifests_choose(struct arena *a, const struct settings *s,
			     const struct config *config, struct manifest_reading *out)
{
	struct project *project;
	struct err e;

	if (config_choose(config, s->project, &project, &e)) {
		out->project = project;
		return;
	}
	out->fault = str_copy(a, e.message);
	if (!config_project(config, s->project))
		manifests_put_first(a, &out->complaints, s->manifests, out->fault);
}

/* Files are written one after the other, and some in place: what changed meanwhile is no reading. */
static bool manifests_read_folder(struct arena *a, const char *path, struct git_manifests *out,
				  struct err *e)
{
	out->commit = folder_fingerprint(a, path);
	for (int i = 0; i < TORN_READINGS; i++) {
		const char *before = out->commit;

		if (!folder_manifests(a, path, &out->files, &out->count, e))
			return false;
		out->commit = folder_fingerprint(a, path);
		if (strcmp(out->commit, before) == 0)
			break;
	}
	return true;
}

bool manifests_read(const struct settings *s, struct manifest_reading *out, struct err *e)
{
	struct part *part;
	struct config *config = NULL;
	struct arena *a;
	struct git_manifests read = { .count = 0 };
	bool fine, is_fine;

	if (!s->manifests)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f)");
	part = part_new();
	a = part_arena(part);
	*out = (struct manifest_reading){ .part = part };
	fine = git_manifests_named(s->manifests)
		       ? git_manifests_read(a, s->manifests, &read, e)
		       : manifests_read_folder(a, s->manifests, &read, e);
	if (!fine) {
		part_release(part);
		return false;
	}
	out->fingerprint = read.commit;
	is_fine = config_load(a, read.files, read.count, &config, &out->complaints);
	manifests_choose(a, s, config, out);
	assert(is_fine || out->complaints.count);
	return true;
}

enum manifest_change manifests_look(const struct settings *s, const char *known, const char *seen,
				    char **now)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *fingerprint;

	*now = NULL;
	if (git_manifests_named(s->manifests))
		return git_manifests_changed(s->manifests, known) ? MANIFESTS_CHANGED : MANIFESTS_SAME;
	fingerprint = folder_fingerprint(a, s->manifests);
	if (strcmp(fingerprint, known) == 0)
		return MANIFESTS_SAME;
	if (seen && strcmp(fingerprint, seen) == 0)
		return MANIFESTS_CHANGED;
	*now = xstrdup(fingerprint);
	return MANIFESTS_CHANGING;
}

void manifests_settle(const struct settings *s)
{
	int64_t end = clock_ticks() + SETTLE_MOST;

	while (s->manifests && !git_manifests_named(s->manifests) && clock_ticks() < end) {
		int64_t age = clock_now() - folder_changed_at(s->manifests);

		if (age < 0 || age >= MANIFESTS_SETTLE)
			return;
		clock_sleep(MANIFESTS_SETTLE - age);
	}
}
