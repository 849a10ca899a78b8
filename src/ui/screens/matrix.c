/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which version of an artifact runs where: rows are images, charts and repositories of all projects
 * or of one, columns are stages. "not:1.2.3" as filter leaves the stages that are not there yet.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/fleet.h"
#include "model/fleet_table.h"
#include "model/matrix.h"
#include "model/world.h"
#include "model/stage.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/line_name.h"
#include "ui/projects.h"
#include "ui/screens.h"

enum { MOST_COLUMNS = 24, WHOLE_WIDTH = 17, SHORT_WIDTH = 12 };

struct matrix_layout {
	struct matrix matrix;
	const char *stages[MOST_COLUMNS];
	size_t nstages, stages_in_all;
	int name, project, newest, cells, width;
};

/* Of the project whose board it was opened from; else of all. */
static void matrix_screen_make(struct view *v, struct matrix_layout *m)
{
	const struct world *const *worlds = v->projects->fleet->worlds;
	size_t count = v->projects->fleet->nworlds;
	const char *filter = prompt_text(&v->s->filter), *only = buf_str(&v->s->item);

	for (size_t i = 0; *only && i < count; i++)
		if (strcmp(world_name(worlds[i]), only) == 0) {
			worlds += i;
			count = 1;
		}
	matrix_make(v->a, worlds, count, filter, &m->matrix);
}

static size_t matrix_screen_cells_in(const struct matrix *m, const char *stage)
{
	size_t count = 0;

	for (size_t i = 0; i < m->count; i++)
		count += matrix_row_cell(&m->rows[i], stage) != NULL;
	return count;
}

/* Columns for the stages that there are cells of; where not all fit, those with the fewest go. */
static void matrix_screen_choose_stages(struct view *v, struct matrix_layout *m)
{
	size_t cells[MOST_COLUMNS], usual, fits;
	const char *all[MOST_COLUMNS];
	size_t count = fleet_table_stages(v->projects->table, v->a, all, COUNTOF(all), &usual);
	int room = v->cols - 2 - m->cells;

	for (size_t i = 0; i < count; i++) {
		cells[m->nstages] = matrix_screen_cells_in(&m->matrix, all[i]);
		m->stages[m->nstages] = all[i];
		m->nstages += cells[m->nstages] > 0;
	}
	m->stages_in_all = m->nstages;
	m->width = (int)m->nstages * WHOLE_WIDTH <= room ? WHOLE_WIDTH : SHORT_WIDTH;
	for (fits = room > 0 ? (size_t)(room / m->width) : 0; m->nstages > fits; m->nstages--) {
		size_t least = 0;

		for (size_t i = 1; i < m->nstages; i++)
			least = cells[i] < cells[least] ? i : least;
		for (size_t i = least; i + 1 < m->nstages; i++) {
			cells[i] = cells[i + 1];
			m->stages[i] = m->stages[i + 1];
		}
	}
}

static void matrix_screen_fill(struct view *v, struct sheet *sheet)
{
	struct matrix_layout *m = arena_alloc(v->a, sizeof(*m));
	const char *filter = prompt_text(&v->s->filter);

	matrix_screen_make(v, m);
	m->name = v->cols >= 100 ? 18 : 12;
	m->project = 2 + m->name + 1;
	m->newest = m->project + (v->many && v->cols >= 60 ? (v->cols >= 100 ? 19 : 13) : 0);
	m->cells = m->newest + 11;
	matrix_screen_choose_stages(v, m);
	v->s->own = m;
	for (size_t i = 0; i < m->matrix.count; i++) {
		const struct matrix_row *row = &m->matrix.rows[i];

		sheet_lazy(sheet,
			   str_format(v->a, "%s/%s %s", line_name_begin(v->a, world_name(row->world)),
				      artifact_kind_word(row->kind), row->repo),
			   i);
	}
	sheet->is_filtered = *filter != 0;
	sheet->kept = sheet->entries = m->matrix.count;
	if (!m->matrix.count)
		sheet_text(sheet, 2, ROLE_MUTED,
			   *filter ? "Nothing runs anywhere that fits; Esc shows all again."
				   : "Nothing runs anywhere yet.");
}

static void matrix_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct matrix_layout *m = v->s->own;
	const struct matrix_row *row = &m->matrix.rows[index];
	static const enum glyph kinds[] = { [ARTIFACT_IMAGE] = GLYPH_WAREHOUSE,
					    [ARTIFACT_CHART] = GLYPH_MARK,
					    [ARTIFACT_COMMIT] = GLYPH_POINT };

	line_at(l, 0, ROLE_MUTED, glyph_text(kinds[row->kind], v->ascii));
	line_cut(l, 2, m->name, ROLE_STRONG,
		 text_shorten(v->a, row->name, m->name, v->ascii));
	if (m->newest > m->project)
		line_cut(l, m->project, m->newest - m->project - 1, ROLE_NAME,
			 text_shorten(v->a, world_name(row->world), m->newest - m->project - 1,
				      v->ascii));
	line_cut(l, m->newest, 10, ROLE_VERSION,
		 text_shorten(v->a, row->newest, 10, v->ascii));
	for (size_t i = 0; i < m->nstages; i++) {
		const struct matrix_cell *cell = matrix_row_cell(row, m->stages[i]);
		int col = m->cells + (int)i * m->width;

		if (!cell)
			continue;
		line_at(l, col, cell->differs ? ROLE_WAITING : ROLE_OK,
			glyph_text(cell->differs ? GLYPH_DIFFERS : GLYPH_PASSED, v->ascii));
		line_cut(l, col + 2, 9, cell->differs ? ROLE_WAITING : ROLE_VERSION,
			 text_shorten(v->a, cell->version, 9, v->ascii));
		if (m->width == WHOLE_WIDTH)
			line_cut(l, col + 12, 4, ROLE_MUTED, display_age(v, cell->since));
	}
}

static void matrix_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	const struct matrix_layout *m = v->s->own;
	struct area list = { area.row + 1, area.col, area.rows - 1, area.cols };
	size_t left_out = m->stages_in_all - m->nstages;
	const char *more = left_out ? str_format(v->a, "+%zu", left_out) : "";
	int col = area.col + 1, end = area.cols - 1 - (int)strlen(more);

	canvas_text(c, area.row, col + 2, ROLE_HEADING, "artifact");
	if (m->newest > m->project)
		canvas_text(c, area.row, col + m->project, ROLE_HEADING, "project");
	canvas_text(c, area.row, col + m->newest, ROLE_HEADING, "newest");
	for (size_t i = 0; i < m->nstages; i++) {
		int at = col + m->cells + (int)i * m->width;
		int room = at + m->width <= area.col + end ? m->width - 1 : area.col + end - at - 1;

		canvas_cut(c, cells_at(area.row, at, room), ROLE_HEADING, m->stages[i]);
	}
	canvas_text(c, area.row, area.col + end, ROLE_WAITING, more);
	sheet_draw(&v->s->sheet, &v->s->place, c, list);
}

static const struct matrix_row *matrix_screen_selected(struct view *v)
{
	const struct matrix_layout *m = v->s->own;
	const struct line *l = place_line(&v->s->place, &v->s->sheet);

	return m && l && l->name ? &m->matrix.rows[l->index] : NULL;
}

/* What is behind, in words: signs alone do not say which stage of many has no column. */
static const char *matrix_screen_sentence(struct view *v)
{
	const struct matrix_layout *m = v->s->own;
	const struct matrix_row *row = matrix_screen_selected(v);
	const char *behind = "";
	size_t count = 0;

	if (!row)
		return "/ not:1.2.3 shows where a version is not yet; stage: version: kind: "
		       "differs: narrow it";
	for (size_t i = 0; i < row->ncells; i++)
		if (row->cells[i].differs) {
			behind = str_format(v->a, "%s%s%s", behind, count ? ", " : "",
					    row->cells[i].stage->name);
			count++;
		}
	return str_format(
		v->a, "%s: %s%s%s%s", row->repo,
		count ? str_format(v->a, "not %s in ", row->newest) : "the same everywhere", behind,
		m->nstages < m->stages_in_all ? "; a wider terminal shows more stages" : "", "");
}

static const char *matrix_screen_about(struct view *v)
{
	const struct matrix_layout *m = v->s->own;

	return m ? str_format(v->a, "matrix   %zu artifact%s", m->matrix.count,
			      m->matrix.count == 1 ? "" : "s")
		 : "matrix";
}

static bool matrix_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_OPEN)
		return false;
	if (matrix_screen_selected(v))
		screens_open(v->screens, &screen_board, NULL, NULL, NULL);
	return true;
}

static bool matrix_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action != UI_ACTION_OPEN)
		return false;
	out->state = matrix_screen_selected(v) ? OFFER_OPEN : OFFER_HIDDEN;
	return true;
}

static bool matrix_screen_move(struct view *v, uint32_t key)
{
	return place_move(&v->s->place, &v->s->sheet, key, v->rows - 1);
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "board" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_matrix = {
	.name = "matrix",
	.flags = SCREEN_FLEET | SCREEN_SIFTS,
	.fields = "stage: version: not: differs: kind:",
	.keys = keys,
	.fill = matrix_screen_fill,
	.line = matrix_screen_line,
	.draw = matrix_screen_draw,
	.sentence = matrix_screen_sentence,
	.about = matrix_screen_about,
	.act = matrix_screen_act,
	.offer = matrix_screen_offer,
	.move = matrix_screen_move,
};
