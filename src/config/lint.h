/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What manifests get wrong that Kargo only tells when a promotion runs, or never:
 * names that mean nothing, steps' configuration, expressions, secrets in plain text. Any thread.
 */
#ifndef GANTRY_CONFIG_LINT_H
#define GANTRY_CONFIG_LINT_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct config_file;
struct err;
struct field_def;
struct value;

/* What is known of steps, which this folder does not see. */
struct lint_steps {
	const struct field_def *kinds;          /* each kind of step, a FIELD_MAP of its parameters */
	const struct field_def *outputs;        /* each kind, of: its outputs; FIELD_OPEN: any */
	unsigned kargo;                         /* minor version of Kargo 1 that is meant; 0: the newest */
	/* A check beyond the tables, of a config without templates; may be NULL. */
	bool (*check)(const char *kind, const struct value *config, struct err *e);
	/* Whether this machine has the programs that the kind runs; e says which is missing. May be NULL. */
	bool (*has_tools)(const char *kind, struct err *e);
};

struct lint_report {
	struct list complaints;         /* struct complaint *, errors first */
	struct list left_out;           /* const char *: files with nothing of Kargo's in them */
	size_t nobjects;                /* how many objects there are */
};

/*
 * Loads the files as config_load() does and looks closer. True when no complaint is an
 * error.
 */
bool lint_files(struct arena *a, const struct config_file *files, size_t count,
		const struct lint_steps *steps, struct lint_report *out) MUST_USE;

#endif
