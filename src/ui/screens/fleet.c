/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All projects, a row each: what is newest, what runs in the stages that most of them have, what
 * each waits for. As many columns as fit; what does not fit is folded into one that shows the
 * worst.
 */
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/folder.h"
#include "base/str.h"
#include "model/fleet_row.h"
#include "model/fleet_select.h"
#include "model/fleet_table.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/line_name.h"
#include "ui/marks.h"
#include "ui/projects.h"
#include "ui/screens.h"

enum { MOST_COLUMNS = 24, NAME_COL = 2, NAME_LEAST = 10, NAME_MOST = 24, FOLDED_WIDTH = 6 };

/* How much a cell says; widths are those of a column with the blank behind it. */
enum cell_form { CELL_WHOLE, CELL_VERSION, CELL_SIGN, CELL_FORMS };
static const int cell_widths[] = { [CELL_WHOLE] = 17, [CELL_VERSION] = 12, [CELL_SIGN] = 4 };

struct fleet_layout {
	int name, newest, waits; /* columns of cells; newest 0: left out */
	int cells, width;
	enum cell_form form;
	const char *stages[MOST_COLUMNS];
	size_t nstages;
	bool folds; /* not every stage has a column */
	const struct fleet_row **rows;
	size_t nrows;
};

static const struct {
	enum glyph glyph;
	enum role role;
} states[FLEET_STATES] = {
	[FLEET_EMPTY] = { GLYPH_NONE, ROLE_MUTED },
	[FLEET_HEALTHY] = { GLYPH_HEALTHY, ROLE_OK },
	[FLEET_UNCHECKED] = { GLYPH_HEALTHY, ROLE_MUTED },
	[FLEET_UNKNOWN] = { GLYPH_UNKNOWN, ROLE_WAITING },
	[FLEET_PROGRESSING] = { GLYPH_BUSY, ROLE_BUSY },
	[FLEET_PROMOTING] = { GLYPH_RUNNING, ROLE_BUSY },
	[FLEET_BAD] = { GLYPH_BAD, ROLE_BAD },
};

static const struct fleet_row *fleet_screen_row(struct view *v)
{
	const char *name = place_name(&v->s->place);

	return fleet_table_find(v->projects->table, line_name_project(v->a, name));
}

static int fleet_screen_name_width(struct view *v, const struct fleet_layout *f)
{
	int most = v->cols >= 110 ? NAME_MOST : 14, width = NAME_LEAST;

	for (size_t i = 0; i < f->nrows && width < most; i++) {
		int its = text_width(world_name(f->rows[i]->world), v->ascii);

		width = its > width ? its : width;
	}
	return width < most ? width : most;
}

/* The richest form in which the usual stages have columns; the others are folded into one. */
static void fleet_screen_choose_form(struct view *v, struct fleet_layout *f, int room)
{
	const char *all[MOST_COLUMNS + 1];
	size_t usual, count, fits = 0;

	count = fleet_table_stages(v->projects->table, v->a, all, COUNTOF(all), &usual);
	for (f->form = CELL_WHOLE; f->form < CELL_FORMS; f->form++) {
		f->width = cell_widths[f->form];
		fits = room > 0 ? (size_t)(room / f->width) : 0;
		if (fits < count)
			fits = room > FOLDED_WIDTH ? (size_t)((room - FOLDED_WIDTH) / f->width) : 0;
		if (fits >= usual)
			break;
	}
	f->form = f->form == CELL_FORMS ? CELL_SIGN : f->form;
	f->nstages = fleet_table_stages(v->projects->table, v->a, f->stages,
					fits < MOST_COLUMNS ? fits : MOST_COLUMNS, &usual);
	f->folds = count > f->nstages;
}

/* Versions in the stages tell more than the newest one: it goes where only signs would be left
 * else. */
static void fleet_screen_lay_out(struct view *v, struct fleet_layout *f)
{
	int waits = v->cols >= 110 ? 32 : v->cols >= 76 ? 20 : 12;

	f->name = fleet_screen_name_width(v, f);
	f->newest = NAME_COL + f->name + 1;
	f->cells = f->newest + (v->cols >= 100 ? 16 : v->cols >= 60 ? 10 : 0);
	fleet_screen_choose_form(v, f, v->cols - 2 - f->cells - waits);
	if (f->form == CELL_SIGN && v->cols < 100 && f->cells > f->newest) {
		struct fleet_layout without = *f;

		without.cells = f->newest;
		fleet_screen_choose_form(v, &without, v->cols - 2 - without.cells - waits);
		if (without.form != CELL_SIGN)
			*f = without;
	}
	f->waits = f->cells + (int)f->nstages * f->width + (f->folds ? FOLDED_WIDTH : 0);
}

/*
 * The cursor stays with its project. But while projects are still being read, and nobody has chosen one,
 * it belongs on what is worst.
 */
static void fleet_screen_begin(struct view *v)
{
	if (!screens_is_untouched(v->screens))
		return;
	place_set(&v->s->place, "");
	v->s->place.at = 0;
}

static void fleet_screen_fill(struct view *v, struct sheet *sheet)
{
	struct fleet_layout *f = arena_alloc(v->a, sizeof(*f));
	const char *filter = prompt_text(&v->s->filter);

	fleet_screen_begin(v);
	f->nrows = fleet_select(v->a, v->projects->table, filter, (enum fleet_sort)v->s->form,
				&f->rows);
	fleet_screen_lay_out(v, f);
	v->s->own = f;
	sheet->is_filtered = *filter != 0;
	sheet->kept = f->nrows;
	sheet->entries = fleet_table_count(v->projects->table);
	for (size_t i = 0; i < f->nrows; i++)
		sheet_lazy(sheet,
			   str_format(v->a, "%s/", line_name_begin(v->a, world_name(f->rows[i]->world))), i);
}

static void fleet_screen_add_cell(struct view *v, struct line *l, int col,
				  const struct fleet_cell *cell)
{
	const struct fleet_layout *f = v->s->own;
	const char *age;

	line_at(l, col, states[cell->state].role,
		glyph_text(states[cell->state].glyph, v->ascii));
	if (f->form == CELL_SIGN)
		return;
	line_cut(l, col + 2, 9, cell->state == FLEET_PROMOTING ? ROLE_BUSY : ROLE_VERSION,
		 text_shorten(v->a, cell->version, 9, v->ascii));
	if (f->form != CELL_WHOLE)
		return;
	age = cell->promotion ? str_format(v->a, "%zu/%zu", display_steps_done(cell->promotion),
					   cell->promotion->nsteps)
			      : display_age(v, cell->since);
	line_cut(l, col + 12, 4, ROLE_MUTED, age);
}

/* Stages without a column of their own: how many, and the worst of them. */
static void fleet_screen_add_folded(struct view *v, struct line *l,
				    const struct fleet_row *row)
{
	const struct fleet_layout *f = v->s->own;
	enum fleet_state worst = FLEET_EMPTY;
	size_t count = 0;

	for (size_t i = 0; i < row->ncells; i++) {
		bool shown = false;

		for (size_t j = 0; j < f->nstages && !shown; j++)
			shown = strcmp(row->cells[i].stage->name, f->stages[j]) == 0;
		if (shown)
			continue;
		count++;
		worst = row->cells[i].state > worst ? row->cells[i].state : worst;
	}
	if (!count)
		return;
	line_at(l, f->waits - FOLDED_WIDTH, states[worst].role,
		glyph_text(states[worst].glyph, v->ascii));
	line_cut(l, f->waits - FOLDED_WIDTH + 2, 3, ROLE_MUTED,
		 str_format(v->a, "%zu", count));
}

/* A file's name is enough in one line; its folders are in the todo list. */
static const char *fleet_screen_text(struct view *v, const struct todo *todo)
{
	size_t path = strcspn(todo->text, ":");

	if (todo->kind != NEED_MANIFESTS)
		return todo->text;
	return str_format(v->a, "%s%s", path_base(str_copy_n(v->a, todo->text, path)), todo->text + path);
}

/* "prod can take soft-squirrel 9.2.1", with its age where there is room, and how much else. */
static void fleet_screen_add_waits(struct view *v, struct line *l,
				   const struct fleet_row *row)
{
	const struct fleet_layout *f = v->s->own;
	const struct todo *todo = row->urgent;
	int room = v->cols - 3 - f->waits;
	struct display say;
	const char *more = "";

	if (!todo) {
		line_cut(l, f->waits, room, ROLE_MUTED,
			 row->world->loading ? "reading"
			 : row->world->manifests_fault ? row->world->manifests_fault : "nothing");
		return;
	}
	say = display_todo(todo);
	if (row->todos.count > 1)
		more = str_format(v->a, " +%zu", row->todos.count - 1);
	room -= 2 + text_width(more, v->ascii);
	line_at(l, f->waits, say.role, glyph_text(say.glyph, v->ascii));
	line_cut(l, f->waits + 2, room, say.role,
		 str_format(v->a, "%s%s%s", todo->stage ? todo->stage->name : "",
			    todo->stage ? " " : "", room >= 30 ? fleet_screen_text(v, todo) : say.word));
	line_add(l, ROLE_MUTED, more);
}

static void fleet_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct fleet_layout *f = v->s->own;
	const struct fleet_row *row = f->rows[index];
	const char *name = world_name(row->world);

	marks_draw(v, l);
	line_cut(l, NAME_COL, f->name, ROLE_NAME,
		 text_shorten(v->a, name, f->name, v->ascii));
	if (f->cells > f->newest) {
		line_cut(l, f->newest, 9, ROLE_VERSION,
			 text_shorten(v->a, row->newest, 9, v->ascii));
		if (v->cols >= 100)
			line_cut(l, f->newest + 10, 4, ROLE_MUTED,
				 display_age(v, row->newest_at));
	}
	for (size_t i = 0; i < f->nstages; i++) {
		const struct fleet_cell *cell = fleet_row_cell(row, f->stages[i]);

		if (cell)
			fleet_screen_add_cell(v, l, f->cells + (int)i * f->width, cell);
	}
	if (f->folds)
		fleet_screen_add_folded(v, l, row);
	fleet_screen_add_waits(v, l, row);
}

/* Over a mere sign: the beginning of the stage's name, or its end where another begins so, too. */
static const char *fleet_screen_short(struct view *v, const struct fleet_layout *f, size_t index)
{
	const char *name = f->stages[index];
	size_t len = strlen(name);

	for (size_t i = 0; i < f->nstages && len > 3; i++)
		if (i != index && strncmp(f->stages[i], name, 3) == 0)
			return name + len - 3;
	return str_copy_n(v->a, name, len < 3 ? len : 3);
}

/* A head, with an arrow if the rows are in its order: up when values grow downwards. */
static void fleet_screen_head_of(struct view *v, struct canvas *c, struct cells at, enum fleet_sort sort)
{
	static const char *const heads[] = {
		[FLEET_SORT_NEED] = "waits for",
		[FLEET_SORT_NAME] = "project",
		[FLEET_SORT_NEWEST] = "newest",
	};
	int col = canvas_text(c, at.row, at.col, ROLE_HEADING, heads[sort]);

	if ((enum fleet_sort)v->s->form == sort)
		canvas_glyph(c, at.row, col + v->ascii, ROLE_HEADING,
			     sort == FLEET_SORT_NAME ? GLYPH_RISES : GLYPH_FALLS);
}

static void fleet_screen_head(struct view *v, struct canvas *c, struct area area)
{
	const struct fleet_layout *f = v->s->own;
	int col = area.col + 1;

	fleet_screen_head_of(v, c, cells_at(area.row, col + NAME_COL, 0), FLEET_SORT_NAME);
	if (f->cells > f->newest)
		fleet_screen_head_of(v, c, cells_at(area.row, col + f->newest, 0), FLEET_SORT_NEWEST);
	for (size_t i = 0; i < f->nstages; i++)
		canvas_cut(c, cells_at(area.row, col + f->cells + (int)i * f->width, f->width - 1),
			   ROLE_HEADING,
			   f->form == CELL_SIGN ? fleet_screen_short(v, f, i) : f->stages[i]);
	if (f->folds)
		canvas_text(c, area.row, col + f->waits - FOLDED_WIDTH, ROLE_HEADING, "more");
	fleet_screen_head_of(v, c, cells_at(area.row, col + f->waits, 0), FLEET_SORT_NEED);
}

static void fleet_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	struct area list = { area.row + 1, area.col, area.rows - 1, area.cols };

	fleet_screen_head(v, c, area);
	if (!v->s->sheet.count)
		canvas_text(c, area.row + 2, area.col + 3, ROLE_MUTED,
			    "No project fits the filter; Esc shows all again.");
	sheet_draw(&v->s->sheet, &v->s->place, c, list);
}

static void fleet_screen_subject(struct view *v, struct subject *out)
{
	const struct fleet_row *row = fleet_screen_row(v);

	if (row && row->urgent)
		out->stage = row->urgent->stage;
}

static const char *fleet_screen_sentence(struct view *v)
{
	const struct fleet_row *row = fleet_screen_row(v);
	const char *name;

	if (*buf_str(&v->s->marks))
		return str_format(v->a,
				  "%zu marked: p a c z r act on all of them at once, after asking",
				  marks_count(v->s));
	if (!row)
		return "";
	name = world_name(row->world);
	if (row->urgent && row->urgent->stage)
		return str_format(v->a, "%s  %s %s", name, row->urgent->stage->name,
				  display_stage_sentence(v, row->urgent->stage));
	if (row->urgent)
		return str_format(v->a, "%s  %s", name, fleet_screen_text(v, row->urgent));
	return str_format(v->a, "%s  nothing waits for you; Enter opens its board", name);
}

static const char *fleet_screen_about(struct view *v)
{
	size_t all = fleet_table_count(v->projects->table);

	return str_format(v->a, "fleet   %zu project%s", all, all == 1 ? "" : "s");
}

static bool fleet_screen_sort(struct view *v)
{
	v->s->form = (v->s->form + 1) % FLEET_SORTS;
	v->s->filled = false;
	screens_notify(
		v->screens,
		str_format(v->a, "sorted by %s", fleet_sort_word((enum fleet_sort)v->s->form)),
		false);
	return true;
}

static bool fleet_screen_act(struct view *v, enum ui_action action)
{
	const struct fleet_row *row = fleet_screen_row(v);

	switch (action) {
	case UI_ACTION_OPEN:
		if (row)
			screens_open(v->screens, &screen_board, NULL, NULL, NULL);
		return true;
	case UI_ACTION_SORT:
		return fleet_screen_sort(v);
	case UI_ACTION_MARK:
		return marks_toggle(v);
	case UI_ACTION_BACK:
		return marks_drop(v->s);
	default:
		return marks_act(v, action);
	}
}

static bool fleet_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action == UI_ACTION_SORT) {
		out->state = OFFER_OPEN;
		return true;
	}
	if (action == UI_ACTION_OPEN) {
		out->state = fleet_screen_row(v) ? OFFER_OPEN : OFFER_HIDDEN;
		return true;
	}
	return marks_offer(v, action, out);
}

/* A line less for the heading. */
static bool fleet_screen_move(struct view *v, uint32_t key)
{
	return place_move(&v->s->place, &v->s->sheet, key, v->rows - 1);
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "board" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'c', UI_ACTION_RESUME, "continue" },
	{ 'z', UI_ACTION_HOLD, NULL },
	{ 'w', UI_ACTION_WHY, "why" },
	{ ' ', UI_ACTION_MARK, "mark" },
	{ 's', UI_ACTION_SORT, "sort" },
	{ 'S', UI_ACTION_SORT, NULL },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'x', UI_ACTION_MATRIX, "matrix" },
	{ 'D', UI_ACTION_DELIVERY, "delivery" },
	{ '!', UI_ACTION_PROBLEMS, "todo" },
	{ 't', UI_ACTION_PROMOTION, NULL },
	{ 'f', UI_ACTION_FREIGHT, NULL },
	{ 'o', UI_ACTION_APPS, NULL },
	{ 'e', UI_ACTION_EVENTS, NULL },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ ':', UI_ACTION_PALETTE, "command" },
	{ 'q', UI_ACTION_QUIT, "quit" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_fleet = {
	.name = "fleet",
	.flags = SCREEN_FLEET | SCREEN_SIFTS,
	.fields = "needs: stage: health: version: label:",
	.keys = keys,
	.fill = fleet_screen_fill,
	.line = fleet_screen_line,
	.draw = fleet_screen_draw,
	.subject = fleet_screen_subject,
	.sentence = fleet_screen_sentence,
	.about = fleet_screen_about,
	.act = fleet_screen_act,
	.offer = fleet_screen_offer,
	.move = fleet_screen_move,
};
