/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of one's own in the settings file: read as written, or refused with the place and the fix. */
#include "config/settings_commands.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/folder.h"
#include "base/str.h"
#include "config/settings.h"
#include "tap.h"

/* Whether the text reads as settings; *path: the file that it was in. */
static bool settings_of(struct arena *a, const char *text, const char **path, struct settings **out,
			struct err *e)
{
	const char *folder;

	if (!folder_temporary(a, "gantry-settings-", &folder, e))
		return false;
	*path = str_format(a, "%s/config.yaml", folder);
	bool fine = file_write(*path, text, strlen(text), 0600, e) && settings_load(a, *path, out, e);
	struct err ignored;
	if (!folder_remove(folder, &ignored))
		ok(false, "%s", ignored.message);
	return fine;
}

TEST(keys_of_ones_own_are_read)
{
	AUTO(arena) struct arena *a = arena_new();
	struct settings *s;
	const char *path;
	struct err e;

	if (!ok(settings_of(a, "theme: dark\ncommands:\n"
			       "- key: K\n  where: stage\n  command: kubectl get pods\n"
			       "- key: '7'\n  name: show\n  help: It\n  command: git show\n  wait: false\n",
			    &path, &s, &e), "read") || !is_number(s->commands.count, 2, "both"))
		return;
	const struct setting_command *c = s->commands.items[0], *d = s->commands.items[1];
	is_text(c->where, "stage", "where it is for");
	is_text(c->name, "kubectl", "its program is its name");
	ok(c->waits, "it waits for Enter");
	is_text(c->place, str_format(a, "%s: line 3: commands[0]", path), "its place is known");
	is_text(d->where, "any", "one is for any screen");
	is_text(d->name, "show", "one has a name");
	ok(!d->waits, "and does not wait");
}

TEST(keys_of_ones_own_that_are_wrong_are_refused_with_line_and_field)
{
	static const struct {
		const char *text, *why;
	} wrong[] = {
		{ "commands: K\n", "line 1: commands: must be a list" },
		{ "commands:\n- K\n", "line 1: commands[0]: must be a map" },
		{ "commands:\n- key: K\n", "line 2: commands[0]: has no command" },
		{ "commands:\n- command: ls\n", "line 2: commands[0]: has no key" },
		{ "commands:\n- key: K\n  comand: ls\n",
		  "line 3: commands[0].comand: no such field; did you mean command?" },
		{ "commands:\n- key: 7\n  command: ls\n",
		  "line 2: commands[0].key: must be a text that is not empty" },
		{ "commands:\n- key: K\n  command: [ls]\n", "line 3: commands[0].command: must be a text" },
		{ "commands:\n- key: K\n  command: ls\n  wait: no thanks\n",
		  "line 4: commands[0].wait: must be true or false" },
	};

	for (size_t i = 0; i < COUNTOF(wrong); i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct settings *s;
		const char *path;
		struct err e;

		if (!ok(!settings_of(a, wrong[i].text, &path, &s, &e), "refused"))
			continue;
		ok(has_prefix(e.message, str_format(a, "%s: %s", path, wrong[i].why)), "%s", e.message);
		is_number(e.code, ERR_CONFIG, "as a mistake in the settings");
	}
}
