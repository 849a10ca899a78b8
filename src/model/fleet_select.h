/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rows of a fleet are shown, and in which order. A filter is words, all of which must hold:
 *
 *     pay              the project, a stage, a version or what it waits for holds these letters
 *     needs:me         somebody is needed; needs:nobody; needs:promote, or another of todo_word()
 *     stage:prod       it has such a stage; the fields below are then asked of that stage
 *     health:bad       of fleet_state_word(); "ok" for healthy
 *     version:1.2      a stage runs a version that begins so
 *     label:team=pay   the Project has the label; label:team: with any value
 *     !word            not so
 *
 * Values may be typed in part; an unknown field is a word like any other. Pure. Any thread.
 */
#ifndef GANTRY_MODEL_FLEET_SELECT_H
#define GANTRY_MODEL_FLEET_SELECT_H

#include "base/base.h"

struct arena;
struct fleet_row;
struct fleet_table;

enum fleet_sort {
	FLEET_SORT_NEED, /* what needs a person first: by urgency, then the oldest */
	FLEET_SORT_NAME,
	FLEET_SORT_NEWEST,  /* the newest freight first */
	FLEET_SORT_CHANGED, /* where something came to a stage last */
	FLEET_SORTS
};

/* "need", "name", "newest", "changed" */
const char *fleet_sort_word(enum fleet_sort sort);

/* The rows that the filter keeps, in that order; *out lies in the arena. */
size_t fleet_select(struct arena *a, const struct fleet_table *t, const char *filter,
		    enum fleet_sort sort, const struct fleet_row ***out);

#endif
