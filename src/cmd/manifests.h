/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests for commands that need a project's own objects, and no ledger. Main thread. */
#ifndef GANTRY_CMD_MANIFESTS_H
#define GANTRY_CMD_MANIFESTS_H

#include "base/base.h"

struct arena;
struct command;
struct config_file;
struct err;
struct list;
struct project;
struct settings;
struct world;

/* The files of all these places (const char *), in the arena. ERR_USAGE for a git repository. */
bool manifests_files(struct arena *a, const struct list *places, struct config_file **files, size_t *count,
		     struct err *e) MUST_USE;

/* That the files and folders among these places (const char *) are there; a git repository may come later. */
bool manifests_are_there(const struct list *places, struct err *e) MUST_USE;

/*
 * The project that --project names, or the only one, of the manifests in this file or folder; path
 * NULL: of all that the settings name.
 * ERR_CONFIG when nothing of it can run, ERR_USAGE when they hold several and none is chosen;
 * what else has errors is told on stderr.
 */
bool manifests_project(struct command *c, const char *path, struct project **out,
		       struct err *e) MUST_USE;

/* Those that the options name, or all: struct project *, by name. ERR_CONFIG when there is none. */
bool manifests_projects(struct command *c, struct list *out, struct err *e) MUST_USE;

/* The one of that name; false: manifests that can be read here have none. Says nothing. */
bool manifests_named(struct command *c, const char *name, struct project **out);

/* Says on standard error what errors the manifests of the settings have, if they can be read here. */
void manifests_note(struct command *c);

/* ERR_CONFIG when nothing of the manifests can run; what else has errors is told on stderr. */
bool manifests_can_run(const struct settings *s, const struct world *w, struct err *e) MUST_USE;

#endif
