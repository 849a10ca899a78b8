/* SPDX-License-Identifier: Apache-2.0 */
/* gantry help: the commands in one screen, or one command in full. */
#include "cmd/command.h"

#include <stdio.h>

#include "base/err.h"

static bool cmd_help_run(struct command *c, struct err *e)
{
	size_t count;
	const struct command_def *const *table = command_table(&count);
	const struct command_def *def;

	if (!command_takes(c, 1, e))
		return false;
	if (c->nwords) {
		def = command_find(c->words[0]);
		if (!def)
			return err_set(e, ERR_USAGE, "no command \"%s\"%s", c->words[0],
				       command_hint(c->arena, c->words[0]));
		command_usage(def);
		return true;
	}
	puts("gantry promotes GitOps freight from a terminal.\n");
	puts("  gantry                 the dashboard; with no terminal, the board once as text");
	puts("  gantry demo            the dashboard on a world of its own: try it\n");
	for (size_t i = 0; i < count; i++)
		if (!table[i]->is_hidden)
			printf("  gantry %-15s %s\n", table[i]->name, table[i]->summary);
	puts("\ngantry help COMMAND says more; so does gantry(1).");
	return true;
}

const struct command_def command_help = {
	.name = "help",
	.summary = "The commands, or one of them in full.",
	.usage = "gantry help [COMMAND]",
	.completes = "<command>",
	.run = cmd_help_run,
};
