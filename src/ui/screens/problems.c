/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person: failures, holds and freight that waits, by stage; then the manifests' errors. */
#include <string.h>

#include "base/str.h"
#include "model/stage.h"
#include "model/todo.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/screen.h"

static struct display display_todo(enum todo_kind kind)
{
	switch (kind) {
	case TODO_FAILED: case TODO_UNHEALTHY: case TODO_MANIFESTS: break;
	case TODO_HELD: return (struct display){ GLYPH_SUSPENDED, ROLE_WAITING, todo_word(kind) };
	case TODO_PROMOTE: return (struct display){ GLYPH_NEWER, ROLE_ACCENT, todo_word(kind) };
	}
	return (struct display){ GLYPH_BAD, ROLE_BAD, todo_word(kind) };
}

/* What follows the first line belongs to it. */
static void wrap_details(struct view *v, struct sheet *sheet, int col, const char *text)
{
	size_t first = sheet->count;

	sheet_wrap(sheet, col, v->cols - col - 4, ROLE_TEXT, text);
	for (size_t i = first; i < sheet->count; i++)
		sheet->lines[i].detail = true;
}

static void add_todo(struct view *v, struct sheet *sheet, const struct todo *todo)
{
	struct display say = display_todo(todo->kind);
	struct line *l;

	if (!todo->stage)
		return;
	l = sheet_line(sheet, str_format(v->a, "%s/%s", todo->stage->name, say.word));
	line_at(sheet, l, 0, say.role, glyph_text(say.glyph, v->ascii));
	line_cut(sheet, l, 2, 10, say.role, say.word);
	line_cut(sheet, l, 13, 20, ROLE_NAME, todo->stage->name);
	if (text_width(todo->text, v->ascii) <= v->cols - 38)
		line_at(sheet, l, 34, ROLE_TEXT, todo->text);
	else
		wrap_details(v, sheet, 4, todo->text);
}

static void add_complaint(struct view *v, struct sheet *sheet, size_t index)
{
	const struct complaint *complaint = &v->w->complaints[index];
	struct line *l = sheet_line(sheet, str_format(v->a, "/%s:%u:%u:%zu", complaint->file, complaint->line,
						      complaint->column, index));

	line_at(sheet, l, 0, complaint->is_error ? ROLE_BAD : ROLE_WAITING,
		glyph_text(complaint->is_error ? GLYPH_BAD : GLYPH_WARNING, v->ascii));
	line_at(sheet, l, 2, ROLE_NAME,
		complaint->line ? str_format(v->a, "%s:%u:%u", complaint->file, complaint->line,
					     complaint->column) : complaint->file);
	wrap_details(v, sheet, 4, complaint->message);
}

static void todo_screen_fill(struct view *v, struct sheet *sheet)
{
	struct todo *all;
	size_t count = todo_list(v->a, v->w, v->now, &all);

	if (!count && !v->w->ncomplaints)
		sheet_text(sheet, 1, ROLE_MUTED, "Nothing needs you.");
	for (size_t i = 0; i < count; i++)
		add_todo(v, sheet, &all[i]);
	for (size_t i = 0; i < v->w->ncomplaints; i++)
		add_complaint(v, sheet, i);
	/* Soaking ends and ages pass without a newer world. */
	v->next_change = v->next_change < 10000 ? v->next_change : 10000;
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
