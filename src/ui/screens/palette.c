/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The palette: go anywhere by a few letters of its name. The words are those of the keys'
 * actions and of the project's own things.
 */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/screens.h"
#include "ui/frame.h"
#include "ui/screens/board.h"

/* How well the letters fit a name; 0: not at all. */
enum { FITS_LOOSELY = 1, FITS_INSIDE, FITS_WORD, FITS_START, FITS_LEVELS };

enum { SHOWN = 200 };

static int fit(const char *name, const char *letters)
{
	size_t len = strlen(letters);
	const char *at = name;
	int best = 0;

	if (same_but_case_n(name, letters, len))
		return FITS_START;
	for (const char *p = name; *p; p++)
		if (same_but_case_n(p, letters, len) && best < FITS_WORD)
			best = strchr(" -_./", p[-1]) ? FITS_WORD : best ? best : FITS_INSIDE;
	if (best)
		return best;
	for (; *letters; letters++) {
		while (*at && !same_but_case_n(at, letters, 1))
			at++;
		if (!*at++)
			return 0;
	}
	return FITS_LOOSELY;
}

/* What is being offered in one pass over everything. */
struct offering {
	struct view *v;
	struct sheet *sheet;
	const char *letters;
	int level;
};

static void offer_name(struct offering *o, const char *kind, const char *key, const char *name,
		       const char *help)
{
	struct line *l;

	if (o->sheet->count >= SHOWN || fit(name, o->letters) != o->level)
		return;
	l = sheet_line(o->sheet, str_format(o->v->a, "%s/%s", kind, key));
	line_cut(o->sheet, l, 1, 24, ROLE_NAME, name);
	line_cut(o->sheet, l, 26, 10, ROLE_MUTED, kind);
	line_cut(o->sheet, l, 37, o->v->cols - 40, ROLE_TEXT, help);
}

static void offer_commands(struct offering *o)
{
	struct view below = screens_view(o->v->screens, o->v->s->below);

	below.a = o->v->a;
	for (int i = UI_ACTION_NONE + 1; i < UI_ACTION_COUNT; i++) {
		enum ui_action action = (enum ui_action)i;

		if (action == UI_ACTION_FIELD || action == UI_ACTION_DO || action == UI_ACTION_PALETTE ||
		    action == UI_ACTION_BACK || frame_offer(&below, action).state == OFFER_HIDDEN)
			continue;
		offer_name(o, "command", action_word(action), action_word(action), action_help(action));
	}
}

static void offer_things(struct offering *o)
{
	const struct world *w = o->v->w;
	struct view *v = o->v;

	for (size_t i = 0; i < w->nstages; i++)
		offer_name(o, "stage", w->stages[i]->name, w->stages[i]->name, "");
	for (size_t i = 0; i < w->nwarehouses; i++)
		offer_name(o, "warehouse", w->warehouses[i]->name, w->warehouses[i]->name, "");
	for (size_t i = 0; i < w->nfreight; i++)
		offer_name(o, "freight", w->freight[i]->name, freight_label(v->a, w->freight[i]),
			   freight_version(v->a, w->freight[i]));
	for (const char *const *names = screens_themes(v->screens); names && *names; names++)
		offer_name(o, "theme", *names, *names, "");
}

static void palette_screen_fill(struct view *v, struct sheet *sheet)
{
	struct offering o = { v, sheet, prompt_text(&v->s->filter), 0 };

	for (o.level = FITS_START; o.level >= FITS_LOOSELY; o.level--) {
		offer_commands(&o);
		offer_things(&o);
	}
	if (!sheet->count)
		sheet_text(sheet, 1, ROLE_MUTED, "Nothing is called that.");
}

static void palette_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	struct area list = { area.row + 2, area.col, area.rows - 2, area.cols };
	int col = canvas_text(c, area.row, area.col + 2, ROLE_PROMPT, ":") + 1;

	prompt_draw(&v->s->filter, c, area.row, col, area.cols - 6, true);
	sheet_draw(&v->s->sheet, &v->s->place, c, list);
}

static void run_command(struct screens *d, const char *word)
{
	for (int i = UI_ACTION_NONE + 1; i < UI_ACTION_COUNT; i++)
		if (strcmp(action_word((enum ui_action)i), word) == 0)
			screens_act(d, (enum ui_action)i);
}

static bool palette_screen_act(struct view *v, enum ui_action action)
{
	struct screens *d = v->screens;
	const char *kind, *slash, *name;

	if (action != UI_ACTION_DO)
		return false;
	kind = str_copy(v->a, place_chosen(&v->s->place, &v->s->sheet));
	slash = strchr(kind, '/');
	screens_close(d);
	if (!slash)
		return true;
	name = slash + 1;
	if (has_prefix(kind, "command/"))
		run_command(d, name);
	else if (has_prefix(kind, "stage/"))
		screens_open(d, &screen_stage, name, NULL, NULL);
	else if (has_prefix(kind, "warehouse/"))
		screens_open(d, &screen_warehouse, NULL, NULL, name);
	else if (has_prefix(kind, "freight/"))
		screens_open(d, &screen_freight, NULL, name, NULL);
	else
		screens_pick_theme(d, name);
	return true;
}

static const char *palette_screen_sentence(struct view *v)
{
	(void)v;
	return "A few letters of a name are enough.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "go" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_palette = {
	.name = "command",
	.flags = SCREEN_POPUP | SCREEN_TYPES,
	.keys = keys,
	.fill = palette_screen_fill,
	.draw = palette_screen_draw,
	.act = palette_screen_act,
	.sentence = palette_screen_sentence,
	.popup_rows = 16,
	.popup_cols = 76,
};
