/* SPDX-License-Identifier: Apache-2.0 */
/* One reading of the manifests: which projects there are, and what each has wrong. Any thread. */
#ifndef GANTRY_CONFIG_READING_H
#define GANTRY_CONFIG_READING_H

#include "base/base.h"
#include "base/err.h"
#include "base/list.h"
#include "model/project.h"

struct part;

/* A project and what it lies in, so that giving it back finds that again. */
struct held_project {
	struct project project;         /* first: a held project is a pointer to it */
	struct part *part;              /* no reference */
};

/* One project as the manifests have it. */
struct manifest_project {
	const char *name;               /* "" or what was asked for: there is none, and fault says why */
	const struct project *project;  /* in a held_project; NULL: nothing of it can run */
	const char *fault;              /* why; NULL: it can */
	enum err_code fault_code;       /* its kind: ERR_USAGE, ERR_NAME: not the manifests' */
	struct list complaints;         /* struct complaint *: its own, and those about all */
	struct part *part;              /* all of it lies there; the reading's reference */
};

/* One reading of the manifests: good or bad, all of it lies in the part. */
struct manifest_reading {
	struct part *part;
	struct list projects;           /* struct manifest_project *, by name; never empty */
	bool is_empty;                  /* the only one says that there is no project */
	bool has_several;               /* the manifests hold several projects, chosen or not */
	bool is_partial;                /* projects that are missing may only not read: they are not gone */
	bool has_failed;                /* a source could not be read; a complaint says why */
	const struct list *complaints;  /* struct complaint *: all of them */
	const char *fingerprint;        /* changes when the manifests do */
};

/* Adds a project of that name (in r's part) that has nothing yet. */
struct manifest_project *reading_add(struct manifest_reading *r, const char *name);

/* Adds the project that config_load() made in r's part, with the complaints about it and about all. */
struct manifest_project *reading_add_project(struct manifest_reading *r, const struct project *p);

#endif
