/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests as objects, for those who look closer than at a project. Any thread. */
#ifndef GANTRY_CONFIG_LOAD_H
#define GANTRY_CONFIG_LOAD_H

#include "base/base.h"

struct arena;
struct config;
struct config_file;
struct list;

/*
 * As config_load(), and adds every object (struct gathered *) to *objects, with its
 * namespace settled, also when there are errors.
 */
bool config_gather(struct arena *a, const struct config_file *files, size_t count,
		   struct config **out, struct list *objects, struct list *complaints) MUST_USE;

#endif
