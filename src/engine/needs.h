/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which steps a plan cannot rehearse. A rehearsal does not run steps that would change something
 * outside, so it does not know their outputs, and a step whose expressions use one of those cannot
 * be rehearsed either. What a step uses is read from the text of its expressions, which may find
 * more than it uses, never less. Pure.
 */
#ifndef GANTRY_ENGINE_NEEDS_H
#define GANTRY_ENGINE_NEEDS_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct value;

struct needs {
	struct list unknown;            /* the steps that were not run; entries are needs.c's own */
	const struct value *vars;       /* the promotion's variables, a list of {name, value} */
	bool metadata;                  /* a set-metadata step was not run: metadata is unknown, too */
};

/* vars: the promotion's spec.vars, whose values may use outputs; must outlive the needs. */
void needs_init(struct needs *n, const struct value *vars);

/*
 * From now on the outputs of the step with this alias are unknown, except for those in known, a
 * map (NULL: all are unknown), which must outlive the needs.
 */
void needs_add(struct needs *n, struct arena *a, const char *alias, const struct value *known);

/*
 * Searches all texts in v, a step or one of its fields. NULL when it uses nothing unknown; else a
 * sentence in the arena for the plan, naming what it uses.
 */
const char *needs_missing(const struct needs *n, struct arena *a, const struct value *v);

#endif
