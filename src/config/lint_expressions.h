/* SPDX-License-Identifier: Apache-2.0 */
/* Where expressions stand, and what they may see there. One thread. */
#ifndef GANTRY_CONFIG_LINT_EXPRESSIONS_H
#define GANTRY_CONFIG_LINT_EXPRESSIONS_H

#include <stddef.h>

struct gathered;
struct lint;
struct value;

/* The expressions in "if", vars and config of the step at index; subject names it. */
void lint_step_expressions(struct lint *l, const struct gathered *g, const char *subject,
			   const struct value *steps, size_t index);

/* Expressions of any object but steps'. */
void lint_expressions(struct lint *l, const struct gathered *g);

#endif
