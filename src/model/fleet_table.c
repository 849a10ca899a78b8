/* SPDX-License-Identifier: Apache-2.0 */
/* Both the old rows and the new worlds are sorted by name, so one walk along both finds what stayed. */
#include "model/fleet_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "model/fleet.h"
#include "model/fleet_row.h"
#include "model/stage.h"
#include "model/world.h"

/* A row, and the memory that it lies in. */
struct table_row {
	struct fleet_row row;
	struct arena *arena;
};

struct fleet_table {
	struct table_row **rows;
	size_t count, ntodos, nalerts;
	uint64_t serial;
	int64_t until;
	struct arena *scratch;
};

struct fleet_table *fleet_table_new(void)
{
	struct fleet_table *t = xmalloc(sizeof(*t));

	*t = (struct fleet_table){ .scratch = arena_new(), .until = INT64_MAX };
	return t;
}

static void table_row_free(struct table_row *r)
{
	arena_free(r->arena);
	free(r);
}

void fleet_table_free(struct fleet_table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->count; i++)
		table_row_free(t->rows[i]);
	free(t->rows);
	arena_free(t->scratch);
	free(t);
}

static const char *table_row_name(const struct table_row *r)
{
	return world_name(r->row.world);
}

static void table_row_make(struct fleet_table *t, struct table_row *r, const struct world *w,
			   int64_t now)
{
	struct fleet_row made;

	arena_reset(t->scratch);
	fleet_row_make(t->scratch, w, now, &made);
	arena_reset(r->arena);
	fleet_row_copy(r->arena, &made, &r->row);
}

static struct table_row *table_row_new(struct fleet_table *t, const struct world *w, int64_t now)
{
	struct table_row *r = xmalloc(sizeof(*r));

	*r = (struct table_row){ .arena = arena_new() };
	table_row_make(t, r, w, now);
	return r;
}

/* A stage's is its project's; manifests and sources are shared, and many projects may tell of the same. */
static bool todo_is_new(struct arena *a, struct map *told, const struct todo *todo)
{
	if (todo->stage)
		return true;
	if (map_get(told, todo->text))
		return false;
	map_set(a, told, todo->text, todo);
	return true;
}

static void fleet_table_sum_up(struct fleet_table *t, int64_t now)
{
	struct map told = { 0 };

	arena_reset(t->scratch);
	t->ntodos = t->nalerts = 0;
	t->until = INT64_MAX;
	for (size_t i = 0; i < t->count; i++) {
		const struct todos *todos = &t->rows[i]->row.todos;

		for (size_t j = 0; j < todos->count; j++) {
			bool is_new = todo_is_new(t->scratch, &told, &todos->items[j]);

			t->ntodos += is_new;
			t->nalerts += is_new && todo_alerts(&todos->items[j], now);
		}
		t->until = todos->until < t->until ? todos->until : t->until;
	}
	t->serial++;
}

bool fleet_table_update(struct fleet_table *t, const struct fleet *f, int64_t now)
{
	struct table_row **rows = xmalloc((f->nworlds + 1) * sizeof(struct table_row *));
	bool changed = false;
	size_t old = 0;

	for (size_t i = 0; i < f->nworlds; i++) {
		const struct world *w = f->worlds[i];
		int order = 1;

		while (old < t->count &&
		       (order = strcmp(table_row_name(t->rows[old]), world_name(w))) < 0) {
			table_row_free(t->rows[old++]);
			changed = true;
		}
		if (old == t->count || order != 0) {
			rows[i] = table_row_new(t, w, now);
			changed = true;
			continue;
		}
		rows[i] = t->rows[old++];
		if (rows[i]->row.world == w && now < rows[i]->row.todos.until)
			continue;
		table_row_make(t, rows[i], w, now);
		changed = true;
	}
	for (; old < t->count; old++, changed = true)
		table_row_free(t->rows[old]);
	free(t->rows);
	t->rows = rows;
	t->count = f->nworlds;
	if (changed)
		fleet_table_sum_up(t, now);
	return changed;
}

size_t fleet_table_count(const struct fleet_table *t)
{
	return t->count;
}

const struct fleet_row *fleet_table_row(const struct fleet_table *t, size_t index)
{
	assert(index < t->count);
	return &t->rows[index]->row;
}

const struct fleet_row *fleet_table_find(const struct fleet_table *t, const char *project)
{
	size_t from = 0, to = t->count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(table_row_name(t->rows[middle]), project);

		if (!order)
			return &t->rows[middle]->row;
		from = order < 0 ? middle + 1 : from;
		to = order < 0 ? to : middle;
	}
	return NULL;
}

uint64_t fleet_table_serial(const struct fleet_table *t)
{
	return t->serial;
}

int64_t fleet_table_until(const struct fleet_table *t)
{
	return t->until;
}

size_t fleet_table_todo_count(const struct fleet_table *t)
{
	return t->ntodos;
}

size_t fleet_table_alert_count(const struct fleet_table *t)
{
	return t->nalerts;
}

static int todo_order(const void *a, const void *b)
{
	const struct todo *x = *(const struct todo *const *)a, *y = *(const struct todo *const *)b;
	int names;

	if (x->since != y->since)
		return x->since < y->since ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	names = strcmp(world_name(x->world), world_name(y->world));
	return names ? names : x < y ? -1 : x > y;
}

size_t fleet_table_todos(const struct fleet_table *t, struct arena *a, const struct todo ***out)
{
	struct map told = { 0 };
	size_t count = 0;

	*out = arena_array(a, t->ntodos, sizeof(**out));
	for (size_t i = 0; i < t->count; i++) {
		const struct todos *todos = &t->rows[i]->row.todos;

		for (size_t j = 0; j < todos->count; j++)
			if (todo_is_new(a, &told, &todos->items[j]))
				(*out)[count++] = &todos->items[j];
	}
	assert(count == t->ntodos);
	qsort(*out, count, sizeof(**out), todo_order);
	return count;
}

/* A stage's name over all projects. */
struct stage_name {
	const char *name;
	size_t projects;
	double depth; /* 0: first, 1: last; summed */
};

static int stage_name_by_spread(const void *a, const void *b)
{
	const struct stage_name *x = a, *y = b;

	if (x->projects != y->projects)
		return x->projects > y->projects ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int stage_name_by_depth(const void *a, const void *b)
{
	const struct stage_name *x = a, *y = b;
	double one = x->depth / (double)x->projects, two = y->depth / (double)y->projects;

	if (one != two)
		return one < two ? -1 : 1;
	return strcmp(x->name, y->name);
}

static size_t fleet_table_stage_names(const struct fleet_table *t, struct arena *a,
				      struct stage_name **out)
{
	struct map known = { 0 };
	size_t room = 0, count = 0;

	for (size_t i = 0; i < t->count; i++)
		room += t->rows[i]->row.ncells;
	*out = arena_array(a, room, sizeof(**out));
	for (size_t i = 0; i < t->count; i++) {
		const struct fleet_row *row = &t->rows[i]->row;
		size_t deepest = 0;

		for (size_t j = 0; j < row->ncells; j++)
			deepest = row->cells[j].depth > deepest ? row->cells[j].depth : deepest;
		for (size_t j = 0; j < row->ncells; j++) {
			const char *name = row->cells[j].stage->name;
			struct stage_name *at = map_get(&known, name);

			if (!at) {
				at = &(*out)[count++];
				at->name = name;
				map_set(a, &known, name, at);
			}
			at->projects++;
			at->depth += deepest ? (double)row->cells[j].depth / (double)deepest : 0;
		}
	}
	return count;
}

size_t fleet_table_stages(const struct fleet_table *t, struct arena *a, const char **names,
			  size_t room, size_t *usual)
{
	struct stage_name *all;
	size_t count = fleet_table_stage_names(t, a, &all), cells = 0, covered = 0;

	qsort(all, count, sizeof(*all), stage_name_by_spread);
	for (size_t i = 0; i < count; i++)
		cells += all[i].projects;
	for (*usual = 0; *usual < count && covered * 5 < cells * 4; (*usual)++)
		covered += all[*usual].projects;
	count = count < room ? count : room;
	qsort(all, count, sizeof(*all), stage_name_by_depth);
	for (size_t i = 0; i < count; i++)
		names[i] = all[i].name;
	return count;
}
