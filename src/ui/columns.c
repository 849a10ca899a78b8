/* SPDX-License-Identifier: Apache-2.0 */
/* Sorts a list by one of its columns: a key for each line; equal keys keep the lines' order. */
#define _GNU_SOURCE /* strverscmp */
#include "ui/columns.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "term/glyph.h"
#include "ui/screens.h"

struct column_entry {
	struct column_key key;
	size_t at;
	bool falls;
};

static size_t columns_count(const struct columns *columns)
{
	size_t n = 0;

	while (columns->table[n].name)
		n++;
	return n;
}

/* The screen counts from its own column, so that a new screen needs no setting. */
static size_t columns_sorted(const struct screen *s)
{
	const struct columns *columns = s->def->columns;

	return (columns->own + s->sorted) % columns_count(columns);
}

static bool columns_fall(const struct screen *s)
{
	return s->def->columns->table[columns_sorted(s)].falls != s->reversed;
}

static const char *columns_arrow(const struct view *v)
{
	return glyph_text(columns_fall(v->s) ? GLYPH_FALLS : GLYPH_RISES, v->ascii);
}

/* In ASCII the arrow is a letter, so a blank goes before it if the next column leaves room: "when v". */
static const char *columns_gap(const struct view *v, const struct sheet_head *head)
{
	int end = head->col + (int)strlen(head->text) + 2;

	return v->ascii && (!head[1].text || head[1].col > end) ? " " : "";
}

void columns_heads(struct view *v, struct sheet *sheet, const struct sheet_head *heads)
{
	const char *sorted = v->s->def->columns ? v->s->def->columns->table[columns_sorted(v->s)].name : "";
	struct sheet_head *own;
	size_t n = 0;

	while (heads[n].text)
		n++;
	own = arena_array(v->a, n + 1, sizeof(*own));
	for (size_t i = 0; i < n; i++) {
		own[i] = heads[i];
		if (strcmp(heads[i].text, sorted) == 0)
			own[i].text = str_format(v->a, "%s%s%s", sorted, columns_gap(v, &heads[i]),
						 columns_arrow(v));
	}
	own[n] = (struct sheet_head){ 0, NULL };
	sheet_heads(sheet, own);
}

static int columns_compare(const void *a, const void *b)
{
	const struct column_entry *x = a, *y = b;
	int order = (x->key.number > y->key.number) - (x->key.number < y->key.number);

	if (!*x->key.text != !*y->key.text)
		return *x->key.text ? -1 : 1;
	if (!order)
		order = strverscmp(x->key.text, y->key.text);
	if (order)
		return x->falls ? -order : order;
	return (x->at > y->at) - (x->at < y->at);
}

void columns_sort(struct view *v, struct sheet *sheet)
{
	size_t column = columns_sorted(v->s), first = 0, n;
	struct column_entry *entries;
	struct line *lines;

	if (!v->s->sorted && !v->s->reversed)
		return;
	while (first < sheet->count && !sheet->lines[first].lazy)
		first++;
	n = sheet->count - first;
	entries = arena_array(v->a, n, sizeof(*entries));
	lines = arena_array(v->a, n, sizeof(*lines));
	for (size_t i = 0; i < n; i++) {
		assert(sheet->lines[first + i].lazy);
		lines[i] = sheet->lines[first + i];
		entries[i] = (struct column_entry){
			v->s->def->columns->key(v, lines[i].index, column), i, columns_fall(v->s),
		};
		if (!entries[i].key.text)
			entries[i].key.text = "";
	}
	qsort(entries, n, sizeof(*entries), columns_compare);
	for (size_t i = 0; i < n; i++)
		sheet->lines[first + i] = lines[entries[i].at];
}

bool columns_act(struct view *v, enum ui_action action)
{
	struct screen *s = v->s;

	if (!s->def->columns || (action != UI_ACTION_SORT && action != UI_ACTION_REVERSE))
		return false;
	if (action == UI_ACTION_SORT) {
		s->sorted = (s->sorted + 1) % columns_count(s->def->columns);
		s->reversed = false;
	} else {
		s->reversed = !s->reversed;
	}
	s->filled = false;
	screens_notify(v->screens,
		       str_format(v->a, "sorted by %s %s", s->def->columns->table[columns_sorted(s)].name,
				  columns_arrow(v)),
		       false);
	return true;
}
