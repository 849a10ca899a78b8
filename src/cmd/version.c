/* SPDX-License-Identifier: Apache-2.0 */
/* gantry version: what to put into a bug report. */
#include "cmd/command.h"

#include "cmd/out.h"
#include "config.h"
#include "data/value.h"

static bool cmd_version_run(struct command *c, struct err *e)
{
	struct value *answer = value_map(c->arena);

	if (!command_takes(c, 0, e))
		return false;
	value_set(c->arena, answer, "version", value_string(c->arena, PACKAGE_VERSION));
	return out_value(c, answer, "gantry " PACKAGE_VERSION, e);
}

const struct command_def command_version = {
	.name = "version",
	.summary = "Print the version.",
	.usage = "gantry version [-o json]",
	.common = COMMON_OUTPUT,
	.run = cmd_version_run,
};
