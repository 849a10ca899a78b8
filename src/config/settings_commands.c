/* SPDX-License-Identifier: Apache-2.0 */
/* A list of maps in the settings file; every field is checked here but those that only the ui knows. */
#include "config/settings_commands.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/field.h"
#include "data/value.h"

enum { MAX_COMMANDS = 100 };

static const struct field_def fields[] = {
	{ .name = "key" }, { .name = "where" }, { .name = "name" },
	{ .name = "help" }, { .name = "command" }, { .name = "wait" }, { .name = NULL },
};

static bool settings_set_command(struct setting_command *c, const struct value_member *m, struct err *e)
{
	const struct {
		const char *name, **text;
	} texts[] = {
		{ "key", &c->key }, { "where", &c->where }, { "name", &c->name },
		{ "help", &c->help }, { "command", &c->command },
	};
	const char *text = value_text(m->value, NULL), *nearest;

	if (strcmp(m->key.at, "wait") == 0) {
		if (!value_is(m->value, VALUE_BOOL))
			return err_set(e, ERR_CONFIG, "must be true or false");
		c->waits = m->value->boolean;
		return true;
	}
	for (size_t i = 0; i < COUNTOF(texts); i++) {
		if (strcmp(texts[i].name, m->key.at) != 0)
			continue;
		if (!text || !*text)
			return err_set(e, ERR_CONFIG, "must be a text that is not empty: a digit needs "
				       "quotes");
		*texts[i].text = text;
		return true;
	}
	nearest = field_nearest(fields, m->key.at);
	return err_set(e, ERR_CONFIG, "no such field%s%s%s",
		       nearest ? "; did you mean " : ": there are key, where, name, help, command, wait",
		       nearest ? nearest : "", nearest ? "?" : "");
}

/* The program's name, where the command has no name of its own: "kubectl" of "kubectl logs". */
static const char *settings_command_name(struct arena *a, const char *command)
{
	const char *start = command + strspn(command, " \t\n");

	return str_copy_n(a, start, strcspn(start, " \t\n"));
}

static bool settings_read_command(struct arena *a, const struct value *v, unsigned line,
				  struct setting_command *c, struct err *e)
{
	for (size_t i = 0; i < value_count(v); i++) {
		const struct value_member *m = &v->map.members[i];

		if (!settings_set_command(c, m, e))
			return err_wrap(e, "line %u: %s.%s", m->line, c->place, m->key.at);
	}
	if (!c->key || !c->command)
		return err_set(e, ERR_CONFIG, "line %u: %s: has no %s: each needs at least key and command",
			       line, c->place, c->key ? "command" : "key");
	if (!c->name)
		c->name = settings_command_name(a, c->command);
	return true;
}

bool settings_read_commands(struct arena *a, const char *file, const struct value_member *m,
			    struct list *out, struct err *e)
{
	if (m->value->kind != VALUE_LIST)
		return err_set(e, ERR_CONFIG,
			       "line %u: commands: must be a list, each item with key and command", m->line);
	if (value_count(m->value) > MAX_COMMANDS)
		return err_set(e, ERR_CONFIG, "line %u: commands: are more than %d", m->line, MAX_COMMANDS);
	for (size_t i = 0; i < value_count(m->value); i++) {
		const struct value *v = value_at(m->value, i);
		struct setting_command *c = arena_alloc(a, sizeof(*c));
		unsigned line = value_is(v, VALUE_MAP) && value_count(v) ? v->map.members[0].line : m->line;

		*c = (struct setting_command){ .where = "any", .help = "", .waits = true,
					       .place = str_format(a, "commands[%zu]", i) };
		if (!value_is(v, VALUE_MAP))
			return err_set(e, ERR_CONFIG, "line %u: %s: must be a map with key and command", line,
				       c->place);
		if (!settings_read_command(a, v, line, c, e))
			return false;
		c->place = str_format(a, "%s: line %u: %s", file, line, c->place);
		list_add(a, out, c);
	}
	return true;
}
