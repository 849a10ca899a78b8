/* SPDX-License-Identifier: Apache-2.0 */
/* The names that an expression uses, against those that are there. */
#ifndef GANTRY_CONFIG_LINT_NAMES_H
#define GANTRY_CONFIG_LINT_NAMES_H

#include "base/base.h"
#include "base/str.h"

struct expr_env;
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
};

/* Reads one bare expression and complains of what it can't mean. */
void names_check(const struct lint_names *n, struct str text);

#endif
