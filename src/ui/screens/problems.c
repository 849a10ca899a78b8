/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong in the manifests: file, line, what, and the fix. */
#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/screen.h"

static void problems_screen_fill(struct view *v, struct sheet *sheet)
{
	if (!v->w->ncomplaints)
		sheet_text(sheet, 1, ROLE_MUTED, "Nothing is wrong in the manifests.");
	for (size_t i = 0; i < v->w->ncomplaints; i++) {
		const struct complaint *complaint = &v->w->complaints[i];
		struct line *l = sheet_line(sheet, str_format(v->a, "%s:%u:%u:%zu", complaint->file,
							      complaint->line, complaint->column, i));

		line_at(sheet, l, 0, complaint->is_error ? ROLE_BAD : ROLE_WAITING,
			glyph_text(complaint->is_error ? GLYPH_BAD : GLYPH_WARNING, v->ascii));
		line_at(sheet, l, 2, ROLE_NAME,
			complaint->line ? str_format(v->a, "%s:%u:%u", complaint->file, complaint->line,
						     complaint->column) : complaint->file);
		size_t first = sheet->count;

		sheet_wrap(sheet, 4, v->cols - 8, ROLE_TEXT, complaint->message);
		for (size_t j = first; j < sheet->count; j++)
			sheet->lines[j].detail = true;
	}
}

static const char *problems_screen_sentence(struct view *v)
{
	if (v->w->stale_manifests && !v->w->nstages)
		return "Nothing is shown or done until these errors are fixed.";
	if (v->w->stale_manifests)
		return "The last good manifests are in force until these errors are fixed.";
	return v->w->ncomplaints ? "Fix them in the files, which are read again by themselves."
				 : "";
}

static bool problems_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	(void)v;
	if (action != UI_ACTION_PROBLEMS)
		return false;
	*out = (struct offer){ OFFER_OPEN, NULL };
	return true;
}

static const struct key_def keys[] = {
	{ 'r', UI_ACTION_REFRESH, "read again" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_problems = {
	.name = "problems",
	.keys = keys,
	.fill = problems_screen_fill,
	.sentence = problems_screen_sentence,
	.offer = problems_screen_offer,
};
