/* SPDX-License-Identifier: Apache-2.0 */
/* gantry audit export: every event, oldest first, a line each, for programs that follow. */
#ifndef GANTRY_CMD_AUDIT_EXPORT_H
#define GANTRY_CMD_AUDIT_EXPORT_H

#include "base/base.h"

struct command;
struct err;
struct ledger;

/* Writes what --format, --since and --after ask for; with --follow until the program is ended. */
bool audit_export(struct command *c, struct ledger *l, const char *project, struct err *e) MUST_USE;

#endif
