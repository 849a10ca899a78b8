/* SPDX-License-Identifier: Apache-2.0 */
/* The theme picker: what is under the cursor is worn at once, Esc puts the old one back. */
#include <string.h>

#include "term/key.h"
#include "ui/desk.h"

static void fill(struct view *v, struct sheet *sheet)
{
	static const struct {
		enum role role;
		enum glyph glyph;
	} samples[] = { { ROLE_OK, GLYPH_HEALTHY }, { ROLE_BUSY, GLYPH_BUSY }, { ROLE_BAD, GLYPH_BAD },
			{ ROLE_WAITING, GLYPH_WAITING }, { ROLE_MUTED, GLYPH_NONE } };
	const char *const *names = desk_themes(v->desk);

	if (!buf_str(&v->s->item)[0]) {
		buf_text(&v->s->item, desk_theme(v->desk));
		place_set(&v->s->place, desk_theme(v->desk));
	}
	for (; names && *names; names++) {
		struct line *l = sheet_line(sheet, *names);

		line_cut(sheet, l, 1, 24, ROLE_NAME, *names);
		for (size_t i = 0; i < COUNTOF(samples); i++)
			line_at(sheet, l, 26 + 2 * (int)i, samples[i].role,
				glyph_text(samples[i].glyph, v->ascii));
	}
}

static bool move(struct view *v, uint32_t key)
{
	bool moved = place_move(&v->s->place, &v->s->sheet, key, v->rows);

	if (moved && strcmp(place_name(&v->s->place), desk_theme(v->desk)) != 0)
		desk_pick_theme(v->desk, place_name(&v->s->place));
	return moved;
}

static bool act(struct view *v, enum action action)
{
	if (action == ACTION_DO)
		desk_close(v->desk);
	if (action == ACTION_BACK) {
		desk_pick_theme(v->desk, buf_str(&v->s->item));
		desk_close(v->desk);
	}
	return action == ACTION_DO || action == ACTION_BACK;
}

static const char *sentence(struct view *v)
{
	(void)v;
	return "For good: theme: in the configuration, or --theme.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, ACTION_DO, "keep" },
	{ 0, ACTION_NONE, NULL },
};

const struct screen_def screen_themes = {
	.name = "themes",
	.flags = SCREEN_POPUP | SCREEN_STANDS,
	.keys = keys,
	.fill = fill,
	.move = move,
	.act = act,
	.sentence = sentence,
	.popup_cols = 40,
};
