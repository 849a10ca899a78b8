/* SPDX-License-Identifier: Apache-2.0 */
/* What load.c gathers of one project before project.c puts it together. */
#ifndef GANTRY_CONFIG_GATHER_H
#define GANTRY_CONFIG_GATHER_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct complaints;
struct project;
struct value;

/* One manifest object and the file it was in. */
struct gathered {
	const char *file, *kind, *name, *namespace; /* namespace "" when it has none */
	struct value *object;
	bool is_wrong;                  /* errors have been told already */
};

/*
 * Puts the project's objects together: those of its own namespace and those of the
 * cluster (shared). Complaints are added; the project is usable only without errors.
 */
struct project *project_assemble(struct arena *a, const char *name, const struct list *own,
				 const struct list *shared, struct complaints *c);

#endif
