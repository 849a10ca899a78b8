/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests as projects. */
#include "config/config.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "config/load.h"
#include "data/glob.h"
#include "model/project.h"

enum { LONGEST_NAMES = 400 };

bool config_load(struct arena *a, const struct config_file *files, size_t count,
		 struct config **out, struct list *complaints)
{
	struct loaded loaded = { 0 };
	bool fine;

	assert(out && complaints);
	fine = load_objects(a, files, count, &loaded, complaints);
	*out = loaded.config;
	return fine;
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

/* Several, or none of that name. */
static bool config_names_them(const struct config *c, const char *name, struct err *e)
{
	AUTO(buf) struct buf names;

	buf_init(&names, LONGEST_NAMES);
	for (size_t i = 0; i < c->nprojects; i++)
		buf_format(&names, "%s%s", i ? ", " : "", c->projects[i]->name);
	if (name)
		return err_set(e, ERR_NAME, "no project is called \"%s\"; there are: %s", name,
			       buf_str(&names));
	return err_set(e, ERR_USAGE, "several projects; choose with --project: %s", buf_str(&names));
}

static bool config_not_found(const struct config *c, const char *name, struct err *e)
{
	if (c->nprojects)
		return config_names_them(c, name, e);
	if (c->unrendered)
		return err_set(e, ERR_CONFIG, "no Kargo project: %s; render it first",
			       c->unrendered);
	return err_set(e, ERR_CONFIG, "no Kargo project: neither a Project nor a Stage or Warehouse with a "
		       "namespace");
}

bool config_choose(const struct config *c, const char *name, struct project **out, struct err *e)
{
	struct project *found;

	assert(c && out);
	found = config_project(c, name);
	if (!found)
		return config_not_found(c, name, e);
	if (found->fault)
		return err_set(e, ERR_CONFIG, "%s", found->fault);
	*out = found;
	return true;
}

bool config_select(struct arena *a, const struct config *c, const struct list *patterns,
		   struct list *out, struct err *e)
{
	assert(c && patterns && out);
	for (size_t i = 0; i < c->nprojects; i++)
		if (glob_selects(patterns, c->projects[i]->name))
			list_add(a, out, c->projects[i]);
	return out->count || config_not_found(c, patterns->count ? patterns->items[0] : NULL, e);
}
