/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of folders, and of git repositories at a ref, read as one. */
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
#include "model/world.h"
#include "observe/git_manifests.h"

/* How often a reading is made again that was overtaken; how long a first one waits, in ms. */
enum { TORN_READINGS = 3, SETTLE_MOST = 3000 };

/* What is read, before it becomes projects. */
struct manifests_text {
	struct arena *a;                /* of the texts, which are not kept */
	struct arena *kept;             /* of all else: the reading's */
	struct list files;              /* struct config_file * */
	struct list failed;             /* struct complaint *: sources that could not be read */
	const char *fingerprint;        /* a line for each source */
};

/* Of the whole source: no line of it is to blame. */
static struct complaint *manifests_complain(struct arena *a, const char *file, const char *message)
{
	struct complaint *c = arena_alloc(a, sizeof(*c));

	*c = (struct complaint){ .file = file, .is_error = true, .message = message };
	return c;
}

/* What stops everything comes first. */
static void manifests_put_first(struct arena *a, struct list *complaints, const struct complaint *c)
{
	struct list all = { 0 };

	list_add(a, &all, c);
	for (size_t i = 0; i < complaints->count; i++)
		list_add(a, &all, complaints->items[i]);
	*complaints = all;
}

/* Files are written one after the other, and some in place: what changed meanwhile is not a reading. */
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

/* A source that can't be read affects only its own projects while there is another. */
static bool manifests_read_source(struct manifests_text *t, const char *source, struct err *e)
{
	struct git_manifests read = { .count = 0, .commit = "" };
	bool fine = git_manifests_named(source) ? git_manifests_read(t->a, source, &read, e)
						: manifests_read_folder(t->a, source, &read, e);

	if (!fine)
		list_add(t->kept, &t->failed,
			 manifests_complain(t->kept, source, str_copy(t->kept, e->message)));
	for (size_t i = 0; fine && i < read.count; i++)
		list_add(t->a, &t->files, &read.files[i]);
	t->fingerprint = str_format(t->kept, "%s%s\n", t->fingerprint, fine ? read.commit : "");
	return fine;
}

static bool manifests_read_sources(const struct settings *s, struct manifests_text *t, struct err *e)
{
	bool any = false;

	for (size_t i = 0; i < s->sources.count; i++)
		any = manifests_read_source(t, s->sources.items[i], e) || any;
	return any;
}

/* There is none: all complaints may be the reason. */
static void manifests_add_none(const struct settings *s, struct manifest_reading *r,
			       const struct config *config, const struct err *e)
{
	const char *fault = str_copy(part_arena(r->part), e->message);
	struct manifest_project *made = reading_add(r, s->project ? s->project : "");
	struct arena *a = part_arena(r->part);

	made->fault = fault;
	made->fault_code = e->code;
	made->complaints = *r->complaints;
	if (!config_project(config, s->project))
		manifests_put_first(a, &made->complaints, manifests_complain(a, s->manifests, fault));
	r->complaints = &made->complaints;
	r->is_empty = true;
}

static void manifests_choose(const struct settings *s, bool is_alone, const struct config *config,
			     struct manifest_reading *r)
{
	struct arena *a = part_arena(r->part);
	struct list chosen = { 0 };
	struct project *only;
	struct err e;

	if (!config_select(a, config, &s->projects, &chosen, &e) ||
	    (is_alone && chosen.count > 1 && !config_choose(config, s->project, &only, &e)))
		manifests_add_none(s, r, config, &e);
	else
		for (size_t i = 0; i < chosen.count; i++)
			reading_add_project(r, chosen.items[i]);
}

bool manifests_read(const struct settings *s, bool is_alone, struct manifest_reading *out,
		    struct err *e)
{
	AUTO(arena) struct arena *scratch = arena_new();
	struct part *part = part_new();
	struct arena *a = part_arena(part);
	struct manifests_text t = { .a = scratch, .kept = a, .fingerprint = "" };
	struct list *complaints = arena_alloc(a, sizeof(*complaints));
	struct config *config = NULL;
	struct config_file *files;
	bool is_fine;

	if (!s->manifests || !manifests_read_sources(s, &t, e)) {
		part_release(part);
		return s->manifests ? false
				    : err_set(e, ERR_USAGE,
					      "no manifests: name a folder with --manifests (-f)");
	}
	files = arena_array(scratch, t.files.count, sizeof(*files));
	for (size_t i = 0; i < t.files.count; i++) {
		files[i] = *(const struct config_file *)t.files.items[i];
		files[i].name = str_copy(a, files[i].name);
	}
	is_fine = config_load(a, files, t.files.count, &config, complaints);
	assert(is_fine || complaints->count);
	for (size_t i = t.failed.count; i-- > 0;)
		manifests_put_first(a, complaints, t.failed.items[i]);
	*out = (struct manifest_reading){ .part = part, .fingerprint = t.fingerprint,
					  .complaints = complaints, .has_failed = t.failed.count > 0,
					  .is_partial = config->is_partial || t.failed.count > 0 };
	out->has_several = config->nprojects > 1;
	manifests_choose(s, is_alone, config, out);
	return true;
}

/* The line of the source of that index; "" when there is none. */
static const char *manifests_known(struct arena *a, const char *known, size_t index)
{
	const char *end;

	while (index-- > 0 && (end = strchr(known, '\n')))
		known = end + 1;
	return str_copy_n(a, known, strcspn(known, "\n"));
}

enum manifest_change manifests_look(const struct settings *s, const char *known, const char *seen,
				    char **now)
{
	AUTO(arena) struct arena *a = arena_new();
	bool git_moved = false, folder_moved = false;
	const char *fingerprint = "";

	*now = NULL;
	for (size_t i = 0; i < s->sources.count; i++) {
		const char *source = s->sources.items[i], *was = manifests_known(a, known, i), *is = was;

		if (!git_manifests_named(source))
			is = folder_fingerprint(a, source);
		else
			git_moved = git_manifests_changed(source, was) || git_moved;
		folder_moved = folder_moved || strcmp(is, was) != 0;
		fingerprint = str_format(a, "%s%s\n", fingerprint, is);
	}
	if (!folder_moved)
		return git_moved ? MANIFESTS_CHANGED : MANIFESTS_SAME;
	if (seen && strcmp(fingerprint, seen) == 0)
		return MANIFESTS_CHANGED;
	*now = xstrdup(fingerprint);
	return MANIFESTS_CHANGING;
}

/* How long ago the newest file was written, in ms. */
static int64_t manifests_age(const struct settings *s)
{
	int64_t newest = 0;

	for (size_t i = 0; i < s->sources.count; i++) {
		const char *source = s->sources.items[i];
		int64_t at = git_manifests_named(source) ? 0 : folder_changed_at(source);

		newest = at > newest ? at : newest;
	}
	return clock_now() - newest;
}

void manifests_settle(const struct settings *s)
{
	int64_t end = clock_ticks() + SETTLE_MOST;

	while (clock_ticks() < end) {
		int64_t age = manifests_age(s);

		if (age < 0 || age >= MANIFESTS_SETTLE)
			return;
		clock_sleep(MANIFESTS_SETTLE - age);
	}
}
