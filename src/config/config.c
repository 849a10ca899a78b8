/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests as projects. */
#include "config/config.h"

#include <string.h>

#include "base/list.h"
#include "config/load.h"
#include "model/project.h"

bool config_load(struct arena *a, const struct config_file *files, size_t count,
		 struct config **out, struct list *complaints)
{
	struct list objects = { 0 };
	struct config *config;

	if (!config_gather(a, files, count, &config, &objects, complaints))
		return false;
	*out = config;
	return true;
}

struct project *config_project(const struct config *c, const char *name)
{
	if (!name)
		return c->nprojects == 1 ? c->projects[0] : NULL;
	for (size_t i = 0; i < c->nprojects; i++)
		if (strcmp(c->projects[i]->name, name) == 0)
			return c->projects[i];
	return NULL;
}
