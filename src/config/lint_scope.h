/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions of a step: what they may see at its place. */
#ifndef GANTRY_CONFIG_LINT_SCOPE_H
#define GANTRY_CONFIG_LINT_SCOPE_H

#include <stddef.h>

struct gathered;
struct lint;
struct value;

/* The expressions in "if", vars and config of the step at index; subject names it. */
void lint_step_expressions(struct lint *l, const struct gathered *g, const char *subject,
			   const struct value *steps, size_t index);

#endif
