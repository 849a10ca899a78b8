/* SPDX-License-Identifier: Apache-2.0 */
/* What lint says. */
#ifndef GANTRY_CMD_LINT_REPORT_H
#define GANTRY_CMD_LINT_REPORT_H

#include "base/base.h"

struct arena;
struct config_file;
struct lint_report;
struct list;
struct value;

/* Each complaint with its line, how many there are, and how many files were left out. */
const char *lint_text(struct arena *a, const struct config_file *files, size_t count,
		      const struct lint_report *report);

/*
 * Leaves out what is about other projects than those that match a pattern; what is about all stays. True
 * when no error is left.
 */
bool lint_narrow(const struct list *patterns, struct list *complaints);

/* [{file, line, column, severity, message}] */
struct value *lint_value(struct arena *a, const struct list *complaints);

#endif
