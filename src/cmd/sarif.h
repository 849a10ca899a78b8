/* SPDX-License-Identifier: Apache-2.0 */
/* Complaints in SARIF 2.1.0, which code hosts show beside the lines. */
#ifndef GANTRY_CMD_SARIF_H
#define GANTRY_CMD_SARIF_H

#include "base/base.h"

struct command;
struct err;
struct list;

/* Prints struct complaint * of the list as one SARIF run. */
bool sarif_print(const struct command *c, const struct list *complaints, struct err *e) MUST_USE;

#endif
