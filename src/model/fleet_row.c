/* SPDX-License-Identifier: Apache-2.0 */
/* Made once a world: what it says changes with the world, or at todos.until. */
#include "model/fleet_row.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/str.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"

const char *fleet_state_word(enum fleet_state state)
{
	static const char *const words[] = {
		[FLEET_EMPTY] = "empty",
		[FLEET_HEALTHY] = "healthy",
		[FLEET_UNCHECKED] = "unchecked",
		[FLEET_UNKNOWN] = "unknown",
		[FLEET_PROGRESSING] = "progressing",
		[FLEET_PROMOTING] = "promoting",
		[FLEET_BAD] = "bad",
	};

	assert(state < FLEET_STATES);
	return words[state];
}

/* What it is that needs a person makes the stage a bad one, whatever its applications say. */
static bool fleet_row_is_bad(const struct todos *todos, const struct stage *s)
{
	for (size_t i = 0; i < todos->count; i++)
		if (todos->items[i].stage == s && todos->items[i].kind <= NEED_UNVERIFIED)
			return true;
	return s->fault || s->health == HEALTH_UNHEALTHY;
}

static enum fleet_state fleet_row_state(const struct fleet_row *row, const struct fleet_cell *cell)
{
	const struct stage *s = cell->stage;

	if (cell->promotion)
		return FLEET_PROMOTING;
	if (fleet_row_is_bad(&row->todos, s))
		return FLEET_BAD;
	if (stage_is_empty(s))
		return FLEET_EMPTY;
	if (row->world->past_at)
		return FLEET_UNKNOWN;
	switch (s->health) {
	case HEALTH_HEALTHY:
		return FLEET_HEALTHY;
	case HEALTH_PROGRESSING:
		return FLEET_PROGRESSING;
	case HEALTH_UNKNOWN:
		return FLEET_UNKNOWN;
	case HEALTH_UNHEALTHY:
	case HEALTH_NOT_APPLICABLE:
	case HEALTH_NONE:
		break;
	}
	return FLEET_UNCHECKED;
}

static const char *fleet_row_version(struct arena *a, const struct world *w, const char *freight)
{
	const struct freight *f = world_freight(w, freight);
	const char *version = f ? freight_version(a, f) : "";

	if (*version)
		return version;
	return f ? freight_label(a, f) : str_copy_n(a, freight, strnlen(freight, 7));
}

/* Of the warehouse that changed last, where it takes of several. */
static void fleet_row_fill_cell(struct arena *a, const struct fleet_row *row,
				struct fleet_cell *cell)
{
	const struct collection *runs = stage_runs(cell->stage);
	const struct promotion *p = world_promotion_in(row->world, cell->stage->name);

	cell->promotion = p && p->phase == PHASE_RUNNING ? p : NULL;
	cell->version = "";
	if (cell->promotion)
		cell->version = fleet_row_version(a, row->world, p->freight);
	else if (runs && runs->nitems)
		cell->version = fleet_row_version(a, row->world, runs->items[0].freight);
	cell->since = runs && runs->nitems ? runs->since : 0;
	cell->state = fleet_row_state(row, cell);
}

/* The stages are sorted, so those before it are known. */
static size_t fleet_row_depth(const struct map *known, const struct stage *s)
{
	size_t depth = 0;

	for (size_t i = 0; i < s->nrequests; i++)
		for (size_t j = 0; j < s->requests[i].nstages; j++) {
			const size_t *before = map_get(known, s->requests[i].stages[j]);

			if (before && *before + 1 > depth)
				depth = *before + 1;
		}
	return depth;
}

static const struct todo *fleet_row_urgent(const struct todos *todos)
{
	const struct todo *first = NULL;

	for (size_t i = 0; i < todos->count; i++)
		if (!first || todos->items[i].kind < first->kind)
			first = &todos->items[i];
	return first;
}

static void fleet_row_fill_cells(struct arena *a, struct fleet_row *row)
{
	const struct world *w = row->world;
	size_t *depths = arena_array(a, w->nstages, sizeof(*depths));
	struct map known = { 0 };

	row->cells = arena_array(a, w->nstages, sizeof(*row->cells));
	for (size_t i = 0; i < w->nstages; i++) {
		depths[i] = fleet_row_depth(&known, w->stages[i]);
		map_set(a, &known, w->stages[i]->name, &depths[i]);
		if (stage_is_control_flow(w->stages[i]))
			continue;
		row->cells[row->ncells].stage = w->stages[i];
		row->cells[row->ncells].depth = depths[i];
		fleet_row_fill_cell(a, row, &row->cells[row->ncells++]);
	}
}

void fleet_row_make(struct arena *a, const struct world *w, int64_t now, struct fleet_row *out)
{
	*out = (struct fleet_row){ .world = w, .newest = "" };
	todo_find(a, w, now, &out->todos);
	out->urgent = fleet_row_urgent(&out->todos);
	if (w->nfreight) {
		out->newest = fleet_row_version(a, w, w->freight[0]->name);
		out->newest_at = w->freight[0]->discovered_at;
	}
	fleet_row_fill_cells(a, out);
}

void fleet_row_copy(struct arena *a, const struct fleet_row *row, struct fleet_row *out)
{
	*out = *row;
	out->newest = str_copy(a, row->newest);
	out->cells = arena_copy(a, row->cells, row->ncells * sizeof(*row->cells));
	for (size_t i = 0; i < row->ncells; i++)
		out->cells[i].version = str_copy(a, row->cells[i].version);
	out->todos.items =
		arena_copy(a, row->todos.items, row->todos.count * sizeof(*row->todos.items));
	for (size_t i = 0; i < row->todos.count; i++)
		out->todos.items[i].text = str_copy(a, row->todos.items[i].text);
	out->urgent = fleet_row_urgent(&out->todos);
}

const struct fleet_cell *fleet_row_cell(const struct fleet_row *row, const char *stage)
{
	for (size_t i = 0; i < row->ncells; i++)
		if (strcmp(row->cells[i].stage->name, stage) == 0)
			return &row->cells[i];
	return NULL;
}
