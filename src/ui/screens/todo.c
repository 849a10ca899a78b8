/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What needs a person in all projects, oldest first, each with the key that acts on it; then, if there is
 * only one project, the warnings about its manifests.
 */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/fleet_table.h"
#include "model/stage.h"
#include "model/todo.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/line_name.h"
#include "ui/marks.h"
#include "ui/page.h"
#include "ui/projects.h"
#include "ui/screens.h"

enum { MINUTE_MS = 60 * 1000 };

/* The key that acts on each kind. */
static const char *const acts[NEED_KINDS] = {
	[NEED_FAILED] = "p again",        [NEED_UNHEALTHY] = "b back out",
	[NEED_UNVERIFIED] = "b back out", [NEED_STUCK] = "x abort",
	[NEED_MANIFESTS] = "fix the file",
	[NEED_SOURCE] = "r look again",   [NEED_APPROVE] = "a approve",
	[NEED_MERGE] = "m merge",         [NEED_HELD] = "c continue",
	[NEED_PROMOTE] = "p promote",     [NEED_WINDOW] = "w why",
};

/* What follows the first line belongs to it. */
static void todo_screen_wrap(struct view *v, struct sheet *sheet, enum role role, const char *text)
{
	size_t first = sheet->count;

	sheet_wrap(sheet, 4, v->cols - 8, role, text);
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

static void todo_screen_facts(struct line *l, const struct todo *todo)
{
	line_fact(l, "project", world_name(todo->world));
	line_fact(l, "stage", todo->stage ? todo->stage->name : NULL);
	line_fact(l, "what", todo_word(todo->kind));
	l->at = todo->since;
}

/* What an item is about and says. */
struct todo_words {
	const char *name;               /* of the stage or the source */
	const char *text;
	const char *more;               /* all that it says, where the text is a part; else NULL */
};

/*
 * A source says "warehouse shop: listing tags of …: …: connection refused": its name belongs in its
 * column, and of what does not fit into a line the cause comes first.
 */
static struct todo_words todo_screen_words(struct view *v, const struct todo *todo)
{
	const char *text = todo->text, *colon = strstr(text, ": "), *cause;
	const char *name = has_prefix(text, "warehouse ") ? text + strlen("warehouse ") : text;

	if (todo->kind != NEED_SOURCE || !colon || colon < name)
		return (struct todo_words){ todo->stage ? todo->stage->name : "", text, NULL };
	name = str_copy_n(v->a, name, (size_t)(colon - name));
	text = cause = colon + 2;
	if (text_width(text, v->ascii) <= v->cols - 8)
		return (struct todo_words){ name, text, NULL };
	for (const char *at = strstr(text, ": "); at && at[2]; at = strstr(at + 2, ": "))
		cause = at + 2;
	return (struct todo_words){ name, cause, cause == text ? NULL : text };
}

/* What it is about, its age and its key; then what, on the same line where there is room. */
static void todo_screen_add(struct view *v, struct sheet *sheet, const struct todo *todo)
{
	struct display say = display_todo(todo);
	bool wide = v->cols >= 110;
	const struct todo_words words = todo_screen_words(v, todo);
	int names = wide ? 18 : 12, col = 14;
	struct line *l = sheet_line(sheet, display_todo_name(v, todo));

	marks_draw(v, l);
	line_at(l, 1, say.role, glyph_text(say.glyph, v->ascii));
	line_cut(l, 3, 10, say.role, say.word);
	if (v->many) {
		page_name(v, l, cells_at(0, col, names), ROLE_NAME, world_name(todo->world));
		col += names + 1;
	}
	page_name(v, l, cells_at(0, col, names), ROLE_NAME, words.name);
	col += names + 1;
	line_cut(l, col, 6, ROLE_MUTED, todo_screen_age(v, todo));
	line_cut(l, col + 7, 12, ROLE_KEY, acts[todo->kind]);
	todo_screen_facts(l, todo);
	col += 20;
	if (wide && text_width(words.text, v->ascii) <= v->cols - col - 3)
		line_at(l, col, ROLE_TEXT, words.text);
	else
		todo_screen_wrap(v, sheet, ROLE_TEXT, words.text);
	if (words.more)
		todo_screen_wrap(v, sheet, ROLE_MUTED, words.more);
}

static void todo_screen_warn(struct view *v, struct sheet *sheet, size_t index)
{
	const struct complaint *complaint = &v->w->complaints[index];
	const char *project = line_name_begin(v->a, world_name(v->w));
	struct line *l = sheet_line(sheet, str_format(v->a, "%s//%s:%u:%u:%zu", project, complaint->file,
						      complaint->line, complaint->column, index));

	line_at(l, 1, ROLE_WAITING, glyph_text(GLYPH_WARNING, v->ascii));
	line_at(l, 3, ROLE_NAME,
		complaint->line ? str_format(v->a, "%s:%u:%u", complaint->file, complaint->line,
					     complaint->column)
				: complaint->file);
	todo_screen_wrap(v, sheet, ROLE_TEXT, complaint->message);
}

static void todo_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct todo **all;
	size_t count = fleet_table_todos(v->projects->table, v->a, &all);

	for (size_t i = 0; i < count; i++)
		todo_screen_add(v, sheet, all[i]);
	for (size_t i = 0; i < v->w->ncomplaints; i++) /* of many projects, those about no one of them */
		if (!v->w->complaints[i].is_error && (!v->many || !v->w->complaints[i].project))
			todo_screen_warn(v, sheet, i);
	if (!sheet->count)
		sheet_text(sheet, 1, ROLE_MUTED, "Nothing needs you.");
}

/* "prod" of "payments/prod/promote". */
static void todo_screen_subject(struct view *v, struct subject *out)
{
	const char *slash = strchr(place_chosen(&v->s->place, &v->s->sheet), '/');

	if (slash)
		out->stage =
			world_stage(v->w, str_copy_n(v->a, slash + 1, strcspn(slash + 1, "/")));
}

static const char *todo_screen_sentence(struct view *v)
{
	struct subject subject = { 0 };

	if (*buf_str(&v->s->marks))
		return str_format(v->a,
				  "%zu marked: p a c r act on all of them at once, after asking",
				  marks_count(v->s));
	todo_screen_subject(v, &subject);
	if (subject.stage)
		return str_format(v->a, "%s%s%s %s", v->many ? world_name(v->w) : "",
				  v->many ? "  " : "", subject.stage->name,
				  display_stage_sentence(v, subject.stage));
	if (v->w->stale_manifests && !v->w->nstages)
		return "Nothing is shown or done until these errors are fixed.";
	if (v->w->stale_manifests)
		return "The last good manifests are in force until these errors are fixed.";
	return v->w->ncomplaints ? "Fix them in the files, which are read again by themselves."
				 : "";
}

static bool todo_screen_act(struct view *v, enum ui_action action)
{
	if (action == UI_ACTION_MARK)
		return marks_toggle(v);
	if (action == UI_ACTION_BACK)
		return marks_drop(v->s);
	return marks_act(v, action);
}

static bool todo_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	struct subject subject = { 0 };

	todo_screen_subject(v, &subject);
	if (action != UI_ACTION_OPEN || subject.stage)
		return marks_offer(v, action, out);
	*out = (struct offer){ OFFER_HIDDEN, "this is about no stage, so there is nothing to open" };
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'm', UI_ACTION_MERGE, "merge" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'c', UI_ACTION_RESUME, "continue" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ ' ', UI_ACTION_MARK, "mark" },
	{ 'r', UI_ACTION_REFRESH, "read again" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_todo = {
	.name = "todo",
	.flags = SCREEN_FLEET,
	.keys = keys,
	.fill = todo_screen_fill,
	.subject = todo_screen_subject,
	.sentence = todo_screen_sentence,
	.act = todo_screen_act,
	.offer = todo_screen_offer,
};
