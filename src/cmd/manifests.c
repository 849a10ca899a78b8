/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests are read from files only: what must be fetched first is the dashboard's and the engine's. */
#include "cmd/manifests.h"

#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "cmd/command.h"
#include "config/config.h"
#include "config/folder.h"
#include "config/settings.h"

bool manifests_project(struct command *c, const char *path, struct project **out, struct err *e)
{
	struct list complaints = { 0 };
	struct config_file *files;
	struct config *config;
	struct project *found;
	size_t count;

	if (has_prefix(path, "git+"))
		return err_set(e, ERR_USAGE, "check %s out and name its folder", path);
	if (!folder_manifests(c->arena, path, &files, &count, e))
		return false;
	if (!config_load(c->arena, files, count, &config, &complaints))
		return err_set(e, ERR_CONFIG, "the manifests of %s have errors (gantry lint shows them)",
			       path);
	found = config_project(config, c->settings->project);
	if (!found)
		return err_set(e, ERR_USAGE, "the manifests hold %zu projects; choose with --project",
			       config->nprojects);
	*out = found;
	return true;
}
