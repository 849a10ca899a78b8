/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which outputs a step's expressions take, read off their text: in a rehearsal some of them
 * are not known. In doubt a step is said to need what it may not need. Pure.
 */
#ifndef GANTRY_ENGINE_NEEDS_H
#define GANTRY_ENGINE_NEEDS_H

#include "base/base.h"
#include "base/list.h"

struct arena;
struct value;

struct needs {
	struct list unknown;            /* const char *: aliases of steps whose outputs are not known */
	const struct value *vars;       /* of the promotion: list of {name, value}; they can take outputs */
	bool metadata;                  /* metadata would have been changed, and was not */
};

void needs_init(struct needs *n, const struct value *vars);

/* From now on the outputs of this step are not known. */
void needs_add(struct needs *n, struct arena *a, const char *alias);

/* What of it the value's texts take that is not known, as a sentence; NULL: nothing. */
const char *needs_missing(const struct needs *n, struct arena *a, const struct value *v);

#endif
