/* SPDX-License-Identifier: Apache-2.0 */
/* A mark is a line's name: "payments/" of a project, "payments/prod/promote" of what one of them
 * waits for. */
#include "ui/marks.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "model/fleet_row.h"
#include "model/fleet_table.h"
#include "model/stage.h"
#include "model/todo.h"
#include "term/key.h"
#include "ui/dialog.h"
#include "ui/display.h"
#include "ui/line_name.h"
#include "ui/projects.h"
#include "ui/screens.h"

/* Where the mark begins in the buffer; NULL: it is not there. */
static const char *mark_at(const struct screen *s, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = buf_str(&s->marks); *at; at += strcspn(at, "\n") + 1)
		if (strncmp(at, name, len) == 0 && at[len] == '\n')
			return at;
	return NULL;
}

size_t marks_count(const struct screen *s)
{
	size_t count = 0;

	for (const char *at = buf_str(&s->marks); *at; at++)
		count += *at == '\n';
	return count;
}

bool marks_drop(struct screen *s)
{
	bool any = s->marks.len > 0;

	buf_clear(&s->marks);
	s->filled = s->filled && !any;
	return any;
}

void marks_keep(struct screen *s, const struct batch_item *items, size_t count)
{
	marks_drop(s);
	for (size_t i = 0; i < count; i++)
		if (!mark_at(s, items[i].mark))
			buf_format(&s->marks, "%s\n", items[i].mark);
}

bool marks_toggle(struct view *v)
{
	struct screen *s = v->s;
	const char *name = str_copy(v->a, place_chosen(&s->place, &s->sheet)),
		   *at = mark_at(s, name);

	if (!*name)
		return true;
	if (at) {
		const char *rest = str_copy(v->a, at + strlen(name) + 1);
		const char *before =
			str_copy_n(v->a, buf_str(&s->marks), (size_t)(at - buf_str(&s->marks)));

		buf_clear(&s->marks);
		buf_text(&s->marks, before);
		buf_text(&s->marks, rest);
	} else {
		buf_format(&s->marks, "%s\n", name);
	}
	s->filled = false;
	place_move(&s->place, &s->sheet, PRESS_DOWN, v->rows);
	return true;
}

void marks_draw(struct view *v, struct line *l)
{
	if (v->s->marks.len && mark_at(v->s, l->name))
		line_at(l, 0, ROLE_ACCENT, glyph_text(GLYPH_MARK, v->ascii));
}

/* Why an intent would change none of the marked lines. */
static const char *marks_refusal(enum intent_kind kind)
{
	switch (kind) {
	case INTENT_PROMOTE: return "nothing that is marked waits to be promoted";
	case INTENT_APPROVE: return "nothing that is marked waits for an approval";
	case INTENT_RESUME: return "nothing that is marked is held";
	case INTENT_HOLD: return "nothing that is marked promotes by itself, or it is held already";
	default: return "the projects that are marked are gone";
	}
}

static bool intent_of(enum ui_action action, enum intent_kind *kind)
{
	switch (action) {
	case UI_ACTION_PROMOTE:
		*kind = INTENT_PROMOTE;
		return true;
	case UI_ACTION_APPROVE:
		*kind = INTENT_APPROVE;
		return true;
	case UI_ACTION_RESUME:
		*kind = INTENT_RESUME;
		return true;
	case UI_ACTION_HOLD:
		*kind = INTENT_HOLD;
		return true;
	case UI_ACTION_REFRESH:
		*kind = INTENT_REFRESH;
		return true;
	default:
		return false;
	}
}

/* Whether the line waits for an intent of this kind. */
static bool todo_is_for(const struct todo *todo, enum intent_kind kind)
{
	return todo->stage && ((kind == INTENT_PROMOTE &&
				(todo->kind == NEED_PROMOTE || todo->kind == NEED_FAILED)) ||
			       (kind == INTENT_APPROVE && todo->kind == NEED_APPROVE) ||
			       (kind == INTENT_RESUME && todo->kind == NEED_HELD));
}

struct batch_list {
	struct batch_item *items;
	size_t count;
};

/* Stages that promote by themselves and are not held yet. */
static void marks_add_holds(struct batch_list *list, const struct fleet_row *row, const char *name)
{
	const char *stage = strchr(name, '/') + 1;
	size_t len = strcspn(stage, "/");

	for (size_t i = 0; i < row->ncells; i++) {
		const struct stage *s = row->cells[i].stage;

		if (s->auto_promotion && !s->nholds &&
		    (!len || (strlen(s->name) == len && strncmp(s->name, stage, len) == 0)))
			list->items[list->count++] = (struct batch_item){ row->world, s, NULL, name };
	}
}

static void marks_add_items(struct view *v, struct batch_list *list, const char *name,
			    enum intent_kind kind)
{
	const struct fleet_row *row = fleet_table_find(v->projects->table, line_name_project(v->a, name));

	if (!row)
		return;
	if (kind == INTENT_REFRESH) {
		list->items[list->count++] = (struct batch_item){ row->world, NULL, NULL, name };
		return;
	}
	if (kind == INTENT_HOLD) {
		marks_add_holds(list, row, name);
		return;
	}
	for (size_t i = 0; i < row->todos.count; i++) {
		const struct todo *todo = &row->todos.items[i];

		if (todo_is_for(todo, kind) &&
		    (has_suffix(name, "/") || strcmp(display_todo_name(v, todo), name) == 0))
			list->items[list->count++] =
				(struct batch_item){ row->world, todo->stage, todo->freight, name };
	}
}

size_t marks_batch(struct view *v, const struct screen *s, enum intent_kind kind, struct batch_item **out)
{
	struct batch_list list = { 0 };
	size_t room = marks_count(s);

	for (size_t i = 0; i < fleet_table_count(v->projects->table); i++)
		room += fleet_table_row(v->projects->table, i)->ncells * 2;
	list.items = arena_array(v->a, room, sizeof(*list.items));
	for (const char *at = buf_str(&s->marks); *at && list.count < room;
	     at += strcspn(at, "\n") + 1)
		marks_add_items(v, &list, str_copy_n(v->a, at, strcspn(at, "\n")), kind);
	*out = list.items;
	return list.count;
}

bool marks_act(struct view *v, enum ui_action action)
{
	enum intent_kind kind;
	struct screen *s;

	if (!v->s->marks.len || !intent_of(action, &kind))
		return false;
	s = screens_open(v->screens, &screen_batch, NULL, NULL, NULL);
	s->dialog->operation = kind;
	return true;
}

bool marks_offer(struct view *v, enum ui_action action, struct offer *out)
{
	enum intent_kind kind;
	struct batch_item *items;

	*out = (struct offer){ OFFER_OPEN, NULL };
	if (action == UI_ACTION_MARK)
		return true;
	if (!v->s->marks.len || !intent_of(action, &kind))
		return false;
	if (kind != INTENT_REFRESH && screens_is_read_only(v->screens))
		*out = (struct offer){
			OFFER_REFUSED, "this gantry is read-only: it was started with --read-only"
		};
	else if (!marks_batch(v, v->s, kind, &items))
		*out = (struct offer){ OFFER_REFUSED, marks_refusal(kind) };
	return true;
}
