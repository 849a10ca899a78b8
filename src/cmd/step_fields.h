/* SPDX-License-Identifier: Apache-2.0 */
/* Steps' tables in the form that manifests are checked and explained with. */
#ifndef GANTRY_CMD_STEP_FIELDS_H
#define GANTRY_CMD_STEP_FIELDS_H

struct arena;
struct lint_steps;

/* Everything that lint wants to know of steps; lives as long as the arena. */
struct lint_steps *step_fields(struct arena *a);

#endif
