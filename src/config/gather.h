/* SPDX-License-Identifier: Apache-2.0 */
/* What load.c gathers of one project before project.c puts it together. */
#ifndef GANTRY_CONFIG_GATHER_H
#define GANTRY_CONFIG_GATHER_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct complaints;
struct config;
struct config_file;
struct project;
struct value;

/* One manifest object and the file it was in. */
struct gathered {
	const char *file, *kind, *name, *namespace; /* namespace "" when it has none */
	struct value *object;
	bool is_wrong;                  /* errors have been told already */
};

/*
 * As config_load(), and adds every object (struct gathered *) to *objects, with its
 * namespace settled, also when there are errors.
 */
bool config_gather(struct arena *a, const struct config_file *files, size_t count,
		   struct config **out, struct list *objects, struct list *complaints) MUST_USE;

/*
 * Puts the project's objects together: those of its own namespace and those of the
 * cluster (shared). Complaints are added; the project is usable only without errors.
 */
struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c);

#endif
