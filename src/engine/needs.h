/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For plans. A rehearsal does not run the steps that would change something outside, so their
 * outputs are unknown, and a step that uses one cannot be rehearsed. Use is read off the text of
 * its expressions: a step may be said to use more than it does, never less. Pure.
 */
#ifndef GANTRY_ENGINE_NEEDS_H
#define GANTRY_ENGINE_NEEDS_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct value;

struct needs {
	struct list unknown;            /* struct unknown_outputs *: of steps that were not run */
	const struct value *vars;       /* the promotion's, a list of {name, value}: they may use outputs */
	bool metadata;                  /* set by set-metadata, had it run: what is read of it is unknown */
};

void needs_init(struct needs *n, const struct value *vars);

/*
 * The outputs of the step with this alias are unknown from now on, except for those of known: a map, or
 * NULL; it must live as long as the needs.
 */
void needs_add(struct needs *n, struct arena *a, const char *alias, const struct value *known);

/* A sentence, in the arena, that names what the texts below v use and is unknown; NULL: nothing is. */
const char *needs_missing(const struct needs *n, struct arena *a, const struct value *v);

#endif
