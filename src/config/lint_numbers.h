/* SPDX-License-Identifier: Apache-2.0 */
/* Tags that an expression would turn into numbers. One thread. */
#ifndef GANTRY_CONFIG_LINT_NUMBERS_H
#define GANTRY_CONFIG_LINT_NUMBERS_H

struct gathered;
struct lint;
struct value;

/*
 * Warns of texts in a step's config that are one expression, a tag or a shortened commit, which may
 * look like a number: 1.10 becomes 1.1 then (doc/kargo-rules.md 5.2). subject names the step.
 */
void lint_step_numbers(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *step);

#endif
