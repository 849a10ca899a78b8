/* SPDX-License-Identifier: Apache-2.0 */
/* What lint --fix has to know of other files. Any thread. */
#ifndef GANTRY_CONFIG_FIX_KNOWN_H
#define GANTRY_CONFIG_FIX_KNOWN_H

#include "base/base.h"
#include "base/map.h"

struct arena;
struct config_file;

/* The ProjectConfigs of all files, so that none is made beside another. */
struct fix_known {
	struct map configs;             /* project to struct fix_config */
};

struct fix_config {
	const char *file;
	bool has_policies;
};

void fix_learn(struct arena *a, const struct config_file *files, size_t count,
	       struct fix_known *out);

/* The project's ProjectConfig; NULL: none. */
const struct fix_config *fix_known_config(const struct fix_known *known, const char *project);

#endif
