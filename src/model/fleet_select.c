/* SPDX-License-Identifier: Apache-2.0 */
/* Filters are read once a selection, not once a row. */
#include "model/fleet_select.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "model/fleet_row.h"
#include "model/fleet_table.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/world.h"

enum select_field {
	SELECT_WORD,
	SELECT_NEEDS,
	SELECT_LABEL,
	SELECT_STAGE,
	SELECT_HEALTH,
	SELECT_VERSION
};

struct select_term {
	enum select_field field;
	bool inverse;
	const char *value;
	size_t len;
};

/* What is asked of a row; of one and the same stage where a stage is named. */
struct fleet_filter {
	struct select_term *terms;
	size_t count;
	bool names_stage;
};

const char *fleet_sort_word(enum fleet_sort sort)
{
	static const char *const words[] = {
		[FLEET_SORT_NEED] = "need",
		[FLEET_SORT_NAME] = "name",
		[FLEET_SORT_NEWEST] = "newest",
		[FLEET_SORT_CHANGED] = "changed",
	};

	assert(sort < FLEET_SORTS);
	return words[sort];
}

static struct select_term select_term_read(const char *word, size_t len)
{
	static const struct {
		const char *name;
		enum select_field field;
	} fields[] = {
		{ "needs:", SELECT_NEEDS },     { "label:", SELECT_LABEL },
		{ "stage:", SELECT_STAGE },     { "health:", SELECT_HEALTH },
		{ "version:", SELECT_VERSION },
	};
	struct select_term term = { .inverse = *word == '!', .value = word, .len = len };

	term.value += term.inverse;
	term.len -= term.inverse;
	for (size_t i = 0; i < COUNTOF(fields); i++) {
		size_t head = strlen(fields[i].name);

		if (term.len < head || !same_but_case_n(term.value, fields[i].name, head))
			continue;
		term.field = fields[i].field;
		term.value += head;
		term.len -= head;
		break;
	}
	return term;
}

static void fleet_filter_read(struct arena *a, const char *filter, struct fleet_filter *out)
{
	*out = (struct fleet_filter){ .terms = arena_array(a, strlen(filter) / 2 + 1,
							sizeof(*out->terms)) };
	while (*filter) {
		size_t len = strcspn(filter, " ");

		if (len) {
			struct select_term term = select_term_read(filter, len);

			/* A field that is still being typed keeps everything. */
			if (term.len)
				out->terms[out->count++] = term;
			out->names_stage |= term.field == SELECT_STAGE && term.len && !term.inverse;
		}
		filter += len + (filter[len] == ' ');
	}
}

static bool term_begins(const struct select_term *term, const char *text)
{
	return same_but_case_n(text, term->value, term->len);
}

static bool term_is_in(const struct select_term *term, const char *text)
{
	for (; *text; text++)
		if (term_begins(term, text))
			return true;
	return false;
}

static bool term_fits_cell(const struct select_term *term, const struct fleet_cell *cell)
{
	switch (term->field) {
	case SELECT_STAGE:
		return term_begins(term, cell->stage->name);
	case SELECT_VERSION:
		return term_begins(term, cell->version);
	case SELECT_HEALTH:
		return term_begins(term, fleet_state_word(cell->state)) ||
		       (cell->state == FLEET_HEALTHY && term_begins(term, "ok"));
	case SELECT_WORD:
	case SELECT_NEEDS:
	case SELECT_LABEL:
		break;
	}
	return false;
}

static bool term_is_of_cell(const struct select_term *term)
{
	return term->field >= SELECT_STAGE;
}

static bool term_fits_needs(const struct select_term *term, const struct fleet_row *row)
{
	if (term_begins(term, "me"))
		return row->todos.count > 0;
	if (term_begins(term, "nobody"))
		return !row->todos.count;
	for (size_t i = 0; i < row->todos.count; i++)
		if (term_begins(term, todo_word(row->todos.items[i].kind)))
			return true;
	return false;
}

static bool term_fits_label(const struct select_term *term, const struct fleet_row *row)
{
	const struct value *labels = row->world->project->labels;
	const char *equals = memchr(term->value, '=', term->len);
	size_t len = equals ? (size_t)(equals - term->value) : term->len;
	const struct value *found = value_get_n(labels, (struct str){ term->value, len });

	if (!found || !equals)
		return found != NULL;
	return strncmp(value_text(found, ""), equals + 1, term->len - len - 1) == 0;
}

static bool term_fits_words(const struct select_term *term, const struct fleet_row *row)
{
	bool found = term_is_in(term, world_name(row->world)) || term_is_in(term, row->newest);

	for (size_t i = 0; i < row->ncells && !found; i++)
		found = term_is_in(term, row->cells[i].stage->name) ||
			term_is_in(term, row->cells[i].version);
	for (size_t i = 0; i < row->todos.count && !found; i++)
		found = term_is_in(term, row->todos.items[i].text) ||
			term_is_in(term, todo_word(row->todos.items[i].kind));
	return found;
}

static bool fleet_filter_fits_cell(const struct fleet_filter *s, const struct fleet_cell *cell)
{
	for (size_t i = 0; i < s->count; i++)
		if (term_is_of_cell(&s->terms[i]) &&
		    term_fits_cell(&s->terms[i], cell) == s->terms[i].inverse)
			return false;
	return true;
}

/* One stage must be all that is asked, where one is named; else any may be each of it. */
static bool fleet_filter_fits_cells(const struct fleet_filter *s, const struct fleet_row *row)
{
	for (size_t i = 0; i < row->ncells && s->names_stage; i++)
		if (fleet_filter_fits_cell(s, &row->cells[i]))
			return true;
	for (size_t i = 0; i < s->count && !s->names_stage; i++) {
		bool found = false;

		if (!term_is_of_cell(&s->terms[i]))
			continue;
		for (size_t j = 0; j < row->ncells && !found; j++)
			found = term_fits_cell(&s->terms[i], &row->cells[j]);
		if (found == s->terms[i].inverse)
			return false;
	}
	return !s->names_stage;
}

static bool fleet_filter_fits(const struct fleet_filter *s, const struct fleet_row *row)
{
	for (size_t i = 0; i < s->count; i++) {
		const struct select_term *term = &s->terms[i];
		bool fits = true;

		switch (term->field) {
		case SELECT_WORD:
			fits = term_fits_words(term, row) != term->inverse;
			break;
		case SELECT_NEEDS:
			fits = term_fits_needs(term, row) != term->inverse;
			break;
		case SELECT_LABEL:
			fits = term_fits_label(term, row) != term->inverse;
			break;
		case SELECT_STAGE:
		case SELECT_HEALTH:
		case SELECT_VERSION:
			break;
		}
		if (!fits)
			return false;
	}
	return fleet_filter_fits_cells(s, row);
}

/* Below zero, zero or above; names decide what is equal. */
static int row_order(const struct fleet_row *x, const struct fleet_row *y, int order)
{
	return order ? order : strcmp(world_name(x->world), world_name(y->world));
}

static int later_first(int64_t x, int64_t y)
{
	return x == y ? 0 : x > y ? -1 : 1;
}

static int row_by_name(const void *a, const void *b)
{
	return row_order(*(const struct fleet_row *const *)a, *(const struct fleet_row *const *)b,
			 0);
}

static int row_by_need(const void *a, const void *b)
{
	const struct fleet_row *x = *(const struct fleet_row *const *)a;
	const struct fleet_row *y = *(const struct fleet_row *const *)b;
	unsigned one = x->urgent ? x->urgent->kind : NEED_KINDS,
		 two = y->urgent ? y->urgent->kind : NEED_KINDS;

	if (one != two)
		return one < two ? -1 : 1;
	return row_order(x, y,
			 one < NEED_KINDS ? -later_first(x->urgent->since, y->urgent->since) : 0);
}

static int row_by_newest(const void *a, const void *b)
{
	const struct fleet_row *x = *(const struct fleet_row *const *)a;
	const struct fleet_row *y = *(const struct fleet_row *const *)b;

	return row_order(x, y, later_first(x->newest_at, y->newest_at));
}

static int64_t row_changed_at(const struct fleet_row *row)
{
	int64_t at = 0;

	for (size_t i = 0; i < row->ncells; i++) {
		if (row->cells[i].promotion)
			return INT64_MAX;
		at = row->cells[i].since > at ? row->cells[i].since : at;
	}
	return at;
}

static int row_by_change(const void *a, const void *b)
{
	const struct fleet_row *x = *(const struct fleet_row *const *)a;
	const struct fleet_row *y = *(const struct fleet_row *const *)b;

	return row_order(x, y, later_first(row_changed_at(x), row_changed_at(y)));
}

size_t fleet_select(struct arena *a, const struct fleet_table *t, const char *filter,
		    enum fleet_sort sort, const struct fleet_row ***out)
{
	static int (*const orders[])(const void *, const void *) = {
		[FLEET_SORT_NEED] = row_by_need,
		[FLEET_SORT_NAME] = row_by_name,
		[FLEET_SORT_NEWEST] = row_by_newest,
		[FLEET_SORT_CHANGED] = row_by_change,
	};
	struct fleet_filter selection;
	size_t count = 0;

	assert(sort < FLEET_SORTS);
	fleet_filter_read(a, filter, &selection);
	*out = arena_array(a, fleet_table_count(t), sizeof(**out));
	for (size_t i = 0; i < fleet_table_count(t); i++)
		if (fleet_filter_fits(&selection, fleet_table_row(t, i)))
			(*out)[count++] = fleet_table_row(t, i);
	qsort(*out, count, sizeof(**out), orders[sort]);
	return count;
}
