/* SPDX-License-Identifier: Apache-2.0 */
/* A project in one row: what is newest, what runs in each stage, what it waits for. Pure. Any thread. */
#ifndef GANTRY_MODEL_FLEET_ROW_H
#define GANTRY_MODEL_FLEET_ROW_H

#include "base/base.h"
#include "model/todo.h"

struct arena;
struct promotion;
struct stage;
struct world;

/* A stage at a glance; the worst last. */
enum fleet_state {
	FLEET_EMPTY, /* nothing runs there yet */
	FLEET_HEALTHY,
	FLEET_UNCHECKED, /* it runs, and nothing tells how well */
	FLEET_UNKNOWN,
	FLEET_PROGRESSING,
	FLEET_PROMOTING,
	FLEET_BAD, /* unhealthy, not verified, its promotion failed, its manifest can't be used */
	FLEET_STATES
};

struct fleet_cell {
	const struct stage *stage;
	size_t depth;           /* how many stages freight goes through before it */
	enum fleet_state state;
	const char *version; /* of what runs; while promoting of what comes; "" for nothing */
	int64_t since;       /* when that came, ms; 0: nothing runs */
	const struct promotion *promotion; /* that is running; or NULL */
};

struct fleet_row {
	const struct world *world;
	const char *newest; /* version of the newest freight; "" when there is none */
	int64_t newest_at;  /* ms; 0: there is none */
	struct fleet_cell *cells; /* a stage each, upstream before downstream, without control flow */
	size_t ncells;
	struct todos todos;
	const struct todo *urgent; /* the most urgent of them, the oldest of its kind; NULL: nothing */
};

/* The row of a world at now (ms), as long as todos.until. Pointers into the world and the arena. */
void fleet_row_make(struct arena *a, const struct world *w, int64_t now, struct fleet_row *out);

/* A copy of what the row has of its own, so that it needs its world and this arena alone. */
void fleet_row_copy(struct arena *a, const struct fleet_row *row, struct fleet_row *out);

/* The cell of that stage, or NULL. */
const struct fleet_cell *fleet_row_cell(const struct fleet_row *row, const char *stage);

/* "healthy", "bad", "promoting", …: what a filter calls it. */
const char *fleet_state_word(enum fleet_state state);

#endif
