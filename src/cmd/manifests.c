/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests are read from files only: what must be fetched first is the dashboard's and the engine's. */
#include "cmd/manifests.h"

#include <stdio.h>

#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/settings.h"
#include "model/world.h"

/* What can't be used costs only itself, but it should not go unnoticed. */
static void note_errors(const char *path, const struct complaint *first, size_t errors)
{
	fprintf(stderr, "gantry: %s:%u: %s\n", first->file, first->line, first->message);
	if (errors > 1)
		fprintf(stderr, "gantry: and %zu more error%s; gantry lint %s shows %s\n", errors - 1,
			errors == 2 ? "" : "s", path, errors == 2 ? "it" : "them");
}

bool manifests_can_run(const struct settings *s, const struct world *w, struct err *e)
{
	size_t errors = 0;

	if (w->manifests_fault)
		return err_set(e, ERR_CONFIG, "%s: %s", s->manifests, w->manifests_fault);
	for (size_t i = 0; i < w->ncomplaints; i++)
		errors += w->complaints[i].is_error;
	if (errors)
		note_errors(s->manifests, &w->complaints[0], errors);
	return true;
}

bool manifests_project(struct command *c, const char *path, struct project **out, struct err *e)
{
	struct list complaints = { 0 };
	struct config_file *files;
	struct config *config;
	size_t count, errors = 0;

	if (has_prefix(path, "git+"))
		return err_set(e, ERR_USAGE, "check %s out and name its folder", path);
	if (!folder_manifests(c->arena, path, &files, &count, e))
		return false;
	if (!config_load(c->arena, files, count, &config, &complaints)) {
		for (size_t i = 0; i < complaints.count; i++)
			errors += ((const struct complaint *)complaints.items[i])->is_error;
		note_errors(path, complaints.items[0], errors);
	}
	return config_choose(config, c->settings->project, out, e) || err_wrap(e, "%s", path);
}
