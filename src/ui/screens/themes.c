/* SPDX-License-Identifier: Apache-2.0 */
/* The theme picker: applies the theme under the cursor at once; Esc restores the old one. */
#include <string.h>

#include "term/key.h"
#include "ui/screens.h"

static void themes_screen_fill(struct view *v, struct sheet *sheet)
{
	static const struct {
		enum role role;
		enum glyph glyph;
	} samples[] = { { ROLE_OK, GLYPH_HEALTHY }, { ROLE_BUSY, GLYPH_BUSY }, { ROLE_BAD, GLYPH_BAD },
			{ ROLE_WAITING, GLYPH_WAITING }, { ROLE_MUTED, GLYPH_NONE } };
	const char *const *names = screens_themes(v->screens);

	if (!buf_str(&v->s->item)[0]) {
		buf_text(&v->s->item, screens_theme(v->screens));
		place_set(&v->s->place, screens_theme(v->screens));
	}
	for (; names && *names; names++) {
		struct line *l = sheet_line(sheet, *names);

		line_cut(l, 1, 24, ROLE_NAME, *names);
		for (size_t i = 0; i < COUNTOF(samples); i++)
			line_at(l, 26 + 2 * (int)i, samples[i].role,
				glyph_text(samples[i].glyph, v->ascii));
	}
}

static bool themes_screen_move(struct view *v, uint32_t key)
{
	bool moved = place_move(&v->s->place, &v->s->sheet, key, v->rows);

	if (moved && strcmp(place_name(&v->s->place), screens_theme(v->screens)) != 0)
		screens_pick_theme(v->screens, place_name(&v->s->place));
	return moved;
}

static bool themes_screen_act(struct view *v, enum ui_action action)
{
	if (action == UI_ACTION_DO)
		screens_close(v->screens);
	if (action == UI_ACTION_BACK) {
		screens_pick_theme(v->screens, buf_str(&v->s->item));
		screens_close(v->screens);
	}
	return action == UI_ACTION_DO || action == UI_ACTION_BACK;
}

static const char *themes_screen_sentence(struct view *v)
{
	(void)v;
	return "For good: theme: in the configuration, or --theme.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "keep" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_themes = {
	.name = "themes",
	.flags = SCREEN_POPUP | SCREEN_STANDS,
	.keys = keys,
	.fill = themes_screen_fill,
	.move = themes_screen_move,
	.act = themes_screen_act,
	.sentence = themes_screen_sentence,
	.popup_cols = 40,
};
