/* SPDX-License-Identifier: Apache-2.0 */
/* What lint says. */
#ifndef GANTRY_CMD_LINT_REPORT_H
#define GANTRY_CMD_LINT_REPORT_H

#include "base/base.h"

struct arena;
struct config_file;
struct list;
struct value;

/* Each complaint (struct complaint *) with its line, and how many there are. */
const char *lint_text(struct arena *a, const struct config_file *files, size_t count,
		      const struct list *complaints);

/* [{file, line, column, severity, message}] */
struct value *lint_value(struct arena *a, const struct list *complaints);

#endif
