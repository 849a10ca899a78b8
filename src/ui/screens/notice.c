/* SPDX-License-Identifier: Apache-2.0 */
/* What was refused, and that nothing was done. */
#include "term/key.h"
#include "ui/screen.h"

static void notice_screen_fill(struct view *v, struct sheet *sheet)
{
	sheet_line(sheet, NULL);
	sheet_wrap(sheet, 1, v->cols - 5, ROLE_TEXT, buf_str(&v->s->item));
	sheet_line(sheet, NULL);
	sheet_text(sheet, 1, ROLE_MUTED, "Nothing was done.");
	sheet_line(sheet, NULL);
}

static const char *notice_screen_sentence(struct view *v)
{
	(void)v;
	return "Enter or Esc, and look again.";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_BACK, "look again" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_notice = {
	.name = "refused",
	.flags = SCREEN_POPUP | SCREEN_STANDS,
	.keys = keys,
	.fill = notice_screen_fill,
	.sentence = notice_screen_sentence,
	.popup_cols = 64,
};
