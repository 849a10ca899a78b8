/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of a fleet, kept from one fleet to the next: a world that did not change keeps its row,
 * so that a thousand projects of which one changes cost one row. One thread at a time.
 */
#ifndef GANTRY_MODEL_FLEET_TABLE_H
#define GANTRY_MODEL_FLEET_TABLE_H

#include "base/base.h"

struct arena;
struct fleet;
struct fleet_row;
struct fleet_table;
struct todo;
struct world;

struct fleet_table *fleet_table_new(void);
void fleet_table_free(struct fleet_table *t);

/*
 * Brings the rows to this fleet and this time (ms); true when any is another now. The fleet before
 * it must still be held, for rows point into its worlds; from then on this one must.
 */
bool fleet_table_update(struct fleet_table *t, const struct fleet *f, int64_t now);

/* By the projects' names; a row stays where it is until an update. */
size_t fleet_table_count(const struct fleet_table *t);
const struct fleet_row *fleet_table_row(const struct fleet_table *t, size_t index);

/* The row of that project, or NULL. */
const struct fleet_row *fleet_table_find(const struct fleet_table *t, const char *project);

/* Grows by one with each update that changed anything. */
uint64_t fleet_table_serial(const struct fleet_table *t);

/* When a row is no longer right though no world changed, ms; INT64_MAX: never. */
int64_t fleet_table_until(const struct fleet_table *t);

/*
 * What needs a person in all of them, oldest first; what several say of the same manifest or source
 * is there once. The count alone is kept.
 */
size_t fleet_table_todos(const struct fleet_table *t, struct arena *a, const struct todo ***out);
size_t fleet_table_todo_count(const struct fleet_table *t);

/* How many of them alert (model/todo.h). */
size_t fleet_table_alert_count(const struct fleet_table *t);

/*
 * The names of stages that most projects have, up to room of them, in the order in which freight goes
 * through them. Returns how many. *usual: how many it takes for four of five stages of all projects.
 */
size_t fleet_table_stages(const struct fleet_table *t, struct arena *a, const char **names, size_t room,
			  size_t *usual);

#endif
