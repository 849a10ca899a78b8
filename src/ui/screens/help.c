/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the screen below, from its own table; then those that work everywhere. */
#include "term/key.h"
#include "ui/screens.h"
#include "ui/frame.h"
#include "ui/own_commands.h"

#include "base/str.h"

static const struct {
	const char *keys, *help;
} everywhere[] = {
	{ "arrows hjkl", "Move; g and G to the ends, PgUp and PgDn, ^U and ^D by half" },
	{ ":  ^P", "Go anywhere by name: commands, projects, stages, freight, themes" },
	{ "Esc", "Back; also drops a filter" },
	{ "q", "Close this screen, or leave gantry from the board" },
	{ "H  L  !  n", "History, gantry's own log, what needs you (! or n)" },
	{ "y  Y", "Copy the commit, digest, name or URL under the cursor; choose what to copy" },
	{ "[  ]", "The past: an event earlier, later; of several projects, the next board" },
	{ "{  }  (  )", "An hour, a day earlier and later; 0 comes back to the present" },
	{ "^L", "Draw the whole screen again" },
	{ "^Z", "Suspend; fg brings it back" },
	{ "^C", "Leave gantry. Running promotions are not stopped" },
};

static void add_key(struct view *v, struct sheet *sheet, const char *key, enum role role,
		    const char *help)
{
	size_t first = sheet->count;

	sheet_wrap(sheet, 16, v->cols - 19, role == ROLE_KEY ? ROLE_TEXT : ROLE_REFUSED, help);
	line_cut(&sheet->lines[first], 1, 14, role, key);
	for (size_t i = first + 1; i < sheet->count; i++)
		sheet->lines[i].detail = true;
}

/* "s  S": all keys of the same meaning in one line, that of the first; NULL for the others. */
static const char *help_screen_keys(struct arena *a, const struct key_def *all, const struct key_def *of)
{
	const char *names = "";
	char name[16];

	for (const struct key_def *k = all; k->key; k++) {
		if (k->action != of->action)
			continue;
		if (k < of)
			return NULL;
		press_name(k->key, name);
		names = str_format(a, "%s%s%s", names, *names ? "  " : "", name);
	}
	return names;
}

static void help_screen_fill(struct view *v, struct sheet *sheet)
{
	struct view below = screens_view(v->screens, v->s->below);

	below.a = v->a;
	for (const struct key_def *k = v->s->below->def->keys; k && k->key; k++) {
		struct offer offer = frame_offer(&below, k->action);
		const char *name = help_screen_keys(v->a, v->s->below->def->keys, k);

		if (!name)
			continue;
		add_key(v, sheet, name, offer.state == OFFER_OPEN ? ROLE_KEY : ROLE_REFUSED,
			offer.state == OFFER_REFUSED
				? str_format(v->a, "%s (%s)", action_help(k->action), offer.why)
				: action_help(k->action));
	}
	for (const struct own_command *c = NULL; (c = own_command_next(&below, c)) != NULL;)
		add_key(v, sheet, c->key, ROLE_KEY,
			str_format(v->a, "%s%s%s (your own: %s)", c->name, *c->help ? ": " : "", c->help,
				   c->command));
	sheet_line(sheet, NULL);
	for (size_t i = 0; i < COUNTOF(everywhere); i++)
		add_key(v, sheet, everywhere[i].keys, ROLE_KEY, everywhere[i].help);
}

static const char *help_screen_about(struct view *v)
{
	return str_format(v->a, "keys: %s", v->s->below->def->name);
}

static const char *help_screen_sentence(struct view *v)
{
	(void)v;
	return "Dimmed keys do nothing for what is selected now. / searches.";
}

static const struct key_def keys[] = {
	{ '/', UI_ACTION_FILTER, "filter" },
	{ '?', UI_ACTION_BACK, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_help = {
	.name = "help",
	.flags = SCREEN_POPUP,
	.keys = keys,
	.fill = help_screen_fill,
	.about = help_screen_about,
	.sentence = help_screen_sentence,
};
