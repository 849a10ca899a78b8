/* SPDX-License-Identifier: Apache-2.0 */
/* gantry audit export: every event, oldest first, a line each, for programs that follow. */
#ifndef GANTRY_CMD_AUDIT_EXPORT_H
#define GANTRY_CMD_AUDIT_EXPORT_H

#include "base/base.h"

struct command;
struct err;
struct ledger;

struct export_source {
	struct ledger *ledger;
	const char *project;
};

struct export_sources {
	struct export_source *items;
	size_t count;
};

/*
 * Writes what --format, --since and --after ask for, of each of the sources in turn; with --follow
 * until the program is ended.
 */
bool audit_export(struct command *c, const struct export_sources *all, struct err *e) MUST_USE;

#endif
