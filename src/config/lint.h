/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What manifests get wrong that Kargo only tells when a promotion runs, or never:
 * names that mean nothing, steps' configuration, expressions, secrets in plain text. Any thread.
 */
#ifndef GANTRY_CONFIG_LINT_H
#define GANTRY_CONFIG_LINT_H

#include "base/base.h"
#include "base/list.h"
#include "config/lint_known.h"

struct arena;
struct config_file;

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
