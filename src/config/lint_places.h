/* SPDX-License-Identifier: Apache-2.0 */
/* What is there for an expression to name: variables, aliases, repositories. */
#ifndef GANTRY_CONFIG_LINT_PLACES_H
#define GANTRY_CONFIG_LINT_PLACES_H

#include <stddef.h>

#include "base/str.h"

struct field_def;
struct lint_names;

/* The variables in sight, as a table of names. */
const struct field_def *places_variables(const struct lint_names *n);

/* The aliases of steps before this one; their tasks' steps as "task::step", too. */
const struct field_def *places_aliases(const struct lint_names *n);

/* A function called with a text: the repository, secret or step that it names. */
void places_argument(const struct lint_names *n, struct str function, const char *argument,
		     size_t count);

#endif
