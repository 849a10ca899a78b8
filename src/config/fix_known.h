/* SPDX-License-Identifier: Apache-2.0 */
/* What lint --fix has to know of other files. Any thread. */
#ifndef GANTRY_CONFIG_FIX_KNOWN_H
#define GANTRY_CONFIG_FIX_KNOWN_H

#include "base/base.h"
#include "base/map.h"
#include "config/origins.h"

struct arena;
struct config_file;

struct fix_known {
	struct map configs;     /* project to struct fix_config: none is made beside another */
	struct map policies;    /* project to struct value: a Project's, as a ProjectConfig says them */
	struct origins origins;
};

struct fix_config {
	const char *file;
	bool has_policies;
	bool is_open;                   /* policies can be added to it */
};

void fix_learn(struct arena *a, const struct config_file *files, size_t count,
	       struct fix_known *out);

/* The project's ProjectConfig; NULL: none. */
const struct fix_config *fix_known_config(const struct fix_known *known, const char *project);

/*
 * The Project's policies that go into its ProjectConfig, which has none; NULL: none do. Both files
 * are changed by it, or neither.
 */
const struct value *fix_known_merged(const struct fix_known *known, const char *project);

#endif
