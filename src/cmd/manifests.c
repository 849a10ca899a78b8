/* SPDX-License-Identifier: Apache-2.0 */
/* Reads manifests from files only; the dashboard and the agent also fetch them from git. */
#include "cmd/manifests.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/settings.h"
#include "model/world.h"

static const char git_prefix[] = "git+";

/* An object that can't be used affects only itself, but must not go unnoticed. path NULL: no files. */
static void note_errors(const char *path, const struct complaint *first, size_t errors)
{
	if (!path) {
		fprintf(stderr, "gantry: %s: %s\n", first->file, first->message);
		return;
	}
	fprintf(stderr, "gantry: %s:%u: %s\n", first->file, first->line, first->message);
	if (errors > 1)
		fprintf(stderr, "gantry: and %zu more error%s; gantry lint %s shows %s\n", errors - 1,
			errors == 2 ? "" : "s", path, errors == 2 ? "it" : "them");
}

/* Why they were never read, so that their content is unknown; NULL: they were. */
static const char *manifests_unread(const struct world *w)
{
	for (size_t i = 0; !w->nstages && !w->nwarehouses && i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_MANIFESTS && !w->sources[i].seen_at)
			return w->sources[i].error;
	return NULL;
}

bool manifests_can_run(const struct settings *s, const struct world *w, struct err *e)
{
	const char *unread = manifests_unread(w);
	size_t errors = 0;

	if (w->manifests_fault)
		return err_set(e, w->manifests_fault_code ? w->manifests_fault_code : ERR_CONFIG, "%s%s%s",
			       s->attach ? "" : s->manifests, s->attach ? "" : ": ", w->manifests_fault);
	if (unread)
		return err_set(e, ERR_CONFIG, "%s", unread);
	for (size_t i = 0; i < w->ncomplaints; i++)
		errors += w->complaints[i].is_error;
	if (errors)
		note_errors(s->attach ? NULL : s->manifests, &w->complaints[0], errors);
	return true;
}

bool manifests_files(struct arena *a, const struct list *places, struct config_file **files, size_t *count,
		     struct err *e)
{
	*files = NULL;
	*count = 0;
	for (size_t i = 0; i < places->count; i++) {
		const char *place = places->items[i];
		struct config_file *some, *all;
		size_t n;

		if (has_prefix(place, git_prefix))
			return err_set(e, ERR_USAGE, "only files are read here: check %s out and name its "
				       "folder", place);
		if (!folder_manifests(a, place, &some, &n, e))
			return false;
		all = arena_array(a, *count + n, sizeof(*all));
		if (*count)
			memcpy(all, *files, *count * sizeof(*all));
		if (n)
			memcpy(all + *count, some, n * sizeof(*all));
		*files = all;
		*count += n;
	}
	return true;
}

bool manifests_are_there(const struct list *places, struct err *e)
{
	for (size_t i = 0; i < places->count; i++) {
		const char *place = places->items[i];

		if (!has_prefix(place, git_prefix) && access(place, F_OK))
			return err_errno(e, "manifests (--manifests, -f) %s", place);
	}
	return true;
}

/* All files of a place or, where none is named, of all that the settings name; errors are told. */
static bool manifests_read(struct command *c, const char *path, bool quiet, struct config **out,
			   struct err *e)
{
	struct list one = { 0 }, complaints = { 0 };
	const struct list *places = &c->settings->sources;
	struct config_file *files;
	size_t count, errors = 0;

	if (path) {
		list_add(c->arena, &one, (void *)(uintptr_t)path);
		places = &one;
	}
	if (!manifests_files(c->arena, places, &files, &count, e))
		return false;
	if (!config_load(c->arena, files, count, out, &complaints)) {
		for (size_t i = 0; i < complaints.count; i++)
			errors += ((const struct complaint *)complaints.items[i])->is_error;
		if (!quiet)
			note_errors(path ? path : c->settings->manifests, complaints.items[0], errors);
	}
	return true;
}

void manifests_note(struct command *c)
{
	struct config *config;
	struct err ignored;

	if (c->settings->manifests && !manifests_read(c, NULL, false, &config, &ignored))
		return;
}

bool manifests_project(struct command *c, const char *path, struct project **out, struct err *e)
{
	struct config *config;

	if (!manifests_read(c, path, false, &config, e))
		return false;
	return config_choose(config, c->settings->project, out, e) ||
	       err_wrap(e, "%s", path ? path : c->settings->manifests);
}

bool manifests_projects(struct command *c, struct list *out, struct err *e)
{
	static const struct list all;
	struct config *config;

	return manifests_read(c, NULL, false, &config, e) &&
	       config_select(c->arena, config,
			     command_option(c, "all-projects") ? &all : &c->settings->projects, out, e);
}

bool manifests_named(struct command *c, const char *name, struct project **out)
{
	struct config *config;
	struct err ignored;

	if (!manifests_read(c, NULL, true, &config, &ignored))
		return false;
	*out = config_project(config, name);
	return *out != NULL;
}
