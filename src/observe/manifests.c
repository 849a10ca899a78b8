/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests of a folder, or of a git repository at a ref. */
#include "observe/manifests.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/settings.h"
#include "model/project.h"
#include "model/world.h"
#include "observe/git_manifests.h"

static void add_error(struct arena *a, struct list *complaints, const char *message)
{
	struct complaint *c = arena_alloc(a, sizeof(*c));

	*c = (struct complaint){ .file = "", .is_error = true, .message = message };
	list_add(a, complaints, c);
}

static const char *manifests_names_of(struct arena *a, const struct config *config)
{
	const char *all = "";

	for (size_t i = 0; i < config->nprojects; i++)
		all = str_format(a, "%s%s%s", all, i ? ", " : "", config->projects[i]->name);
	return all;
}

/* The project that is meant, or a complaint that says which there are. */
static const struct project *manifests_choose(struct arena *a, const struct settings *s,
					      const struct config *config, struct list *complaints)
{
	const struct project *p = config_project(config, s->project);

	if (p)
		return p;
	if (!config->nprojects)
		add_error(a, complaints, str_format(a, "%s holds no Kargo project", s->manifests));
	else if (s->project)
		add_error(a, complaints,
			  str_format(a, "no project is called \"%s\"; there are: %s", s->project,
				     manifests_names_of(a, config)));
	else
		add_error(a, complaints,
			  str_format(a, "several projects; choose with --project: %s",
				     manifests_names_of(a, config)));
	return NULL;
}

bool manifests_read(const struct settings *s, struct manifest_reading *out, struct err *e)
{
	struct part *part;
	struct config_file *files;
	struct config *config = NULL;
	struct arena *a;
	size_t count;
	bool fine;

	if (!s->manifests)
		return err_set(e, ERR_USAGE, "no manifests: name a folder with --manifests (-f)");
	part = part_new();
	a = part_arena(part);
	*out = (struct manifest_reading){ .part = part };
	out->fingerprint = git_manifests_named(s->manifests)
				   ? "" : folder_fingerprint(a, s->manifests);
	fine = git_manifests_named(s->manifests)
		       ? git_manifests_read(a, s->manifests, &files, &count, &out->fingerprint, e)
		       : folder_manifests(a, s->manifests, &files, &count, e);
	if (!fine) {
		part_release(part);
		return false;
	}
	if (config_load(a, files, count, &config, &out->complaints))
		out->project = manifests_choose(a, s, config, &out->complaints);
	return true;
}

bool manifests_changed(const struct settings *s, const char *fingerprint)
{
	AUTO(arena) struct arena *a = arena_new();

	if (git_manifests_named(s->manifests))
		return git_manifests_changed(s->manifests, fingerprint);
	return strcmp(folder_fingerprint(a, s->manifests), fingerprint) != 0;
}
