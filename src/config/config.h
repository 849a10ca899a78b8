/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests: texts to a checked model, with file:line:column in every complaint.
 * May use base data model expr.
 *
 * config.h    this table, and the whole
 * folder.h    manifests of a folder, read recursively
 * load.c      documents, sorted into projects
 * project.c   one project's objects, put together and checked against each other
 * settings.h  how gantry itself is set up
 */
#ifndef GANTRY_CONFIG_CONFIG_H
#define GANTRY_CONFIG_CONFIG_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct complaint;
struct list;
struct project;

struct config_file {
	const char *name;               /* as in complaints */
	struct str text;
};

struct config {
	struct project **projects;      /* by name */
	size_t nprojects;
};

/*
 * Reads all files at once. Every complaint (struct complaint *) is added to
 * *complaints, errors before warnings. True when none is an error: *out is set.
 * Secrets found are registered with log_redact(). Any thread.
 */
bool config_load(struct arena *a, const struct config_file *files, size_t count,
		 struct config **out, struct list *complaints) MUST_USE;

/* The project of that name (NULL: the only one); NULL when there is none, or several. */
struct project *config_project(const struct config *c, const char *name);

#endif
