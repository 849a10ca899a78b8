/* SPDX-License-Identifier: Apache-2.0 */
/* Themes: each that is shipped is whole, and mistakes are told with file and line. */
#include "term/theme.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "tap.h"

static const char *mistake(const char *text)
{
	static struct err e;
	AUTO(arena) struct arena *a = arena_new();
	struct theme *theme;

	memset(&e, 0, sizeof(e));
	return theme_parse(a, "my.theme", text, &theme, &e) ? "" : e.message;
}

TEST(shipped_themes)
{
	const char *name, *text;
	size_t count = 0;
	AUTO(arena) struct arena *a = arena_new();

	for (; theme_builtin(count, &name, &text); count++) {
		struct theme *theme = NULL;
		struct err e = { 0 };

		ok(theme_parse(a, name, text, &theme, &e), "theme %s can be read %s", name, e.message);
		ok(theme && *theme->about, "theme %s says what it is for", name);
	}
	is_number(count, 5, "five themes are compiled in");
}

TEST(inheritance)
{
	AUTO(arena) struct arena *a = arena_new();
	struct theme *theme = NULL;
	struct err e = { 0 };

	ok(theme_parse(a, "x.theme", "# about\n[none]\nok = bold\n[8]\nbad = red -\n[256]\nok = 114 - dim\n",
		       &theme, &e), "a small theme is read");
	is_text(theme->name, "x", "its name is its file's");
	is_number(theme->styles[DEPTH_16][ROLE_OK].attributes, STYLE_BOLD, "16 colours inherit from none");
	is_number(theme->styles[DEPTH_256][ROLE_OK].fg, 114, "256 have their own");
	is_number(theme->styles[DEPTH_256][ROLE_BAD].fg, 1, "what is left out looks as with fewer");
	is_number(theme->styles[DEPTH_NONE][ROLE_BAD].fg, -1, "and none has no colour");
}

TEST(mistakes)
{
	is_text(mistake("[8]\nokay = red -\n"), "my.theme:2: no such role: \"okay\"", "an unknown role");
	is_text(mistake("[8]\nok = \x1b[2J\xff -\n"),
		"my.theme:2: a colour is -, black … white, bright-black … or a number, not \"?[2J?\"",
		"a message commands no terminal");
	is_text(mistake("[8]\nok = 114 -\n"), "my.theme:2: this section does not have the colour \"114\"",
		"a colour past the section's");
	is_text(mistake("ok = red -\n"), "my.theme:1: a section such as [256] must come before \"ok\"",
		"a role before any section");
	is_text(mistake("[24bit]\n"), "my.theme:1: sections are [none], [8], [16] and [256], not \"[24bit]\"",
		"an unknown section");
	is_text(mistake("[8]\nok = red - loud\n"),
		"my.theme:2: attributes are bold, dim, underline, reverse and italic, not \"loud\"",
		"an unknown attribute");
	is_text(mistake("[8]\nok = red\n"),
		"my.theme:2: a foreground and a background are missing after \"\"", "half a style");
}

TEST(unknown_name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct theme *theme;
	struct err e = { 0 };

	ok(!theme_load(a, NULL, "neon", &theme, &e), "a theme that is not there is refused");
	ok(strstr(e.message, "colour-blind, dark, high-contrast, light, mono") != NULL,
	   "with the names of those that are: %s", e.message);
	ok(!theme_load(a, NULL, "../dark", &theme, &e), "and no name leads out of the folders");
	ok(theme_load(a, NULL, THEME_DEFAULT, &theme, &e), "the default is always there");
}
