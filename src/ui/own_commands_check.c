/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the keys of one's own are keys, are free, and are for screens that there are. */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "ui/dashboard.h"
#include "ui/own_commands.h"
#include "ui/port.h"
#include "ui/screen.h"
#include "ui/ui.h"

static const struct screen_def *const all_screens[] = {
#define SCREEN(name) &screen_##name,
#include "ui/screens.def"
#undef SCREEN
};

static bool own_commands_fit(const struct screen_def *def)
{
	return !(def->flags & (SCREEN_POPUP | SCREEN_TYPES | SCREEN_ASKS));
}

/* Whether the command is for that screen. */
static bool own_commands_are_for(const struct own_command *c, const struct screen_def *def)
{
	return own_commands_fit(def) && (strcmp(c->where, "any") == 0 || strcmp(c->where, def->name) == 0);
}

static bool own_commands_check_screen(const struct own_command *c, uint32_t key, bool *found,
				      struct err *e)
{
	for (size_t i = 0; i < COUNTOF(all_screens); i++) {
		const char *means;

		if (!own_commands_are_for(c, all_screens[i]))
			continue;
		*found = true;
		means = key_meaning(all_screens[i], key);
		if (means)
			return err_set(e, ERR_CONFIG, "%s.key: %s is taken on the %s screen (%s): with Alt, "
				       "as Alt-k, every letter is free", c->place, c->key,
				       all_screens[i]->name, means);
	}
	return true;
}

static bool own_commands_check(const struct own_command *all, size_t at, struct err *e)
{
	const struct own_command *c = &all[at];
	uint32_t key = own_command_key(c->key);
	bool found = false;

	if (!key)
		return err_set(e, ERR_CONFIG, "%s.key: \"%s\" is no key: write one character, ^X for Control "
			       "or Alt-x", c->place, c->key);
	if (!own_commands_check_screen(c, key, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_CONFIG,
			       "%s.where: no screen \"%s\" can have keys of your own; write any, "
			       "board, stage, freight, promotion, history, apps, application, fleet or "
			       "another name that stands in the path on top", c->place, c->where);
	for (size_t i = 0; i < at; i++)
		if (own_command_key(all[i].key) == key &&
		    (strcmp(all[i].where, c->where) == 0 || strcmp(all[i].where, "any") == 0 ||
		     strcmp(c->where, "any") == 0))
			return err_set(e, ERR_CONFIG, "%s.key: %s runs \"%s\" already (%s)", c->place, c->key,
				       all[i].name, all[i].place);
	return true;
}

bool ui_check_commands(const struct ui_port *port, struct err *e)
{
	for (size_t i = 0; i < port->ncommands; i++)
		if (!own_commands_check(port->commands, i, e))
			return false;
	return true;
}
