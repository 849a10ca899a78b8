/* SPDX-License-Identifier: Apache-2.0 */
/* What gantry step is made of, and steps as lint knows them. Main thread. */
#ifndef GANTRY_CMD_STEP_INNER_H
#define GANTRY_CMD_STEP_INNER_H

#include "base/base.h"

struct arena;
struct command;
struct err;
struct lint_steps;
struct step_def;
struct value;

/* step_input.c: what gantry step hands to the step. */

/* The map of --config, its expressions evaluated with the variables of --env, checked and defaulted. */
bool step_input(struct command *c, const struct step_def *def, struct value **out,
		 struct err *e) MUST_USE;

/* input.c: files that commands read for people. */

/* The map in a YAML or JSON file ("-": stdin); empty when path is NULL or the file holds nothing. */
bool input_map(struct arena *a, const char *path, struct value **out, struct err *e) MUST_USE;

/* difference.c: what a command changed in a folder, as a unified diff. */

/* Keeps a copy of the folder as it is; *copy is what difference_end() takes. */
bool difference_begin(struct arena *a, const char *folder, const char **copy,
		      struct err *e) MUST_USE;

/*
 * What differs now, .git left out, into *diff (NULL: not asked for); removes the copy. *e keeps
 * what it held when diff is NULL.
 */
bool difference_end(struct arena *a, const char *copy, const char *folder, const char **diff,
		    struct err *e) MUST_USE;

/* step_fields.c: steps' tables in the form that manifests are checked and explained with. */

/* Everything that lint wants to know of steps; lives as long as the arena. */
struct lint_steps *step_fields(struct arena *a);

#endif
