/* SPDX-License-Identifier: Apache-2.0 */
/* Which of the selection's commits, digests, names and URLs to copy. */
#include "ui/copy.h"

#include <string.h>

#include "base/str.h"
#include "term/key.h"
#include "ui/screen.h"
#include "ui/screens.h"

static void copies_screen_find(struct view *v, struct copies *all)
{
	struct view below = screens_view(v->screens, v->s->below);

	below.a = v->a;
	copies_of(&below, all);
}

static void copies_screen_fill(struct view *v, struct sheet *sheet)
{
	struct copies all;

	copies_screen_find(v, &all);
	if (!all.count)
		sheet_text(sheet, 1, ROLE_MUTED, "There is nothing here to copy.");
	for (size_t i = 0; i < all.count; i++) {
		const struct copy *copy = &all.items[i];
		struct line *l = sheet_line(sheet, str_format(v->a, "%s/%s", copy->what, copy->text));

		line_cut(l, 1, 10, ROLE_HEADING, copy->what);
		line_cut(l, 12, v->cols - 15, ROLE_TEXT, copy->text);
	}
}

static bool copies_screen_act(struct view *v, enum ui_action action)
{
	const char *name = str_copy(v->a, place_chosen(&v->s->place, &v->s->sheet));
	const char *slash = strchr(name, '/');

	if (action != UI_ACTION_DO)
		return false;
	screens_close(v->screens);
	if (slash)
		screens_copy(v->screens, str_copy_n(v->a, name, (size_t)(slash - name)), slash + 1);
	return true;
}

static const char *copies_screen_about(struct view *v)
{
	(void)v;
	return "copy";
}

static const char *copies_screen_sentence(struct view *v)
{
	(void)v;
	return "Enter copies it to the clipboard of your terminal.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_DO, "copy" },
	{ 'y', UI_ACTION_DO, NULL },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'Y', UI_ACTION_BACK, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_copies = {
	.name = "copy",
	.flags = SCREEN_POPUP,
	.keys = keys,
	.fill = copies_screen_fill,
	.about = copies_screen_about,
	.act = copies_screen_act,
	.sentence = copies_screen_sentence,
};
