/* SPDX-License-Identifier: Apache-2.0 */
/* Where an expression stands, and what is there for it to name: variables, aliases, repositories. */
#ifndef GANTRY_CONFIG_LINT_PLACES_H
#define GANTRY_CONFIG_LINT_PLACES_H

#include "base/base.h"
#include "base/str.h"

struct field_def;
struct gathered;
struct lint;
struct value;

enum names_kind {
	NAMES_STEP,             /* if and config of a step */
	NAMES_VARIABLE,         /* a variable's value, or an argument of verification */
	NAMES_CRITERIA,         /* a warehouse's freightCreationCriteria: functions only */
	NAMES_OTHER,            /* only its syntax is looked at */
};

/* Where an expression stands, and what it may see there. */
struct lint_names {
	struct lint *l;
	const struct gathered *g;
	const char *subject;            /* for complaints */
	const struct value *place;      /* the scalar that holds it */
	enum names_kind kind;
	const struct value *steps;      /* the list that the step is in; NULL: none */
	size_t index;                   /* of the step */
	bool in_task;
	bool is_condition;              /* must be true or false */
};

/* The variables in sight, as a table of names. */
const struct field_def *places_variables(const struct lint_names *n);

/* The aliases of steps before this one; their tasks' steps as "task::step", too. */
const struct field_def *places_aliases(const struct lint_names *n);

/* The step before this one that has the alias; NULL: none. */
const struct value *places_step(const struct lint_names *n, const char *alias);

/* A function called with a text: the repository, secret or step that it names. */
void places_argument(const struct lint_names *n, struct str function, const char *argument,
		     size_t count);

#endif
