/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person, oldest first, each with the key that acts on it; then the manifests' warnings. */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/screen.h"

enum { MINUTE_MS = 60 * 1000 };

/* How each kind is drawn, and the key that acts on it. */
static const struct {
	struct display say;
	const char *act;
} kinds[] = {
	[TODO_FAILED] = { { GLYPH_BAD, ROLE_BAD, NULL }, "p again" },
	[TODO_UNHEALTHY] = { { GLYPH_BAD, ROLE_BAD, NULL }, "b back out" },
	[TODO_UNVERIFIED] = { { GLYPH_BAD, ROLE_BAD, NULL }, "b back out" },
	[TODO_MANIFESTS] = { { GLYPH_BAD, ROLE_BAD, NULL }, "fix the file" },
	[TODO_SOURCE] = { { GLYPH_BAD, ROLE_BAD, NULL }, "r look again" },
	[TODO_APPROVE] = { { GLYPH_WAITING, ROLE_ACCENT, NULL }, "a approve" },
	[TODO_HELD] = { { GLYPH_SUSPENDED, ROLE_WAITING, NULL }, "c continue" },
	[TODO_PROMOTE] = { { GLYPH_NEWER, ROLE_ACCENT, NULL }, "p promote" },
	[TODO_WINDOW] = { { GLYPH_WAITING, ROLE_WAITING, NULL }, "w why" },
};

/* What follows the first line belongs to it. */
static void todo_screen_wrap(struct view *v, struct sheet *sheet, const char *text)
{
	size_t first = sheet->count;

	sheet_wrap(sheet, 4, v->cols - 8, ROLE_TEXT, text);
	for (size_t i = first; i < sheet->count; i++)
		sheet->lines[i].detail = true;
}

static const char *todo_screen_age(struct view *v, const struct todo *todo)
{
	if (todo->since <= v->now)
		return display_age(v, todo->since);
	v->next_change = v->next_change < MINUTE_MS ? v->next_change : MINUTE_MS;
	return str_format(v->a, "in %s", clock_age(v->a, todo->since - v->now + 999));
}

/* What it is about, its age and its key; then what, on the same line where there is room. */
static void todo_screen_add(struct view *v, struct sheet *sheet, const struct todo *todo)
{
	const char *stage = todo->stage ? todo->stage->name : "", *word = todo_word(todo->kind);
	enum role role = kinds[todo->kind].say.role;
	bool wide = v->cols >= 100;
	struct line *l = sheet_line(sheet, str_format(v->a, "%s/%s/%s", stage, word,
						      *stage ? "" : todo->text));

	line_at(sheet, l, 0, role, glyph_text(kinds[todo->kind].say.glyph, v->ascii));
	line_cut(sheet, l, 2, 10, role, word);
	line_cut(sheet, l, 13, wide ? 20 : 14, ROLE_NAME, stage);
	line_cut(sheet, l, wide ? 34 : 28, 6, ROLE_MUTED, todo_screen_age(v, todo));
	line_cut(sheet, l, wide ? 41 : 35, 12, ROLE_KEY, kinds[todo->kind].act);
	if (wide && text_width(todo->text, v->ascii) <= v->cols - 58)
		line_at(sheet, l, 54, ROLE_TEXT, todo->text);
	else
		todo_screen_wrap(v, sheet, todo->text);
}

static void todo_screen_warn(struct view *v, struct sheet *sheet, size_t index)
{
	const struct complaint *complaint = &v->w->complaints[index];
	struct line *l = sheet_line(sheet, str_format(v->a, "/%s:%u:%u:%zu", complaint->file,
						      complaint->line, complaint->column, index));

	line_at(sheet, l, 0, ROLE_WAITING, glyph_text(GLYPH_WARNING, v->ascii));
	line_at(sheet, l, 2, ROLE_NAME,
		complaint->line ? str_format(v->a, "%s:%u:%u", complaint->file, complaint->line,
					     complaint->column) : complaint->file);
	todo_screen_wrap(v, sheet, complaint->message);
}

static void todo_screen_fill(struct view *v, struct sheet *sheet)
{
	struct todos all;

	todo_find(v->a, v->w, v->now, &all);
	if (!all.count && !v->w->ncomplaints)
		sheet_text(sheet, 1, ROLE_MUTED, "Nothing needs you.");
	for (size_t i = 0; i < all.count; i++)
		todo_screen_add(v, sheet, &all.items[i]);
	for (size_t i = 0; i < v->w->ncomplaints; i++)
		if (!v->w->complaints[i].is_error)
			todo_screen_warn(v, sheet, i);
	/* Soaking ends and windows open without a newer world. */
	if (all.until - v->now < v->next_change)
		v->next_change = all.until - v->now;
}

static void todo_screen_subject(struct view *v, struct subject *out)
{
	const char *name = place_name(&v->s->place), *slash = strchr(name, '/');

	if (slash && slash > name)
		out->stage = world_stage(v->w, str_copy_n(v->a, name, (size_t)(slash - name)));
}

static const char *todo_screen_sentence(struct view *v)
{
	struct subject subject = { 0 };

	todo_screen_subject(v, &subject);
	if (subject.stage)
		return str_format(v->a, "%s %s", subject.stage->name,
				  display_stage_sentence(v, subject.stage));
	if (v->w->stale_manifests && !v->w->nstages)
		return "Nothing is shown or done until these errors are fixed.";
	if (v->w->stale_manifests)
		return "The last good manifests are in force until these errors are fixed.";
	return v->w->ncomplaints ? "Fix them in the files, which are read again by themselves."
				 : "";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'c', UI_ACTION_RESUME, "continue" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'r', UI_ACTION_REFRESH, "read again" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_problems = {
	.name = "todo",
	.keys = keys,
	.fill = todo_screen_fill,
	.subject = todo_screen_subject,
	.sentence = todo_screen_sentence,
};
