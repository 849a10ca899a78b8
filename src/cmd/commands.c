/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, as commands.def lists them. */
#include "cmd/command.h"

#include <string.h>

#include "base/str.h"
#include "config/field.h"

static const struct command_def *const table[] = {
#define COMMAND(name) &command_##name,
#include "cmd/commands.def"
#undef COMMAND
};

const struct command_def *command_find(const char *name)
{
	for (size_t i = 0; i < COUNTOF(table); i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	return NULL;
}

const char *command_hint(struct arena *a, const char *name)
{
	struct field_def names[COUNTOF(table) + 1] = { 0 };
	const char *nearest;

	for (size_t i = 0; i < COUNTOF(table); i++)
		names[i].name = table[i]->name;
	nearest = field_nearest(names, name);
	return nearest ? str_format(a, "; did you mean %s?", nearest) : "; gantry help lists them";
}

const struct command_def *const *command_table(size_t *count)
{
	*count = COUNTOF(table);
	return table;
}
