/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Manifests: texts to a checked model, with file:line:column in every complaint.
 * May use base data model expr.
 *
 * complain.h     complaints: place, what, and the mend
 * config.h       this table, and the whole
 * edits.h        replacements in a text, made at once
 * fix.h          lint --fix: what newer Kargos removed, rewritten
 * folder.h       manifests of a folder, read recursively
 * format.h       what a text must look like
 * gather.h       what load.c hands to project.c
 * kinds_stage.h  tables that several kinds share (kinds.def, kinds_*.c)
 * lint.h         what only shows when a promotion runs
 * lint_inner.h   what the files of lint share
 * lint_names.h   names that an expression uses
 * lint_places.h  what is there to be named
 * lint_scope.h   what a step's expressions may see
 * load.c         documents, sorted into projects
 * modern.h       removed constructs, understood
 * project.c      one project's objects, put together and checked against each other
 * removed.h      what was removed, and what it is today
 * rules.h        what Kargo's admission asks beyond fields
 * schema.h       what a manifest may hold: one table a kind
 * settings.h     how gantry itself is set up
 * windows.h      promotion windows
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
